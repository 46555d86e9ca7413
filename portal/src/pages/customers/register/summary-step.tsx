// All of an order once more, before it is registered.

import { Checkbox, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { hasContract, type Order } from './order.ts';

export function SummaryStep({ order, change }: { order: Order; change: (patch: Partial<Order>) => void }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const { contract } = order;
  const day = (text: string) => (text === '' ? undefined : formats.date(text));
  const contractFacts = hasContract(order)
    ? [
        { name: t('contracts.number'), value: contract.number },
        { name: t('contracts.sla'), value: contract.sla },
        { name: t('contracts.starts'), value: day(contract.starts) },
        { name: t('contracts.agreed'), value: day(contract.agreed) },
        { name: t('contracts.note'), value: contract.note },
      ]
    : [{ name: t('register.step.contract'), value: t('register.noContract') }];
  const none = t('register.none');
  return (
    <Stack gap="md">
      <Facts
        facts={[
          { name: t('register.name'), value: order.name === '' ? none : order.name },
          { name: t('register.id'), value: order.id === '' ? t('register.idMade') : order.id },
          { name: t('settings.language.name'), value: t(`told.language.${order.language}`) },
          ...contractFacts,
          { name: t('register.domain'), value: order.domain === '' ? none : order.domain },
          { name: t('settings.pools.name'), value: order.pools.length === 0 ? none : formats.list(order.pools) },
          {
            name: t('subscriptions.title'),
            value:
              order.subscriptions.length === 0
                ? none
                : order.subscriptions.map(({ kind, reference }) => `${kind} ${reference}`).join(', '),
          },
          {
            name: t('settings.contacts.name'),
            value:
              order.contacts.length === 0
                ? none
                : order.contacts.map(({ name, email }) => (email === '' ? name : `${name} <${email}>`)).join(', '),
          },
        ]}
      />
      <Checkbox
        label={t('register.invite')}
        description={t('register.inviteHint')}
        checked={order.invite}
        onChange={(event) => change({ invite: event.currentTarget.checked })}
      />
    </Stack>
  );
}
