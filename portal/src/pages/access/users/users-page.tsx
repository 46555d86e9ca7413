import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../parts/page.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { InviteButton } from './invite-user.tsx';
import { Roles } from './roles.tsx';
import { UserList } from './user-list.tsx';

/** Who may sign in, and what each role may do. */
export function Page() {
  const { t } = useTranslation('access');
  return (
    <PageFrame title={t('users.title')} lead={t('users.lead')} actions={<InviteButton />}>
      <UrlTabs
        label={t('users.title')}
        tabs={[
          { id: 'users', label: t('users.tabUsers'), content: () => <UserList /> },
          { id: 'roles', label: t('users.tabRoles'), content: () => <Roles /> },
        ]}
      />
    </PageFrame>
  );
}
