// Codes of an authenticator app are set up: the secret as a picture and to copy, then a code that shows that the app has it.

import { Button, Center, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { CopyLine } from '../../../parts/copy.tsx';
import { Answered } from '../../../parts/states.tsx';
import { useFaultSentence } from '../fault-sentence.ts';
import { Notice } from '../notice.tsx';
import { QrCode } from './qr-code.tsx';

type Done = (codes: readonly string[] | undefined) => void;

export function TotpSetUp({ done }: { done: Done }) {
  const [attempt, setAttempt] = useState(1);
  // Outlives the secret that it is about: with the next one it is said why there is another.
  const [fault, setFault] = useState<string>();
  const begun = useQuery({
    queryKey: ['beginTotp', attempt],
    queryFn: () => call('beginTotp', {}),
    // Each answer is another secret: it must not change under the eyes of whoever scans it, nor be shown twice.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  return (
    <Answered query={begun} lines={8}>
      {({ ticket, secret, uri }) => (
        <Confirm
          ticket={ticket}
          secret={secret}
          uri={uri}
          done={done}
          fault={fault}
          setFault={setFault}
          again={() => setAttempt((before) => before + 1)}
        />
      )}
    </Answered>
  );
}

interface ConfirmProps {
  ticket: string;
  secret: string;
  uri: string;
  done: Done;
  fault: string | undefined;
  setFault: (fault: string | undefined) => void;
  again: () => void;
}

function Confirm({ ticket, secret, uri, done, fault, setFault, again }: ConfirmProps) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const [code, setCode] = useState('');
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setFault(undefined);
    try {
      const { recovery_codes } = await call('confirmTotp', { body: { ticket, code: code.replaceAll(/\s/g, '') } });
      return done(recovery_codes);
    } catch (error) {
      const isOld = error instanceof ApiProblem && error.faults.some(({ field }) => field === 'ticket');
      if (isOld) again();
      setFault(sentence(error, { 400: t('totp.wrong'), 422: t(isOld ? 'totp.tooOld' : 'totp.wrong') }));
    }
    setAsking(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Text size="sm">{t('totp.scan')}</Text>
        <Center>
          <QrCode text={uri} label={t('totp.qr')} />
        </Center>
        <Text size="sm">{t('totp.manual')}</Text>
        <CopyLine text={secret} what={t('totp.secret')} />
        {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
        <TextInput
          label={t('totp.codeLabel')}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          required
          withAsterisk={false}
          autoFocus
          data-autofocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" loading={isAsking} disabled={code.trim() === ''}>
          {t('totp.confirm')}
        </Button>
      </Stack>
    </form>
  );
}
