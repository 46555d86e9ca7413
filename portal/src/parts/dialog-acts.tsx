// What stands below the form of a dialog: the way back, and what is done, at the end.

import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export function DialogActs({ close, children }: { close: () => void; children: ReactNode }) {
  const { t } = useTranslation('parts');
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={close}>
        {t('act.cancel')}
      </Button>
      {children}
    </Group>
  );
}
