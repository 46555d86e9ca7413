// All pages, each in the folder of its part.

import { access } from './access/routes.ts';
import { customers } from './customers/routes.ts';
import { governance } from './governance/routes.ts';
import { holding } from './holding/routes.ts';
import { joining } from './joining/routes.ts';
import { messages } from './messages/routes.ts';
import type { PageRoute } from './page-route.ts';
import { protection } from './protection/routes.ts';
import { sandbox } from './sandbox/routes.ts';
import { service } from './service/routes.ts';

export const PAGES: readonly PageRoute[] = [
  ...access,
  ...customers,
  ...governance,
  ...holding,
  ...joining,
  ...messages,
  ...protection,
  ...sandbox,
  ...service,
];
