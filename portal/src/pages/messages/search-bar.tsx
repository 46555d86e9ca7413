// The search: as one types, with presets of time, filters as chips, and searches that were kept.

import { ActionIcon, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { IconHelp, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Filter, FilterChips } from '../../parts/filter-chips.tsx';
import { useFormats } from '../../parts/formats.ts';
import { isMailStatus } from '../../parts/mail-status.tsx';
import { useSearchState } from '../../search.ts';
import { localMoment, utcMoment } from './own-range.ts';
import { SavedSearches } from './saved-searches.tsx';
import { SearchHelp } from './search-help.tsx';
import { CLASSES, RANGES, type Range, rangeOf, STATUSES } from './search-query.ts';

const TYPING_MS = 250;

export function SearchBar({ fault }: { fault: string | undefined }) {
  const { t } = useTranslation('messages');
  const [helps, setHelps] = useState(false);
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <SearchField fault={fault} />
        <ActionIcon size="lg" variant="default" aria-label={t('search.help')} onClick={() => setHelps(true)}>
          <IconHelp size={18} />
        </ActionIcon>
        <SavedSearches />
      </Group>
      <RangeChoice />
      <Filters />
      {helps && <SearchHelp close={() => setHelps(false)} />}
    </Stack>
  );
}

function SearchField({ fault }: { fault: string | undefined }) {
  const { t } = useTranslation('messages');
  const [search, change] = useSearchState();
  const given = search['q'] ?? '';
  const [typed, setTyped] = useState(given);
  const ask = useDebouncedCallback((q: string) => change({ q }), TYPING_MS);
  // The address may change without typing: back, a saved search, a link.
  useEffect(() => setTyped((before) => (before.trim() === given.trim() ? before : given)), [given]);
  return (
    <TextInput
      flex={1}
      type="search"
      role="searchbox"
      aria-label={t('search.label')}
      placeholder={t('search.placeholder')}
      leftSection={<IconSearch size={16} />}
      rightSection={
        typed === '' ? undefined : (
          <ActionIcon
            variant="subtle"
            size="sm"
            aria-label={t('search.clear')}
            onClick={() => {
              setTyped('');
              change({ q: undefined });
            }}
          >
            <IconX size={14} />
          </ActionIcon>
        )
      }
      spellCheck={false}
      autoComplete="off"
      value={typed}
      error={fault === undefined ? undefined : `${t('search.fault')} ${fault}`}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        ask(event.currentTarget.value);
      }}
    />
  );
}

function RangeChoice() {
  const { t } = useTranslation('messages');
  const [search, change] = useSearchState();
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const range = rangeOf(search);
  const data = RANGES.map((value) => ({ value, label: t(`range.${value}`) }));
  const choose = (value: string) => {
    const next = value as Range;
    change({ range: next, ...(next !== 'own' && { since: undefined, until: undefined }) }, 'push');
  };
  return (
    <Group gap="xs" align="center">
      {isNarrow ? (
        <Select
          aria-label={t('range.label')}
          data={data}
          value={range}
          allowDeselect={false}
          onChange={(value) => value !== null && choose(value)}
        />
      ) : (
        <SegmentedControl size="xs" aria-label={t('range.label')} data={data} value={range} onChange={choose} />
      )}
      {range === 'own' && <OwnRange />}
    </Group>
  );
}

function OwnRange() {
  const { t } = useTranslation('messages');
  const [search, change] = useSearchState();
  return (
    <Group gap="xs">
      {(['since', 'until'] as const).map((name) => (
        <TextInput
          key={name}
          size="xs"
          type="datetime-local"
          aria-label={t(`range.${name}`)}
          leftSection={<Text size="xs">{t(`range.${name}`)}</Text>}
          leftSectionWidth={52}
          value={localMoment(search[name] ?? '', name)}
          onChange={(event) => change({ [name]: utcMoment(event.currentTarget.value), range: 'own' })}
        />
      ))}
    </Group>
  );
}

function Filters() {
  const { t } = useTranslation(['messages', 'parts']);
  const formats = useFormats();
  const statusWord = (word: string) => (isMailStatus(word) ? t(`status.${word}`, { ns: 'parts' }) : word);
  const filters: readonly Filter[] = [
    {
      id: 'status',
      label: t('filter.status'),
      choices: STATUSES.map((value) => ({ value, label: t(`status.${value}`, { ns: 'parts' }) })),
      // A link may name several.
      show: (value) => formats.list(value.split(',').map(statusWord)),
    },
    {
      id: 'direction',
      label: t('filter.direction'),
      choices: (['outbound', 'inbound'] as const).map((value) => ({ value, label: t(`direction.${value}`) })),
    },
    { id: 'from', label: t('filter.from'), placeholder: t('filter.address') },
    { id: 'to', label: t('filter.to'), placeholder: t('filter.address') },
    { id: 'domain', label: t('filter.domain'), placeholder: 'example.org' },
    {
      id: 'class',
      label: t('filter.class'),
      choices: CLASSES.map((value) => ({ value, label: t(`class.${value}.name`) })),
    },
    {
      id: 'refused',
      label: t('filter.refused'),
      choices: (['only', 'without'] as const).map((value) => ({ value, label: t(`refused.${value}`) })),
    },
  ];
  return <FilterChips filters={filters} />;
}
