import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useFaultSentence } from '../fault-sentence.ts';
import { Notice } from '../notice.tsx';
import { useWait } from '../use-wait.ts';
import { WaitNotice } from '../wait-notice.tsx';
import { canHavePasskeys } from '../webauthn.ts';
import { PasskeyButton } from './passkey-button.tsx';
import type { FactorAsked } from './sign-in-form.tsx';

type Way = FactorAsked['ways'][number];

interface StepProps {
  asked: FactorAsked;
  next: (answer: Answer<'signIn'>) => void;
  back: (fault?: string) => void;
}

const OTHER_WAYS = { totp: 'useTotp', passkey: 'usePasskey', recovery_code: 'useRecovery' } as const;

export function SecondFactorStep({ asked, next, back }: StepProps) {
  const { t } = useTranslation('access');
  const ways = asked.ways.filter((way) => way !== 'passkey' || canHavePasskeys());
  const [way, setWay] = useState<Way>(ways[0] ?? 'recovery_code');
  const others = ways.filter((one) => one !== way);
  return (
    <Stack gap="md">
      {way === 'passkey' ? (
        <PasskeyWay next={next} />
      ) : (
        <CodeWay key={way} way={way} ticket={asked.ticket} next={next} back={back} />
      )}
      <Group justify="space-between" gap="xs">
        {others.map((one) => (
          <Anchor key={one} component="button" type="button" size="sm" onClick={() => setWay(one)}>
            {t(`secondFactor.${OTHER_WAYS[one]}`)}
          </Anchor>
        ))}
        <Anchor component="button" type="button" size="sm" onClick={() => back()}>
          {t('secondFactor.back')}
        </Anchor>
      </Group>
    </Stack>
  );
}

function PasskeyWay({ next }: { next: StepProps['next'] }) {
  const { t } = useTranslation('access');
  const [fault, setFault] = useState<string>();
  return (
    <>
      <Text size="sm">{t('secondFactor.passkeyLead')}</Text>
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      <PasskeyButton variant="filled" label={t('secondFactor.usePasskey')} next={next} failed={setFault} />
    </>
  );
}

const WAYS = {
  totp: {
    lead: 'totpLead',
    label: 'code',
    wrong: 'wrong',
    input: { inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 7 },
  },
  recovery_code: {
    lead: 'recoveryLead',
    label: 'recoveryCode',
    wrong: 'wrongRecovery',
    input: { inputMode: 'text', autoComplete: 'off', maxLength: 40 },
  },
} as const;
const TOTP = /^\d{6}$/;
const EXPIRED = 'urn:easymail:problem:sign-in-expired';

function CodeWay({
  way,
  ticket,
  next,
  back,
}: { way: 'totp' | 'recovery_code'; ticket: string } & Omit<StepProps, 'asked'>) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const wait = useWait();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const words = WAYS[way];
  const give = async (text: string) => {
    if (isAsking || wait.seconds > 0 || text === '') return;
    setAsking(true);
    setFault(undefined);
    const code = way === 'totp' ? { code: text } : { recovery_code: text };
    try {
      next(await call('giveSecondFactor', { body: { ticket, ...code } }));
    } catch (error) {
      if (error instanceof ApiProblem && error.type === EXPIRED) return back(t('secondFactor.tooLate'));
      const wrong = t(`secondFactor.${words.wrong}`);
      setFault(wait.heed(error) ? undefined : sentence(error, { 400: wrong, 401: wrong, 403: t('signIn.closed') }));
      field.current?.select();
    }
    setAsking(false);
  };
  const change = (value: string) => {
    setTyped(value);
    const digits = value.replaceAll(/\s/g, '');
    // Nothing is left to decide once six digits are there.
    if (way === 'totp' && TOTP.test(digits) && digits !== typed) void give(digits);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void give(way === 'totp' ? typed.replaceAll(/\s/g, '') : typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t(`secondFactor.${words.lead}`)}</Text>
        {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
        <WaitNotice seconds={wait.seconds} />
        <TextInput
          ref={field}
          label={t(`secondFactor.${words.label}`)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...words.input}
          spellCheck={false}
          autoFocus
          data-autofocus
          value={typed}
          onChange={(event) => change(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth loading={isAsking} disabled={wait.seconds > 0}>
          {t('secondFactor.go')}
        </Button>
      </Stack>
    </form>
  );
}
