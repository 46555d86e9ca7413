// Who changed what: the newest first, each with the difference it made, and whether the chain is as it was written.

import { Code, Stack } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Entry, useCall, usePages } from '../../api/queries.ts';
import { type Column, DataList } from '../../parts/data-list.tsx';
import { Facts } from '../../parts/facts.tsx';
import { type Filter, FilterChips } from '../../parts/filter-chips.tsx';
import { useFormats } from '../../parts/formats.ts';
import { MoreFoot, readMore } from '../../parts/more-foot.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { useIsOperator, useScope, useSearchState } from '../../search.ts';
import { AuditChain } from './audit-chain.tsx';
import { useAuditNames } from './audit-names.ts';
import { asDay, dayAfter, dayStart } from './days.ts';
import { Difference } from './difference.tsx';

type AuditEntry = Entry<'listAudit'>;

const PAGE = 100;

export function Page() {
  const { t } = useTranslation('governance');
  const isOperator = useIsOperator();
  const scope = useScope();
  return (
    <PageFrame title={t('audit.title')} lead={isOperator ? t('audit.lead') : t('audit.leadCustomer')}>
      {isOperator && scope === undefined && <AuditChain />}
      <AuditFilters />
      <AuditList />
    </PageFrame>
  );
}

function AuditFilters() {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const names = useAuditNames();
  const day = (value: string) => (asDay(value) === undefined ? value : formats.date(value));
  const filters: Filter[] = [
    { id: 'who', label: t('audit.who'), placeholder: 'ann@example.lu' },
    { id: 'action', label: t('audit.action'), placeholder: 'customer.changed', show: (value) => names.action(value) },
    { id: 'object', label: t('audit.object'), placeholder: 'customer acme', show: (value) => names.object(value) },
    { id: 'since', label: t('audit.since'), placeholder: '2026-01-31', show: day },
    { id: 'until', label: t('audit.until'), placeholder: '2026-01-31', show: day },
  ];
  return <FilterChips filters={filters} />;
}

function useAuditQuery() {
  const [search] = useSearchState();
  const scope = useScope();
  const { who, action, object, since, until } = search;
  return {
    limit: PAGE,
    customer: scope,
    who,
    action,
    object,
    since: dayStart(since),
    until: dayAfter(until),
  };
}

function AuditList() {
  const { t } = useTranslation('governance');
  const list = usePages('listAudit', { query: useAuditQuery() }, { keep: true });
  const [search, change] = useSearchState();
  const columns = useColumns();
  return (
    <Answered query={list.listed} lines={12}>
      {(entries) => (
        <>
          {entries.length === 0 ? (
            <Empty title={t('audit.empty')} hint={t('audit.emptyHint')} />
          ) : (
            <DataList
              name="audit"
              label={t('audit.title')}
              rows={entries}
              columns={columns}
              keyOf={({ id }) => String(id)}
              open={({ id }) => change({ entry: String(id) }, 'push')}
              opened={search['entry']}
              more={readMore(list)}
              foot={<MoreFoot query={list} count={entries.length} />}
            />
          )}
          {search['entry'] !== undefined && <OpenEntry id={search['entry']} entries={entries} />}
        </>
      )}
    </Answered>
  );
}

function useColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation('governance');
  const isOperator = useIsOperator();
  const scope = useScope();
  const names = useAuditNames();
  return useMemo(() => {
    const columns: Column<AuditEntry>[] = [
      { id: 'at', title: t('audit.at'), width: '11rem', cell: ({ at }) => <When at={at} /> },
      { id: 'who', title: t('audit.who'), width: 'minmax(9rem, 1.2fr)', cell: ({ who }) => who },
      {
        id: 'action',
        title: t('audit.action'),
        width: 'minmax(9rem, 1.2fr)',
        cell: ({ action }) => <span title={action}>{names.action(action)}</span>,
      },
      {
        id: 'object',
        title: t('audit.object'),
        width: 'minmax(10rem, 2fr)',
        cell: ({ object }) => <span title={object}>{names.object(object)}</span>,
      },
    ];
    if (isOperator && scope === undefined) {
      columns.push({ id: 'customer', title: t('customer'), width: '8rem', cell: ({ customer }) => customer ?? '' });
    }
    if (isOperator) {
      columns.push({
        id: 'from',
        title: t('audit.from'),
        width: '10rem',
        optional: true,
        cell: ({ from }) => from ?? '',
      });
    }
    return columns;
  }, [t, isOperator, scope, names]);
}

function OpenEntry({ id, entries }: { id: string; entries: readonly AuditEntry[] }) {
  const [, change] = useSearchState();
  const scope = useScope();
  const names = useAuditNames();
  const place = entries.findIndex((entry) => String(entry.id) === id);
  const known = entries[place];
  // Over a link it may lie further back than what the list shows.
  const other = useCall(
    'listAudit',
    { query: { id: Number(id), customer: scope } },
    { enabled: known === undefined && /^\d+$/.test(id) },
  );
  const goTo = (to: AuditEntry | undefined) =>
    known === undefined || to === undefined ? undefined : () => change({ entry: String(to.id) });
  const entry = known ?? other.data?.entries[0];
  return (
    <SidePanel
      title={entry === undefined ? `#${id}` : `${names.action(entry.action)} · ${names.object(entry.object)}`}
      close={() => change({ entry: undefined })}
      before={goTo(entries[place - 1])}
      next={goTo(entries[place + 1])}
    >
      {entry === undefined ? <Missing query={other} /> : <EntryFacts entry={entry} />}
    </SidePanel>
  );
}

function Missing({ query }: { query: ReturnType<typeof useCall<'listAudit'>> }) {
  const { t } = useTranslation('governance');
  return <Answered query={query}>{() => <Empty title={t('audit.gone')} hint={t('audit.goneHint')} />}</Answered>;
}

function EntryFacts({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const names = useAuditNames();
  return (
    <Stack gap="md">
      <Facts
        facts={[
          { name: t('audit.at'), value: formats.exact(entry.at) },
          { name: t('audit.who'), value: entry.who },
          { name: t('audit.from'), value: entry.from },
          { name: t('audit.action'), value: <Named name={names.action(entry.action)} raw={entry.action} /> },
          { name: t('audit.object'), value: <Named name={names.object(entry.object)} raw={entry.object} /> },
          { name: t('customer'), value: entry.customer },
          { name: t('reason'), value: entry.reason },
        ]}
      />
      <Panel title={t('difference.label')}>
        <Difference before={entry.before} after={entry.after} />
      </Panel>
      <Facts
        facts={[
          { name: t('audit.number'), value: String(entry.id) },
          { name: t('audit.hash'), value: <code>{entry.hash}</code> },
        ]}
      />
    </Stack>
  );
}

/** What it is, and what to search for. */
function Named({ name, raw }: { name: string; raw: string }) {
  if (name === raw) return raw;
  return (
    <>
      {name} <Code>{raw}</Code>
    </>
  );
}
