import { Button, Divider, Group, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { useFaultSentence } from './fault-sentence.ts';
import { Notice } from './notice.tsx';
import { PresentPassword } from './present-password.tsx';
import { useWait } from './use-wait.ts';
import { WaitNotice } from './wait-notice.tsx';
import { askForOwnPasskey, canHavePasskeys } from './webauthn.ts';

/** Above whatever asked for it. */
const ABOVE = 300;

/** Asks for a fresh proof: the password, or a passkey. */
export function StepUpDialog({ answer }: { answer: (goOn: boolean) => void }) {
  const { t } = useTranslation(['access', 'parts']);
  const sentence = useFaultSentence();
  const wait = useWait();
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const [asking, setAsking] = useState<'password' | 'passkey'>();
  const prove = async (how: 'password' | 'passkey') => {
    setAsking(how);
    setFault(undefined);
    const wrong = how === 'password' ? t('password.wrong') : t('stepUp.passkeyWrong');
    try {
      const body = how === 'password' ? { password } : await askForOwnPasskey();
      if (body !== undefined) {
        await call('stepUp', { body });
        return answer(true);
      }
      setFault(wrong);
    } catch (error) {
      // The session has ended meanwhile: what asked for the proof is tried again, and asks for a sign-in.
      if (error instanceof ApiProblem && error.status === 401) return answer(true);
      setFault(wait.heed(error) ? undefined : sentence(error, { 422: wrong }));
    }
    setAsking(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== '' && wait.seconds === 0 && asking === undefined) void prove('password');
  };
  // Escape closes this one, and not the form below that waits for it.
  const escape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') answer(false);
  };
  return (
    <Dialog
      opened
      zIndex={ABOVE}
      title={t('stepUp.title')}
      closeOnEscape={false}
      onClose={() => answer(false)}
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }), ...STAYS }}
    >
      <form onSubmit={submit} onKeyDown={escape}>
        <Stack gap="md">
          <Text size="sm">{t('stepUp.lead')}</Text>
          {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
          <WaitNotice seconds={wait.seconds} />
          <PresentPassword label={t('password.label')} autoFocus value={password} set={setPassword} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => answer(false)} {...STAYS}>
              {t('stepUp.cancel')}
            </Button>
            <Button
              type="submit"
              loading={asking === 'password'}
              disabled={password === '' || wait.seconds > 0}
              {...STAYS}
            >
              {t('stepUp.go')}
            </Button>
          </Group>
          {canHavePasskeys() && (
            <>
              <Divider label={t('signIn.or')} />
              <Button
                variant="default"
                leftSection={<IconFingerprint size={18} />}
                loading={asking === 'passkey'}
                onClick={() => void prove('passkey')}
                {...STAYS}
              >
                {t('stepUp.passkey')}
              </Button>
            </>
          )}
        </Stack>
      </form>
    </Dialog>
  );
}

/** Tells other open dialogs that a key here is none of theirs. */
const STAYS = { 'data-mantine-stop-propagation': 'true' } as const;
