import type { PageOfPart } from '../page-route.ts';

export const protection: readonly PageOfPart[] = [
  { path: '/rules', side: 'both', needs: 'protection:read', load: () => import('./rules-page.tsx') },
  { path: '/rules/new', side: 'both', needs: 'protection:write', load: () => import('./new-rule-page.tsx') },
  { path: '/rules/$rule', side: 'both', needs: 'protection:read', load: () => import('./rule-page.tsx') },
  { path: '/protection', side: 'both', needs: 'protection:read', load: () => import('./protection-page.tsx') },
  { path: '/scanners', side: 'operator', needs: 'protection:read', load: () => import('./scanners-page.tsx') },
  { path: '/senders', side: 'both', needs: 'protection:read', load: () => import('./senders-page.tsx') },
  { path: '/limits', side: 'operator', needs: 'protection:read', load: () => import('./limits-page.tsx') },
];
