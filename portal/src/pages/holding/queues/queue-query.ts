// What the address says of the queue, as the API takes it.

import { useTranslation } from 'react-i18next';
import type { Answer, Input } from '../../../api/call.ts';
import type { Filter } from '../../../parts/filter-chips.tsx';
import { isMailStatus } from '../../../parts/mail-status.tsx';
import { useScope, useSearchState } from '../../../search.ts';
import { useHoldKinds } from './hold-kinds.ts';

export type QueueEntry = Answer<'listQueue'>['entries'][number];
export type QueueQuery = NonNullable<Input<'previewQueueChange'>['body']['query']>;
export type QueueVerb = Input<'previewQueueChange'>['body']['verb'];

export const QUEUE_VERBS = ['hold', 'release', 'retry', 'reroute', 'remove'] as const satisfies readonly QueueVerb[];

/** The query for mail that no address of ours is there for. */
export const NO_ADDRESS = 'none';

const STATUSES = ['queued', 'deferred', 'held', 'quarantined'] as const;
const TEXTS = ['destination', 'address', 'from', 'to', 'hold', 'cause', 'id'] as const;
const DIRECTIONS = ['inbound', 'outbound'] as const;

/** What is filtered by, the customer of the scope included. */
export function useQueueQuery(): QueueQuery {
  const [search] = useSearchState();
  const customer = useScope();
  const query: QueueQuery = {};
  for (const name of TEXTS) if (search[name] !== undefined) query[name] = search[name];
  const status = STATUSES.find((one) => one === search['status']);
  const direction = DIRECTIONS.find((one) => one === search['direction']);
  return {
    ...query,
    ...(customer !== undefined && { customer }),
    ...(status !== undefined && { status }),
    ...(direction !== undefined && { direction }),
  };
}

/** The filters that a person can set. */
export function useQueueFilters(): readonly Filter[] {
  const { t } = useTranslation(['holding', 'parts']);
  const address = t('queues.filters.address');
  return [
    { id: 'destination', label: t('queues.filters.destination') },
    {
      id: 'address',
      label: t('queues.filters.leaves'),
      placeholder: t('queues.filters.leavesHint'),
      show: (value) => (value === NO_ADDRESS ? t('queues.groups.noAddress') : value),
    },
    { id: 'to', label: t('queues.filters.to'), placeholder: address },
    { id: 'from', label: t('queues.filters.from'), placeholder: address },
    {
      id: 'status',
      label: t('queues.filters.status'),
      choices: STATUSES.map((value) => ({ value, label: t(`parts:status.${value}`) })),
      show: (value) => (isMailStatus(value) ? t(`parts:status.${value}`) : value),
    },
    {
      id: 'direction',
      label: t('queues.filters.direction'),
      choices: DIRECTIONS.map((value) => ({ value, label: t(`direction.${value}`) })),
    },
    { id: 'hold', label: t('queues.filters.hold'), choices: useHoldKinds() },
    { id: 'cause', label: t('queues.filters.cause') },
    { id: 'id', label: t('queues.filters.id') },
  ];
}
