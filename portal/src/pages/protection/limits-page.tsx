// Who is let in: load, what was refused, blocklists, greylisting, and the limits that are in force.

import { Alert, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { useFormats } from '../../parts/formats.ts';
import { PageFrame } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered } from '../../parts/states.tsx';
import { useRelayWords } from '../../parts/use-relay-words.ts';
import { useMay } from '../../session.ts';
import { Bars } from './bars.tsx';
import { GreylistingPanel, ListsPanel } from './flood-lists.tsx';
import { LimitsInForce } from './limits-in-force.tsx';
import { RefusedPanel } from './refused-panel.tsx';

type Floods = Answer<'getFloods'>;
const EVERY_MS = 10_000;

export function Page() {
  const { t } = useTranslation('protection');
  const query = useCall('getFloods', {}, { everyMs: EVERY_MS });
  const maySeeSettings = useMay('relay:read');
  return (
    <PageFrame title={t('limits.title')} lead={t('limits.lead')}>
      <Answered query={query}>
        {(floods) => (
          <Stack>
            <Load load={floods.load} />
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              <NowPanel floods={floods} />
              <RefusedPanel floods={floods} />
              <ListsPanel lists={floods.lists} />
              <GreylistingPanel greylisting={floods.greylisting} />
            </SimpleGrid>
          </Stack>
        )}
      </Answered>
      {maySeeSettings && <LimitsInForce />}
    </PageFrame>
  );
}

function Load({ load }: { load: Floods['load'] }) {
  const { t } = useTranslation('protection');
  const say = useRelayWords('findings');
  const formats = useFormats();
  if (load.length === 0) return <Text size="sm">{t('limits.calm')}</Text>;
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle size={18} />}
      role="status"
      title={t('limits.underLoad', { count: load.length })}
    >
      {load.map(({ thread, cause, since, ...coded }) => (
        <Text size="sm" key={thread}>
          {t('limits.loadLine', {
            thread,
            cause: say('alarm', { text: cause, ...coded }).text,
            when: formats.dateTime(since),
          })}
        </Text>
      ))}
    </Alert>
  );
}

function NowPanel({ floods: { connections, refused, cut_off: cutOff, starts } }: { floods: Floods }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const sum = (courses: Floods['refused']) => courses.reduce((all, { last_hour: count }) => all + count, 0);
  const numbers = [
    {
      name: t('limits.open'),
      value: formats.number(connections.open),
      hint: t('limits.ofLimit', { limit: formats.number(connections.limit) }),
    },
    { name: t('limits.opened'), value: formats.number(connections.opened.last_hour) },
    { name: t('limits.refusedTotal'), value: formats.number(sum(refused)) },
    { name: t('limits.cutTotal'), value: formats.number(sum(cutOff)) },
  ];
  return (
    <Panel title={t('limits.now')}>
      <SimpleGrid cols={{ base: 2, sm: 4 }} component="dl" m={0}>
        {numbers.map(({ name, value, hint }) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} size="xl" fw={600}>
              {value}
              {hint !== undefined && (
                <Text span size="xs" c="dimmed" fw={400} ml={4}>
                  {hint}
                </Text>
              )}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Bars label={t('limits.chart')} values={connections.opened.slots} starts={starts} height={64} />
    </Panel>
  );
}
