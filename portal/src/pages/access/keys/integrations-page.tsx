import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { lazily } from '../../../parts/lazily.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { type Tab, UrlTabs } from '../../../parts/url-tabs.tsx';
import { useIsOperator } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { KeyList } from './key-list.tsx';

const Webhooks = lazily(async () => (await import('../../governance/webhooks.tsx')).Webhooks);

/** What programs have to do with the relay: keys with which they ask it, webhooks by which it tells them. */
export function Page() {
  const { t } = useTranslation(['access', 'governance']);
  const isOperator = useIsOperator();
  const tabs: Tab[] = [];
  if (useMay('keys:read')) tabs.push({ id: 'keys', label: t('integrations.tabKeys'), content: () => <KeyList /> });
  if (useMay('webhooks:read')) {
    tabs.push({ id: 'webhooks', label: t('governance:webhooks.title'), content: () => <Webhooks /> });
  }
  return (
    <PageFrame
      title={t(isOperator ? 'integrations.titleOperator' : 'integrations.title')}
      lead={t('integrations.lead')}
      actions={
        <Anchor href="/api/docs" target="_blank" rel="noreferrer" size="sm">
          {t('integrations.docs')}
        </Anchor>
      }
    >
      <UrlTabs label={t('integrations.title')} tabs={tabs} />
    </PageFrame>
  );
}
