// The queue in groups, the largest first; a group opens as the list of its recipients.

import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { type Formats, useFormats } from '../../../parts/formats.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';
import { useSearchState } from '../../../search.ts';
import { NO_ADDRESS, useQueueQuery } from './queue-query.ts';
import type { WantedVerb } from './verb-dialog.tsx';
import { VerbMenu } from './verb-menu.tsx';

export type Grouping = 'destination' | 'customer' | 'sender' | 'address';
type QueueGroup = Answer<'listQueueGroups'>['groups'][number];

const SHOWN = 200;
const LOOK_MS = 5000;

export function GroupsList({ by, act }: { by: Grouping; act: (wanted: WantedVerb) => void }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const query = useQueueQuery();
  const [, change] = useSearchState();
  const groups = useCall(
    'listQueueGroups',
    { query: { ...query, by, limit: SHOWN } },
    { everyMs: LOOK_MS, keep: true },
  );
  const columns = useColumns(by, (verb, group) => act({ verb, query: { ...query, ...meantBy(by, group.name) } }));
  return (
    <Answered query={groups}>
      {(found) =>
        found.groups.length === 0 ? (
          <NothingWaits isFiltered={Object.keys(query).length > 0} />
        ) : (
          <DataList
            name={`queue-${by}`}
            label={t(`queues.groups.label.${by}`)}
            rows={found.groups}
            keyOf={({ name, pool }) => `${name} ${pool ?? ''}`}
            columns={columns}
            open={({ name }) => change({ ...meantBy(by, name), tab: 'recipients' }, 'push')}
            foot={
              <Text size="xs" c="dimmed" ta="center">
                {found.more && <>{t('queues.groups.tooVaried')} </>}
                {found.count > found.groups.length
                  ? t('queues.groups.foot', {
                      shown: formats.number(found.groups.length),
                      total: formats.number(found.count),
                    })
                  : t('queues.groups.all', { count: found.count })}
              </Text>
            }
          />
        )
      }
    </Answered>
  );
}

/** Nothing is in the queue, or nothing of what was filtered by. */
export function NothingWaits({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('holding');
  const words = isFiltered ? 'queues.emptyFiltered' : 'queues.empty';
  return <Empty title={t(`${words}.title`)} hint={t(`${words}.hint`)} />;
}

/** The query that means a group. */
function meantBy(by: Grouping, name: string): Partial<Record<'destination' | 'customer' | 'from' | 'address', string>> {
  switch (by) {
    case 'destination':
      return { destination: name };
    case 'customer':
      return { customer: name };
    case 'sender':
      return { from: name === '' ? '<>' : name };
    case 'address':
      return { address: name === '' ? NO_ADDRESS : name };
    default:
      return by satisfies never;
  }
}

type Act = (verb: WantedVerb['verb'], group: QueueGroup) => void;

function useColumns(by: Grouping, act: Act): readonly Column<QueueGroup>[] {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const name: Column<QueueGroup> = {
    id: 'name',
    title: t(`queues.groups.name.${by}`),
    width: 'minmax(9rem, 2fr)',
    cell: (group) => <GroupName by={by} group={group} />,
  };
  const numbers = (['recipients', 'queued', 'deferred', 'held'] as const).map(
    (id): Column<QueueGroup> => ({
      id,
      title: t(`queues.groups.${id}`),
      width: '4.5rem',
      atEnd: true,
      cell: (group) => {
        const count = id === 'held' ? group.held + group.quarantined : group[id];
        return count === 0 ? '' : formats.number(count);
      },
    }),
  );
  const times = timeColumns(t, formats);
  const verbs: Column<QueueGroup> = {
    id: 'verbs',
    title: t('verbs.column'),
    width: '3.5rem',
    cell: (group) => (
      <VerbMenu
        name={
          group.name === '' ? t(by === 'address' ? 'queues.groups.noAddress' : 'queues.groups.noSender') : group.name
        }
        choose={(verb) => act(verb, group)}
      />
    ),
  };
  return [name, ...numbers, ...(by === 'address' ? [customersColumn(t, formats)] : times), verbs];
}

type Words = ReturnType<typeof useTranslation<'holding'>>['t'];

function timeColumns(t: Words, formats: Formats): readonly Column<QueueGroup>[] {
  return [
    {
      id: 'oldest',
      title: t('queues.groups.oldest'),
      width: '8.25rem',
      cell: ({ oldest_at: at }) => (at === null ? '' : <When at={at} as="relative" />),
    },
    {
      id: 'next',
      title: t('queues.groups.next'),
      width: '8.25rem',
      cell: ({ next_attempt_at: at }) => (at === null ? '' : <When at={at} as="relative" />),
    },
    {
      id: 'reply',
      title: t('queues.groups.reply'),
      width: 'minmax(6rem, 2fr)',
      cell: ({ last_cause: cause, closed_until: until, closed_reason: why, words }) => {
        const text = cause ?? why ?? '';
        const closed = until === null ? '' : t('queues.groups.closed', { time: formats.time(until) });
        const said = (
          <OwnText text={text} words={words} name={cause === null ? 'closed_reason' : 'last_cause'} titled />
        );
        return <span title={closed}>{text === '' ? closed : said}</span>;
      },
    },
  ];
}

function customersColumn(t: Words, formats: Formats): Column<QueueGroup> {
  return {
    id: 'customers',
    title: t('queues.groups.customers'),
    width: 'minmax(10rem, 3fr)',
    cell: ({ name: address, customers }) => (
      <Group gap="xs">
        {customers.map(({ name, recipients }) => (
          <ScopedLink
            key={name}
            to="/queues"
            search={{ tab: 'recipients', customer: name, ...meantBy('address', address) }}
          >
            {`${name} (${formats.number(recipients)})`}
          </ScopedLink>
        ))}
      </Group>
    ),
  };
}

function GroupName({ by, group: { name, pool } }: { by: Grouping; group: QueueGroup }) {
  const { t } = useTranslation('holding');
  if (name === '' && by === 'address') return <Chip tone="bad">{t('queues.groups.noAddress')}</Chip>;
  if (name === '') return <Text c="dimmed">{t('queues.groups.noSender')}</Text>;
  return (
    <Text span inherit fw={600} title={name}>
      {name}
      {pool !== null && (
        <Text span inherit fw={400} c="dimmed">
          {` · ${pool}`}
        </Text>
      )}
    </Text>
  );
}
