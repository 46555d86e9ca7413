import { Button, Divider, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { useFaultSentence } from '../fault-sentence.ts';
import { Notice } from '../notice.tsx';
import { PresentPassword } from '../present-password.tsx';
import { useWait } from '../use-wait.ts';
import { WaitNotice } from '../wait-notice.tsx';
import { canHavePasskeys } from '../webauthn.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { useFieldPasskey } from './use-field-passkey.ts';

interface PasswordStepProps {
  address: string;
  setAddress: (address: string) => void;
  inField: boolean;
  next: (answer: Answer<'signIn'>) => void;
  /** Why it begins anew. */
  fault: string | undefined;
}

export function PasswordStep({ address, setAddress, inField, next, fault: before }: PasswordStepProps) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const wait = useWait();
  const [password, setPassword] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [fault, setFault] = useState(before);
  const field = useRef<HTMLInputElement>(null);
  useFieldPasskey(inField, { next, failed: setFault });
  const failed = (error: unknown) => {
    setFault(wait.heed(error) ? undefined : sentence(error, { 401: t('signIn.wrong'), 403: t('signIn.closed') }));
    field.current?.select();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isAsking || wait.seconds > 0 || address.trim() === '' || password === '') return;
    setAsking(true);
    setFault(undefined);
    try {
      next(await call('signIn', { body: { email: address.trim(), password } }));
    } catch (error) {
      failed(error);
    }
    setAsking(false);
  };
  return (
    <Stack gap="md">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
          <WaitNotice seconds={wait.seconds} />
          <TextInput
            label={t('signIn.email')}
            type="email"
            name="email"
            autoComplete="username webauthn"
            required
            withAsterisk={false}
            autoFocus={address === ''}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <PresentPassword
            ref={field}
            label={t('signIn.password')}
            autoFocus={address !== ''}
            value={password}
            set={setPassword}
          />
          <Button type="submit" fullWidth loading={isAsking} disabled={wait.seconds > 0}>
            {t('signIn.go')}
          </Button>
        </Stack>
      </form>
      {canHavePasskeys() && (
        <>
          <Divider label={t('signIn.or')} />
          <PasskeyButton label={t('signIn.passkey')} next={next} failed={setFault} />
        </>
      )}
    </Stack>
  );
}
