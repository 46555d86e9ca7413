// The servers of one customer: where its mail goes, where its own comes from, the firewall, the settings, and the dry run.

import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../parts/page.tsx';
import { Failing } from '../../../parts/states.tsx';
import { type Tab, UrlTabs } from '../../../parts/url-tabs.tsx';
import { useMay } from '../../../session.ts';
import { GuidePanel } from '../guide-panel.tsx';
import { LookButton } from '../onboarding/look-button.tsx';
import { DryRun } from './dry-run.tsx';
import { Firewall } from './firewall.tsx';
import { Hosts } from './hosts.tsx';
import { Sources } from './sources.tsx';
import { useChecks } from './use-checks.ts';

export function OwnServers({ customer }: { customer: string }) {
  const { t } = useTranslation('joining');
  const checks = useChecks(customer);
  const [mayChange, mayExplain, mayGuide] = [useMay('domains:write'), useMay('explain:read'), useMay('customers:read')];
  const bad = checks.checks.filter(
    ({ kind, state }) => (kind === 'mailhost' || kind === 'source') && (state === 'fail' || state === 'unknown'),
  );
  const tabs: Tab[] = [
    { id: 'hosts', label: t('servers.hosts'), content: () => <Hosts customer={customer} checks={checks.checks} /> },
    {
      id: 'sources',
      label: t('servers.sources'),
      content: () => <Sources customer={customer} checks={checks.checks} />,
    },
    { id: 'firewall', label: t('firewall.tab'), content: () => <Firewall customer={customer} /> },
  ];
  if (mayGuide)
    tabs.push({ id: 'settings', label: t('guide.tab'), content: () => <GuidePanel of={{ customer }} level={2} /> });
  if (mayExplain) tabs.push({ id: 'dry-run', label: t('dryRun.tab'), content: () => <DryRun customer={customer} /> });
  return (
    <PageFrame
      title={t('ownServers.title')}
      lead={bad.length === 0 ? t('ownServers.well') : t('ownServers.bad', { count: bad.length })}
      actions={mayChange && <LookButton look={checks.look} isLooking={checks.isLooking} follows={false} />}
    >
      {checks.error !== undefined && <Failing error={checks.error} />}
      <UrlTabs label={t('ownServers.title')} tabs={tabs} />
    </PageFrame>
  );
}
