// A mail host or a source, with what its check says.

import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Check, CheckChip, useAdvice } from '../../../parts/check-state.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { When } from '../../../parts/when.tsx';

interface HeldCardProps {
  name: string;
  /** Beside the name. */
  details: ReactNode;
  check: Check | undefined;
  actions?: ReactNode;
}

export function HeldCard({ name, details, check, actions }: HeldCardProps) {
  const { t } = useTranslation('joining');
  const advice = useAdvice();
  return (
    <Paper withBorder p="sm" component="article" aria-label={name}>
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Group gap="sm">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            {details}
          </Group>
          <Group gap="xs">
            {check !== undefined && <CheckChip state={check.state} />}
            {actions}
          </Group>
        </Group>
        {check !== undefined && check.found !== '' && check.found !== name && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {t('record.found')}: <OwnText text={check.found} words={check.words} name="found" />
          </Text>
        )}
        {check !== undefined && check.advice !== '' && <Text size="sm">{advice(check)}</Text>}
        {typeof check?.looked_at === 'string' && (
          <Text size="xs" c="dimmed">
            {t('record.looked')} <When at={check.looked_at} as="relative" />
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
