// One customer out of all, found by id or name.

import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../api/queries.ts';

interface CustomerSelectProps {
  label: string;
  description?: string;
  value: string;
  /** '' takes it out. */
  set: (customer: string) => void;
  error?: string | undefined;
  clearable?: boolean;
}

const SHOWN = 20;
const TYPING_MS = 200;

export function CustomerSelect({ label, description, value, set, error, clearable = false }: CustomerSelectProps) {
  const { t } = useTranslation(['access', 'shell']);
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed, TYPING_MS);
  const isOwn = text === '' || text === value;
  const found = useCall('listCustomers', { query: { limit: SHOWN, ...(!isOwn && { text }) } }, { keep: true });
  const customers =
    found.data?.entries.map(({ id, name }) => ({
      value: id,
      label: name === '' || name === id ? id : `${name} (${id})`,
    })) ?? [];
  const known = value === '' || customers.some((one) => one.value === value) ? [] : [{ value, label: value }];
  return (
    <Select
      label={label}
      description={description}
      data={[...known, ...customers]}
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
