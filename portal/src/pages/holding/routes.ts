// Queues, what is held, and the quarantine.

import type { PageOfPart } from '../page-route.ts';

export const holding: readonly PageOfPart[] = [
  { path: '/queues', side: 'operator', needs: 'queue:read', load: () => import('./queues/queues-page.tsx') },
  {
    path: '/quarantine',
    side: 'both',
    needs: 'quarantine:read',
    load: () => import('./quarantine/quarantine-page.tsx'),
  },
];
