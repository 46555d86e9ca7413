// What the spam scanners are taught, and whether they take it.

import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import { Chip } from '../../parts/status-chip.tsx';

const TONES = { up: 'good', refused: 'bad', down: 'bad' } as const;

export function LearningPanel({ learning }: { learning: Answer<'listScanners'>['learning'] }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const { waiting, taught, failed, controllers } = learning;
  return (
    <Panel title={t('scanners.learning')} hint={t('scanners.learningHint')}>
      <Facts
        facts={[
          { name: t('scanners.waiting'), value: formats.number(waiting) },
          { name: t('scanners.taught'), value: formats.number(taught) },
          { name: t('scanners.failed'), value: formats.number(failed) },
        ]}
      />
      <Text size="sm" fw={600}>
        {t('scanners.controllers')}
      </Text>
      {controllers.length === 0 && <Text size="sm">{t('scanners.noController')}</Text>}
      <Stack gap={6}>
        {controllers.map(({ address, state, learned }) => (
          <Group key={address} gap="xs">
            <Text size="sm">{address}</Text>
            <Chip tone={TONES[state]}>{t(`scanners.controllerState.${state}`)}</Chip>
            {learned !== null && (
              <Text size="sm" c="dimmed">
                {t('scanners.learned', { count: learned })}
              </Text>
            )}
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
