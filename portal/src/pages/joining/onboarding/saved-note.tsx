// Whether what was typed is saved.

import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DraftState } from './use-draft.ts';

export function SavedNote({ state: { saving, save } }: { state: DraftState }) {
  const { t } = useTranslation('joining');
  return (
    <Group gap={6} role="status" wrap="nowrap">
      {saving === 'saving' && <Loader size={14} aria-hidden />}
      {saving === 'saved' && <IconCheck size={16} aria-hidden />}
      {(saving === 'failed' || saving === 'conflict') && <IconAlertTriangle size={16} aria-hidden />}
      <Text size="sm" c="dimmed">
        {t(`saving.${saving}`)}
      </Text>
      {saving === 'failed' && (
        <Button size="compact-xs" variant="default" onClick={() => void save()}>
          {t('saving.again')}
        </Button>
      )}
    </Group>
  );
}

/** Somebody else saved another version: nobody's is lost unasked. */
export function SavedConflict({ state: { saveOver } }: { state: DraftState }) {
  const { t } = useTranslation('joining');
  return (
    <Alert color="yellow" title={t('saving.conflict')} styles={{ label: { color: 'var(--mantine-color-text)' } }}>
      <Stack gap="xs">
        <Text size="sm">{t('saving.conflictHint')}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => void saveOver()}>
            {t('saving.keepMine')}
          </Button>
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {t('saving.reload')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
