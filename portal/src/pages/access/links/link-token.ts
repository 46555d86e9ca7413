import { useRouterState } from '@tanstack/react-router';

/** What stands behind the `=` of a link. It never leaves the browser but in a request's body. */
export function useLinkToken(): string {
  return useRouterState({ select: ({ location }) => location.hash.slice(location.hash.indexOf('=') + 1) });
}
