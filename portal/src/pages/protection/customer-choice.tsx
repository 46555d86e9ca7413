// A customer, found as one types.

import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useCall } from '../../api/queries.ts';

interface CustomerChoiceProps {
  label: string;
  value: string | undefined;
  onChange: (customer: string | undefined) => void;
  /** What stands for no customer. */
  none?: string;
  required?: boolean;
  error?: string | undefined;
}

const TYPING_MS = 200;
const SHOWN = 20;

export function CustomerChoice({ label, value, onChange, none, required = false, error }: CustomerChoiceProps) {
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const word = asked === value ? '' : asked;
  const found = useCall(
    'listCustomers',
    { query: { limit: SHOWN, ...(word !== '' && { text: word }) } },
    { keep: true },
  );
  const customers =
    found.data?.entries.map(({ id, name }) => ({
      value: id,
      label: name === '' || name === id ? id : `${name} (${id})`,
    })) ?? [];
  const own = value === undefined || customers.some((one) => one.value === value) ? [] : [{ value, label: value }];
  return (
    <Select
      label={label}
      data={[...own, ...customers]}
      value={value ?? null}
      searchable
      clearable={none !== undefined}
      placeholder={none}
      required={required}
      error={error}
      filter={({ options }) => options}
      onSearchChange={setTyped}
      onChange={(customer) => onChange(customer ?? undefined)}
    />
  );
}
