// All customers, or one: what every page shows.

import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../api/queries.ts';
import { useSearchState } from '../search.ts';
import { useMay } from '../session.ts';

const ALL = '';
const SHOWN = 20;
const TYPING_MS = 200;

export function ScopeSelector() {
  const { t } = useTranslation('shell');
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const scope = search['customer'] ?? ALL;
  const may = useMay('customers:read');
  const word = asked === scope ? '' : asked;
  const found = useCall(
    'listCustomers',
    { query: { limit: SHOWN, ...(word !== '' && { text: word }) } },
    { keep: true, enabled: may },
  );
  const customers =
    found.data?.entries.map(({ id, name }) => ({
      value: id,
      label: name === '' || name === id ? id : `${name} (${id})`,
    })) ?? [];
  const own = customers.some(({ value }) => value === scope) || scope === ALL ? [] : [{ value: scope, label: scope }];
  return (
    <Select
      aria-label={t('scope.label')}
      size="xs"
      w={{ base: 150, xs: 200, sm: 260 }}
      data={[{ value: ALL, label: t('scope.all') }, ...own, ...customers]}
      value={scope}
      searchable
      allowDeselect={false}
      filter={({ options }) => options}
      onSearchChange={setTyped}
      nothingFoundMessage={t('scope.nothing')}
      comboboxProps={{ width: 320, position: 'bottom-start' }}
      onChange={(value) => change({ customer: value === null || value === ALL ? undefined : value }, 'push')}
    />
  );
}
