// Privacy: what is kept for how long, requests about an address, who looked at content, and the register of processing.

import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../parts/page.tsx';
import { type Tab, UrlTabs } from '../../parts/url-tabs.tsx';
import { useIsOperator, useScope } from '../../search.ts';
import { useMay } from '../../session.ts';
import { AboutAddress } from './about-address.tsx';
import { ContentAccess } from './content-access.tsx';
import { PrivacyRequests } from './privacy-requests.tsx';
import { Register } from './register.tsx';
import { Retention } from './retention.tsx';

export function Page() {
  const { t } = useTranslation('governance');
  const isOperator = useIsOperator();
  const scope = useScope();
  const readsAudit = useMay('audit:read');
  const kept: Tab = { id: 'kept', label: t('privacy.kept'), content: () => <Retention /> };
  const requests: Tab = { id: 'requests', label: t('privacy.requests'), content: () => <PrivacyRequests /> };
  const tabs: Tab[] = [kept, requests];
  if (scope !== undefined)
    tabs.splice(1, 0, { id: 'address', label: t('privacy.address'), content: () => <AboutAddress customer={scope} /> });
  if (scope !== undefined || readsAudit) {
    tabs.push({ id: 'looked', label: t('privacy.looked'), content: () => <ContentAccess customer={scope} /> });
  }
  if (isOperator && scope === undefined)
    tabs.push({ id: 'register', label: t('privacy.register'), content: () => <Register /> });
  return (
    <PageFrame title={t('privacy.title')} lead={isOperator ? t('privacy.lead') : t('privacy.leadCustomer')}>
      <UrlTabs label={t('privacy.title')} tabs={tabs} />
    </PageFrame>
  );
}
