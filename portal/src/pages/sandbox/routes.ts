import type { PageOfPart } from '../page-route.ts';

export const sandbox: readonly PageOfPart[] = [
  { path: '/sandbox', side: 'public', load: () => import('./sandbox-page.tsx') },
];
