// Rules of one owner as they are worked with: in their order, to be moved, switched, opened, removed.

import { ActionIcon, Box, Group, Menu, Switch, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/call.ts';
import { type Entry, useAct } from '../../api/queries.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { Failing } from '../../parts/states.tsx';
import { useIsOperator } from '../../search.ts';
import { useMay } from '../../session.ts';
import { RuleSummary } from './rule-summary.tsx';

type Listed = Entry<'listRules'>;

export function RuleRows({ rules }: { rules: readonly Listed[] }) {
  const [removing, setRemoving] = useState<Listed>();
  const change = useAct('changeRule', { changes: ['listRules'] });
  return (
    <Box component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {change.error !== null && <Failing error={change.error} />}
      {rules.map((rule, index) => (
        <RuleRow
          key={rule.id}
          rule={rule}
          isFirst={index === 0}
          isLast={index === rules.length - 1}
          isWorking={change.isPending && change.variables.path.rule === rule.id}
          // One field of it alone: whatever the rule is now.
          change={(body) => change.mutate({ path: { rule: rule.id }, body, ifMatch: '*' })}
          remove={() => setRemoving(rule)}
        />
      ))}
      {removing !== undefined && <RemoveRule rule={removing} close={() => setRemoving(undefined)} />}
    </Box>
  );
}

interface RowProps {
  rule: Listed;
  isFirst: boolean;
  isLast: boolean;
  isWorking: boolean;
  change: (body: { enabled: boolean } | { position: number }) => void;
  remove: () => void;
}

function RuleRow({ rule, isFirst, isLast, isWorking, change, remove }: RowProps) {
  const { t } = useTranslation('protection');
  const may = useMay('protection:write');
  const { name, position } = rule;
  return (
    <Group component="li" className="data-list-row" wrap="nowrap" align="flex-start" gap="sm" py="sm">
      <Text size="sm" c="dimmed" w="1.5rem" ta="end" aria-label={t('rules.place', { place: position })}>
        {position}
      </Text>
      <Box flex={1} miw={0}>
        <RuleSummary rule={rule} />
      </Box>
      {may && (
        <Group gap={4} wrap="nowrap">
          <Switch
            size="sm"
            checked={rule.enabled}
            disabled={isWorking}
            aria-label={t('rules.switch', { name })}
            onChange={(event) => change({ enabled: event.currentTarget.checked })}
          />
          <ActionIcon.Group visibleFrom="sm">
            <ActionIcon
              variant="default"
              disabled={isFirst || isWorking}
              aria-label={t('rules.up', { name })}
              onClick={() => change({ position: position - 1 })}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon
              variant="default"
              disabled={isLast || isWorking}
              aria-label={t('rules.down', { name })}
              onClick={() => change({ position: position + 1 })}
            >
              <IconArrowDown size={16} />
            </ActionIcon>
          </ActionIcon.Group>
          <RowMenu rule={rule} isFirst={isFirst} isLast={isLast} change={change} remove={remove} />
        </Group>
      )}
    </Group>
  );
}

function RowMenu({ rule, isFirst, isLast, change, remove }: Omit<RowProps, 'isWorking'>) {
  const { t } = useTranslation('protection');
  const navigate = useNavigate();
  const { name, position } = rule;
  const isOperator = useIsOperator();
  const customer = isOperator ? (rule.customer ?? undefined) : undefined;
  const open = () => void navigate({ to: `/rules/${rule.id}` as never, search: { customer } as never });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={t('rules.more', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={open}>
          {t('rules.edit')}
        </Menu.Item>
        <Menu.Item
          hiddenFrom="sm"
          disabled={isFirst}
          leftSection={<IconArrowUp size={16} />}
          onClick={() => change({ position: position - 1 })}
        >
          {t('rules.up', { name })}
        </Menu.Item>
        <Menu.Item
          hiddenFrom="sm"
          disabled={isLast}
          leftSection={<IconArrowDown size={16} />}
          onClick={() => change({ position: position + 1 })}
        >
          {t('rules.down', { name })}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} onClick={remove}>
          {t('rules.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function RemoveRule({ rule, close }: { rule: Listed; close: () => void }) {
  const { t } = useTranslation('protection');
  const queries = useQueryClient();
  return (
    <ConfirmAct
      title={t('rules.removeTitle', { name: rule.name })}
      verb={t('rules.remove')}
      danger
      act={async () => {
        await call('removeRule', { path: { rule: rule.id }, ifMatch: '*' });
        await queries.invalidateQueries({ queryKey: ['listRules'] });
      }}
      close={close}
    >
      <Text size="sm">{t('rules.removeText')}</Text>
    </ConfirmAct>
  );
}
