// What is kept for how long, kind by kind, and what the two jobs that see to it did last.

import { Anchor, Button, Group, List, Stack, Table, Text } from '@mantine/core';
import { IconEraser, IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { OwnText } from '../../parts/own-text.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Answered, Failing } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { useIsOperator, useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { useKindName } from './kind-names.ts';
import { RegisterText, usePlaceWords } from './register-text.tsx';

type Kept = Answer<'getRetention'>;
type Kind = Kept['kinds'][number];

export function Retention() {
  const query = useCall('getRetention', {});
  const isOperator = useIsOperator();
  return (
    <Answered query={query} lines={10}>
      {(data) => (
        <Stack gap="md">
          {isOperator && <Jobs kept={data} />}
          <Kinds kinds={data.kinds} />
        </Stack>
      )}
    </Answered>
  );
}

function Jobs({ kept: { last_drop: drop, last_look: look } }: { kept: Kept }) {
  const { t } = useTranslation('governance');
  const mayRun = useMay('privacy:write');
  const run = useAct('runRetention', { changes: ['getRetention'] });
  return (
    <Panel
      title={t('retention.jobs')}
      hint={t('retention.jobsHint')}
      actions={
        mayRun && (
          <>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconEye size={14} />}
              loading={run.isPending && run.variables.body.job === 'look'}
              onClick={() => run.mutate({ body: { job: 'look' } })}
            >
              {t('retention.look')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconEraser size={14} />}
              loading={run.isPending && run.variables.body.job === 'drop'}
              onClick={() => run.mutate({ body: { job: 'drop' } })}
            >
              {t('retention.drop')}
            </Button>
          </>
        )
      }
    >
      {run.error !== null && <Failing error={run.error} />}
      <LastDrop drop={drop} />
      <LastLook look={look} />
    </Panel>
  );
}

function LastDrop({ drop }: { drop: Kept['last_drop'] }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const nameOf = useKindName();
  if (drop === null) return <Text size="sm">{t('retention.neverDropped')}</Text>;
  const gone = Object.entries(drop.dropped).filter(([, count]) => count > 0);
  const failed = Object.entries(drop.failed);
  return (
    <div>
      <Group gap="xs">
        <Chip tone={failed.length === 0 ? 'good' : 'bad'}>
          {failed.length === 0 ? t('retention.done') : t('retention.failed')}
        </Chip>
        <Text size="sm">{t('retention.lastDrop', { when: formats.relative(drop.at) })}</Text>
      </Group>
      <Text size="sm" c="dimmed">
        {gone.length === 0
          ? t('retention.nothingDropped')
          : gone.map(([kind, count]) => `${nameOf(kind)}: ${formats.number(count)}`).join(' · ')}
      </Text>
      {failed.map(([kind, why]) => (
        <Text key={kind} size="sm">
          {nameOf(kind)}: <OwnText text={why} words={drop.words} name={kind} />
        </Text>
      ))}
    </div>
  );
}

function LastLook({ look }: { look: Kept['last_look'] }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const words = usePlaceWords();
  if (look === null) return <Text size="sm">{t('retention.neverLooked')}</Text>;
  const isClean = look.findings.length === 0 && look.unknown.length === 0;
  return (
    <div>
      <Group gap="xs">
        <Chip tone={isClean ? 'good' : 'bad'}>{isClean ? t('retention.clean') : t('retention.overdue')}</Chip>
        <Text size="sm">{t('retention.lastLook', { when: formats.relative(look.at) })}</Text>
      </Group>
      {!isClean && (
        <List size="sm">
          {look.findings.map(({ store, where, what, count, words: said }) => (
            <List.Item key={`${store} ${where} ${what}`}>
              {words.store(store)}, {where}: <OwnText text={what} words={said} name="what" /> ({formats.number(count)})
            </List.Item>
          ))}
          {look.unknown.map((place, at) => (
            <List.Item key={place}>
              <OwnText text={place} words={look.words} name={`unknown.${at}`} />
            </List.Item>
          ))}
        </List>
      )}
    </div>
  );
}

function Kinds({ kinds }: { kinds: readonly Kind[] }) {
  const { t } = useTranslation('governance');
  const [search, change] = useSearchState();
  const nameOf = useKindName();
  const open = kinds.find(({ kind }) => kind === search['kind']);
  return (
    <Panel title={t('retention.kinds')} hint={t('retention.kindsHint')}>
      <Table highlightOnHover verticalSpacing={6} aria-label={t('retention.kinds')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('retention.kind')}</Table.Th>
            <Table.Th>{t('retention.keptFor')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kinds.map((one) => (
            <Table.Tr key={one.kind}>
              <Table.Td>
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  ta="start"
                  onClick={() => change({ kind: one.kind }, 'push')}
                >
                  {nameOf(one.kind)}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <KeptFor days={one.kept_days} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {open !== undefined && <OpenKind kind={open} />}
    </Panel>
  );
}

function KeptFor({ days }: { days: number | null }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  if (days === 0) return <Text size="sm">{t('retention.atEnd')}</Text>;
  return (
    <Text size="sm">
      {days === null
        ? t('retention.noTime')
        : t('retention.days', { count: Math.round(days), shown: formats.number(days) })}
    </Text>
  );
}

/** As the register says it. */
function OpenKind({ kind }: { kind: Kind }) {
  const [, change] = useSearchState();
  const nameOf = useKindName();
  return (
    <SidePanel title={nameOf(kind.kind)} close={() => change({ kind: undefined })}>
      <KindFacts kind={kind} />
    </SidePanel>
  );
}

function KindFacts({ kind }: { kind: Kind }) {
  const { t } = useTranslation('governance');
  const { place } = usePlaceWords();
  return (
    <Facts
      facts={[
        { name: t('retention.keptFor'), value: <KeptFor days={kind.kept_days} /> },
        { name: t('retention.countedFrom'), value: <RegisterText of={kind.counted_from} /> },
        { name: t('retention.holds'), value: <RegisterText of={kind.holds} /> },
        { name: t('retention.of'), value: <RegisterText of={kind.data_subjects} /> },
        { name: t('retention.categories'), value: <RegisterText of={kind.categories} /> },
        { name: t('retention.purposes'), value: <RegisterText of={kind.purposes} between="; " /> },
        { name: t('retention.where'), value: place(kind.where) },
        { name: t('retention.dropped'), value: <RegisterText of={kind.dropped} /> },
        { name: t('retention.erasure'), value: <RegisterText of={kind.erasure_by_address} /> },
      ]}
    />
  );
}
