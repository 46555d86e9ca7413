// Addresses that mail is not sent to: why, since when, by whom; put in by hand, and lifted.

import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../api/queries.ts';
import { type Column, DataList } from '../../parts/data-list.tsx';
import { MoreFoot, readMore } from '../../parts/more-foot.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { useScope, useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { AddSuppressions } from './add-suppressions.tsx';
import { OpenSuppression } from './open-suppression.tsx';
import { REASONS, ReasonChip } from './suppression-reason.tsx';

type Suppression = Entry<'listSuppressions'>;

const PAGE = 100;
const TYPING_MS = 300;

export function Page() {
  const { t } = useTranslation('governance');
  const mayChange = useMay('suppressions:write');
  const [adding, setAdding] = useState(false);
  return (
    <PageFrame
      title={t('suppressions.title')}
      lead={t('suppressions.lead')}
      actions={
        mayChange && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            {t('suppressions.add')}
          </Button>
        )
      }
    >
      <Search />
      <SuppressionList />
      {adding && <AddSuppressions close={() => setAdding(false)} />}
    </PageFrame>
  );
}

function Search() {
  const { t } = useTranslation('governance');
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState(search['address'] ?? '');
  const find = useDebouncedCallback(
    (address: string) => change({ address: address === '' ? undefined : address }),
    TYPING_MS,
  );
  return (
    <Group gap="xs" role="search">
      <TextInput
        aria-label={t('suppressions.search')}
        placeholder={t('suppressions.searchHint')}
        leftSection={<IconSearch size={16} />}
        value={typed}
        maw={420}
        style={{ flex: '1 1 16rem' }}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          find(event.currentTarget.value.trim());
        }}
      />
      <Select
        aria-label={t('reason')}
        placeholder={t('suppressions.anyReason')}
        clearable
        data={REASONS.map((value) => ({ value, label: t(`suppressions.reasons.${value}`) }))}
        value={search['reason'] ?? null}
        onChange={(value) => change({ reason: value ?? undefined })}
      />
    </Group>
  );
}

/** The API finds beginnings of three characters and more, or `@` and a domain. */
const SHORTEST = 3;

function SuppressionList() {
  const { t } = useTranslation('governance');
  const [search, change] = useSearchState();
  const scope = useScope();
  const { address } = search;
  const reason = REASONS.find((one) => one === search['reason']);
  const asked = address !== undefined && address.length >= SHORTEST ? address : undefined;
  const list = usePages(
    'listSuppressions',
    { query: { limit: PAGE, customer: scope, reason, address: asked } },
    { keep: true },
  );
  const columns = useColumns(scope === undefined);
  return (
    <Answered query={list.listed} lines={10}>
      {(entries) => (
        <>
          {entries.length === 0 ? (
            <NoneFound isFiltered={asked !== undefined || reason !== undefined} />
          ) : (
            <DataList
              name="suppressions"
              label={t('suppressions.title')}
              rows={entries}
              columns={columns}
              keyOf={keyOf}
              open={(row) => change({ open: keyOf(row) }, 'push')}
              opened={search['open']}
              more={readMore(list)}
              foot={<MoreFoot query={list} count={entries.length} />}
            />
          )}
          {search['open'] !== undefined && <OpenSuppression name={search['open']} />}
        </>
      )}
    </Answered>
  );
}

const keyOf = ({ customer, address }: Suppression) => `${customer} ${address}`;

function NoneFound({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('governance');
  if (isFiltered) return <Empty title={t('suppressions.notFound')} hint={t('suppressions.notFoundHint')} />;
  return <Empty title={t('suppressions.empty')} hint={t('suppressions.emptyHint')} />;
}

function useColumns(withCustomer: boolean): Column<Suppression>[] {
  const { t } = useTranslation('governance');
  return useMemo(() => {
    const columns: Column<Suppression>[] = [
      {
        id: 'address',
        title: t('suppressions.address'),
        width: 'minmax(12rem, 1.5fr)',
        cell: ({ address }) => address,
      },
      { id: 'reason', title: t('reason'), width: '10rem', cell: ({ reason }) => <ReasonChip reason={reason} /> },
      {
        id: 'evidence',
        title: t('suppressions.evidence'),
        width: 'minmax(10rem, 2fr)',
        wideOnly: true,
        cell: ({ evidence }) => evidence,
      },
      { id: 'at', title: t('suppressions.since'), width: '11rem', cell: ({ at }) => <When at={at} /> },
      { id: 'by', title: t('suppressions.by'), width: '10rem', optional: true, cell: ({ by }) => by },
    ];
    if (withCustomer)
      columns.splice(1, 0, { id: 'customer', title: t('customer'), width: '8rem', cell: (row) => row.customer });
    return columns;
  }, [t, withCustomer]);
}
