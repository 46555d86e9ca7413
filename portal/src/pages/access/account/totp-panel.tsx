import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { useRefresh } from '../use-refresh.ts';
import { TotpSetUp } from './totp-set-up.tsx';

interface TotpPanelProps {
  isOn: boolean;
  showCodes: (codes: readonly string[]) => void;
}

/** Codes of an authenticator app: set up, switched off. */
export function TotpPanel({ isOn, showCodes }: TotpPanelProps) {
  const { t } = useTranslation(['access', 'parts']);
  const refresh = useRefresh(['listSecondFactors', 'getSession']);
  const [opened, setOpened] = useState<'setUp' | 'remove'>();
  const close = () => setOpened(undefined);
  const done = (codes: readonly string[] | undefined) => {
    close();
    notifications.show({ message: t('totp.done'), color: 'green' });
    if (codes !== undefined) showCodes(codes);
    void refresh();
  };
  const remove = async () => {
    await call('removeTotp', {}).catch(lastFactor(t('passkeys.lastOne')));
    notifications.show({ message: t('totp.removed'), color: 'green' });
    await refresh();
  };
  return (
    <Panel
      title={t('totp.title')}
      hint={t('setUp.howTotpHint')}
      actions={
        <>
          <Chip tone={isOn ? 'good' : 'idle'}>{t(isOn ? 'totp.on' : 'totp.off')}</Chip>
          <Button variant="default" size="xs" onClick={() => setOpened(isOn ? 'remove' : 'setUp')}>
            {t(isOn ? 'totp.remove' : 'totp.add')}
          </Button>
        </>
      }
    >
      {opened === 'setUp' && (
        <Dialog
          opened
          onClose={close}
          title={t('totp.title')}
          closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
        >
          <TotpSetUp done={done} />
        </Dialog>
      )}
      {opened === 'remove' && (
        <ConfirmAct danger title={t('totp.removeTitle')} verb={t('totp.remove')} act={remove} close={close}>
          <Text size="sm">{t('totp.removeLead')}</Text>
        </ConfirmAct>
      )}
    </Panel>
  );
}

/** The API does not take the last factor of whom it asks for one; it is said in the person's language. */
export function lastFactor(sentence: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
    throw new ApiProblem({ status: error.status, detail: sentence, worded: true });
  };
}
