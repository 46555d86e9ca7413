import type { PageRoute } from '../page-route.ts';

export const sandbox: readonly PageRoute[] = [];
