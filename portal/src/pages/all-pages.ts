// All pages, each in the folder of its part.

import type { Catalogue } from '../words-types.ts';
import { access } from './access/routes.ts';
import { customers } from './customers/routes.ts';
import { governance } from './governance/routes.ts';
import { holding } from './holding/routes.ts';
import { joining } from './joining/routes.ts';
import { messages } from './messages/routes.ts';
import type { PageOfPart, PageRoute } from './page-route.ts';
import { protection } from './protection/routes.ts';
import { sandbox } from './sandbox/routes.ts';
import { service } from './service/routes.ts';

/** Most pages of a part have its texts, and no others. */
function withWords(part: Catalogue, pages: readonly PageOfPart[]): PageRoute[] {
  return pages.map((page) => ({ words: [part], ...page }));
}

export const PAGES: readonly PageRoute[] = [
  ...withWords('access', access),
  ...withWords('customers', customers),
  ...withWords('governance', governance),
  ...withWords('holding', holding),
  ...withWords('joining', joining),
  ...withWords('messages', messages),
  ...withWords('protection', protection),
  ...withWords('sandbox', sandbox),
  ...withWords('service', service),
];
