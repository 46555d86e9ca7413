// An entry that was submitted: what it changes, what stands in the way, and the word of whoever approves it.

import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import type { FieldFault } from '../../../api/problem.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { AtField } from '../../../parts/field-faults.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Failing } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';
import { Differences } from './differences.tsx';
import { useFaultField, useFaultText } from './fault-text.ts';

type Customer = Answer<'getCustomer'>;
type Approval = Answer<'getApproval'>;

export function ApprovalPanel({ customer, entry }: { customer: Customer; entry: Answer<'getEntry'> }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const approval = useCall('getApproval', { path: { customer: customer.id } });
  const isOpen = customer.stage === 'submitted';
  const submitted =
    entry.submitted_at === undefined
      ? undefined
      : t('approval.submitted', { at: formats.dateTime(entry.submitted_at) });
  return (
    <Panel title={isOpen ? t('approval.title') : t('approval.done')} hint={isOpen ? submitted : t('approval.doneHint')}>
      <Answered query={approval}>
        {({ faults = [], ...found }) => (
          <Stack gap="md">
            <Approved approval={found} />
            {isOpen && faults.length > 0 && <Faults faults={faults} />}
            <Differences differences={found.differences} />
            {isOpen && <Decide customer={customer} approval={found} isFaulty={faults.length > 0} />}
          </Stack>
        )}
      </Answered>
    </Panel>
  );
}

function Approved({ approval }: { approval: Approval }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  if (approval.needed < 2 && approval.approvals.length === 0) return null;
  return (
    <div>
      <Text size="sm">{t('approval.count', { done: approval.approvals.length, needed: approval.needed })}</Text>
      {approval.approvals.map(({ who, at }) => (
        <Text size="sm" c="dimmed" key={who}>
          {t('approval.by', { who, at: formats.dateTime(at) })}
        </Text>
      ))}
    </div>
  );
}

function Faults({ faults }: { faults: NonNullable<Approval['faults']> }) {
  const { t } = useTranslation('customers');
  const textOf = useFaultText();
  const fieldOf = useFaultField();
  return (
    <Alert color="red" variant="light" title={t('approval.faults', { count: faults.length })}>
      <List size="sm">
        {(faults as readonly FieldFault[]).map((fault) => (
          <List.Item key={`${fault.field} ${fault.message}`}>
            {fieldOf(fault.field)}: <AtField faults={[fault]}>{textOf(fault)}</AtField>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

interface DecideProps {
  customer: Customer;
  approval: Approval;
  isFaulty: boolean;
}

function Decide({ customer, approval, isFaulty }: DecideProps) {
  const { t } = useTranslation('customers');
  const [isReturning, setReturning] = useState(false);
  const mayApprove = useMay('customers:approve');
  const mayWrite = useMay('customers:write');
  const approve = useAct('approveEntry', { changes: ABOUT_CUSTOMER });
  const giveBack = useAct('returnEntry', { changes: ABOUT_CUSTOMER });
  const path = { customer: customer.id };
  const missing = approval.needed - approval.approvals.length;
  const onApprove = () =>
    approve.mutate(
      { path, body: { entry_version: approval.entry_version } },
      {
        onSuccess: ({ stage }) =>
          notifications.show({
            message: stage === 'submitted' ? t('approval.oneMore') : t('approval.inForce'),
            color: 'green',
          }),
      },
    );
  return (
    <Stack gap="xs">
      <Failing error={approve.error} />
      <Group gap="xs" justify="flex-end">
        <Text size="sm" c="dimmed" flex={1} miw={220}>
          {missing > 1 ? t('approval.notLast', { count: missing }) : t('approval.last')}
        </Text>
        {mayWrite && (
          <Button variant="default" onClick={() => setReturning(true)}>
            {t('approval.return')}
          </Button>
        )}
        {mayApprove && (
          <Button onClick={onApprove} loading={approve.isPending} disabled={isFaulty}>
            {t('approval.approve')}
          </Button>
        )}
      </Group>
      {isReturning && (
        <ConfirmAct
          title={t('approval.returnTitle')}
          verb={t('approval.return')}
          reason="needed"
          act={(reason) => giveBack.mutateAsync({ path, body: { reason } })}
          close={() => setReturning(false)}
        >
          <Text size="sm">{t('approval.returnHint')}</Text>
        </ConfirmAct>
      )}
    </Stack>
  );
}
