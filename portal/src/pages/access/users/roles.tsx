// What each role may do, as the relay itself decides it.

import { Accordion, Group, List, Stack, Table, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Answered } from '../../../parts/states.tsx';
import { wordOf } from '../permission-word.ts';
import { useRoleName, useRoles } from './role-names.ts';

type Roles = Answer<'listRoles'>;

export function Roles() {
  const { t } = useTranslation('access');
  const roles = useRoles();
  const isWide = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('users.rolesLead')}
      </Text>
      <Answered query={roles} lines={10}>
        {(answer) => (isWide ? <RoleTable answer={answer} /> : <RoleCards answer={answer} />)}
      </Answered>
    </Stack>
  );
}

function RoleTable({ answer: { entries, permissions } }: { answer: Roles }) {
  const { t } = useTranslation('access');
  const roleName = useRoleName();
  return (
    <Table stickyHeader stickyHeaderOffset={56} verticalSpacing={5} highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" w="34%">
            {t('users.permission')}
          </Table.Th>
          {entries.map(({ role }) => (
            <Table.Th key={role} scope="col" ta="center" w={110} style={{ verticalAlign: 'bottom' }}>
              {roleName(role)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Table.Tr>
          <Table.Th scope="row" fw={400}>
            {t('users.needsFactor')}
          </Table.Th>
          {entries.map(({ role, second_factor }) => (
            <Mark key={role} is={second_factor} />
          ))}
        </Table.Tr>
        {permissions.map(({ permission }) => (
          <Table.Tr key={permission}>
            <Table.Th scope="row" fw={400}>
              {t(`permissions.${wordOf(permission)}`)}
            </Table.Th>
            {entries.map(({ role, permissions: held }) => (
              <Mark key={role} is={held.includes(permission)} />
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Mark({ is }: { is: boolean }) {
  const { t } = useTranslation('access');
  return (
    <Table.Td ta="center">
      {is && (
        <ThemeIcon size="sm" radius="xl" variant="light" aria-hidden>
          <IconCheck size={12} stroke={3} />
        </ThemeIcon>
      )}
      <VisuallyHidden>{t(is ? 'users.yes' : 'users.no')}</VisuallyHidden>
    </Table.Td>
  );
}

function RoleCards({ answer: { entries } }: { answer: Roles }) {
  const { t } = useTranslation('access');
  const roleName = useRoleName();
  return (
    <Accordion variant="separated" order={2}>
      {entries.map(({ role, permissions, second_factor }) => (
        <Accordion.Item key={role} value={role}>
          <Accordion.Control>
            <Text fw={600}>{roleName(role)}</Text>
            <Text size="sm" c="dimmed">
              {t(`roleTexts.${role}`)}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Stack gap="xs">
              {second_factor && <Group>{t('users.needsFactor')}</Group>}
              <List size="sm" spacing={4}>
                {permissions.map((permission) => (
                  <List.Item key={permission}>{t(`permissions.${wordOf(permission)}`)}</List.Item>
                ))}
              </List>
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
