import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { useFaultSentence } from '../fault-sentence.ts';
import { askForPasskey } from '../webauthn.ts';

interface PasskeyButtonProps {
  label: string;
  variant?: 'default' | 'filled';
  next: (answer: Answer<'signIn'>) => void;
  failed: (fault: string | undefined) => void;
}

/** Signs in with a passkey alone. */
export function PasskeyButton({ label, variant = 'default', next, failed }: PasskeyButtonProps) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const [isAsking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    failed(undefined);
    try {
      const body = await askForPasskey();
      if (body === undefined) failed(t('signIn.passkeyFailed'));
      else next(await call('signInWithPasskey', { body }));
    } catch (error) {
      failed(sentence(error, { 401: t('signIn.passkeyWrong'), 403: t('signIn.closed') }));
    }
    setAsking(false);
  };
  return (
    <Button
      fullWidth
      variant={variant}
      leftSection={<IconFingerprint size={18} />}
      loading={isAsking}
      onClick={() => void ask()}
    >
      {label}
    </Button>
  );
}
