// The fields of one condition, as its kind wants them.

import { Group, MultiSelect, SegmentedControl, Select, SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NumberField } from '../../parts/number-field.tsx';
import type { FaultOf } from './condition-list.tsx';
import { type Condition, type ConditionOf, DATA, PLACES, TRAITS } from './rule-shapes.ts';
import { TimeFields } from './time-fields.tsx';

export interface FieldsProps<C extends Condition = Condition> {
  condition: C;
  faultOf: FaultOf;
  change: (condition: Condition, field: string) => void;
}

export function ConditionFields({ condition, faultOf, change }: FieldsProps) {
  const more = { faultOf, change };
  switch (condition.on) {
    case 'direction':
      return <DirectionField condition={condition} {...more} />;
    case 'customer':
    case 'stream':
    case 'sender':
    case 'recipient':
    case 'attachment-type':
    case 'attachment-name':
    case 'link':
      return <ValuesField condition={condition} {...more} />;
    case 'size':
    case 'attachment-size':
      return <SizeField condition={condition} {...more} />;
    case 'recipients':
      return <CountField condition={condition} {...more} />;
    case 'header':
      return <HeaderFields condition={condition} {...more} />;
    case 'attachment':
      return <TraitsField condition={condition} {...more} />;
    case 'words':
    case 'pattern':
      return <TextFields condition={condition} {...more} />;
    case 'data':
      return <DataFields condition={condition} {...more} />;
    case 'time':
      return <TimeFields condition={condition} {...more} />;
    case 'fault':
    case 'link-mismatch':
      return null;
    default:
      return condition satisfies never;
  }
}

function DirectionField({ condition, change }: FieldsProps<ConditionOf<'direction'>>) {
  const { t } = useTranslation('protection');
  return (
    <Group>
      <SegmentedControl
        aria-label={t('field.is')}
        value={condition.is}
        data={(['inbound', 'outbound'] as const).map((value) => ({ value, label: t(`direction.${value}`) }))}
        onChange={(is) => change({ ...condition, is }, 'is')}
      />
    </Group>
  );
}

type WithValues = ConditionOf<
  'customer' | 'stream' | 'sender' | 'recipient' | 'attachment-type' | 'attachment-name' | 'link'
>;

function ValuesField({ condition, faultOf, change }: FieldsProps<WithValues>) {
  const { t } = useTranslation('protection');
  return (
    <TagsInput
      label={t('field.in')}
      placeholder={condition.in.length === 0 ? t('field.add') : ''}
      value={[...condition.in]}
      error={faultOf('in', condition.in)}
      acceptValueOnBlur
      splitChars={[',', ';']}
      onChange={(values) => change({ ...condition, in: values }, 'in')}
    />
  );
}

const MEGABYTE = 1_000_000;

function SizeField({ condition, faultOf, change }: FieldsProps<ConditionOf<'size' | 'attachment-size'>>) {
  const { t } = useTranslation('protection');
  return (
    <NumberField
      label={t('field.overSize')}
      value={condition.over / MEGABYTE}
      min={0}
      max={1000}
      decimals={3}
      maw={220}
      error={faultOf('over')}
      change={(value) => change({ ...condition, over: Math.round(value * MEGABYTE) }, 'over')}
    />
  );
}

function CountField({ condition, faultOf, change }: FieldsProps<ConditionOf<'recipients'>>) {
  const { t } = useTranslation('protection');
  return (
    <NumberField
      label={t('field.overRecipients')}
      value={condition.over}
      min={0}
      max={100_000}
      maw={220}
      error={faultOf('over')}
      change={(value) => change({ ...condition, over: value }, 'over')}
    />
  );
}

function HeaderFields({ condition, faultOf, change }: FieldsProps<ConditionOf<'header'>>) {
  const { t } = useTranslation('protection');
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <TextInput
        label={t('field.name')}
        value={condition.name}
        error={faultOf('name')}
        spellCheck={false}
        onChange={(event) => change({ ...condition, name: event.currentTarget.value }, 'name')}
      />
      <TextInput
        label={t('field.has')}
        value={condition.has ?? ''}
        error={faultOf('has')}
        onChange={(event) => change({ ...condition, has: event.currentTarget.value }, 'has')}
      />
      <TextInput
        label={t('field.matchesOptional')}
        value={condition.matches ?? ''}
        error={faultOf('matches')}
        spellCheck={false}
        onChange={(event) => change({ ...condition, matches: event.currentTarget.value }, 'matches')}
      />
    </SimpleGrid>
  );
}

function TraitsField({ condition, faultOf, change }: FieldsProps<ConditionOf<'attachment'>>) {
  const { t } = useTranslation('protection');
  return (
    <MultiSelect
      label={t('field.traits')}
      data={TRAITS.map((value) => ({ value, label: t(`trait.${value}`) }))}
      value={[...condition.has]}
      error={faultOf('has', condition.has)}
      searchable
      onChange={(has) => change({ ...condition, has: TRAITS.filter((trait) => has.includes(trait)) }, 'has')}
    />
  );
}

function TextFields({ condition, faultOf, change }: FieldsProps<ConditionOf<'words' | 'pattern'>>) {
  const { t } = useTranslation('protection');
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      {condition.on === 'words' ? (
        <ValuesOfWords condition={condition} faultOf={faultOf} change={change} />
      ) : (
        <TextInput
          label={t('field.matches')}
          value={condition.matches}
          error={faultOf('matches')}
          spellCheck={false}
          onChange={(event) => change({ ...condition, matches: event.currentTarget.value }, 'matches')}
        />
      )}
      <Select
        label={t('field.where')}
        data={PLACES.map((value) => ({ value, label: t(`place.${value}`) }))}
        value={condition.where}
        allowDeselect={false}
        onChange={(value) =>
          change({ ...condition, where: PLACES.find((one) => one === value) ?? 'anywhere' }, 'where')
        }
      />
      <LeastField condition={condition} faultOf={faultOf} change={change} />
    </SimpleGrid>
  );
}

function ValuesOfWords({ condition, faultOf, change }: FieldsProps<ConditionOf<'words'>>) {
  const { t } = useTranslation('protection');
  return (
    <TagsInput
      label={t('field.in')}
      placeholder={condition.in.length === 0 ? t('field.add') : ''}
      value={[...condition.in]}
      error={faultOf('in', condition.in)}
      acceptValueOnBlur
      splitChars={[',', ';']}
      onChange={(values) => change({ ...condition, in: values }, 'in')}
    />
  );
}

function DataFields({ condition, faultOf, change }: FieldsProps<ConditionOf<'data'>>) {
  const { t } = useTranslation('protection');
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <MultiSelect
        label={t('field.data')}
        data={DATA.map((value) => ({ value, label: t(`data.${value}`) }))}
        value={[...condition.is]}
        error={faultOf('is', condition.is)}
        onChange={(is) => change({ ...condition, is: DATA.filter((one) => is.includes(one)) }, 'is')}
      />
      <LeastField condition={condition} faultOf={faultOf} change={change} />
    </SimpleGrid>
  );
}

function LeastField({ condition, faultOf, change }: FieldsProps<ConditionOf<'words' | 'pattern' | 'data'>>) {
  const { t } = useTranslation('protection');
  return (
    <NumberField
      label={t('field.min')}
      value={condition.min ?? 1}
      min={1}
      max={1000}
      error={faultOf('min')}
      change={(value) => change({ ...condition, min: value }, 'min')}
    />
  );
}
