// Whether all is well, and what moves.

import type { PageOfPart } from '../page-route.ts';

export const service: readonly PageOfPart[] = [
  { path: '/overview', side: 'both', needs: 'messages:read', load: () => import('./overview/overview-page.tsx') },
  { path: '/health', side: 'operator', needs: 'relay:read', load: () => import('./health/health-page.tsx') },
  { path: '/live', side: 'operator', needs: 'queue:read', load: () => import('./live/live-page.tsx') },
];
