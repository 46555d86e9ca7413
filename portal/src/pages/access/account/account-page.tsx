import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazily } from '../../../parts/lazily.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { useSession } from '../../../session.ts';
import { Profile } from './profile.tsx';

const Security = lazily(async () => (await import('./security.tsx')).Security);
const Sessions = lazily(async () => (await import('./sessions.tsx')).Sessions);
const SetUpFactor = lazily(async () => (await import('./set-up-factor.tsx')).SetUpFactor);

/** What people see and change of themselves. */
export function Page() {
  const { t } = useTranslation('access');
  const { set_up_needed } = useSession();
  // Until the recovery codes were seen, whatever the session says meanwhile.
  const [isSettingUp] = useState(set_up_needed);
  if (isSettingUp) return <SetUpFactor />;
  return (
    <PageFrame title={t('account.title')}>
      <UrlTabs
        label={t('account.title')}
        tabs={[
          { id: 'profile', label: t('account.profile'), content: () => <Profile /> },
          { id: 'security', label: t('account.security'), content: () => <Security /> },
          { id: 'sessions', label: t('account.sessions'), content: () => <Sessions /> },
        ]}
      />
    </PageFrame>
  );
}
