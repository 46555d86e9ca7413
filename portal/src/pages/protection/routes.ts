import type { PageRoute } from '../page-route.ts';

export const protection: readonly PageRoute[] = [];
