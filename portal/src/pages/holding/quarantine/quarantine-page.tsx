// What is held for what it holds, who did what with it, and what is done to many of it: of all customers, or of one's own.

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FilterChips } from '../../../parts/filter-chips.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { useIsOperator } from '../../../search.ts';
import { JobBanner } from '../bulk/job-banner.tsx';
import { JobsList } from '../bulk/jobs-list.tsx';
import { ActsList } from './acts-list.tsx';
import { HeldList } from './held-list.tsx';
import { useHeldFilters } from './held-query.ts';

export function Page() {
  const { t } = useTranslation('holding');
  const isOperator = useIsOperator();
  return (
    <PageFrame
      title={t(isOperator ? 'quarantine.titleOperator' : 'quarantine.titleCustomer')}
      lead={isOperator ? <OperatorLead /> : t('quarantine.leadCustomer')}
    >
      <JobBanner part="quarantine" />
      <UrlTabs
        label={t('quarantine.tabs.label')}
        tabs={[
          { id: 'list', label: t('quarantine.tabs.list'), content: () => <Waiting /> },
          { id: 'acts', label: t('quarantine.tabs.acts'), content: () => <ActsList /> },
          { id: 'jobs', label: t('quarantine.tabs.jobs'), content: () => <JobsList part="quarantine" /> },
        ]}
      />
    </PageFrame>
  );
}

function OperatorLead() {
  const { t } = useTranslation('holding');
  return (
    <Text inherit>
      {t('quarantine.leadOperator')}{' '}
      <ScopedLink to="/queues" search={{ tab: 'recipients', status: 'held' }}>
        {t('quarantine.byHand')}
      </ScopedLink>
    </Text>
  );
}

function Waiting() {
  const filters = useHeldFilters();
  return (
    <>
      <FilterChips filters={filters} />
      <HeldList />
    </>
  );
}
