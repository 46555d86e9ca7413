import { Button, Stack } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useFaultSentence } from '../fault-sentence.ts';
import { NewPassword, passwordFault } from '../new-password.tsx';
import { Notice } from '../notice.tsx';
import { PublicFrame } from '../public-frame.tsx';
import { useNewSession } from '../use-new-session.ts';
import { useLinkToken } from './link-token.ts';
import { VoidLink } from './void-link.tsx';

type State = { at: 'open' | 'tried' | 'asking' } | { at: 'failed'; error: unknown };

/** Sets a new password over the link of a mail. */
export function Page() {
  const { t } = useTranslation('access');
  const token = useLinkToken();
  const [state, setState] = useState<State>({ at: 'open' });
  const error = state.at === 'failed' ? state.error : undefined;
  if (token === '' || (error instanceof ApiProblem && error.status === 410)) return <VoidLink kind="reset" />;
  return (
    <PublicFrame title={t('reset.title')} lead={t('reset.lead')}>
      <ResetForm token={token} state={state} setState={setState} />
    </PublicFrame>
  );
}

function ResetForm({ token, state, setState }: { token: string; state: State; setState: (state: State) => void }) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const begin = useNewSession();
  const { history } = useRouter();
  const [password, setPassword] = useState('');
  const error = state.at === 'failed' ? state.error : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (state.at === 'asking') return;
    if (passwordFault(password, '') !== undefined) return setState({ at: 'tried' });
    setState({ at: 'asking' });
    try {
      await call('redeemReset', { body: { token, password } });
    } catch (problem) {
      return setState({ at: 'failed', error: problem });
    }
    // All sessions have ended, that of this browser too.
    await begin();
    history.replace('/sign-in?done=password');
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        {error !== undefined && <Notice tone="bad">{sentence(error, { 422: t('fields.look') })}</Notice>}
        <NewPassword
          label={t('password.newLabel')}
          value={password}
          set={setPassword}
          address=""
          strict={state.at === 'tried'}
          error={faultOf(error, 'password')}
        />
        <Button type="submit" fullWidth loading={state.at === 'asking'}>
          {t('reset.go')}
        </Button>
      </Stack>
    </form>
  );
}
