import type { PageRoute } from '../page-route.ts';

export const messages: readonly PageRoute[] = [];
