// API keys: what each may do, from where, until when, and when it was used last.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { FilterChips } from '../../../parts/filter-chips.tsx';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useIsOperator, useScope, useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { KeyPanel } from './key-panel.tsx';
import { type Key, KeyState } from './key-state.tsx';
import { MakeKey } from './make-key.tsx';

const PAGE = 100;
const STATES = ['active', 'expired', 'revoked'] as const satisfies readonly Key['state'][];

export function KeyList() {
  const { t } = useTranslation('access');
  const [search, change] = useSearchState();
  const customer = useScope();
  const mayMake = useMay('keys:write');
  const [isMaking, setMaking] = useState(false);
  const state = STATES.find((one) => one === search['state']);
  const query = usePages('listKeys', { query: { limit: PAGE, customer, state } }, { keep: true });
  const keys = query.entries ?? [];
  const open = (id: string | undefined) => change({ key: id }, id === undefined ? 'replace' : 'push');
  const choices = STATES.map((value) => ({ value, label: t(`keyStates.${value}`) }));
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <FilterChips filters={[{ id: 'state', label: t('keys.state'), choices }]} />
        {mayMake && (
          <Button leftSection={<IconKey size={18} />} onClick={() => setMaking(true)}>
            {t('keys.make')}
          </Button>
        )}
      </Group>
      <Answered query={query} lines={6}>
        {() => (
          <>
            {keys.length === 0 ? (
              <NoKeys isFiltered={state !== undefined} />
            ) : (
              <KeyRows keys={keys} query={query} opened={search['key']} open={open} />
            )}
            <OpenedKey keys={keys} id={search['key']} open={open} />
          </>
        )}
      </Answered>
      {isMaking && <MakeKey close={() => setMaking(false)} />}
    </Stack>
  );
}

interface RowsProps {
  keys: readonly Key[];
  query: Parameters<typeof readMore>[0];
  opened: string | undefined;
  open: (id: string) => void;
}

function KeyRows({ keys, query, opened, open }: RowsProps) {
  const { t } = useTranslation('access');
  return (
    <DataList
      name="keys"
      label={t('integrations.tabKeys')}
      rows={keys}
      keyOf={({ id }) => id}
      columns={useColumns()}
      open={({ id }) => open(id)}
      opened={opened}
      more={readMore(query)}
      foot={<MoreFoot query={query} count={keys.length} />}
    />
  );
}

function useColumns(): readonly Column<Key>[] {
  const { t } = useTranslation('access');
  const isOperator = useIsOperator();
  const scope = useScope();
  const customer: Column<Key> = {
    id: 'customer',
    title: t('keys.customer'),
    width: 'minmax(6rem, 0.8fr)',
    cell: (key) => key.customer ?? t('keys.allCustomers'),
  };
  return [
    { id: 'name', title: t('keys.name'), width: 'minmax(10rem, 2fr)', cell: ({ name }) => name },
    ...(isOperator && scope === undefined ? [customer] : []),
    {
      id: 'scopes',
      title: t('keys.scopes'),
      width: 'minmax(7rem, 1fr)',
      cell: ({ scopes }) => t('keys.scopeCount', { count: scopes.length }),
    },
    {
      id: 'networks',
      title: t('keys.networks'),
      width: 'minmax(6rem, 1fr)',
      cell: ({ networks }) => (networks.length === 0 ? t('keys.anywhere') : networks.join(', ')),
    },
    {
      id: 'state',
      title: t('keys.state'),
      width: '7rem',
      cell: ({ state }) => <KeyState state={state} />,
    },
    {
      id: 'used',
      title: t('keys.lastUse'),
      width: 'minmax(7rem, 1fr)',
      cell: ({ last_used_at: at }) =>
        at === null ? (
          <Text span inherit c="dimmed">
            {t('keys.unused')}
          </Text>
        ) : (
          <When at={at} as="relative" />
        ),
    },
    {
      id: 'expires',
      title: t('keys.expires'),
      width: 'minmax(6rem, 0.8fr)',
      cell: ({ expires_at: at }) => (at === null ? t('keys.noEnd') : <When at={at} as="date" />),
    },
  ];
}

function NoKeys({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('access');
  if (isFiltered) return <Empty title={t('keys.emptyFilterTitle')} hint={t('keys.emptyFilter')} />;
  return <Empty title={t('keys.emptyTitle')} hint={t('keys.empty')} />;
}

interface OpenedProps {
  keys: readonly Key[];
  id: string | undefined;
  open: (id: string | undefined) => void;
}

function OpenedKey({ keys, id, open }: OpenedProps) {
  if (id === undefined) return null;
  const at = keys.findIndex((key) => key.id === id);
  const step = (by: number) => {
    const other = at < 0 ? undefined : keys[at + by];
    return other === undefined ? undefined : () => open(other.id);
  };
  return <KeyPanel key={id} id={id} close={() => open(undefined)} before={step(-1)} next={step(1)} />;
}
