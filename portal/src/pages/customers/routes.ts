// Customers from the order to the removal, our sending addresses, and the receivers of mail.

import type { PageOfPart } from '../page-route.ts';

export const customers: readonly PageOfPart[] = [
  { path: '/customers', side: 'operator', needs: 'customers:read', load: () => import('./list/customers-page.tsx') },
  {
    path: '/orders/new',
    side: 'operator',
    needs: 'customers:write',
    load: () => import('./register/register-page.tsx'),
  },
  {
    path: '/orders/import',
    side: 'operator',
    needs: 'customers:write',
    load: () => import('./register/import-page.tsx'),
  },
  {
    path: '/customers/$customer',
    side: 'operator',
    needs: 'customers:read',
    load: () => import('./customer/customer-page.tsx'),
  },
  {
    path: '/terminations',
    side: 'operator',
    needs: 'customers:read',
    load: () => import('./terminations/terminations-page.tsx'),
  },
  { path: '/addresses', side: 'operator', needs: 'pools:read', load: () => import('./addresses/addresses-page.tsx') },
  {
    path: '/destinations',
    side: 'operator',
    needs: 'relay:read',
    load: () => import('./destinations/destinations-page.tsx'),
  },
];
