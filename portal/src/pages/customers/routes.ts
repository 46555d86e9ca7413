import type { PageRoute } from '../page-route.ts';

export const customers: readonly PageRoute[] = [];
