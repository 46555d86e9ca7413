// The steps of an order, but the last.

import { ActionIcon, Button, Fieldset, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useMay } from '../../../session.ts';
import { ContactRows } from '../customer/contact-rows.tsx';
import type { Order, OrderedSubscription } from './order.ts';

interface StepProps {
  order: Order;
  change: (patch: Partial<Order>) => void;
  error: unknown;
}

export function CustomerStep({ order, change, error }: StepProps) {
  const { t } = useTranslation('customers');
  return (
    <>
      <TextInput
        label={t('register.name')}
        required
        value={order.name}
        error={faultOf(error, 'name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t('register.id')}
        description={t('register.idHint')}
        value={order.id}
        error={faultOf(error, 'id')}
        maw={320}
        onChange={(event) => change({ id: event.currentTarget.value })}
      />
      <Select
        label={t('settings.language.name')}
        description={t('register.languageHint')}
        data={(['en', 'de', 'fr'] as const).map((value) => ({ value, label: t(`told.language.${value}`) }))}
        value={order.language}
        allowDeselect={false}
        maw={320}
        onChange={(value) => change({ language: value ?? 'en' })}
      />
    </>
  );
}

const CONTRACT = ['number', 'sla', 'starts', 'agreed', 'note'] as const;

export function ContractStep({ order, change, error }: StepProps) {
  const { t } = useTranslation('customers');
  return (
    <Stack gap="sm" maw={420}>
      {CONTRACT.map((field) => (
        <TextInput
          key={field}
          type={field === 'starts' || field === 'agreed' ? 'date' : 'text'}
          label={t(`contracts.${field}`)}
          value={order.contract[field]}
          error={faultOf(error, `contract.${field}`)}
          onChange={(event) => change({ contract: { ...order.contract, [field]: event.currentTarget.value } })}
        />
      ))}
    </Stack>
  );
}

export function ServiceStep({ order, change, error }: StepProps) {
  const { t } = useTranslation('customers');
  const mayPools = useMay('pools:read');
  const pools = useCall('listPools', { query: { limit: 1000 } }, { enabled: mayPools });
  return (
    <>
      <TextInput
        label={t('register.domain')}
        description={t('register.domainHint')}
        placeholder="example.lu"
        value={order.domain}
        error={faultOf(error, 'domain')}
        maw={420}
        onChange={(event) => change({ domain: event.currentTarget.value })}
      />
      <MultiSelect
        label={t('settings.pools.name')}
        description={t('settings.pools.hint')}
        data={pools.data?.entries.map(({ name }) => name) ?? []}
        value={order.pools}
        error={faultOf(error, 'pools', 'pools.*')}
        searchable
        maw={420}
        onChange={(value) => change({ pools: value })}
      />
      <Subscriptions order={order} change={change} error={error} />
    </>
  );
}

const PARTS = ['kind', 'reference', 'since'] as const;

function Subscriptions({ order, change, error }: StepProps) {
  const { t } = useTranslation('customers');
  const { subscriptions } = order;
  const set = (i: number, patch: Partial<OrderedSubscription>) =>
    change({ subscriptions: subscriptions.map((one, at) => (at === i ? { ...one, ...patch } : one)) });
  return (
    <Fieldset legend={t('subscriptions.title')}>
      <Stack gap="sm">
        {subscriptions.map((one, i) => (
          // Rows have no names of their own while they are typed.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Group key={i} gap="xs" align="flex-start" wrap="nowrap">
            <Group gap="xs" align="flex-start" flex={1}>
              {PARTS.map((part) => (
                <TextInput
                  key={part}
                  aria-label={t(`subscriptions.${part}`)}
                  placeholder={t(`subscriptions.${part}`)}
                  type={part === 'since' ? 'date' : 'text'}
                  value={one[part]}
                  error={faultOf(error, `subscriptions.${i}.${part}`)}
                  flex="1 1 9rem"
                  onChange={(event) => set(i, { [part]: event.currentTarget.value })}
                />
              ))}
            </Group>
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={4}
              aria-label={t('rows.remove', { number: i + 1 })}
              onClick={() => change({ subscriptions: subscriptions.filter((_, at) => at !== i) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() =>
              change({ subscriptions: [...subscriptions, { kind: 'internet', reference: '', since: '' }] })
            }
          >
            {t('subscriptions.add')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

export function ContactsStep({ order, change, error }: StepProps) {
  return <ContactRows contacts={order.contacts} set={(contacts) => change({ contacts })} error={error} />;
}
