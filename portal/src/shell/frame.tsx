// What is around every page of somebody who is signed in: the rail, the scope, the search, the person.

import { ActionIcon, Burger, Button, Group, Kbd, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Session, sideOf } from '../session.ts';
import classes from './frame.module.css';
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
  const burger = useRef<HTMLButtonElement>(null);
  const leaveRail = ({ key }: KeyboardEvent) => {
    if (key !== 'Escape' || !railOpened) return;
    rail.close();
    burger.current?.focus();
  };
  return (
    <div className={classes.frame}>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <header className={classes.bar}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            ref={burger}
            hiddenFrom="md"
            size="sm"
            opened={railOpened}
            aria-expanded={railOpened}
            aria-label={t('menu')}
            onClick={rail.toggle}
            onKeyDown={leaveRail}
          />
          <Text component={Link} to="/" fw={700} c="inherit" td="none" {...(isOperator && { visibleFrom: 'xs' })}>
            {t('name')}
          </Text>
          {isOperator && <ScopeSelector />}
          <Group gap="xs" ml="auto" wrap="nowrap">
            <FinderButtons open={finder.open} />
            <PersonMenu session={session} />
          </Group>
        </Group>
      </header>
      <nav
        className={classes.rail}
        aria-label={t('navigation')}
        data-opened={railOpened || undefined}
        onKeyDown={leaveRail}
      >
        <Rail session={session} close={rail.close} />
      </nav>
      <main className={classes.main} id="main" tabIndex={-1}>
        {children}
      </main>
      {finder.opened && (
        <Suspense>
          <Finder session={session} close={finder.close} />
        </Suspense>
      )}
    </div>
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
    requestAnimationFrame(() => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && before.current instanceof HTMLElement) before.current.focus();
    });
  };
  return { opened, open, close };
}

/** On another page the keyboard goes on in the page, unless the page has said where. */
function useFocusOnPage(): void {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    const main = document.getElementById('main');
    if (main?.contains(document.activeElement) !== true) main?.focus({ preventScroll: true });
  }, [path]);
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
