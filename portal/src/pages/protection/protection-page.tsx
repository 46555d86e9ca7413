// Settings of protection by direction, and the lists of senders.

import { useTranslation } from 'react-i18next';
import { lazily } from '../../parts/lazily.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { UrlTabs } from '../../parts/url-tabs.tsx';
import { ProtectionSettings } from './protection-settings.tsx';

const ListedSenders = lazily(async () => (await import('./listed-senders.tsx')).ListedSenders);

export function Page() {
  const { t } = useTranslation('protection');
  return (
    <PageFrame title={t('settings.title')} lead={t('settings.lead')}>
      <UrlTabs
        label={t('settings.tabs.label')}
        tabs={[
          {
            id: 'inbound',
            label: t('settings.tabs.inbound'),
            content: () => <ProtectionSettings key="inbound" direction="inbound" />,
          },
          {
            id: 'outbound',
            label: t('settings.tabs.outbound'),
            content: () => <ProtectionSettings key="outbound" direction="outbound" />,
          },
          { id: 'senders', label: t('settings.tabs.senders'), content: () => <ListedSenders /> },
        ]}
      />
    </PageFrame>
  );
}
