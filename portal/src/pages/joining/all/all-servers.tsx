// Mail hosts and sources of all customers.

import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../../api/queries.ts';
import { CheckChip } from '../../../parts/check-state.tsx';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { FilterChips } from '../../../parts/filter-chips.tsx';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { SourceAct } from '../own/sources.tsx';
import { CHECK_STATES, SearchText, stateIn } from './all-domains.tsx';

type Host = Entry<'listAllMailHosts'>;
type Source = Entry<'listAllSources'>;

export function AllServers() {
  const { t } = useTranslation('joining');
  return (
    <PageFrame title={t('allServers.title')} lead={t('allServers.lead')}>
      <UrlTabs
        label={t('allServers.title')}
        tabs={[
          { id: 'hosts', label: t('servers.hosts'), content: () => <AllHosts /> },
          { id: 'sources', label: t('servers.sources'), content: () => <AllSources /> },
        ]}
      />
    </PageFrame>
  );
}

function AllHosts() {
  const { t } = useTranslation('joining');
  const [search] = useSearchState();
  const state = stateIn(search);
  const { text } = search;
  const given = { limit: 100, ...(text !== undefined && { text }), ...(state !== undefined && { state }) };
  const query = usePages('listAllMailHosts', { query: given }, { keep: true });
  const hosts = query.entries ?? [];
  const columns: readonly Column<Host>[] = [
    {
      id: 'host',
      title: t('servers.host'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ host, port, customer }) => (
        <ScopedLink to="/servers" search={{ customer }}>
          {`${host}:${port}`}
        </ScopedLink>
      ),
    },
    customerColumn(t('all.customer')),
    { id: 'tls', title: t('servers.tls'), width: '11rem', cell: ({ tls }) => t(`tls.${tls}`), wideOnly: true },
    { id: 'state', title: t('all.state'), width: '8rem', cell: (host) => <CheckChip state={host.state} /> },
    {
      id: 'found',
      title: t('record.found'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ found, words }) => found !== '' && <OwnText text={found} words={words} name="found" />,
    },
  ];
  return (
    <Stack>
      <Group gap="sm">
        <SearchText label={t('allServers.searchHosts')} />
        <StateFilter />
      </Group>
      <Answered query={query}>
        {() =>
          hosts.length === 0 ? (
            <Empty title={t('all.nothing')} hint={t('allServers.nothingHint')} />
          ) : (
            <DataList
              name="all-hosts"
              label={t('servers.hosts')}
              rows={hosts}
              keyOf={({ customer, host, port }) => `${customer} ${host} ${port}`}
              columns={columns}
              more={readMore(query)}
              foot={<MoreFoot query={query} count={hosts.length} />}
            />
          )
        }
      </Answered>
    </Stack>
  );
}

function customerColumn<Row extends { customer: string; customer_name?: string | undefined }>(
  title: string,
): Column<Row> {
  return {
    id: 'customer',
    title,
    width: 'minmax(8rem, 1.5fr)',
    cell: ({ customer, customer_name: name }) => name ?? customer,
  };
}

function StateFilter({ withWaiting = false }: { withWaiting?: boolean }) {
  const { t } = useTranslation('joining');
  const state = {
    id: 'state',
    label: t('all.state'),
    choices: CHECK_STATES.map((value) => ({ value, label: t(`checkState.${value}`) })),
  };
  const waiting = {
    id: 'waiting',
    label: t('allServers.approval'),
    choices: [
      { value: 'true', label: t('ownServers.waits') },
      { value: 'false', label: t('allServers.inForce') },
    ],
  };
  return <FilterChips filters={withWaiting ? [state, waiting] : [state]} />;
}

function AllSources() {
  const { t } = useTranslation('joining');
  const [search] = useSearchState();
  const state = stateIn(search);
  const { text, waiting } = search;
  const query = usePages(
    'listAllSources',
    {
      query: {
        limit: 100,
        ...(text !== undefined && { text }),
        ...(state !== undefined && { state }),
        ...((waiting === 'true' || waiting === 'false') && { waiting }),
      },
    },
    { keep: true },
  );
  const sources = query.entries ?? [];
  const [doing, setDoing] = useState<{ act: 'approve' | 'block'; source: Source }>();
  const columns = useSourceColumns((act, source) => setDoing({ act, source }));
  return (
    <Stack>
      <Group gap="sm">
        <SearchText label={t('allServers.searchSources')} />
        <StateFilter withWaiting />
      </Group>
      <Answered query={query}>
        {() =>
          sources.length === 0 ? (
            <Empty title={t('all.nothing')} hint={t('allServers.nothingHint')} />
          ) : (
            <DataList
              name="all-sources"
              label={t('servers.sources')}
              rows={sources}
              keyOf={({ customer, network, waiting: waits }) => `${customer} ${network} ${waits}`}
              columns={columns}
              more={readMore(query)}
              foot={<MoreFoot query={query} count={sources.length} />}
            />
          )
        }
      </Answered>
      {doing !== undefined && (
        <SourceAct
          act={doing.act}
          customer={doing.source.customer}
          network={doing.source.network}
          close={() => setDoing(undefined)}
        />
      )}
    </Stack>
  );
}

function useSourceColumns(start: (act: 'approve' | 'block', source: Source) => void): readonly Column<Source>[] {
  const { t } = useTranslation('joining');
  const mayApprove = useMay('customers:approve');
  return [
    {
      id: 'network',
      title: t('servers.source'),
      width: 'minmax(9rem, 1.5fr)',
      cell: ({ network, customer }) => (
        <ScopedLink to="/servers" search={{ customer, tab: 'sources' }}>
          {network}
        </ScopedLink>
      ),
    },
    customerColumn(t('all.customer')),
    {
      id: 'proof',
      title: t('allServers.proof'),
      width: '10rem',
      cell: ({ proof }) => (proof === undefined ? t('allServers.own') : t(`proof.${proof}`)),
      wideOnly: true,
    },
    { id: 'state', title: t('all.state'), width: '8rem', cell: ({ state }) => <CheckChip state={state} /> },
    {
      id: 'waiting',
      title: t('allServers.approval'),
      width: 'minmax(12rem, 1.5fr)',
      cell: (source) => {
        if (!source.waiting) return t('allServers.inForce');
        if (!mayApprove) return <Chip tone="warn">{t('ownServers.waits')}</Chip>;
        return (
          <Group gap={6}>
            <Button size="compact-xs" onClick={() => start('approve', source)}>
              {t('sourceAct.approve')}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => start('block', source)}>
              {t('sourceAct.block')}
            </Button>
          </Group>
        );
      },
    },
  ];
}
