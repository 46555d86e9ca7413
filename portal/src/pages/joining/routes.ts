import type { PageOfPart } from '../page-route.ts';

export const joining: readonly PageOfPart[] = [
  { path: '/onboarding', side: 'public', load: () => import('./onboarding/onboarding-page.tsx') },
  { path: '/onboarding/records', side: 'public', load: () => import('./onboarding/records-page.tsx') },
  { path: '/joining', side: 'operator', needs: 'customers:read', load: () => import('./orders-page.tsx') },
  { path: '/domains', side: 'both', needs: 'domains:read', load: () => import('./domains-page.tsx') },
  { path: '/servers', side: 'both', needs: 'domains:read', load: () => import('./servers-page.tsx') },
];
