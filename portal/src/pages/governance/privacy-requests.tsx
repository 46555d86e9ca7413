// Requests for export and erasure: how far each is, what it found, and its result while it can be fetched.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/call.ts';
import { type Entry, useCall, usePages } from '../../api/queries.ts';
import { type Column } from '../../parts/data-list.tsx';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { OwnText } from '../../parts/own-text.tsx';
import { PagedList } from '../../parts/paged-list.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Answered, Empty, Failing } from '../../parts/states.tsx';
import { Chip, type Tone } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';
import { useScope, useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { useFoundName } from './kind-names.ts';
import { NewRequest } from './new-request.tsx';

type Request = Entry<'listPrivacyRequests'>;

const PAGE = 100;
const LOOK_MS = 3000;
const TONES = {
  open: 'info',
  running: 'info',
  waiting: 'warn',
  completed: 'good',
  failed: 'bad',
} as const satisfies Record<Request['state'], Tone>;

export function PrivacyRequests() {
  const { t } = useTranslation('governance');
  const scope = useScope();
  const mayAsk = useMay('privacy:write');
  const [asking, setAsking] = useState(false);
  const [search, change] = useSearchState();
  const list = usePages('listPrivacyRequests', { query: { limit: PAGE, customer: scope } }, { everyMs: LOOK_MS });
  const columns = useColumns(scope === undefined);
  return (
    <Stack gap="md">
      {mayAsk && (
        <Group>
          <Button variant="light" leftSection={<IconPlus size={16} />} onClick={() => setAsking(true)}>
            {t('requests.ask')}
          </Button>
        </Group>
      )}
      <PagedList
        list={list}
        name="privacy-requests"
        label={t('privacy.requests')}
        columns={columns}
        keyOf={({ id }) => id}
        open={({ id }) => change({ request: id }, 'push')}
        opened={search['request']}
        empty={<Empty title={t('requests.empty')} hint={t('requests.emptyHint')} />}
      />
      {search['request'] !== undefined && <OpenRequest id={search['request']} />}
      {asking && <NewRequest customer={scope} close={() => setAsking(false)} />}
    </Stack>
  );
}

function useColumns(withCustomer: boolean): Column<Request>[] {
  const { t } = useTranslation('governance');
  return useMemo(() => {
    const columns: Column<Request>[] = [
      { id: 'kind', title: t('requests.kind'), width: '8rem', cell: ({ kind }) => t(`requests.kinds.${kind}`) },
      {
        id: 'address',
        title: t('address.label'),
        width: 'minmax(12rem, 2fr)',
        cell: ({ address, mark }) => address ?? mark,
      },
      { id: 'state', title: t('requests.state'), width: '9rem', cell: ({ state }) => <StateChip state={state} /> },
      { id: 'by', title: t('requests.by'), width: 'minmax(9rem, 1fr)', cell: ({ asked_by: by }) => by },
      { id: 'at', title: t('requests.at'), width: '11rem', cell: ({ asked_at: at }) => <When at={at} /> },
    ];
    if (withCustomer)
      columns.splice(2, 0, { id: 'customer', title: t('customer'), width: '8rem', cell: (row) => row.customer });
    return columns;
  }, [t, withCustomer]);
}

function StateChip({ state }: { state: Request['state'] }) {
  const { t } = useTranslation('governance');
  return <Chip tone={TONES[state]}>{t(`requests.states.${state}`)}</Chip>;
}

function OpenRequest({ id }: { id: string }) {
  const [, change] = useSearchState();
  const query = useCall('showPrivacyRequest', { path: { request: id } }, { everyMs: LOOK_MS });
  return (
    <SidePanel title={query.data?.address ?? query.data?.mark ?? id} close={() => change({ request: undefined })}>
      <Answered query={query}>{(request) => <RequestFacts request={request} />}</Answered>
    </SidePanel>
  );
}

function RequestFacts({ request }: { request: Request }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const { kind, state, reason, customer, asked_by: by, asked_at: at, completed_at: done, found, fault } = request;
  return (
    <Stack gap="md" align="flex-start">
      <Facts
        facts={[
          { name: t('requests.kind'), value: t(`requests.kinds.${kind}`) },
          { name: t('requests.state'), value: <StateChip state={state} /> },
          { name: t('customer'), value: customer },
          { name: t('reason'), value: reason },
          { name: t('requests.by'), value: by },
          { name: t('requests.at'), value: formats.exact(at) },
          { name: t('requests.doneAt'), value: done === null ? null : formats.exact(done) },
          { name: t('requests.mark'), value: kind === 'erasure' ? <code>{request.mark}</code> : null },
          {
            name: t('requests.fault'),
            value: fault === null ? null : <OwnText text={fault} words={request.words} name="fault" />,
          },
        ]}
      />
      {state === 'waiting' && <Text size="sm">{t('requests.waitingHint')}</Text>}
      {found !== null && <FoundCounts kind={kind} found={found} />}
      <Result request={request} />
    </Stack>
  );
}

function FoundCounts({ kind, found }: { kind: Request['kind']; found: NonNullable<Request['found']> }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const nameOf = useFoundName();
  const counts = Object.entries(found);
  return (
    <div>
      <Text fw={600} size="sm">
        {kind === 'export' ? t('requests.foundExport') : t('requests.foundErasure')}
      </Text>
      {counts.length === 0 ? (
        <Text size="sm">{t('requests.foundNothing')}</Text>
      ) : (
        <Facts facts={counts.map(([kind, count]) => ({ name: nameOf(kind), value: formats.number(count) }))} />
      )}
    </div>
  );
}

function Result({ request }: { request: Request }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const mayFetch = useMay('privacy:write');
  const fetchResult = useMutation({
    mutationFn: async () =>
      saveAs(await call('getExportResult', { path: { request: request.id } }), `${request.id}.jsonl`),
  });
  const { kind, state, result_until: until } = request;
  if (kind !== 'export' || state !== 'completed' || until === null || !mayFetch) return null;
  if (Date.parse(until) < Date.now()) return <Text size="sm">{t('requests.over')}</Text>;
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        leftSection={<IconDownload size={16} />}
        loading={fetchResult.isPending}
        onClick={() => fetchResult.mutate()}
      >
        {t('requests.download')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('requests.until', { until: formats.dateTime(until) })}
      </Text>
      {fetchResult.error !== null && <Failing error={fetchResult.error} />}
    </Stack>
  );
}

/** A fresh proof may be asked for first, which a plain link could not do. */
function saveAs(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
