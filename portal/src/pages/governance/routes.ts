import type { PageRoute } from '../page-route.ts';

export const governance: readonly PageRoute[] = [];
