// A page with what it needs around it: a session, a right, the navigation.

import { Navigate, useRouterState } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect } from 'react';
import type { PageRoute } from '../pages/page-route.ts';
import { Failing, Loading, NoRight } from '../parts/states.tsx';
import { type Session, sideOf, useSessionQuery } from '../session.ts';
import { changeLanguage } from '../words.ts';
import { Frame } from './frame.tsx';

const WAY_IN = '/sign-in';

export function Guarded({ page, children }: { page: PageRoute; children: ReactNode }) {
  const { data: session, error, refetch } = useSessionQuery();
  // Until the way in is loaded this page is still drawn; its address is no longer the one to come back to.
  const href = useRouterState({
    select: ({ location: { pathname, href } }) => (pathname === WAY_IN ? undefined : href),
  });
  const language = session?.user.language;
  useEffect(() => {
    if (language !== undefined && page.side !== 'public') void changeLanguage(language, true);
  }, [language, page.side]);
  const content = <Suspense fallback={<Loading />}>{children}</Suspense>;
  if (page.side === 'public') return content;
  if (error !== null && session === undefined) return <Failing error={error} retry={() => void refetch()} />;
  if (session === undefined) return <Loading />;
  if (session === null)
    return href === undefined ? <Loading /> : <Navigate to={WAY_IN} search={{ to: href }} replace />;
  if (session.set_up_needed && !page.path.startsWith('/account')) return <Navigate to={'/account'} replace />;
  return <Frame session={session}>{mayOpen(page, session) ? content : <NoRight />}</Frame>;
}

function mayOpen({ side, needs }: PageRoute, session: Session): boolean {
  if (side !== 'both' && side !== sideOf(session)) return false;
  if (needs === undefined) return true;
  return [needs].flat().some((one) => session.permissions.includes(one));
}
