// When a rule holds: days, from, to, by the clock of a zone.

import { Checkbox, Group, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FieldsProps } from './condition-fields.tsx';
import type { ConditionOf } from './rule-shapes.ts';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function TimeFields({ condition, faultOf, change }: FieldsProps<ConditionOf<'time'>>) {
  const { t } = useTranslation('protection');
  const zones = Intl.supportedValuesOf('timeZone');
  const known = zones.includes(condition.zone) ? zones : [condition.zone, ...zones];
  return (
    <>
      <Checkbox.Group
        label={t('field.days')}
        value={condition.days.map(String)}
        onChange={(days) => change({ ...condition, days: DAYS.filter((day) => days.includes(String(day))) }, 'days')}
      >
        <Group gap="sm" mt={4}>
          {DAYS.map((day) => (
            <Checkbox key={day} value={String(day)} label={t(`weekday.${day}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {(['from', 'to'] as const).map((field) => (
          <TextInput
            key={field}
            type="time"
            label={t(`field.${field}`)}
            value={condition[field]}
            error={faultOf(field)}
            onChange={(event) => change({ ...condition, [field]: event.currentTarget.value }, field)}
          />
        ))}
        <Select
          label={t('field.zone')}
          data={known}
          value={condition.zone}
          error={faultOf('zone')}
          searchable
          allowDeselect={false}
          limit={50}
          onChange={(zone) => change({ ...condition, zone: zone ?? condition.zone }, 'zone')}
        />
      </SimpleGrid>
    </>
  );
}
