// One person: what it may do, what it signs in with, where it is signed in; and what can be done about that.

import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useTagged } from '../../../api/queries.ts';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useMay, useSession } from '../../../session.ts';
import { useRoleName, useRoles } from './role-names.ts';
import { UserActions } from './user-actions.tsx';
import { UserForm } from './user-form.tsx';
import { UserSessions } from './user-sessions.tsx';
import { Factors, UserState } from './user-state.tsx';

export type ShownUser = Answer<'showUser'>;

interface UserPanelProps {
  id: string;
  close: () => void;
  before: (() => void) | undefined;
  next: (() => void) | undefined;
}

export function UserPanel({ id, close, before, next }: UserPanelProps) {
  const { t } = useTranslation('access');
  const query = useTagged('showUser', { path: { user: id } });
  return (
    <SidePanel title={query.data?.data.email ?? t('users.person')} close={close} before={before} next={next}>
      <Answered query={query}>{({ data, tag }) => <UserDetails user={data} tag={tag} close={close} />}</Answered>
    </SidePanel>
  );
}

/** Why this person cannot be changed; nothing where it can. */
function useHindrance(user: ShownUser): 'self' | 'beyond' | 'right' | undefined {
  const self = useSession().user.id;
  const mayChange = useMay('users:write');
  const { data } = useRoles();
  if (!mayChange) return 'right';
  if (user.id === self) return 'self';
  return data?.entries.find(({ role }) => role === user.role)?.may_give === true ? undefined : 'beyond';
}

function UserDetails({ user, tag, close }: { user: ShownUser; tag: string | undefined; close: () => void }) {
  const hindrance = useHindrance(user);
  return (
    <Stack gap="lg">
      <UserFacts user={user} />
      {hindrance === undefined ? (
        <>
          <UserForm key={tag} user={user} tag={tag} />
          <UserActions user={user} tag={tag} close={close} />
        </>
      ) : (
        <Hindrance why={hindrance} />
      )}
      <UserSessions user={user} mayEnd={hindrance === undefined} />
    </Stack>
  );
}

function UserFacts({ user }: { user: ShownUser }) {
  const { t } = useTranslation('access');
  const formats = useFormats();
  const roleName = useRoleName();
  const { last_sign_in_at: last } = user;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <UserState state={user.state} />
        <Text size="sm" c="dimmed">
          {t('user.made', { time: formats.relative(user.made_at), by: user.made_by })}
        </Text>
      </Group>
      <Facts
        facts={[
          { name: t('users.role'), value: roleName(user.role) },
          { name: t('users.customer'), value: user.customer },
          { name: t('users.secondFactor'), value: <Factors user={user} /> },
          { name: t('users.lastSignIn'), value: last === undefined ? t('users.never') : <When at={last} /> },
        ]}
      />
      <Text size="sm" c="dimmed">
        {t(`roleTexts.${user.role}`)}
      </Text>
    </Stack>
  );
}

function Hindrance({ why }: { why: 'self' | 'beyond' | 'right' }) {
  const { t } = useTranslation('access');
  if (why === 'right') return null;
  return (
    <Text size="sm" c="dimmed">
      {t(`user.${why}`)}{' '}
      {why === 'self' && (
        <Anchor component={Link} to="/account" inherit>
          {t('user.toAccount')}
        </Anchor>
      )}
    </Text>
  );
}
