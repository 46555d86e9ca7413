// Whether what was typed is saved.

import { Button, Group, Loader, Text } from '@mantine/core';
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
      {saving === 'conflict' && (
        <Button size="compact-xs" variant="default" onClick={() => window.location.reload()}>
          {t('saving.reload')}
        </Button>
      )}
      {saving === 'failed' && (
        <Button size="compact-xs" variant="default" onClick={() => void save()}>
          {t('saving.again')}
        </Button>
      )}
    </Group>
  );
}
