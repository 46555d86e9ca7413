// The SPF includes: the records to publish, and whether DNS covers our addresses, and nothing else.

import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { CopyLine } from '../../../parts/copy.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';

type Include = Answer<'getSpf'>['includes'][number];
type SpfRecord = Include['records'][number];

const INCLUDE_TONES: Readonly<Record<Include['state'], Tone>> = {
  ok: 'good',
  missing: 'bad',
  too_much: 'warn',
  unknown: 'idle',
};
const RECORD_TONES: Readonly<Record<SpfRecord['state'], Tone>> = {
  ok: 'good',
  missing: 'bad',
  different: 'warn',
  unknown: 'idle',
};

export function SpfTab() {
  const { t } = useTranslation('customers');
  const spf = useCall('getSpf', {});
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button variant="default" loading={spf.isFetching} onClick={() => void spf.refetch()}>
          {t('spf.look')}
        </Button>
      </Group>
      <Answered query={spf}>
        {({ includes, notes, words }) => (
          <Stack gap="md">
            {notes.map((note, at) => (
              <Alert key={note} color="yellow" variant="light">
                <OwnText text={note} words={words} name={`notes.${at}`} />
              </Alert>
            ))}
            {includes.length === 0 && <Empty title={t('spf.none')} hint={t('spf.noneHint')} />}
            {includes.map((include) => (
              <IncludePanel key={include.name} include={include} />
            ))}
          </Stack>
        )}
      </Answered>
    </Stack>
  );
}

function IncludePanel({ include }: { include: Include }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const { name, pools, lookups, state, records } = include;
  return (
    <Panel
      title={name}
      hint={t(`spf.about.${state}`)}
      actions={<Chip tone={INCLUDE_TONES[state]}>{t(`spf.state.${state}`)}</Chip>}
    >
      <Stack gap="md">
        <Facts
          facts={[
            { name: t('addresses.pools'), value: formats.list(pools) },
            { name: t('spf.lookups'), value: t('spf.lookupsOf', { count: lookups }) },
          ]}
        />
        <Troubles include={include} />
        <Text size="sm" c="dimmed">
          {t('spf.order')}
        </Text>
        {records.map((record) => (
          <RecordCard key={record.name} record={record} />
        ))}
      </Stack>
    </Panel>
  );
}

function RecordCard({ record }: { record: SpfRecord }) {
  const { t } = useTranslation('customers');
  const { name, text, strings, found, state } = record;
  return (
    <Stack gap={6} pb="sm" className="data-list-row">
      <Group gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          TXT {name}
        </Text>
        <Chip tone={RECORD_TONES[state]}>{t(`spf.record.${state}`)}</Chip>
      </Group>
      <CopyLine text={strings.length > 1 ? strings.map((one) => `"${one}"`).join(' ') : text} what={name} />
      {(state === 'missing' || state === 'different') && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {found === null ? t('spf.foundNothing') : t('spf.found', { found })}
        </Text>
      )}
    </Stack>
  );
}

/** What is wrong beyond the records themselves. */
function Troubles({ include }: { include: Include }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const lists = [
    { word: 'missing', items: include.missing.map(({ ip, pool }) => `${ip} (${pool})`) },
    { word: 'tooMuch', items: include.too_much },
    { word: 'foreign', items: include.foreign },
    { word: 'obsolete', items: include.obsolete },
    { word: 'leaving', items: include.leaving.map(({ ip, until }) => `${ip}: ${formats.dateTime(until)}`) },
    { word: 'faults', items: include.faults },
    { word: 'warnings', items: include.warnings },
  ] as const;
  return lists
    .filter(({ items }) => items.length > 0)
    .map(({ word, items }) => (
      <div key={word}>
        <Text size="sm" fw={600}>
          {t(`spf.list.${word}`)}
        </Text>
        <List size="sm">
          {items.map((item) => (
            <List.Item key={item} style={{ overflowWrap: 'anywhere' }}>
              {item}
            </List.Item>
          ))}
        </List>
      </div>
    ));
}
