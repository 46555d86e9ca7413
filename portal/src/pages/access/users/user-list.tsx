// People, as those who look after them see them: found by address, name, role and state; one opens beside the list.

import { Group, Stack, Text } from '@mantine/core';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { type Filter, FilterChips } from '../../../parts/filter-chips.tsx';
import { lazily, loadAhead } from '../../../parts/lazily.tsx';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useIsOperator, useScope, useSearchState } from '../../../search.ts';
import { useSession } from '../../../session.ts';
import { SearchField } from '../search-field.tsx';
import { roleOf, stateOf, USER_STATES, useRoleName, useRoleNames } from './role-names.ts';
import { Factors, type User, UserState } from './user-state.tsx';

/** Only needed once a person is opened. */
const loadPanel = async () => (await import('./user-panel.tsx')).UserPanel;
const UserPanel = lazily(loadPanel);

const PAGE = 100;

export function UserList() {
  const [search, change] = useSearchState();
  const customer = useScope();
  const filter = {
    ...(search['text'] !== undefined && { text: search['text'] }),
    ...(roleOf(search['role']) !== undefined && { role: roleOf(search['role']) }),
    ...(stateOf(search['state']) !== undefined && { state: stateOf(search['state']) }),
  };
  const query = usePages('listUsers', { query: { limit: PAGE, customer, ...filter } }, { keep: true });
  const users = query.entries ?? [];
  useEffect(() => loadAhead(loadPanel), []);
  const open = (id: string | undefined) => change({ user: id }, id === undefined ? 'replace' : 'push');
  return (
    <Stack gap="sm">
      <UserFilters />
      <Answered query={query} lines={8}>
        {() => (
          <>
            {users.length === 0 ? (
              <NoUsers isFiltered={Object.keys(filter).length > 0} />
            ) : (
              <UserRows users={users} query={query} opened={search['user']} open={({ id }) => open(id)} />
            )}
            <OpenedUser users={users} id={search['user']} open={open} />
          </>
        )}
      </Answered>
    </Stack>
  );
}

function UserFilters() {
  const { t } = useTranslation('access');
  const roles = useRoleNames();
  const filters: readonly Filter[] = [
    { id: 'role', label: t('users.role'), choices: roles },
    {
      id: 'state',
      label: t('users.state'),
      choices: USER_STATES.map((value) => ({ value, label: t(`userStates.${value}`) })),
    },
  ];
  return (
    <Group gap="sm">
      <SearchField name="text" label={t('users.search')} />
      <FilterChips filters={filters} />
    </Group>
  );
}

interface RowsProps {
  users: readonly User[];
  query: Parameters<typeof readMore>[0];
  opened: string | undefined;
  open: (user: User) => void;
}

function UserRows({ users, query, opened, open }: RowsProps) {
  const { t } = useTranslation('access');
  return (
    <DataList
      name="users"
      label={t('users.tabUsers')}
      rows={users}
      keyOf={({ id }) => id}
      columns={useColumns()}
      open={open}
      opened={opened}
      more={readMore(query)}
      foot={<MoreFoot query={query} count={users.length} />}
    />
  );
}

function useColumns(): readonly Column<User>[] {
  const { t } = useTranslation('access');
  const roleName = useRoleName();
  const isOperator = useIsOperator();
  const scope = useScope();
  const customer: Column<User> = {
    id: 'customer',
    title: t('users.customer'),
    width: 'minmax(6rem, 0.8fr)',
    cell: (user) => user.customer ?? t('users.operator'),
  };
  return [
    { id: 'person', title: t('users.person'), width: 'minmax(12rem, 2fr)', cell: (user) => <Person user={user} /> },
    { id: 'role', title: t('users.role'), width: 'minmax(8rem, 1.6fr)', cell: ({ role }) => roleName(role) },
    ...(isOperator && scope === undefined ? [customer] : []),
    {
      id: 'state',
      title: t('users.state'),
      width: '7rem',
      cell: ({ state }) => <UserState state={state} />,
    },
    {
      id: 'factor',
      title: t('users.secondFactor'),
      width: 'minmax(6.5rem, 1fr)',
      cell: (user) => <Factors user={user} />,
    },
    {
      id: 'last',
      title: t('users.lastSignIn'),
      width: 'minmax(8.5rem, 0.8fr)',
      cell: ({ last_sign_in_at: at }) => (at === undefined ? t('users.never') : <When at={at} as="relative" />),
    },
  ];
}

function Person({ user }: { user: User }) {
  const { t } = useTranslation('access');
  const isSelf = useSession().user.id === user.id;
  return (
    <>
      {user.name !== '' && `${user.name} · `}
      {user.email}
      {isSelf && (
        <Text span c="dimmed" size="sm">
          {' '}
          ({t('users.you')})
        </Text>
      )}
    </>
  );
}

function NoUsers({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('access');
  if (isFiltered) return <Empty title={t('users.emptyFilterTitle')} hint={t('users.emptyFilter')} />;
  return <Empty title={t('users.emptyTitle')} hint={t('users.empty')} />;
}

interface OpenedProps {
  users: readonly User[];
  id: string | undefined;
  open: (id: string | undefined) => void;
}

function OpenedUser({ users, id, open }: OpenedProps) {
  if (id === undefined) return null;
  const at = users.findIndex((user) => user.id === id);
  const step = (by: number) => {
    const other = at < 0 ? undefined : users[at + by];
    return other === undefined ? undefined : () => open(other.id);
  };
  return (
    <Suspense>
      <UserPanel key={id} id={id} close={() => open(undefined)} before={step(-1)} next={step(1)} />
    </Suspense>
  );
}
