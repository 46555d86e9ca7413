// What a page says of itself.

import type { ComponentType } from 'react';
import type { Permission, Side } from '../session.ts';

export interface PageRoute {
  /** As in the address: `/customers/$customer`. */
  path: string;
  /** Who has it. `public`: nobody need be signed in, and there is no navigation around it. */
  side: Side | 'both' | 'public';
  /** Without one of these the page says that there is no right to see it. */
  needs?: Permission | readonly Permission[];
  /** The page, loaded when it is opened. */
  load: () => Promise<{ Page: ComponentType }>;
}
