// What is around every page of somebody who is signed in: the rail, the scope, the search, the person.

import { ActionIcon, AppShell, Burger, Button, Group, Kbd, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Session, sideOf } from '../session.ts';
import { PersonMenu } from './person-menu.tsx';
import { Rail } from './rail.tsx';
import { ScopeSelector } from './scope-selector.tsx';

const Finder = lazy(async () => ({ default: (await import('./finder.tsx')).Finder }));

export function Frame({ session, children }: { session: Session; children: ReactNode }) {
  const { t } = useTranslation('shell');
  const [railOpened, rail] = useDisclosure(false);
  const [finderOpened, setFinderOpened] = useState(false);
  useHotkeys([['mod+K', () => setFinderOpened(true)]], []);
  const isOperator = sideOf(session) === 'operator';
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !railOpened } }}
      padding={{ base: 'sm', sm: 'md', lg: 'lg' }}
    >
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger hiddenFrom="md" size="sm" opened={railOpened} onClick={rail.toggle} aria-label={t('menu')} />
          <Text component={Link} to="/" fw={700} c="inherit" td="none" {...(isOperator && { visibleFrom: 'xs' })}>
            {t('name')}
          </Text>
          {isOperator && <ScopeSelector />}
          <Group gap="xs" ml="auto" wrap="nowrap">
            <FinderButtons open={() => setFinderOpened(true)} />
            <PersonMenu session={session} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('navigation')}>
        <Rail session={session} close={rail.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        {children}
      </AppShell.Main>
      {finderOpened && (
        <Suspense>
          <Finder session={session} close={() => setFinderOpened(false)} />
        </Suspense>
      )}
    </AppShell>
  );
}

function FinderButtons({ open }: { open: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        size="xs"
        leftSection={<IconSearch size={14} />}
        rightSection={<Kbd size="xs">{t('finder.keys')}</Kbd>}
        onClick={open}
      >
        {t('finder.open')}
      </Button>
      <ActionIcon hiddenFrom="sm" variant="default" size="lg" onClick={open} aria-label={t('finder.open')}>
        <IconSearch size={16} />
      </ActionIcon>
    </>
  );
}
