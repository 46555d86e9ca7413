// The conditions of a rule that is being written.

import { ActionIcon, Button, Group, Menu, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { lazily, loadAhead } from '../../parts/lazily.tsx';
import { Loading } from '../../parts/states.tsx';
import { CONDITION_GROUPS, type Condition, type ConditionKind, newCondition } from './rule-shapes.ts';

/** A new rule has no condition yet: the page does not wait for their fields. */
const loadFields = async () => (await import('./condition-fields.tsx')).ConditionFields;
const ConditionFields = lazily(loadFields);

export type FaultOf = (field: string, values?: readonly string[]) => ReactNode;

interface ConditionListProps {
  conditions: readonly Condition[];
  ofOperator: boolean;
  faultOf: FaultOf;
  /** `field`: what was changed. */
  change: (conditions: readonly Condition[], field: string) => void;
}

/** More are not taken. */
const MOST = 20;

export function ConditionList({ conditions, ofOperator, faultOf, change }: ConditionListProps) {
  useEffect(() => loadAhead(loadFields), []);
  const put = (index: number, condition: Condition, field: string) =>
    change(
      conditions.map((one, at) => (at === index ? condition : one)),
      `conditions.${index}.${field}`,
    );
  return (
    <Stack gap="sm">
      {conditions.map((condition, index) => (
        <ConditionCard
          // A condition has no name but its place.
          key={`${index} ${condition.on}`}
          place={index + 1}
          condition={condition}
          faultOf={(field, values) => faultOf(`conditions.${index}.${field}`, values)}
          change={(next, field) => put(index, next, field)}
          remove={() =>
            change(
              conditions.filter((_one, at) => at !== index),
              'conditions',
            )
          }
        />
      ))}
      {conditions.length < MOST && (
        <AddCondition
          ofOperator={ofOperator}
          add={(on) => change([...conditions, newCondition(on, ownZone())], 'nothing')}
        />
      )}
    </Stack>
  );
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const GROUPS = Object.entries(CONDITION_GROUPS) as [keyof typeof CONDITION_GROUPS, readonly ConditionKind[]][];

function AddCondition({ ofOperator, add }: { ofOperator: boolean; add: (on: ConditionKind) => void }) {
  const { t } = useTranslation('protection');
  return (
    <div>
      <Menu position="bottom-start" width={280}>
        <Menu.Target>
          <Button variant="light" size="compact-md" leftSection={<IconPlus size={16} />}>
            {t('editor.addCondition')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={380} style={{ overflowY: 'auto' }}>
          {GROUPS.map(([group, kinds]) => [
            <Menu.Label key={group}>{t(`conditionGroup.${group}`)}</Menu.Label>,
            ...kinds
              .filter((kind) => ofOperator || kind !== 'customer')
              .map((kind) => (
                <Menu.Item key={kind} onClick={() => add(kind)}>
                  {t(`condition.${kind}`)}
                </Menu.Item>
              )),
          ])}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

interface CardProps {
  /** Tells two of a kind apart. */
  place: number;
  condition: Condition;
  faultOf: FaultOf;
  change: (condition: Condition, field: string) => void;
  remove: () => void;
}

function ConditionCard({ place, condition, faultOf, change, remove }: CardProps) {
  const { t } = useTranslation('protection');
  const name = t(`condition.${condition.on}`);
  const fault = faultOf('on');
  const turn = (value: string) => {
    const { not: _not, ...rest } = condition;
    change(value === 'isNot' ? { ...condition, not: true } : rest, 'not');
  };
  return (
    <Paper component="section" withBorder p="sm" aria-label={`${place}. ${name}`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
          <Group gap="xs" miw={0}>
            <Text fw={600} size="sm">
              {name}
            </Text>
            <SegmentedControl
              size="xs"
              aria-label={name}
              value={condition.not === true ? 'isNot' : 'is'}
              data={(['is', 'isNot'] as const).map((value) => ({ value, label: t(`not.${value}`) }))}
              onChange={turn}
            />
          </Group>
          <ActionIcon variant="subtle" color="gray" aria-label={t('editor.removeCondition', { name })} onClick={remove}>
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
        <Hint kind={condition.on} />
        {fault !== undefined && (
          <Text size="sm" c="light-dark(#a61e1e, #ff9c9c)" role="alert">
            {fault}
          </Text>
        )}
        <Suspense fallback={<Loading lines={1} />}>
          <ConditionFields condition={condition} faultOf={faultOf} change={change} />
        </Suspense>
      </Stack>
    </Paper>
  );
}

/** Those that explain themselves have none. */
const PLAIN = ['direction', 'size', 'recipients'] as const;
type Plain = (typeof PLAIN)[number];
const isPlain = (kind: ConditionKind): kind is Plain => PLAIN.some((one) => one === kind);

function Hint({ kind }: { kind: ConditionKind }) {
  const { t } = useTranslation('protection');
  if (isPlain(kind)) return null;
  return (
    <Text size="xs" c="dimmed">
      {t(`conditionHint.${kind}`)}
    </Text>
  );
}
