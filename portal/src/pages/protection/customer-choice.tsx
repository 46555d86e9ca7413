// A customer, found as one types.

import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCustomerChoices } from '../../parts/customer-choices.ts';

interface CustomerChoiceProps {
  label: string;
  value: string | undefined;
  onChange: (customer: string | undefined) => void;
  /** What stands for no customer. */
  none?: string;
  required?: boolean;
  error?: ReactNode;
}

export function CustomerChoice({ label, value, onChange, none, required = false, error }: CustomerChoiceProps) {
  const { choices, setTyped } = useCustomerChoices(value ?? '');
  return (
    <Select
      label={label}
      data={choices}
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
