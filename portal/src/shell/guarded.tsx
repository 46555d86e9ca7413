// A page with what it needs around it: a session, a right, the navigation.

import { Navigate, useRouterState } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect } from 'react';
import type { PageRoute } from '../pages/page-route.ts';
import { Failing, Loading, NoRight } from '../parts/states.tsx';
import { type Session, sideOf, useSessionQuery } from '../session.ts';
import { changeLanguage } from '../words.ts';
import { Frame } from './frame.tsx';

export function Guarded({ page, children }: { page: PageRoute; children: ReactNode }) {
  const { data: session, error, refetch } = useSessionQuery();
  const href = useRouterState({ select: ({ location }) => location.href });
  const language = session?.user.language;
  useEffect(() => {
    if (language !== undefined && page.side !== 'public') void changeLanguage(language, true);
  }, [language, page.side]);
  const content = <Suspense fallback={<Loading />}>{children}</Suspense>;
  if (page.side === 'public') return content;
  if (error !== null && session === undefined) return <Failing error={error} retry={() => void refetch()} />;
  if (session === undefined) return <Loading />;
  if (session === null) return <Navigate to="/sign-in" search={{ to: href }} replace />;
  if (session.set_up_needed && !page.path.startsWith('/account')) return <Navigate to={'/account'} replace />;
  return <Frame session={session}>{mayOpen(page, session) ? content : <NoRight />}</Frame>;
}

function mayOpen({ side, needs }: PageRoute, session: Session): boolean {
  if (side !== 'both' && side !== sideOf(session)) return false;
  if (needs === undefined) return true;
  return [needs].flat().some((one) => session.permissions.includes(one));
}
