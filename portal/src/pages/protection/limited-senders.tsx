// The senders that are slowed or locked.

import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../api/queries.ts';
import { type Column } from '../../parts/data-list.tsx';
import { FilterChips } from '../../parts/filter-chips.tsx';
import { PagedList } from '../../parts/paged-list.tsx';
import { Empty } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';
import { useScope, useSearchState } from '../../search.ts';
import { useNamedCustomer } from './named-customer.ts';
import { textOf, useOpenSender } from './sender-names.ts';
import { useSignWords } from './sign-words.ts';

type Limited = Entry<'listLimitedSenders'>;
const LEVELS = ['slowed', 'locked'] as const;
const EVERY_MS = 10_000;

export function LimitedSenders() {
  const { t } = useTranslation('protection');
  const scope = useScope();
  const named = useNamedCustomer();
  const [search] = useSearchState();
  const [opened, open] = useOpenSender();
  const level = LEVELS.find((one) => one === search['level']);
  const query = usePages(
    'listLimitedSenders',
    {
      query: {
        limit: 100,
        ...named,
        ...(level !== undefined && { level }),
      },
    },
    { everyMs: EVERY_MS },
  );
  const columns = useColumns(scope === undefined);
  return (
    <Stack>
      <FilterChips
        filters={[
          {
            id: 'level',
            label: t('senders.filter.level'),
            choices: LEVELS.map((value) => ({ value, label: t(`senders.level.${value}`) })),
          },
        ]}
      />
      <PagedList
        list={query}
        name="limited-senders"
        label={t('senders.tabs.limited')}
        keyOf={textOf}
        columns={columns}
        open={open}
        opened={opened && textOf(opened)}
        empty={<Empty title={t('senders.empty.title')} hint={t('senders.empty.hint')} />}
      />
    </Stack>
  );
}

function useColumns(all: boolean): Column<Limited>[] {
  const { t } = useTranslation('protection');
  const signs = useSignWords();
  const columns: Column<Limited>[] = [
    {
      id: 'sender',
      title: t('senders.column.sender'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ name }) => <span title={name}>{name}</span>,
    },
    {
      id: 'kind',
      title: t('senders.column.kind'),
      width: 'minmax(8.5rem, 11rem)',
      cell: ({ kind }) => t(`senders.kind.${kind}`),
    },
    {
      id: 'level',
      title: t('senders.column.level'),
      width: '6.5rem',
      cell: ({ level }) => <Chip tone={level === 'locked' ? 'bad' : 'warn'}>{t(`senders.level.${level}`)}</Chip>,
    },
    {
      id: 'why',
      title: t('senders.column.why'),
      width: 'minmax(7rem, 2fr)',
      cell: ({ signs: seen, reason }) => (reason === '' ? signs(seen) : reason),
    },
    {
      id: 'by',
      title: t('senders.column.by'),
      width: '8rem',
      optional: true,
      cell: ({ side }) => t(`senders.side.${side}`),
    },
    {
      id: 'since',
      title: t('senders.column.since'),
      width: '8rem',
      cell: ({ since }) => <When at={since} as="relative" />,
    },
    { id: 'until', title: t('senders.column.until'), width: '10rem', cell: (limit) => <Until limit={limit} /> },
  ];
  if (all)
    columns.splice(1, 0, {
      id: 'customer',
      title: t('senders.column.customer'),
      width: '7rem',
      cell: ({ customer }) => customer,
    });
  return columns;
}

/** When a limit ends. */
export function Until({ limit: { level, until } }: { limit: Pick<Limited, 'level' | 'until'> }) {
  const { t } = useTranslation('protection');
  if (until !== undefined) return <When at={until} />;
  return (
    <Text span inherit style={{ whiteSpace: 'normal' }}>
      {t(level === 'locked' ? 'senders.untilLooked' : 'senders.untilCalm')}
    </Text>
  );
}
