// The search parameters of the address: filters, tabs, what is open. A number's link leads to them, and `back` undoes them.

import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';
import { sideOf, useSessionQuery } from './session.ts';

export type Search = Readonly<Record<string, string>>;

/** A query string as the router keeps it: text, the last of several. */
export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The other way; what is empty is left out. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const known = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(known.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** The search parameters, and a way to change some: `undefined` takes one out. `push`: `back` leads here again. */
export function useSearchState(): [
  search: Search,
  change: (patch: Readonly<Record<string, string | undefined>>, how?: 'replace' | 'push') => void,
] {
  const search = useRouterState({ select: ({ location }) => location.search as Search });
  const navigate = useNavigate();
  const change = useCallback(
    (patch: Readonly<Record<string, string | undefined>>, how: 'replace' | 'push' = 'replace') =>
      void navigate({
        to: '.',
        search: (before: Search) => ({ ...before, ...patch }),
        replace: how === 'replace',
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}

/** The customer that the pages are about; `undefined`: all. A customer's person always has its own. */
export function useScope(): string | undefined {
  const [search] = useSearchState();
  const { data } = useSessionQuery();
  return data?.user.customer ?? search['customer'];
}

/** Whether the page is about all customers, or looked at by the operator. */
export function useIsOperator(): boolean {
  const { data } = useSessionQuery();
  return data !== undefined && data !== null && sideOf(data) === 'operator';
}
