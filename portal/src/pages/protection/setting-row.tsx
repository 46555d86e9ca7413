// One setting: what it is for, what holds and why, and the field to change it.

import { Button, Checkbox, Grid, Group, Select, Switch, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { faultOf } from '../../parts/field-faults.tsx';
import { useFormats } from '../../parts/formats.ts';
import { NumberField } from '../../parts/number-field.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import {
  SETTINGS,
  type SettingKey,
  type SettingValue,
  type SettingView,
  type ValueWord,
  type Wish,
} from './settings-shapes.ts';

interface SettingRowProps {
  name: SettingKey;
  view: SettingView;
  /** The scope is one stream; or a customer. */
  isStream: boolean;
  isOwn: boolean;
  wish: Wish | undefined;
  error: unknown;
  change: (wish: Wish | undefined) => void;
}

export function SettingRow({ name, view, isStream, isOwn, wish, error, change }: SettingRowProps) {
  const { t } = useTranslation('protection');
  const show = useValueWords(name);
  const shown = wish === undefined ? view.value : wish === 'inherit' ? view.inherited : wish.to;
  const here = isStream ? 'stream' : isOwn ? 'customer' : 'operator';
  const isHere = view.origin === here;
  return (
    <Grid component="section" aria-label={t(`settings.name.${name}`)} gap="xs" align="flex-start">
      <Grid.Col span={{ base: 12, sm: 6 }}>
        <Text size="sm" fw={600}>
          {t(`settings.name.${name}`)}
        </Text>
        <Text size="xs" c="dimmed">
          {t(`settings.text.${name}`)}
        </Text>
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 6 }}>
        <SettingField
          name={name}
          value={shown}
          disabled={!view.changeable}
          error={faultOf(error, `set.${name}`)}
          change={(to) => change({ to })}
        />
        <Group gap="xs" mt={4}>
          <Origin view={view} isHere={isHere} wish={wish} inherited={show(view.inherited)} />
          {isHere && view.changeable && wish === undefined && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={t('settings.inheritLabel', { name: t(`settings.name.${name}`), value: show(view.inherited) })}
              onClick={() => change('inherit')}
            >
              {t('settings.inherit')}
            </Button>
          )}
          {wish !== undefined && (
            <Button size="compact-xs" variant="subtle" onClick={() => change(undefined)}>
              {t('settings.undo')}
            </Button>
          )}
        </Group>
        {!view.changeable && isOwn && !isStream && <OperatorsAlone name={name} />}
      </Grid.Col>
    </Grid>
  );
}

/** Those that a customer's people may never change. */
const ALONE: readonly SettingKey[] = ['lock_senders', 'spam_quarantine', 'spam_reject'];

function OperatorsAlone({ name }: { name: SettingKey }) {
  const { t } = useTranslation('protection');
  if (!ALONE.includes(name)) return null;
  return (
    <Text size="xs" c="dimmed">
      {t('settings.operatorsAlone')}
    </Text>
  );
}

interface OriginProps {
  view: SettingView;
  isHere: boolean;
  wish: Wish | undefined;
  /** In words. */
  inherited: string;
}

function Origin({ view, isHere, wish, inherited }: OriginProps) {
  const { t } = useTranslation('protection');
  if (wish === 'inherit') return <Chip tone="warn">{t('settings.willInherit', { value: inherited })}</Chip>;
  if (isHere) {
    return (
      <>
        <Chip tone="info">{t('settings.here')}</Chip>
        <Text size="xs" c="dimmed">
          {t('settings.would', { value: inherited })}
        </Text>
      </>
    );
  }
  return (
    <Text size="xs" c="dimmed">
      {t('settings.inheritedFrom', { from: t(`settings.origin.${view.origin}`) })}
    </Text>
  );
}

/** A value as people read it. */
function useValueWords(name: SettingKey): (value: SettingValue) => string {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const kind = SETTINGS[name];
  return (value) => {
    if (value === null) return t('settings.never');
    if (typeof value === 'number') return formats.number(value);
    if (typeof value === 'boolean') return t(value ? 'settings.yes' : 'settings.no');
    if (value === '') return t('settings.nothing');
    const word = kind.kind === 'choice' ? kind.values.find((one) => one === value) : undefined;
    return word === undefined ? value : t(`settings.value.${word}`);
  };
}

interface FieldProps {
  name: SettingKey;
  value: SettingValue;
  disabled: boolean;
  error: ReactNode;
  change: (value: SettingValue) => void;
}

function SettingField({ name, value, disabled, error, change }: FieldProps) {
  const { t } = useTranslation('protection');
  const kind = SETTINGS[name];
  const label = t(`settings.name.${name}`);
  switch (kind.kind) {
    case 'choice':
      return (
        <ChoiceField
          label={label}
          values={kind.values}
          value={value}
          disabled={disabled}
          error={error}
          change={change}
        />
      );
    case 'score':
      return <ScoreField label={label} value={value} disabled={disabled} error={error} change={change} />;
    case 'number':
      return (
        <NumberField
          aria-label={label}
          value={Number(value)}
          min={kind.min}
          disabled={disabled}
          error={error}
          maw={180}
          change={change}
        />
      );
    case 'text':
      return (
        <TextInput
          aria-label={label}
          value={String(value ?? '')}
          maxLength={60}
          disabled={disabled}
          error={error}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
    case 'yes-no':
      return (
        <Switch
          aria-label={label}
          label={t(value === true ? 'settings.yes' : 'settings.no')}
          checked={value === true}
          disabled={disabled}
          error={error}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
    default:
      return kind satisfies never;
  }
}

type PlainFieldProps = Omit<FieldProps, 'name'> & { label: string };

function ChoiceField({
  label,
  values,
  value,
  disabled,
  error,
  change,
}: PlainFieldProps & { values: readonly ValueWord[] }) {
  const { t } = useTranslation('protection');
  return (
    <Select
      aria-label={label}
      data={values.map((one) => ({ value: one, label: t(`settings.value.${one}`) }))}
      value={String(value)}
      allowDeselect={false}
      disabled={disabled}
      error={error}
      onChange={(next) => next !== null && change(next)}
    />
  );
}

/** What a score is where somebody switches it on again. */
const FIRST_SCORE = 10;

function ScoreField({ label, value, disabled, error, change }: PlainFieldProps) {
  const { t } = useTranslation('protection');
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <NumberField
        aria-label={label}
        value={value === null ? undefined : Number(value)}
        min={0}
        max={1000}
        step={0.5}
        decimals={2}
        disabled={disabled || value === null}
        error={error}
        maw={140}
        change={change}
      />
      <Checkbox
        mt={8}
        label={t('settings.never')}
        aria-label={t('settings.neverLabel', { name: label })}
        checked={value === null}
        disabled={disabled}
        onChange={(event) => change(event.currentTarget.checked ? null : FIRST_SCORE)}
      />
    </Group>
  );
}
