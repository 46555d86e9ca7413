// One customer out of all, found by id or name.

import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomerChoices } from '../../parts/customer-choices.ts';

interface CustomerSelectProps {
  label: string;
  description?: string;
  value: string;
  /** '' takes it out. */
  set: (customer: string) => void;
  error?: ReactNode;
  clearable?: boolean;
}

export function CustomerSelect({ label, description, value, set, error, clearable = false }: CustomerSelectProps) {
  const { t } = useTranslation(['access', 'shell']);
  const { choices, setTyped } = useCustomerChoices(value);
  return (
    <Select
      label={label}
      description={description}
      data={choices}
      value={value === '' ? null : value}
      searchable
      clearable={clearable}
      allowDeselect={clearable}
      filter={({ options }) => options}
      onSearchChange={setTyped}
      nothingFoundMessage={t('scope.nothing', { ns: 'shell' })}
      error={error}
      onChange={(one) => set(one ?? '')}
    />
  );
}
