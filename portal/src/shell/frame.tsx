// What is around every page of somebody who is signed in: the rail, the scope, the search, the person.

import { ActionIcon, AppShell, Burger, Button, Group, Kbd, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Session, sideOf } from '../session.ts';
import { PersonMenu } from './person-menu.tsx';
import { Rail } from './rail.tsx';
import { ScopeSelector } from './scope-selector.tsx';

const Finder = lazy(async () => ({ default: (await import('./finder.tsx')).Finder }));

export function Frame({ session, children }: { session: Session; children: ReactNode }) {
  const { t } = useTranslation('shell');
  const [railOpened, rail] = useDisclosure(false);
  const finder = useFinder();
  useHotkeys([['mod+K', finder.open]], []);
  useFocusOnPage();
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
            <FinderButtons open={finder.open} />
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
      {finder.opened && (
        <Suspense>
          <Finder session={session} close={finder.close} />
        </Suspense>
      )}
    </AppShell>
  );
}

/** The search, and the focus where it was before. */
function useFinder() {
  const [opened, setOpened] = useState(false);
  const before = useRef<Element>(null);
  const open = () => {
    if (!opened) before.current = document.activeElement;
    setOpened(true);
  };
  const close = () => {
    setOpened(false);
    requestAnimationFrame(() => before.current instanceof HTMLElement && before.current.focus());
  };
  return { opened, open, close };
}

let isFirstPage = true;

/** Every page has a frame of its own: what had the focus went with the one before, and the keyboard goes on in the page. */
function useFocusOnPage(): void {
  useEffect(() => {
    const { activeElement } = document;
    if (!isFirstPage && (activeElement === null || activeElement === document.body))
      document.getElementById('main')?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
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
