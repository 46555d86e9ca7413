import type { PageRoute } from '../page-route.ts';

export const joining: readonly PageRoute[] = [];
