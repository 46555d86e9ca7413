// How each receiver is doing that has work or is closed: what waits, since when, and what it said last.

import { Alert, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { both, useCall } from '../../../api/queries.ts';
import { DataList } from '../../../parts/data-list.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { useScope, useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { DestinationPanel } from './destination-panel.tsx';
import { joined, type Receiver } from './receivers.ts';
import { useColumns } from './use-columns.tsx';

/** The largest that the API tells of at once. */
const LARGEST = 1000;
const LOOK_EVERY_MS = 10_000;
const WHICH = ['all', 'closed', 'deferred'] as const;

export function Page() {
  const { t } = useTranslation('customers');
  const customer = useScope();
  const mayQueue = useMay('queue:read');
  const groups = useCall(
    'listQueueGroups',
    { query: { by: 'destination', limit: LARGEST, ...(customer !== undefined && { customer }) } },
    { everyMs: LOOK_EVERY_MS, keep: true, enabled: mayQueue },
  );
  const states = useCall('listDestinations', { query: { limit: LARGEST } }, { everyMs: LOOK_EVERY_MS, keep: true });
  return (
    <PageFrame title={t('destinations.title')} lead={t('destinations.lead')}>
      {mayQueue ? (
        <Answered query={both(states, groups)}>
          {([{ entries }, found]) => (
            <Receivers
              all={joined(found.groups, entries, customer !== undefined)}
              missing={Math.max(0, found.count - found.groups.length)}
            />
          )}
        </Answered>
      ) : (
        <Answered query={states}>
          {({ entries }) => <Receivers all={joined([], entries, false)} missing={0} />}
        </Answered>
      )}
    </PageFrame>
  );
}

function Receivers({ all, missing }: { all: readonly Receiver[]; missing: number }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const [search, change] = useSearchState();
  const columns = useColumns();
  const which = WHICH.find((one) => one === search['state']) ?? 'all';
  const text = (search['text'] ?? '').trim().toLowerCase();
  const rows = all.filter(
    (one) =>
      (which === 'all' || (which === 'closed' ? one.closedUntil !== null : one.deferred > 0)) &&
      one.name.includes(text),
  );
  const at = rows.findIndex(({ name }) => name === search['open']);
  const opened = rows[at];
  const open = (receiver: Receiver | undefined) => change({ open: receiver?.name });
  const near = (step: number) => {
    const row = rows[at + step];
    return row === undefined ? undefined : () => open(row);
  };
  const closed = all.filter(({ closedUntil }) => closedUntil !== null).length;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t('destinations.sentence', { count: all.length, shown: formats.number(all.length) })}{' '}
        {closed === 0 ? t('destinations.noneClosed') : t('destinations.closed', { count: closed })}
      </Text>
      <TextInput
        type="search"
        aria-label={t('destinations.search')}
        placeholder={t('destinations.search')}
        leftSection={<IconSearch size={16} />}
        value={search['text'] ?? ''}
        maw={420}
        onChange={(event) => change({ text: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
      />
      <SegmentedControl
        aria-label={t('destinations.which')}
        data={WHICH.map((value) => ({ value, label: t(`destinations.is.${value}`) }))}
        value={which}
        style={{ alignSelf: 'flex-start', maxWidth: '100%', flexWrap: 'wrap' }}
        onChange={(value) => change({ state: value === 'all' ? undefined : value }, 'push')}
      />
      {missing > 0 && (
        <Alert color="petrol" variant="light">
          {t('destinations.missing', { count: missing, shown: formats.number(missing) })}
        </Alert>
      )}
      {rows.length === 0 ? (
        <Empty
          title={all.length === 0 ? t('destinations.none') : t('destinations.noneFound')}
          hint={all.length === 0 ? t('destinations.noneHint') : t('destinations.noneFoundHint')}
        />
      ) : (
        <DataList
          name="destinations"
          label={t('destinations.title')}
          rows={rows}
          keyOf={({ name }) => name}
          columns={columns}
          open={open}
          opened={opened?.name}
        />
      )}
      {opened !== undefined && (
        <DestinationPanel receiver={opened} close={() => open(undefined)} before={near(-1)} next={near(1)} />
      )}
    </Stack>
  );
}
