// One customer: how it is, in a strip; where it stands and all that can be done about it, in tabs.

import { Paper, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useTagged } from '../../../api/queries.ts';
import { lazily } from '../../../parts/lazily.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { type Tab, UrlTabs } from '../../../parts/url-tabs.tsx';
import { useMay } from '../../../session.ts';
import { STRIPES } from '../customer-state.tsx';
import type { Kept } from '../edited.ts';
import { HeaderStrip } from './header-strip.tsx';
import { StageTab } from './stage-tab.tsx';

const ContractsTab = lazily(async () => (await import('./contracts-tab.tsx')).ContractsTab);
const EntryTab = lazily(async () => (await import('./entry-tab.tsx')).EntryTab);
const LinksTab = lazily(async () => (await import('./links-tab.tsx')).LinksTab);
const SettingsTab = lazily(async () => (await import('./settings-tab.tsx')).SettingsTab);
const SuspensionTab = lazily(async () => (await import('./suspension-tab.tsx')).SuspensionTab);
const TerminationTab = lazily(async () => (await import('./termination-tab.tsx')).TerminationTab);
const TestTab = lazily(async () => (await import('./test-tab.tsx')).TestTab);

type Customer = Answer<'getCustomer'>;
/** Of those that go, nobody need decide about the portal. */
const LEAVING: readonly Customer['stage'][] = ['notice', 'deactivated', 'removed'];
/** The relay moves customers on by itself: what is seen stays true. */
const LOOK_EVERY_MS = 5000;

export function Page() {
  const { t } = useTranslation('customers');
  const { customer: id = '' } = useParams({ strict: false }) as { customer?: string };
  const customer = useTagged('getCustomer', { path: { customer: id } }, { everyMs: LOOK_EVERY_MS });
  if (customer.error instanceof ApiProblem && customer.error.status === 404) {
    return (
      <PageFrame title={id}>
        <Empty title={t('customer.none')} action={<ScopedLink to="/customers">{t('customer.toList')}</ScopedLink>} />
      </PageFrame>
    );
  }
  return (
    <PageFrame title={customer.data?.data.name ?? id} lead={t('customer.lead', { id })}>
      <Answered query={customer}>{(kept) => <CustomerOf kept={kept} />}</Answered>
    </PageFrame>
  );
}

function CustomerOf({ kept }: { kept: Kept<Customer> }) {
  const { t } = useTranslation('customers');
  const mayWrite = useMay('customers:write');
  const customer = kept.data;
  const all: (Tab & { may?: boolean })[] = [
    { id: 'stage', label: t('tabs.stage'), content: () => <StageTab customer={customer} /> },
    { id: 'entry', label: t('tabs.entry'), may: mayWrite, content: () => <EntryTab customer={customer} /> },
    { id: 'links', label: t('tabs.links'), may: mayWrite, content: () => <LinksTab customer={customer} /> },
    { id: 'contracts', label: t('tabs.contracts'), content: () => <ContractsTab customer={customer} /> },
    { id: 'settings', label: t('tabs.settings'), content: () => <SettingsTab kept={kept} /> },
    { id: 'test', label: t('tabs.test'), content: () => <TestTab customer={customer} /> },
    { id: 'suspension', label: t('tabs.suspension'), content: () => <SuspensionTab customer={customer} /> },
    { id: 'termination', label: t('tabs.termination'), content: () => <TerminationTab customer={customer} /> },
  ];
  return (
    <Stack gap="md">
      <HeaderStrip customer={customer} />
      {customer.portal === 'requested' && !LEAVING.includes(customer.stage) && (
        <Paper withBorder p="sm" style={{ borderInlineStart: `6px solid ${STRIPES.warn}` }}>
          <Text size="sm">
            {t('customer.portalAsked')}{' '}
            <ScopedLink to={`/customers/${customer.id}`} search={{ tab: 'settings' }}>
              {t('customer.portalDecide')}
            </ScopedLink>
          </Text>
        </Paper>
      )}
      <UrlTabs label={t('tabs.label')} tabs={all.filter(({ may = true }) => may)} />
    </Stack>
  );
}
