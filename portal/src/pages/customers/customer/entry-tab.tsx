// The entry of a customer: typed for it while it may be changed; then looked at beside what is in force, and approved.

import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useTagged } from '../../../api/queries.ts';
import { Answered, Empty } from '../../../parts/states.tsx';
import { ApprovalPanel } from './approval-panel.tsx';
import { EntryForm } from './entry-form.tsx';
import { WaitingSources } from './waiting-sources.tsx';

type Customer = Answer<'getCustomer'>;

export function EntryTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const entry = useTagged('getEntry', { path: { customer: customer.id } });
  if (entry.error instanceof ApiProblem && entry.error.status === 404) {
    return (
      <Stack gap="md">
        <WaitingSources customer={customer.id} />
        <Empty title={t('entry.none')} hint={t('entry.noneHint')} />
      </Stack>
    );
  }
  const isEntering = customer.stage === 'registered' || customer.stage === 'invited';
  return (
    <Stack gap="md">
      <WaitingSources customer={customer.id} />
      <Answered query={entry}>
        {(kept) =>
          isEntering ? (
            <EntryForm customer={customer} kept={kept} />
          ) : (
            <ApprovalPanel customer={customer} entry={kept.data} />
          )
        }
      </Answered>
    </Stack>
  );
}
