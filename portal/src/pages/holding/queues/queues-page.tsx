// The queues: by destination, customer, sender and address of ours; their recipients; what is done to many of them.

import { Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { FilterChips } from '../../../parts/filter-chips.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { useScope } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { JobBanner } from '../bulk/job-banner.tsx';
import { JobsList } from '../bulk/jobs-list.tsx';
import { GroupsList } from './groups-list.tsx';
import { useQueueFilters } from './queue-query.ts';
import { RecipientsList } from './recipients-list.tsx';
import { VerbDialog, type WantedVerb } from './verb-dialog.tsx';

const GROUPINGS = ['destination', 'customer', 'sender', 'address'] as const;

export function Page() {
  const { t } = useTranslation('holding');
  const filters = useQueueFilters();
  const customer = useScope();
  const mayCount = useMay('relay:read');
  const [wanted, setWanted] = useState<WantedVerb>();
  const [turn, setTurn] = useState(0);
  const close = (done?: true) => {
    setWanted(undefined);
    // What was chosen is done: the list begins with nothing chosen.
    if (done === true) setTurn((before) => before + 1);
  };
  const groupings = GROUPINGS.filter((by) => by !== 'customer' || customer === undefined);
  return (
    <PageFrame title={t('queues.title')} lead={mayCount && customer === undefined ? <Counts /> : undefined}>
      <JobBanner part="queue" />
      <FilterChips filters={filters} />
      <UrlTabs
        label={t('queues.tabs.label')}
        tabs={[
          ...groupings.map((by) => ({
            id: by,
            label: t(`queues.tabs.${by}`),
            content: () => <GroupsList key={by} by={by} act={setWanted} />,
          })),
          {
            id: 'recipients',
            label: t('queues.tabs.recipients'),
            content: () => <RecipientsList turn={turn} act={setWanted} />,
          },
          { id: 'jobs', label: t('queues.tabs.jobs'), content: () => <JobsList part="queue" /> },
        ]}
      />
      {wanted !== undefined && <VerbDialog wanted={wanted} close={close} />}
    </PageFrame>
  );
}

const STATUSES = ['queued', 'deferred', 'held', 'quarantined'] as const;

/** How much waits in all; each number leads to its list. */
function Counts() {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const { data } = useCall('getQueueCounts', {}, { everyMs: 5000 });
  if (data === undefined) return null;
  const all = STATUSES.reduce((sum, status) => sum + data[status], 0);
  if (all === 0) return t('queues.leadNone');
  return (
    <Stack gap={0}>
      {t('queues.lead', { count: all })}
      <Group gap="md" style={{ rowGap: 0 }}>
        {STATUSES.filter((status) => data[status] > 0).map((status) => (
          <ScopedLink
            key={status}
            to={status === 'quarantined' ? '/quarantine' : '/queues'}
            search={status === 'quarantined' ? {} : { tab: 'recipients', status }}
          >
            {t(`queues.counts.${status}`, { n: formats.number(data[status]) })}
          </ScopedLink>
        ))}
      </Group>
    </Stack>
  );
}
