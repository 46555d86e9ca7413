// What somebody enters who becomes a user: name, language, password; the first administrator its address as well.

import { Button, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { faultOf } from '../../../parts/field-faults.tsx';
import { changeLanguage, languageNow } from '../../../words.ts';
import { useFaultSentence } from '../fault-sentence.ts';
import { isAddress } from '../is-address.ts';
import { LanguageSelect } from '../language-select.tsx';
import { NewPassword, passwordFault } from '../new-password.tsx';
import { Notice } from '../notice.tsx';

interface JoiningFormProps {
  token: string;
  /** Who is invited; nobody yet for the first administrator. */
  invited?: { email: string; name: string };
  verb: string;
  done: (step: Answer<'redeemInvitation'>) => void;
}

export function JoiningForm({ token, invited, verb, done }: JoiningFormProps) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const [email, setEmail] = useState(invited?.email ?? '');
  const [name, setName] = useState(invited?.name ?? '');
  const [password, setPassword] = useState('');
  const [state, setState] = useState<{ at: 'open' | 'tried' | 'asking' } | { at: 'failed'; error: unknown }>({
    at: 'open',
  });
  const emailIsWrong = invited === undefined && !isAddress(email);
  // The page speaks it at once: there is no better way to see what is chosen.
  const language = languageNow();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (state.at === 'asking') return;
    if (emailIsWrong || passwordFault(password, email) !== undefined) return setState({ at: 'tried' });
    setState({ at: 'asking' });
    const own = invited === undefined ? { email: email.trim() } : {};
    try {
      done(await call('redeemInvitation', { body: { token, password, language, name: name.trim(), ...own } }));
    } catch (error) {
      setState({ at: 'failed', error });
    }
  };
  const error = state.at === 'failed' ? state.error : undefined;
  const emailFault =
    faultOf(error, 'email') ?? (state.at === 'tried' && emailIsWrong ? t('fields.emailFault') : undefined);
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        {error !== undefined && (
          <Notice tone="bad">
            {sentence(error, {
              403: t('signIn.closed'),
              410: t('link.void'),
              422: t('fields.look'),
              409: t('fields.look'),
            })}
          </Notice>
        )}
        <TextInput
          label={t(invited === undefined ? 'signIn.email' : 'invitation.signInAs')}
          type="email"
          name="email"
          autoComplete="username"
          readOnly={invited !== undefined}
          variant={invited === undefined ? 'default' : 'filled'}
          required
          withAsterisk={false}
          autoFocus={invited === undefined}
          value={email}
          error={emailFault}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label={t('fields.name')}
          description={t('fields.nameHint')}
          name="name"
          autoComplete="name"
          maxLength={100}
          value={name}
          error={faultOf(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <LanguageSelect label={t('fields.language')} value={language} set={(one) => void changeLanguage(one, true)} />
        <NewPassword
          label={t('password.label')}
          value={password}
          set={setPassword}
          address={email}
          strict={state.at === 'tried'}
          error={faultOf(error, 'password')}
        />
        <Button type="submit" fullWidth mt="xs" loading={state.at === 'asking'}>
          {verb}
        </Button>
      </Stack>
    </form>
  );
}
