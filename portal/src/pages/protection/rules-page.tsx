// The rules of the content filter: those that run first, then one's own; their trial; ready-made sets.

import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { lazily } from '../../parts/lazily.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { UrlTabs } from '../../parts/url-tabs.tsx';
import { useMay } from '../../session.ts';
import { useNamedCustomer } from './named-customer.ts';
import { RuleLists } from './rule-lists.tsx';

const DryRun = lazily(async () => (await import('./dry-run.tsx')).DryRun);
const RuleSets = lazily(async () => (await import('./rule-sets.tsx')).RuleSets);

export function Page() {
  const { t } = useTranslation('protection');
  const may = useMay('protection:write');
  const search = useNamedCustomer();
  return (
    <PageFrame
      title={t('rules.title')}
      lead={t('rules.lead')}
      actions={
        may && (
          <Button component={Link} to={'/rules/new'} search={search as never} leftSection={<IconPlus size={16} />}>
            {t('rules.new')}
          </Button>
        )
      }
    >
      <UrlTabs
        label={t('rules.tabs.label')}
        tabs={[
          { id: 'rules', label: t('rules.tabs.rules'), content: () => <RuleLists /> },
          { id: 'try', label: t('rules.tabs.try'), content: () => <DryRun /> },
          { id: 'sets', label: t('rules.tabs.sets'), content: () => <RuleSets /> },
        ]}
      />
    </PageFrame>
  );
}
