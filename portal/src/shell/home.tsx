// The bare address: where it leads depends on who comes, and over which link.

import { Navigate, useRouterState } from '@tanstack/react-router';
import { useCall } from '../api/queries.ts';
import { Failing, Loading } from '../parts/states.tsx';
import { sideOf, useSessionQuery } from '../session.ts';

/** Links of mails and of the terminal end in `#kind=token`. */
const LINKS: Readonly<Record<string, string>> = {
  first: '/first-administrator',
  invitation: '/invitation',
  reset: '/new-password',
};

export function Home() {
  const hash = useRouterState({ select: ({ location }) => location.hash });
  const session = useSessionQuery();
  const portal = useCall('getPortal', {});
  const link = LINKS[hash.split('=')[0] ?? ''];
  if (link !== undefined) return <Navigate to={link} hash={hash} replace />;
  const error = session.data === undefined ? session.error : portal.data === undefined ? portal.error : null;
  if (error !== null)
    return <Failing error={error} retry={() => void Promise.all([session.refetch(), portal.refetch()])} />;
  if (session.data === undefined || portal.data === undefined) return <Loading />;
  if (session.data?.set_up_needed === true) return <Navigate to="/account" replace />;
  if (session.data !== null)
    return <Navigate to={sideOf(session.data) === 'operator' ? '/health' : '/overview'} replace />;
  return <Navigate to={portal.data.sandbox ? '/sandbox' : '/sign-in'} replace />;
}
