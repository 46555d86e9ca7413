// The sandbox: what a first visitor sees. Send a message, see what its receiver got, and look around.

import { Button, Container } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useCall } from '../../api/queries.ts';
import { PageFrame } from '../../parts/page.tsx';
import { Failing, Loading } from '../../parts/states.tsx';
import { CaughtMail } from './caught-mail.tsx';
import { LookAround } from './look-around.tsx';
import { SandboxBar } from './sandbox-bar.tsx';

export type Sandbox = Answer<'getSandbox'>;

export function Page() {
  return (
    <>
      <SandboxBar />
      <Container component="main" id="page" size={1440} py="md">
        <Content />
      </Container>
    </>
  );
}

function Content() {
  const { t } = useTranslation('sandbox');
  const { data, error, refetch } = useCall('getSandbox', {});
  useOwnAddress(data?.url);
  if (error instanceof ApiProblem && error.status === 404) return <NoSandbox />;
  if (error !== null && data === undefined) return <Failing error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <PageFrame title={t('title')} lead={t('lead')} actions={<LookAround />}>
      <CaughtMail sandbox={data} />
    </PageFrame>
  );
}

/** Under another name of this machine, such as 127.0.0.1, the relay takes a page for somebody else's. */
function useOwnAddress(url: string | undefined): void {
  useEffect(() => {
    if (url === undefined || new URL(url).origin === location.origin) return;
    location.replace(new URL(location.pathname + location.search, url));
  }, [url]);
}

function NoSandbox() {
  const { t } = useTranslation('sandbox');
  return (
    <PageFrame title={t('none.title')} lead={t('none.hint')}>
      <div>
        <Button component={Link} to="/">
          {t('none.signIn')}
        </Button>
      </div>
    </PageFrame>
  );
}
