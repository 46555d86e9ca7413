// The domains of one customer: each with its records, what was found, and what to change.

import { Button, Group, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall, usePages } from '../../../api/queries.ts';
import { MoreFoot } from '../../../parts/more-foot.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { useMay } from '../../../session.ts';
import { LookButton } from '../onboarding/look-button.tsx';
import { useRecordsSentence } from '../records-list.tsx';
import { DkimKeys } from './dkim-keys.tsx';
import { DomainForm } from './domain-form.tsx';
import { DomainPanel } from './domain-panel.tsx';
import { Grants } from './grants.tsx';
import { useChecks } from './use-checks.ts';

export function OwnDomains({ customer }: { customer: string }) {
  const { t } = useTranslation('joining');
  const [isAdding, setAdding] = useState(false);
  const [mayChange, mayKeys] = [useMay('domains:write'), useMay('dkim:read')];
  const checks = useChecks(customer);
  const records = useCall('getRecords', { path: { customer } });
  const sentence = useRecordsSentence();
  // Its line is there from the start: nothing below moves when it comes.
  const lead = records.data === undefined ? '\u00a0' : sentence(records.data.entries, checks.checks);
  return (
    <PageFrame
      title={t('ownDomains.title')}
      lead={lead}
      actions={
        mayChange && (
          <>
            <LookButton look={checks.look} isLooking={checks.isLooking} follows={false} />
            <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
              {t('ownDomains.add')}
            </Button>
          </>
        )
      }
    >
      {checks.error !== undefined && <Failing error={checks.error} />}
      <UrlTabs
        label={t('ownDomains.title')}
        tabs={[
          {
            id: 'domains',
            label: t('ownDomains.domains'),
            content: () => (
              <Domains customer={customer} checks={checks} add={mayChange ? () => setAdding(true) : undefined} />
            ),
          },
          ...(mayKeys ? [{ id: 'keys', label: t('keys.tab'), content: () => <DkimKeys customer={customer} /> }] : []),
          { id: 'grants', label: t('grants.tab'), content: () => <Grants customer={customer} /> },
        ]}
      />
      {isAdding && <DomainForm customer={customer} close={() => setAdding(false)} />}
    </PageFrame>
  );
}

interface DomainsProps {
  customer: string;
  checks: ReturnType<typeof useChecks>;
  add: (() => void) | undefined;
}

function Domains({ customer, checks, add }: DomainsProps) {
  const { t } = useTranslation('joining');
  const query = usePages('listDomains', { path: { customer }, query: { limit: 50 } });
  const records = useCall('getRecords', { path: { customer } });
  const domains = query.entries ?? [];
  return (
    <Answered query={query}>
      {() =>
        domains.length === 0 ? (
          <Empty
            title={t('ownDomains.empty')}
            hint={t('ownDomains.emptyHint')}
            {...(add !== undefined && { action: <Button onClick={add}>{t('ownDomains.add')}</Button> })}
          />
        ) : (
          <Stack gap="sm">
            {domains.map((domain) => (
              <DomainPanel
                key={domain.name}
                customer={customer}
                domain={domain}
                records={records.data?.entries ?? []}
                checks={checks.checks}
                isAlone={domains.length <= 2}
              />
            ))}
            {query.hasNextPage && (
              <Group justify="center">
                <Button variant="default" onClick={() => void query.fetchNextPage()}>
                  {t('ownDomains.more')}
                </Button>
              </Group>
            )}
            <MoreFoot query={query} count={domains.length} />
          </Stack>
        )
      }
    </Answered>
  );
}
