// Chips over the list, each with its count: states, several of which may be chosen, and what is to be seen to.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { useScope, useSearchState } from '../../../search.ts';
import { CONCERNS, STATES } from '../customer-state.tsx';

export function StateFilter() {
  const { t } = useTranslation('customers');
  const [search, change] = useSearchState();
  const scope = useScope();
  const counts = useCall('countCustomers', {}, { enabled: scope === undefined });
  const chosen = (search['state'] ?? '').split(',').filter((one) => one !== '');
  const toggle = (state: string) => {
    const next = chosen.includes(state) ? chosen.filter((one) => one !== state) : [...chosen, state];
    change({ state: next.length === 0 ? undefined : next.join(',') }, 'push');
  };
  const { concern, pool } = search;
  return (
    <Stack gap="xs">
      <Group gap={6} role="group" aria-label={t('list.byState')}>
        {STATES.map((state) => (
          <CountChip
            key={state}
            word={t(`state.${state}`)}
            count={counts.data?.states[state]}
            isChosen={chosen.includes(state)}
            toggle={() => toggle(state)}
          />
        ))}
      </Group>
      <Group gap={6} role="group" aria-label={t('list.byConcern')}>
        <Text size="sm" c="dimmed">
          {t('list.toSee')}
        </Text>
        {CONCERNS.filter((one) => one !== 'suspended').map((one) => (
          <CountChip
            key={one}
            word={t(`concern.${one}`)}
            count={counts.data?.concerns[one]}
            isChosen={concern === one}
            toggle={() => change({ concern: concern === one ? undefined : one }, 'push')}
          />
        ))}
        {pool !== undefined && (
          <Button
            size="compact-sm"
            radius="xl"
            rightSection={<IconX size={12} />}
            aria-label={t('list.withoutPool', { pool })}
            onClick={() => change({ pool: undefined }, 'push')}
          >
            {t('list.ofPool', { pool })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface ChipProps {
  word: string;
  count: number | undefined;
  isChosen: boolean;
  toggle: () => void;
}

function CountChip({ word, count, isChosen, toggle }: ChipProps) {
  const formats = useFormats();
  return (
    <Button
      size="compact-sm"
      radius="xl"
      variant={isChosen ? 'filled' : 'default'}
      fw={count === 0 ? 400 : 600}
      aria-pressed={isChosen}
      onClick={toggle}
    >
      {word}
      {count !== undefined && (
        <Text span size="xs" ms={6} inherit={false}>
          {formats.number(count)}
        </Text>
      )}
    </Button>
  );
}
