// Whose thing it is to be: found by name or id as one types.

import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../api/queries.ts';

interface CustomerSelectProps {
  value: string | null;
  change: (customer: string | null) => void;
  required?: boolean;
  label?: string;
  description?: string;
}

const TYPING_MS = 200;
const SHOWN = 20;

export function CustomerSelect({ value, change, required = false, label, description }: CustomerSelectProps) {
  const { t } = useTranslation('governance');
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), TYPING_MS);
  const { data } = useCall('listCustomers', { query: { limit: SHOWN, ...(text !== '' && { text }) } }, { keep: true });
  const found = (data?.entries ?? []).map(({ id, name }) => ({
    value: id,
    label: name === id ? id : `${name} (${id})`,
  }));
  const isKnown = value === null || found.some((one) => one.value === value);
  return (
    <Select
      label={label ?? t('customer')}
      description={description}
      data={isKnown ? found : [{ value, label: value }, ...found]}
      value={value}
      required={required}
      clearable={!required}
      searchable
      nothingFoundMessage={t('noCustomer')}
      // The relay has searched already.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      onChange={change}
    />
  );
}
