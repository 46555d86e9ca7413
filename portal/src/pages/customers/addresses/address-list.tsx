// All addresses of all pools, filtered by pool and state; one opens beside the list.

import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { FilterChips } from '../../../parts/filter-chips.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useSearchState } from '../../../search.ts';
import { AddressPanel } from './address-panel.tsx';
import { type Address, AddressChip, ChecksChip, type Pool } from './address-state.tsx';

interface Row extends Address {
  pool: string;
}

const keyOf = ({ pool, ip }: Row) => `${pool} ${ip}`;

export function AddressList({ pools }: { pools: readonly Pool[] }) {
  const { t } = useTranslation('customers');
  const [search, change] = useSearchState();
  const columns = useColumns();
  const all = pools.flatMap(({ name, addresses }): Row[] => addresses.map((address) => ({ ...address, pool: name })));
  const rows = all.filter(
    ({ pool, state, checks }) =>
      (search['pool'] === undefined || pool === search['pool']) &&
      (search['state'] === undefined || state === search['state']) &&
      (search['check'] !== 'failing' || checks.some((one) => one.state === 'fail')),
  );
  const at = rows.findIndex((row) => keyOf(row) === search['address']);
  const opened = at < 0 ? undefined : rows[at];
  const open = (row: Row | undefined) => change({ address: row === undefined ? undefined : keyOf(row) });
  const near = (step: number) => {
    const row = rows[at + step];
    return row === undefined ? undefined : () => open(row);
  };
  return (
    <>
      <Group mb="sm">
        <FilterChips
          filters={[
            {
              id: 'pool',
              label: t('addresses.pool'),
              choices: pools.map(({ name }) => ({ value: name, label: name })),
            },
            {
              id: 'state',
              label: t('addresses.state'),
              choices: (['active', 'draining', 'out'] as const).map((value) => ({
                value,
                label: t(`address.state.${value}`),
              })),
            },
            {
              id: 'check',
              label: t('addresses.checks'),
              choices: [{ value: 'failing', label: t('address.found.fail') }],
            },
          ]}
        />
      </Group>
      {rows.length === 0 ? (
        <Empty title={t('addresses.noneFound')} hint={t('addresses.noneFoundHint')} />
      ) : (
        <DataList
          name="addresses"
          label={t('addresses.tab')}
          rows={rows}
          keyOf={keyOf}
          columns={columns}
          open={open}
          opened={opened === undefined ? undefined : keyOf(opened)}
          foot={<Foot shown={rows.length} all={all.length} />}
        />
      )}
      {opened !== undefined && (
        <AddressPanel
          pool={opened.pool}
          ip={opened.ip}
          pools={pools}
          close={() => open(undefined)}
          before={near(-1)}
          next={near(1)}
        />
      )}
    </>
  );
}

function Foot({ shown, all }: { shown: number; all: number }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  return (
    <Text size="xs" c="dimmed" ta="center">
      {t('addresses.shown', { shown: formats.number(shown), all: formats.number(all) })}
    </Text>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { t } = useTranslation('customers');
  return [
    { id: 'ip', title: t('addresses.ip'), width: 'minmax(8rem, 1fr)', cell: ({ ip }) => ip },
    { id: 'hostname', title: t('addresses.hostname'), width: 'minmax(9rem, 1.6fr)', cell: ({ hostname }) => hostname },
    { id: 'pool', title: t('addresses.pool'), width: 'minmax(5.5rem, 0.8fr)', cell: ({ pool }) => pool },
    { id: 'state', title: t('addresses.state'), width: '8rem', cell: (row) => <AddressChip address={row} /> },
    {
      id: 'since',
      title: t('addresses.since'),
      width: '8.5rem',
      cell: ({ since }) => <When at={since} as="relative" />,
    },
    {
      id: 'checks',
      title: t('addresses.checks'),
      width: 'minmax(8rem, 1fr)',
      cell: ({ checks }) => <ChecksChip checks={checks} />,
    },
    {
      id: 'spf',
      title: t('addresses.inSpf'),
      width: '9rem',
      cell: ({ in_spf, in_spf_until }) => {
        if (in_spf_until !== undefined) return <When at={in_spf_until} as="date" />;
        return in_spf ? t('addresses.named') : t('addresses.notNamed');
      },
      wideOnly: true,
    },
  ];
}
