// Signing in and out, the own account, people and keys.

import type { PageOfPart } from '../page-route.ts';

export const access: readonly PageOfPart[] = [
  { path: '/sign-in', side: 'public', load: () => import('./sign-in/sign-in-page.tsx') },
  { path: '/first-administrator', side: 'public', load: () => import('./links/first-page.tsx') },
  { path: '/invitation', side: 'public', load: () => import('./links/invitation-page.tsx') },
  { path: '/password-forgotten', side: 'public', load: () => import('./links/forgotten-page.tsx') },
  { path: '/new-password', side: 'public', load: () => import('./links/reset-page.tsx') },
  { path: '/account', side: 'both', load: () => import('./account/account-page.tsx') },
  { path: '/users', side: 'operator', needs: 'users:read', load: () => import('./users/users-page.tsx') },
  { path: '/team', side: 'customer', needs: 'users:read', load: () => import('./users/team-page.tsx') },
  {
    path: '/integrations',
    side: 'both',
    needs: ['keys:read', 'webhooks:read'],
    load: () => import('./keys/integrations-page.tsx'),
  },
];
