import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { useFaultSentence } from '../fault-sentence.ts';
import { isAddress } from '../is-address.ts';
import { Notice } from '../notice.tsx';
import { PublicFrame } from '../public-frame.tsx';
import { useWait } from '../use-wait.ts';
import { WaitNotice } from '../wait-notice.tsx';

/** Asks for a link to set a new password. */
export function Page() {
  const { t } = useTranslation('access');
  const [sentTo, setSentTo] = useState<string>();
  return (
    <PublicFrame
      title={t(sentTo === undefined ? 'forgotten.title' : 'forgotten.sentTitle')}
      lead={sentTo === undefined ? t('forgotten.lead') : undefined}
    >
      {sentTo === undefined ? (
        <AskForm sent={setSentTo} />
      ) : (
        <Stack gap="sm" role="status">
          <Text size="sm">{t('forgotten.sent', { email: sentTo })}</Text>
          <Text size="sm" c="dimmed">
            {t('forgotten.notArrived')}
          </Text>
        </Stack>
      )}
      <Anchor component={Link} to="/sign-in" size="sm" ta="center">
        {t('forgotten.back')}
      </Anchor>
    </PublicFrame>
  );
}

function AskForm({ sent }: { sent: (email: string) => void }) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const wait = useWait();
  const [email, setEmail] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [fault, setFault] = useState<{ of: 'email' | 'form'; text: string }>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isAsking || wait.seconds > 0) return;
    if (!isAddress(email)) return setFault({ of: 'email', text: t('fields.emailFault') });
    setAsking(true);
    setFault(undefined);
    try {
      await call('askForReset', { body: { email: email.trim() } });
      sent(email.trim());
    } catch (error) {
      if (!wait.heed(error)) setFault({ of: 'form', text: sentence(error) });
    }
    setAsking(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        {fault?.of === 'form' && <Notice tone="bad">{fault.text}</Notice>}
        <WaitNotice seconds={wait.seconds} />
        <TextInput
          label={t('signIn.email')}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          value={email}
          error={fault?.of === 'email' ? fault.text : undefined}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth loading={isAsking} disabled={wait.seconds > 0}>
          {t('forgotten.go')}
        </Button>
      </Stack>
    </form>
  );
}
