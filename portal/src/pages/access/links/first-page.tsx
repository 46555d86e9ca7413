import { useTranslation } from 'react-i18next';
import { PublicFrame } from '../public-frame.tsx';
import { InvitationGate } from './invitation-gate.tsx';
import { JoiningForm } from './joining-form.tsx';
import { useJoined } from './use-joined.ts';

/** The first administrator of a new relay, over the link of its terminal. */
export function Page() {
  const { t } = useTranslation('access');
  const joined = useJoined();
  return (
    <InvitationGate kind="first">
      {({ token }) => (
        <PublicFrame title={t('first.title')} lead={t('first.lead')}>
          <JoiningForm token={token} verb={t('first.go')} done={joined} />
        </PublicFrame>
      )}
    </InvitationGate>
  );
}
