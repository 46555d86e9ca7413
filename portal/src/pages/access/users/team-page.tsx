import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../parts/page.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { useMay } from '../../../session.ts';
import { InviteButton } from './invite-user.tsx';
import { Roles } from './roles.tsx';
import { UserList } from './user-list.tsx';

/** A customer's own people, and where it sees what is known about whom. */
export function Page() {
  const { t } = useTranslation('access');
  return (
    <PageFrame title={t('team.title')} lead={t('team.lead')} actions={<InviteButton />}>
      <UrlTabs
        label={t('team.title')}
        tabs={[
          { id: 'people', label: t('team.tabPeople'), content: () => <UserList /> },
          { id: 'roles', label: t('team.tabRoles'), content: () => <Roles /> },
          { id: 'privacy', label: t('team.tabPrivacy'), content: () => <PrivacyLinks /> },
        ]}
      />
    </PageFrame>
  );
}

function PrivacyLinks() {
  const { t } = useTranslation('access');
  const mayPrivacy = useMay('privacy:read');
  const mayAudit = useMay('audit:read');
  return (
    <Panel title={t('team.privacyTitle')}>
      <Stack gap="sm" maw={640}>
        {mayPrivacy && <Way to="/privacy" tab="address" name={t('team.stored')} lead={t('team.storedLead')} />}
        {mayPrivacy && <Way to="/privacy" tab="looked" name={t('team.looked')} lead={t('team.lookedLead')} />}
        {mayAudit && <Way to="/audit" name={t('team.audit')} lead={t('team.auditLead')} />}
      </Stack>
    </Panel>
  );
}

function Way({ to, tab, name, lead }: { to: string; tab?: string; name: string; lead: string }) {
  return (
    <div>
      <ScopedLink to={to} {...(tab !== undefined && { search: { tab } })}>
        {name}
      </ScopedLink>
      <Text size="sm" c="dimmed">
        {lead}
      </Text>
    </div>
  );
}
