// Senders that are allowed or blocked.

import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/call.ts';
import { type Entry, usePages } from '../../api/queries.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { type Column } from '../../parts/data-list.tsx';
import { FilterChips } from '../../parts/filter-chips.tsx';
import { PagedList } from '../../parts/paged-list.tsx';
import { Empty } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';
import { useScope, useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { AddListed } from './add-listed.tsx';
import { useNamedCustomer } from './named-customer.ts';

type Listed = Entry<'listSenders'>;
const LISTS = ['allow', 'block'] as const;
const WAYS = ['inbound', 'outbound'] as const;

export function ListedSenders() {
  const { t } = useTranslation('protection');
  const may = useMay('protection:write');
  const query = useListed();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Listed>();
  const add = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {t('listed.add')}
    </Button>
  );
  const columns = useColumns(may ? setRemoving : undefined);
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={760}>
        {t('listed.lead')}
      </Text>
      <Group justify="space-between">
        <Filters />
        {add}
      </Group>
      <PagedList
        list={query}
        name="listed-senders"
        label={t('listed.label')}
        keyOf={({ id }) => id}
        columns={columns}
        empty={<Empty title={t('listed.empty.title')} hint={t('listed.empty.hint')} />}
      />
      {adding && <AddListed close={() => setAdding(false)} />}
      {removing !== undefined && <TakeOff listed={removing} close={() => setRemoving(undefined)} />}
    </Stack>
  );
}

function useListed() {
  const named = useNamedCustomer();
  const [search] = useSearchState();
  const list = LISTS.find((one) => one === search['list']);
  const direction = WAYS.find((one) => one === search['way']);
  const sender = search['sender'];
  return usePages('listSenders', {
    query: {
      limit: 100,
      ...named,
      ...(list !== undefined && { list }),
      ...(direction !== undefined && { direction }),
      ...(sender !== undefined && { sender }),
    },
  });
}

function Filters() {
  const { t } = useTranslation('protection');
  return (
    <FilterChips
      filters={[
        {
          id: 'list',
          label: t('listed.filter.list'),
          choices: LISTS.map((value) => ({ value, label: t(`listed.list.${value}`) })),
        },
        {
          id: 'way',
          label: t('listed.filter.way'),
          choices: WAYS.map((value) => ({ value, label: t(`direction.${value}`) })),
        },
        { id: 'sender', label: t('listed.filter.sender') },
      ]}
    />
  );
}

function useColumns(remove: ((listed: Listed) => void) | undefined): Column<Listed>[] {
  const { t } = useTranslation('protection');
  const scope = useScope();
  const columns: Column<Listed>[] = [
    {
      id: 'sender',
      title: t('listed.column.sender'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ sender }) => <span title={sender}>{sender}</span>,
    },
    {
      id: 'list',
      title: t('listed.column.list'),
      width: '7rem',
      cell: ({ list }) => <Chip tone={list === 'block' ? 'bad' : 'good'}>{t(`listed.list.${list}`)}</Chip>,
    },
    {
      id: 'direction',
      title: t('listed.column.direction'),
      width: '6.5rem',
      cell: ({ direction }) => t(`direction.${direction}`),
    },
    {
      id: 'recipient',
      title: t('listed.column.recipient'),
      width: 'minmax(6rem, 1.5fr)',
      cell: ({ recipient }) => recipient ?? t('listed.anyone'),
    },
    {
      id: 'until',
      title: t('listed.column.until'),
      width: '9rem',
      cell: ({ until }) => (until === null ? t('listed.forever') : <When at={until} />),
    },
    { id: 'note', title: t('listed.column.note'), width: 'minmax(6rem, 1.5fr)', cell: ({ note }) => note },
    {
      id: 'made',
      title: t('listed.column.made'),
      width: '9rem',
      cell: ({ made_at: at }) => <When at={at} />,
      optional: true,
    },
    {
      id: 'by',
      title: t('listed.column.by'),
      width: 'minmax(8rem, 1fr)',
      cell: ({ made_by: by }) => by,
      optional: true,
    },
  ];
  if (scope === undefined) {
    columns.splice(1, 0, {
      id: 'owner',
      title: t('listed.column.owner'),
      width: '8rem',
      cell: ({ customer }) => customer ?? t('listed.everybody'),
    });
  }
  if (remove !== undefined) {
    const cell = (listed: Listed) => (
      <ActionIcon
        variant="subtle"
        size="sm"
        aria-label={t('listed.removeLabel', { sender: listed.sender })}
        onClick={() => remove(listed)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    );
    columns.push({ id: 'act', title: t('listed.column.act'), width: '3rem', cell });
  }
  return columns;
}

function TakeOff({ listed, close }: { listed: Listed; close: () => void }) {
  const { t } = useTranslation('protection');
  const queries = useQueryClient();
  return (
    <ConfirmAct
      title={t('listed.removeTitle', { sender: listed.sender })}
      verb={t('listed.remove')}
      act={async () => {
        await call('removeSender', { path: { sender: listed.id } });
        await queries.invalidateQueries({ queryKey: ['listSenders'] });
      }}
      close={close}
    >
      <Text size="sm">{t(listed.list === 'block' ? 'listed.removeBlock' : 'listed.removeAllow')}</Text>
    </ConfirmAct>
  );
}
