// Looks at a link of an invitation before anything is asked of whoever has it.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useCall } from '../../../api/queries.ts';
import { Failing, Loading } from '../../../parts/states.tsx';
import { PublicFrame } from '../public-frame.tsx';
import { useLinkToken } from './link-token.ts';
import { VoidLink } from './void-link.tsx';

interface Looked {
  token: string;
  invitation: Answer<'lookAtInvitation'>;
}

export function InvitationGate({
  kind,
  children,
}: {
  kind: 'first' | 'invitation';
  children: (looked: Looked) => ReactNode;
}) {
  const { t } = useTranslation('access');
  const token = useLinkToken();
  const { data, error, refetch } = useCall('lookAtInvitation', { body: { token } }, { enabled: token !== '' });
  if (data !== undefined) return data.kind === kind ? children({ token, invitation: data }) : <VoidLink kind={kind} />;
  // 400: what stands in the address was never a token.
  if (token === '' || (error instanceof ApiProblem && [400, 410].includes(error.status)))
    return <VoidLink kind={kind} />;
  return (
    <PublicFrame title={t(`${kind}.title`)}>
      {error === null ? <Loading lines={3} /> : <Failing error={error} retry={() => void refetch()} />}
    </PublicFrame>
  );
}
