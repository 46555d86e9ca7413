// What a page says of itself.

import type { ComponentType } from 'react';
import type { Permission, Side } from '../session.ts';
import type { Catalogue } from '../words-types.ts';

export interface PageRoute {
  /** As in the address: `/customers/$customer`. */
  path: string;
  /** Who has it. `public`: nobody need be signed in, and there is no navigation around it. */
  side: Side | 'both' | 'public';
  /** Without one of these the page says that there is no right to see it. */
  needs?: Permission | readonly Permission[];
  /** The catalogues of its texts, loaded beside it. */
  words: readonly Catalogue[];
  /** The page, loaded when it is opened. */
  load: () => Promise<{ Page: ComponentType }>;
}

/** As a part lists it: without `words` the part's own. */
export type PageOfPart = Omit<PageRoute, 'words'> & Partial<Pick<PageRoute, 'words'>>;
