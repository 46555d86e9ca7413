// Backups: whether they are made, which there are, and one more by hand.

import { Button, Code, Group, Menu, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconDatabasePlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { type Column, DataList } from '../../parts/data-list.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Notice } from '../../parts/notice.tsx';
import { OwnText } from '../../parts/own-text.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered, Empty, Failing } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { useRelayWords } from '../../parts/use-relay-words.ts';
import { When } from '../../parts/when.tsx';
import { useMay } from '../../session.ts';

type Backups = Answer<'listBackups'>;
type Backup = Backups['entries'][number];

const RUNNING_MS = 1000;
const IDLE_MS = 30_000;
/** Past so many intervals without a backup the alarm rings. */
const LATE_INTERVALS = 2;

export function Page() {
  const { t } = useTranslation('governance');
  const first = useCall('listBackups', {});
  const isRunning = first.data?.present.state === 'running';
  const query = useCall('listBackups', {}, { everyMs: isRunning ? RUNNING_MS : IDLE_MS });
  return (
    <PageFrame title={t('backups.title')} lead={t('backups.lead')} actions={<MakeBackup backups={query.data} />}>
      <Answered query={query}>
        {(backups) => (
          <>
            <State backups={backups} />
            <BackupList backups={backups} />
          </>
        )}
      </Answered>
    </PageFrame>
  );
}

function MakeBackup({ backups }: { backups: Backups | undefined }) {
  const { t } = useTranslation('governance');
  const mayMake = useMay('backups:write');
  const make = useAct('makeBackup', { changes: ['listBackups'] });
  if (!mayMake || backups === undefined || backups.off !== null) return null;
  const isRunning = make.isPending || backups.present.state === 'running';
  return (
    <Stack gap="xs" align="flex-end">
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            leftSection={<IconDatabasePlus size={16} />}
            rightSection={<IconChevronDown size={14} />}
            loading={isRunning}
          >
            {t('backups.make')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(['last', 'whole'] as const).map((since) => (
            <Menu.Item key={since} onClick={() => make.mutate({ body: { since } })}>
              {t(`backups.kinds.${since}`)}
              <Text size="xs" c="dimmed">
                {t(`backups.kindHints.${since}`)}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {make.error !== null && <Failing error={make.error} />}
    </Stack>
  );
}

function State({ backups }: { backups: Backups }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const say = useRelayWords('faults');
  const {
    off,
    off_code: code,
    off_values: values,
    folder,
    interval_ms: interval,
    keep_ms: keep,
    present,
    entries,
  } = backups;
  if (off !== null) {
    const { text, lang } = say('problem', { text: off, code, values });
    return (
      <Notice tone="warn" title={t('backups.off')}>
        <Text size="sm" lang={lang}>
          {text}
        </Text>
        <Text size="sm">{t('backups.offHint')}</Text>
      </Notice>
    );
  }
  const last = entries.at(-1);
  const isLate =
    last !== undefined && interval > 0 && Date.now() - Date.parse(last.made_at) > LATE_INTERVALS * interval;
  return (
    <Panel title={t('backups.state')}>
      <Group gap="xs">
        {last !== undefined && (
          <Chip tone={isLate ? 'bad' : 'good'}>{isLate ? t('backups.late') : t('backups.onTime')}</Chip>
        )}
        <Text size="sm">
          {last === undefined ? t('backups.none') : t('backups.last', { when: formats.relative(last.made_at) })}{' '}
          {interval > 0 ? t('backups.every', { span: formats.spanInWords(interval) }) : t('backups.byHand')}{' '}
          {t('backups.kept', { span: formats.spanInWords(keep) })}
        </Text>
      </Group>
      <Text size="sm">
        {t('backups.folder')} <Code>{folder}</Code>
      </Text>
      <Text size="sm" c="dimmed">
        {t('backups.proof')}
      </Text>
      <Present present={present} />
    </Panel>
  );
}

function Present({ present }: { present: Backups['present'] }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  if (present.state === 'running') {
    return (
      <Text size="sm" role="status">
        {t('backups.running', { since: formats.relative(present.begun_at), size: formats.size(present.octets_done) })}
      </Text>
    );
  }
  if (present.state === 'failed') {
    return (
      <Notice tone="bad" title={t('backups.failed', { when: formats.relative(present.at) })}>
        <Text size="sm">
          <OwnText text={present.message} words={present.words} name="message" />
        </Text>
      </Notice>
    );
  }
  return null;
}

function BackupList({ backups }: { backups: Backups }) {
  const { t } = useTranslation('governance');
  const columns = useColumns();
  const rows = useMemo(() => backups.entries.toReversed(), [backups.entries]);
  if (rows.length === 0) return <Empty title={t('backups.empty')} hint={t('backups.emptyHint')} />;
  return <DataList name="backups" label={t('backups.title')} rows={rows} columns={columns} keyOf={({ id }) => id} />;
}

function useColumns(): Column<Backup>[] {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  return useMemo(
    () => [
      { id: 'id', title: t('backups.id'), width: 'minmax(12rem, 1.5fr)', cell: ({ id }) => <Code>{id}</Code> },
      { id: 'at', title: t('backups.madeAt'), width: '11rem', cell: ({ made_at: at }) => <When at={at} /> },
      {
        id: 'since',
        title: t('backups.kind'),
        width: 'minmax(8rem, 1fr)',
        cell: ({ since }) => (since === 'whole' ? t('backups.whole') : t('backups.from', { id: since })),
      },
      { id: 'size', title: t('backups.size'), width: '7rem', atEnd: true, cell: ({ size }) => formats.size(size) },
      {
        id: 'recipients',
        title: t('backups.recipients'),
        width: '8rem',
        atEnd: true,
        cell: ({ recipients }) => formats.number(recipients),
      },
      { id: 'days', title: t('backups.days'), width: '7rem', atEnd: true, cell: ({ days }) => formats.number(days) },
    ],
    [t, formats],
  );
}
