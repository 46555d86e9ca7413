import type { PageRoute } from '../page-route.ts';

export const sandbox: readonly PageRoute[] = [
  { path: '/sandbox', side: 'public', load: () => import('./sandbox-page.tsx') },
];
