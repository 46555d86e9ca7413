// How long somebody who tried too often has to wait.

import { Alert } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function WaitNotice({ seconds }: { seconds: number }) {
  const { t } = useTranslation('access');
  if (seconds === 0) return null;
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  // A timer is not read out again each second.
  return (
    <Alert color="yellow" variant="light" role="timer" icon={<IconHourglass size={18} />} c="inherit">
      {t('signIn.wait', { time })}
    </Alert>
  );
}
