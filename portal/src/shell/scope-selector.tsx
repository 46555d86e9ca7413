// All customers, or one: what every page shows.

import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCustomerChoices } from '../parts/customer-choices.ts';
import { useSearchState } from '../search.ts';
import { useMay } from '../session.ts';

const ALL = '';

export function ScopeSelector() {
  const { t } = useTranslation('shell');
  const [search, change] = useSearchState();
  const scope = search['customer'] ?? ALL;
  const enabled = useMay('customers:read');
  const { choices, setTyped } = useCustomerChoices(scope, { enabled, none: t('scope.all') });
  return (
    <Select
      aria-label={t('scope.label')}
      size="xs"
      w={{ base: 150, xs: 200, sm: 260 }}
      data={[{ value: ALL, label: t('scope.all') }, ...choices]}
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
