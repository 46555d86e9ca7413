import type { PageOfPart } from '../page-route.ts';

export const governance: readonly PageOfPart[] = [
  { path: '/audit', side: 'both', needs: 'audit:read', load: () => import('./audit-page.tsx') },
  { path: '/privacy', side: 'both', needs: 'privacy:read', load: () => import('./privacy-page.tsx') },
  { path: '/suppressions', side: 'both', needs: 'suppressions:read', load: () => import('./suppressions-page.tsx') },
  { path: '/settings', side: 'operator', needs: 'relay:read', load: () => import('./settings-page.tsx') },
  { path: '/backups', side: 'operator', needs: 'relay:read', load: () => import('./backups-page.tsx') },
];
