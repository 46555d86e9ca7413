import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { useRefresh } from '../use-refresh.ts';

interface RecoveryPanelProps {
  /** How many are left. */
  left: number;
  hasFactor: boolean;
  showCodes: (codes: readonly string[]) => void;
}

export function RecoveryPanel({ left, hasFactor, showCodes }: RecoveryPanelProps) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(['listSecondFactors']);
  const [isAsking, setAsking] = useState(false);
  const renew = async () => {
    const { recovery_codes } = await call('renewRecoveryCodes', {});
    showCodes(recovery_codes);
    await refresh();
  };
  return (
    <Panel
      title={t('recovery.title')}
      actions={
        hasFactor && (
          <Button variant="default" size="xs" onClick={() => setAsking(true)}>
            {t('recovery.renew')}
          </Button>
        )
      }
    >
      <Text size="sm" c="dimmed">
        {hasFactor ? t('recovery.left', { count: left }) : t('recovery.none')}
      </Text>
      {isAsking && (
        <ConfirmAct
          title={t('recovery.renewTitle')}
          verb={t('recovery.renew')}
          act={renew}
          close={() => setAsking(false)}
        >
          <Text size="sm">{t('recovery.renewLead')}</Text>
        </ConfirmAct>
      )}
    </Panel>
  );
}
