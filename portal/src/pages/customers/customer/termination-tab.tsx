// How a customer leaves: its days, who was told, what is still in DNS, what comes next, and the certificate at the end.

import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { DANGER } from '../../../parts/danger.ts';
import { Answered, Empty } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';
import { HoldingsPreview } from './holdings-preview.tsx';
import { TerminationPanel } from './termination-panel.tsx';
import { TerminationRecords } from './termination-records.tsx';

type Customer = Answer<'getCustomer'>;

export function TerminationTab({ customer }: { customer: Customer }) {
  const termination = useCall('getTermination', { path: { customer: customer.id } });
  if (termination.error instanceof ApiProblem && termination.error.status === 404)
    return <NotEnding customer={customer} />;
  return (
    <Answered query={termination}>
      {(found) => (
        <Stack gap="md">
          <TerminationPanel customer={customer} termination={found} />
          {found.state === 'stopped' && <NotEnding customer={customer} />}
          <TerminationRecords customer={customer.id} termination={found} />
        </Stack>
      )}
    </Answered>
  );
}

function NotEnding({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const may = useMay('customers:approve');
  const [isOpen, setOpen] = useState(false);
  const begin = useAct('beginTermination', { changes: ABOUT_CUSTOMER });
  const canBegin = may && ['verifying', 'live', 'deactivated'].includes(customer.stage);
  return (
    <>
      <Empty
        title={t('termination.none')}
        hint={t('termination.noneHint')}
        action={
          canBegin && (
            <Button variant="default" c={DANGER} onClick={() => setOpen(true)}>
              {t('termination.begin')}
            </Button>
          )
        }
      />
      {isOpen && (
        <ConfirmAct
          title={t('termination.beginTitle', { customer: customer.name })}
          verb={t('termination.begin')}
          danger
          typed={customer.id}
          reason="needed"
          act={(reason) => begin.mutateAsync({ path: { customer: customer.id }, body: { reason } })}
          close={() => setOpen(false)}
        >
          <Text size="sm">{t('termination.beginHint')}</Text>
          <HoldingsPreview customer={customer.id} about="deactivation" />
        </ConfirmAct>
      )}
    </>
  );
}
