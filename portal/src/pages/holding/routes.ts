import type { PageRoute } from '../page-route.ts';

export const holding: readonly PageRoute[] = [];
