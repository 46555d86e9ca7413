// One export: how far it is, its file, and the way to end it.

import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconDownload, IconTrash, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Answer, addressOf } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { Answered, Failing } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';

export type Export = Answer<'showExport'>;

const TONES = { queued: 'info', running: 'info', done: 'good', failed: 'bad', cancelled: 'idle' } as const;
const LOOK_MS = 700;

export function isOpen({ state }: Export): boolean {
  return state === 'queued' || state === 'running';
}

/** Of which only the id is known yet; looked at again while it runs. */
export function ExportLine({ id }: { id: string }) {
  const before = useCall('showExport', { path: { export: id } });
  const runs = before.data === undefined || isOpen(before.data);
  const query = useCall('showExport', { path: { export: id } }, runs ? { everyMs: LOOK_MS } : {});
  return (
    <Answered query={query} lines={2}>
      {(one) => <ExportState one={one} />}
    </Answered>
  );
}

export function ExportState({ one }: { one: Export }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <span role="status">
          <Chip tone={TONES[one.state]}>{t(`exports.state.${one.state}`)}</Chip>
        </span>
        <Text size="sm">{t('exports.rows', { count: one.rows })}</Text>
        {one.octets !== null && (
          <Text size="sm" c="dimmed">
            {formats.size(one.octets)}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          <When at={one.asked_at} />
        </Text>
      </Group>
      {isOpen(one) && (
        <>
          <Progress value={100 * (one.progress ?? 0)} aria-label={t('exports.progress')} />
          {one.searched_to !== undefined && (
            <Text size="xs" c="dimmed">
              {t('exports.searchedTo', { time: formats.dateTime(one.searched_to) })}
            </Text>
          )}
        </>
      )}
      <ExportWords one={one} />
      <ExportActs one={one} />
    </Stack>
  );
}

const FAULTS = ['erased', 'interrupted', 'no_room', 'fault'] as const;

function ExportWords({ one }: { one: Export }) {
  const { t } = useTranslation('messages');
  const known = FAULTS.find((word) => word === one.fault);
  return (
    <>
      <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {one.query === '' ? t('exports.everything') : one.query}
        {one.customer !== null && ` · ${one.customer}`}
      </Text>
      {one.fault !== null && <Text size="sm">{known === undefined ? one.fault : t(`exports.fault.${known}`)}</Text>}
      {one.cut && <Text size="sm">{t('exports.cut')}</Text>}
      {one.expires_at !== undefined && (
        <Text size="xs" c="dimmed">
          {t('exports.expires')} <When at={one.expires_at} as="date" />
        </Text>
      )}
    </>
  );
}

function ExportActs({ one }: { one: Export }) {
  const { t } = useTranslation('messages');
  const remove = useAct('removeExport', { changes: ['listExports', 'showExport'] });
  const act = () => remove.mutate({ path: { export: one.id } });
  return (
    <>
      {remove.error !== null && <Failing error={remove.error} />}
      <Group gap="xs">
        {one.state === 'done' && (
          <Button
            component="a"
            href={addressOf('getExportFile', { path: { export: one.id } })}
            download
            size="compact-sm"
            leftSection={<IconDownload size={14} />}
          >
            {t('exports.fetch')}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          leftSection={isOpen(one) ? <IconX size={14} /> : <IconTrash size={14} />}
          loading={remove.isPending}
          onClick={act}
        >
          {isOpen(one) ? t('exports.cancel') : t('exports.delete')}
        </Button>
      </Group>
    </>
  );
}
