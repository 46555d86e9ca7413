// The configuration as it is in force: every key with its value, its default, and where it comes from.

import { Anchor, Box, Code, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { Notice } from '../../parts/notice.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SettingText, useSettingText } from '../../parts/setting-text.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { useSearchState } from '../../search.ts';

type Settings = Answer<'getSettings'>;
type Setting = Settings['entries'][number];

const SHOWS = ['set', 'changed', 'waits', 'restart'] as const;
type Show = (typeof SHOWS)[number];

export function Page() {
  const { t } = useTranslation('governance');
  const query = useCall('getSettings', {});
  const { data } = query;
  const file = data?.file ?? null;
  return (
    <PageFrame
      title={t('settings.title')}
      lead={data === undefined ? undefined : file === null ? t('settings.leadSandbox') : t('settings.lead', { file })}
    >
      <Answered query={query} lines={14}>
        {(settings) => (
          <>
            <Waiting settings={settings} />
            <SettingsSearch />
            <Sections settings={settings} />
          </>
        )}
      </Answered>
    </PageFrame>
  );
}

function Waiting({ settings }: { settings: Settings }) {
  const { t } = useTranslation('governance');
  const [, change] = useSearchState();
  const count = settings.entries.filter(({ waits }) => waits).length;
  if (count === 0) return null;
  return (
    <Notice tone="warn" title={t('settings.waiting', { count })}>
      <Anchor
        component="button"
        type="button"
        size="sm"
        onClick={() => change({ show: 'waits', q: undefined }, 'push')}
      >
        {t('settings.showWaiting')}
      </Anchor>
    </Notice>
  );
}

function SettingsSearch() {
  const { t } = useTranslation('governance');
  const [search, change] = useSearchState();
  return (
    <Group gap="xs" role="search">
      <TextInput
        aria-label={t('settings.search')}
        placeholder={t('settings.searchHint')}
        leftSection={<IconSearch size={16} />}
        defaultValue={search['q'] ?? ''}
        maw={420}
        style={{ flex: '1 1 16rem' }}
        onChange={(event) => change({ q: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
      />
      <Select
        aria-label={t('settings.show')}
        placeholder={t('settings.shows.all')}
        clearable
        data={SHOWS.map((value) => ({ value, label: t(`settings.shows.${value}`) }))}
        value={search['show'] ?? null}
        onChange={(value) => change({ show: value ?? undefined })}
      />
    </Group>
  );
}

const FITS = {
  set: ({ origin }) => origin.from !== 'default',
  changed: (one) => one.default !== null && one.value !== null && one.value !== one.default,
  waits: ({ waits }) => waits,
  restart: ({ restart }) => restart,
} as const satisfies Record<Show, (one: Setting) => boolean>;

function Sections({ settings }: { settings: Settings }) {
  const { t } = useTranslation('governance');
  const [search] = useSearchState();
  const words = (search['q'] ?? '').toLowerCase().split(/\s+/);
  const show = SHOWS.find((one) => one === search['show']);
  const textOf = useSettingText();
  const fitting = settings.entries.filter((one) => {
    const text = `${one.key} ${textOf(one).text} ${one.value ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word)) && (show === undefined || FITS[show](one));
  });
  if (fitting.length === 0) return <Empty title={t('settings.notFound')} hint={t('settings.notFoundHint')} />;
  const sections = Map.groupBy(fitting, ({ section }) => section);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" role="status">
        {t('settings.count', { count: fitting.length })}
      </Text>
      {[...sections].map(([section, entries]) => (
        <Panel key={section} title={`[${section}]`}>
          <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
            {entries.map((one) => (
              <SettingLine key={one.key} setting={one} />
            ))}
          </Box>
        </Panel>
      ))}
    </Stack>
  );
}

function SettingLine({ setting }: { setting: Setting }) {
  const { t } = useTranslation('governance');
  const { key, value, secret, set, restart, waits, choices } = setting;
  const shown = secret && set ? t('settings.secret') : (value ?? t('settings.notSet'));
  return (
    <Box component="li" className="data-list-row" py={8}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Box style={{ flex: '1 1 20rem', minWidth: 0 }}>
          <Code style={{ overflowWrap: 'anywhere' }}>{key}</Code>
          <SettingText setting={setting} />
          {choices !== null && (
            <Text size="xs" c="dimmed">
              {t('settings.choices', { choices: choices.join(', ') })}
            </Text>
          )}
        </Box>
        <Stack gap={4} align="flex-end" style={{ flex: '0 1 18rem', minWidth: 0 }}>
          <Text ff="monospace" size="sm" fw={600} ta="end" style={{ overflowWrap: 'anywhere' }}>
            {shown}
          </Text>
          <Group gap={6} justify="flex-end">
            <Origin setting={setting} />
            {waits && <Chip tone="warn">{t('settings.waits')}</Chip>}
          </Group>
          {restart && (
            <Text size="xs" c="dimmed" ta="end">
              {t('settings.restart')}
            </Text>
          )}
        </Stack>
      </Group>
    </Box>
  );
}

function Origin({ setting: { origin, default: fallback, value, required } }: { setting: Setting }) {
  const { t } = useTranslation('governance');
  const hint =
    origin.from === 'default' || required || fallback === null || fallback === value
      ? ''
      : t('settings.default', { value: fallback });
  const words = {
    default: t('settings.origins.default'),
    file: origin.line === null ? t('settings.origins.file') : t('settings.origins.line', { line: origin.line }),
    environment: t('settings.origins.environment', { variable: origin.variable }),
    sandbox: t('settings.origins.sandbox'),
  };
  return (
    <>
      <Chip tone={origin.from === 'default' ? 'idle' : 'info'}>{words[origin.from]}</Chip>
      {hint !== '' && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </>
  );
}
