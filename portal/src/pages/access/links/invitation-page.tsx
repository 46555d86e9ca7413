import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Loading } from '../../../parts/states.tsx';
import { useLanguage } from '../../../parts/use-language.ts';
import { PublicFrame } from '../public-frame.tsx';
import { InvitationGate } from './invitation-gate.tsx';
import { JoiningForm } from './joining-form.tsx';
import { useJoined } from './use-joined.ts';

/** Takes an invitation. */
export function Page() {
  return (
    <InvitationGate kind="invitation">
      {({ token, invitation }) => <Invitation token={token} invitation={invitation} />}
    </InvitationGate>
  );
}

function Invitation({ token, invitation }: { token: string; invitation: Answer<'lookAtInvitation'> }) {
  const { t } = useTranslation(['access', 'shell']);
  const joined = useJoined();
  const { email = '', name = '', role, language } = invitation;
  // In the language of the mail that brought the link.
  if (!useLanguage(language, false)) return <Loading />;
  return (
    <PublicFrame
      title={t('invitation.title')}
      lead={t('invitation.lead', { role: t(`roles.${role}`, { ns: 'shell' }) })}
    >
      <JoiningForm token={token} invited={{ email, name }} verb={t('invitation.go')} done={joined} />
    </PublicFrame>
  );
}
