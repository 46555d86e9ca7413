import type { PageRoute } from '../page-route.ts';

export const service: readonly PageRoute[] = [];
