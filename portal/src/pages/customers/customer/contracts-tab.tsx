// Contracts and subscriptions of a customer.

import { Stack } from '@mantine/core';
import type { Answer } from '../../../api/call.ts';
import { ContractsPanel } from './contracts-panel.tsx';
import { SubscriptionsPanel } from './subscriptions-panel.tsx';

export function ContractsTab({ customer }: { customer: Answer<'getCustomer'> }) {
  return (
    <Stack gap="md">
      <SubscriptionsPanel customer={customer} />
      <ContractsPanel customer={customer.id} />
    </Stack>
  );
}
