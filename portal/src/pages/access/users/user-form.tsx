import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { useAct } from '../../../api/queries.ts';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import { LanguageSelect } from '../language-select.tsx';
import { Notice } from '../notice.tsx';
import { type Role, roleOf, useRoleName, useRoles } from './role-names.ts';
import type { ShownUser } from './user-panel.tsx';

/** Role, name and language of somebody else. */
export function UserForm({ user, tag }: { user: ShownUser; tag: string | undefined }) {
  const { t } = useTranslation('access');
  const [role, setRole] = useState<Role>(user.role);
  const [name, setName] = useState(user.name);
  const [language, setLanguage] = useState(user.language);
  const change = useAct('changeUser', { changes: ['showUser', 'listUsers', 'listUserSessions'] });
  const isSame = role === user.role && name.trim() === user.name && language === user.language;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSame || change.isPending) return;
    const body = {
      ...(role !== user.role && { role }),
      ...(name.trim() !== user.name && { name: name.trim() }),
      ...(language !== user.language && { language }),
    };
    const saved = () => void notifications.show({ message: t('user.saved'), color: 'green' });
    change.mutate({ path: { user: user.id }, body, ifMatch: tag }, { onSuccess: saved });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <RoleSelect side={user.customer === undefined ? 'operator' : 'customer'} value={role} set={setRole} />
        {role !== user.role && (
          <Text size="sm" c="dimmed" role="status">
            {t(`roleTexts.${role}`)} {t('user.rolesEnd')}
          </Text>
        )}
        <TextInput
          label={t('inviting.name')}
          maxLength={100}
          value={name}
          error={faultOf(change.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <LanguageSelect label={t('fields.language')} value={language} set={setLanguage} />
        <UserFault error={change.error} />
        <Group justify="flex-end">
          <Button type="submit" disabled={isSame} loading={change.isPending}>
            {t('user.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function UserFault({ error }: { error: unknown }) {
  const { t } = useTranslation('access');
  if (error instanceof ApiProblem && error.status === 412)
    return <Notice tone="bad">{t('user.changedMeanwhile')}</Notice>;
  if (error instanceof ApiProblem && error.status === 409)
    return <Notice tone="bad">{t('user.lastAdministrator')}</Notice>;
  return <Failing error={error} />;
}

interface RoleSelectProps {
  /** Roles of this side alone: the other needs another person. */
  side: 'operator' | 'customer';
  value: Role;
  set: (role: Role) => void;
}

/** Roles that whoever looks may give. */
export function RoleSelect({ side, value, set }: RoleSelectProps) {
  const { t } = useTranslation('access');
  const roleName = useRoleName();
  const { data } = useRoles();
  const given = data?.entries.filter((one) => one.side === side && (one.may_give || one.role === value)) ?? [];
  return (
    <Select
      label={t('users.role')}
      data={given.map(({ role }) => ({ value: role, label: roleName(role) }))}
      value={value}
      allowDeselect={false}
      onChange={(text) => {
        const role = roleOf(text ?? undefined);
        if (role !== undefined) set(role);
      }}
    />
  );
}
