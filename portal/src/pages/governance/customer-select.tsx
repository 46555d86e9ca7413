// Whose thing it is to be: found by name or id as one types.

import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomerChoices } from '../../parts/customer-choices.ts';

interface CustomerSelectProps {
  value: string | null;
  change: (customer: string | null) => void;
  required?: boolean;
  label?: string;
  description?: string;
  error?: ReactNode;
}

export function CustomerSelect({ value, change, required = false, label, description, error }: CustomerSelectProps) {
  const { t } = useTranslation('governance');
  const { choices, setTyped } = useCustomerChoices(value ?? '');
  return (
    <Select
      label={label ?? t('customer')}
      description={description}
      error={error}
      data={choices}
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
