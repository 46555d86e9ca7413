import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { changeLanguage, type Language } from '../../../words.ts';
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
  useInvitedLanguage(language);
  return (
    <PublicFrame
      title={t('invitation.title')}
      lead={t('invitation.lead', { role: t(`roles.${role}`, { ns: 'shell' }) })}
    >
      <JoiningForm token={token} invited={{ email, name }} verb={t('invitation.go')} done={joined} />
    </PublicFrame>
  );
}

/** In the language of the mail that brought the link. */
function useInvitedLanguage(language: Language | undefined): void {
  useEffect(() => {
    if (language !== undefined) void changeLanguage(language, false);
  }, [language]);
}
