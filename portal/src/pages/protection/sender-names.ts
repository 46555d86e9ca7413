// A sender as the address of the page names it: customer, kind and name.

import type { Entry } from '../../api/queries.ts';
import { useSearchState } from '../../search.ts';

export const KINDS = ['sender', 'from', 'login', 'source'] as const;
export type Kind = (typeof KINDS)[number];
export type SenderName = Pick<Entry<'listLimitedSenders'>, 'customer' | 'kind' | 'name'>;

/** Ids of customers hold no slash; names may. */
export function textOf({ customer, kind, name }: SenderName): string {
  return `${customer}/${kind}/${name}`;
}

export function nameOf(text: string | undefined): SenderName | undefined {
  const [, customer, word, name] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(text ?? '') ?? [];
  const kind = KINDS.find((one) => one === word);
  return customer === undefined || kind === undefined || name === undefined ? undefined : { customer, kind, name };
}

/** The sender that is open, and a way to open another. */
export function useOpenSender(): [SenderName | undefined, (sender: SenderName | undefined) => void] {
  const [search, change] = useSearchState();
  return [
    nameOf(search['open']),
    (sender) => change({ open: sender && textOf(sender) }, sender === undefined ? 'replace' : 'push'),
  ];
}
