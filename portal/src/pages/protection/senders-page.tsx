// Senders that left their habits, or were locked by hand.

import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../parts/page.tsx';
import { UrlTabs } from '../../parts/url-tabs.tsx';
import { FindSender } from './find-sender.tsx';
import { LimitedSenders } from './limited-senders.tsx';
import { SenderPanel } from './sender-panel.tsx';
import { ToleratedSenders } from './tolerated-senders.tsx';

export function Page() {
  const { t } = useTranslation('protection');
  return (
    <PageFrame title={t('senders.title')} lead={t('senders.lead')}>
      <Stack>
        <FindSender />
        <UrlTabs
          label={t('senders.tabs.label')}
          tabs={[
            { id: 'limited', label: t('senders.tabs.limited'), content: () => <LimitedSenders /> },
            { id: 'tolerated', label: t('senders.tabs.tolerated'), content: () => <ToleratedSenders /> },
          ]}
        />
      </Stack>
      <SenderPanel />
    </PageFrame>
  );
}
