import { Alert, Anchor, Code, Stack } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { useSearchState } from '../../../search.ts';
import { useSessionQuery } from '../../../session.ts';
import { Notice } from '../notice.tsx';
import { PublicFrame } from '../public-frame.tsx';
import { useNewSession } from '../use-new-session.ts';
import { SignInForm } from './sign-in-form.tsx';

const FIRST_LINK = 'easymail user invite --first';

export function Page() {
  const { t } = useTranslation('access');
  const [search] = useSearchState();
  const begin = useNewSession();
  // Once it goes on, the address has it no more.
  const [to] = useState(search['to']);
  useGoOn(to);
  return (
    <PublicFrame title={t('signIn.title')}>
      <Stack gap="md">
        {search['done'] === 'password' && <Notice tone="good">{t('signIn.passwordSet')}</Notice>}
        <NoAdministrator />
        <SignInForm inField done={() => void begin()} />
        <Anchor component={Link} to="/password-forgotten" size="sm" ta="center">
          {t('signIn.forgotten')}
        </Anchor>
      </Stack>
    </PublicFrame>
  );
}

/** Whoever has signed in, here or in another tab, goes on to where it wanted to go. */
function useGoOn(to: string | undefined): void {
  const { data: session } = useSessionQuery();
  const { history } = useRouter();
  useEffect(() => {
    if (session !== undefined && session !== null) history.replace(isOurs(to) ? to : '/');
  }, [session, to, history]);
}

/** A path of this site: a link from elsewhere must not lead elsewhere after the sign-in. */
function isOurs(to: string | undefined): to is string {
  if (to === undefined || !to.startsWith('/')) return false;
  return URL.parse(to, window.location.origin)?.origin === window.location.origin;
}

/** On the first visit to a new relay nobody can sign in: where the way in is. */
function NoAdministrator() {
  const { t } = useTranslation('access');
  const { data } = useCall('getSignIn', {});
  if (data === undefined || data.administrator) return null;
  return (
    <Alert variant="light" icon={<IconInfoCircle size={18} />}>
      {t('signIn.noAdministrator')}
      <Code block mt="xs" tabIndex={0}>
        {FIRST_LINK}
      </Code>
    </Alert>
  );
}
