// The operator's word on an order that is under way: live without what is missing, or given up.

import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { ABOUT_CUSTOMER } from './about-customer.ts';
import { HoldingsPreview } from './holdings-preview.tsx';

type Customer = Answer<'getCustomer'>;

export function MoveCustomer({ customer, to }: { customer: Customer; to: 'live' | 'removed' }) {
  const { t } = useTranslation('customers');
  const [open, setOpen] = useState(false);
  const move = useAct('moveCustomer', { changes: ABOUT_CUSTOMER });
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
        {t(`move.${to}.do`)}
      </Button>
      {open && (
        <ConfirmAct
          title={t(`move.${to}.title`, { customer: customer.name })}
          verb={t(`move.${to}.verb`)}
          danger
          typed={customer.id}
          reason="needed"
          act={(reason) => move.mutateAsync({ path: { customer: customer.id }, body: { to, reason } })}
          close={() => setOpen(false)}
        >
          <Text size="sm">{t(`move.${to}.hint`)}</Text>
          <HoldingsPreview customer={customer.id} about={to === 'removed' ? 'removal' : 'live'} />
        </ConfirmAct>
      )}
    </>
  );
}
