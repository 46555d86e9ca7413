// Messages: the trace as a list, one message, exports; and what a link to a message shows.

import type { PageOfPart } from '../page-route.ts';

export const messages: readonly PageOfPart[] = [
  { path: '/messages', side: 'both', needs: 'messages:read', load: () => import('./messages-page.tsx') },
  { path: '/messages/exports', side: 'both', needs: 'messages:read', load: () => import('./exports/exports-page.tsx') },
  { path: '/messages/$message', side: 'both', needs: 'messages:read', load: () => import('./one-message.tsx') },
  { path: '/shared/message', side: 'public', load: () => import('./shared/shared-page.tsx') },
];
