// The actions of a rule that is being written, in their order.

import {
  ActionIcon,
  Button,
  Group,
  Menu,
  Paper,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FaultOf } from './condition-list.tsx';
import { ACTION_GROUPS, type Action, type ActionKind, type ActionOf, newAction } from './rule-shapes.ts';

interface ActionListProps {
  actions: readonly Action[];
  faultOf: FaultOf;
  /** `field`: what was changed. */
  change: (actions: readonly Action[], field: string) => void;
}

/** More are not taken. */
const MOST = 10;
const GROUPS = Object.entries(ACTION_GROUPS) as [keyof typeof ACTION_GROUPS, readonly ActionKind[]][];

export function ActionList({ actions, faultOf, change }: ActionListProps) {
  const { t } = useTranslation('protection');
  const fault = actions.length === 0 ? faultOf('actions') : undefined;
  const swap = (index: number) =>
    actions
      .map((one, at) => (at === index - 1 ? actions[index] : at === index ? actions[index - 1] : one))
      .filter((one) => one !== undefined);
  return (
    <Stack gap="sm">
      {actions.map((action, index) => (
        <ActionCard
          // An action has no name but its place.
          key={`${index} ${action.do}`}
          place={index + 1}
          action={action}
          isFirst={index === 0}
          faultOf={(field, values) => faultOf(`actions.${index}.${field}`, values)}
          change={(next, field) =>
            change(
              actions.map((one, at) => (at === index ? next : one)),
              `actions.${index}.${field}`,
            )
          }
          up={() => change(swap(index), 'nothing')}
          remove={() =>
            change(
              actions.filter((_one, at) => at !== index),
              'actions',
            )
          }
        />
      ))}
      {fault !== undefined && (
        <Text size="sm" c="light-dark(#a61e1e, #ff9c9c)" role="alert">
          {fault}
        </Text>
      )}
      {actions.length < MOST && (
        <div>
          <Menu position="bottom-start" width={260}>
            <Menu.Target>
              <Button variant="light" size="compact-md" leftSection={<IconPlus size={16} />}>
                {t('editor.addAction')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {GROUPS.map(([group, kinds]) => [
                <Menu.Label key={group}>{t(`actionGroup.${group}`)}</Menu.Label>,
                ...kinds.map((kind) => (
                  <Menu.Item key={kind} onClick={() => change([...actions, newAction(kind)], 'nothing')}>
                    {t(`action.${kind}`)}
                  </Menu.Item>
                )),
              ])}
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
    </Stack>
  );
}

interface CardProps {
  /** Tells two of a kind apart. */
  place: number;
  action: Action;
  isFirst: boolean;
  faultOf: FaultOf;
  change: (action: Action, field: string) => void;
  up: () => void;
  remove: () => void;
}

function ActionCard({ place, action, isFirst, faultOf, change, up, remove }: CardProps) {
  const { t } = useTranslation('protection');
  const name = t(`action.${action.do}`);
  const fault = faultOf('do');
  return (
    <Paper component="section" withBorder p="sm" aria-label={`${place}. ${name}`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text fw={600} size="sm">
            {name}
          </Text>
          <Group gap={4}>
            {!isFirst && (
              <ActionIcon variant="subtle" color="gray" aria-label={t('editor.upAction', { name })} onClick={up}>
                <IconArrowUp size={16} />
              </ActionIcon>
            )}
            <ActionIcon variant="subtle" color="gray" aria-label={t('editor.removeAction', { name })} onClick={remove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        </Group>
        <Hint kind={action.do} />
        {fault !== undefined && (
          <Text size="sm" c="light-dark(#a61e1e, #ff9c9c)" role="alert">
            {fault}
          </Text>
        )}
        <ActionFields action={action} faultOf={faultOf} change={change} />
      </Stack>
    </Paper>
  );
}

const PLAIN = ['subject-tag', 'disclaimer'] as const;
const isPlain = (kind: ActionKind): kind is (typeof PLAIN)[number] => PLAIN.some((one) => one === kind);

function Hint({ kind }: { kind: ActionKind }) {
  const { t } = useTranslation('protection');
  if (isPlain(kind)) return null;
  return (
    <Text size="xs" c="dimmed">
      {t(`actionHint.${kind}`)}
    </Text>
  );
}

type FieldsProps<A extends Action = Action> = Pick<CardProps, 'faultOf' | 'change'> & { action: A };

function ActionFields({ action, faultOf, change }: FieldsProps) {
  const { t } = useTranslation('protection');
  switch (action.do) {
    case 'hold':
    case 'quarantine':
    case 'remove-part':
      return (
        <TextInput
          label={t(action.do === 'remove-part' ? 'field.noteInstead' : 'field.note')}
          value={action.note ?? ''}
          maxLength={500}
          error={faultOf('note')}
          onChange={(event) => change({ ...action, note: event.currentTarget.value }, 'note')}
        />
      );
    case 'header':
      return <HeaderFields action={action} faultOf={faultOf} change={change} />;
    case 'subject-tag':
      return (
        <TextInput
          label={t('field.tag')}
          value={action.text}
          maxLength={60}
          error={faultOf('text')}
          onChange={(event) => change({ ...action, text: event.currentTarget.value }, 'text')}
        />
      );
    case 'disclaimer':
      return <DisclaimerFields action={action} faultOf={faultOf} change={change} />;
    case 'copy':
      return (
        <TextInput
          label={t('field.to1')}
          value={action.to}
          error={faultOf('to')}
          spellCheck={false}
          onChange={(event) => change({ ...action, to: event.currentTarget.value }, 'to')}
        />
      );
    case 'notify':
      return (
        <TagsInput
          label={t('field.toMany')}
          placeholder={action.to.length === 0 ? t('field.add') : ''}
          value={[...action.to]}
          error={faultOf('to', action.to)}
          acceptValueOnBlur
          splitChars={[',', ';', ' ']}
          onChange={(to) => change({ ...action, to }, 'to')}
        />
      );
    case 'pass':
    case 'reject':
    case 'later':
      return null;
    default:
      return action satisfies never;
  }
}

function HeaderFields({ action, faultOf, change }: FieldsProps<ActionOf<'header'>>) {
  const { t } = useTranslation('protection');
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput
        label={t('field.name')}
        value={action.name}
        error={faultOf('name')}
        spellCheck={false}
        onChange={(event) => change({ ...action, name: event.currentTarget.value }, 'name')}
      />
      <TextInput
        label={t('field.value')}
        value={action.value}
        error={faultOf('value')}
        onChange={(event) => change({ ...action, value: event.currentTarget.value }, 'value')}
      />
    </SimpleGrid>
  );
}

function DisclaimerFields({ action, faultOf, change }: FieldsProps<ActionOf<'disclaimer'>>) {
  const { t } = useTranslation('protection');
  return (
    <>
      <Textarea
        label={t('field.text')}
        value={action.text}
        autosize
        minRows={3}
        maxLength={4000}
        error={faultOf('text')}
        onChange={(event) => change({ ...action, text: event.currentTarget.value }, 'text')}
      />
      <Textarea
        label={t('field.html')}
        value={action.html ?? ''}
        autosize
        minRows={2}
        maxLength={16_000}
        spellCheck={false}
        error={faultOf('html')}
        onChange={(event) => change({ ...action, html: event.currentTarget.value }, 'html')}
      />
    </>
  );
}
