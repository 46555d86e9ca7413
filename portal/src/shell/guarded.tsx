// What pages need around them: a session, a right, the navigation.

import { Navigate, Outlet, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PageRoute } from '../pages/page-route.ts';
import { MayOpenContext } from '../parts/may-open.ts';
import { Failing, Loading, NoRight } from '../parts/states.tsx';
import { useLanguage } from '../parts/use-language.ts';
import { useSession, useSessionQuery } from '../session.ts';
import { Frame } from './frame.tsx';
import { mayOpen, mayOpenPath } from './may-open.ts';

const WAY_IN = '/sign-in';

/** The frame of those who have signed in, and the page in it; others are led to the way in. */
export function SignedIn() {
  const { data: session, error, refetch } = useSessionQuery();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // Until the way in is loaded this page is still drawn; its address is no longer the one to come back to.
  const href = useRouterState({
    select: ({ location: { pathname, href } }) => (pathname === WAY_IN ? undefined : href),
  });
  const isInLanguage = useLanguage(session?.user.language, true);
  if (error !== null && session === undefined) {
    return (
      <main>
        <Failing error={error} retry={() => void refetch()} />
      </main>
    );
  }
  if (session === undefined || !isInLanguage) return <Loading />;
  if (session === null)
    return href === undefined ? <Loading /> : <Navigate to={WAY_IN} search={{ to: href }} replace />;
  if (session.set_up_needed && !path.startsWith('/account')) return <Navigate to={'/account'} replace />;
  return (
    <MayOpenContext value={(path) => mayOpenPath(path, session)}>
      <Frame session={session}>
        <Outlet />
      </Frame>
    </MayOpenContext>
  );
}

/** The page, for those who may open it. */
export function Permitted({ page, children }: { page: PageRoute; children: ReactNode }) {
  const session = useSession();
  return mayOpen(page, session) ? children : <NoRight />;
}
