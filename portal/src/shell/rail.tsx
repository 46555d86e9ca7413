// The rail on the left: sections with their entries. The scope goes along.

import { NavLink, Text } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSearchState } from '../search.ts';
import { type Session, sideOf } from '../session.ts';
import { useOpenSections } from './open-entries.ts';

export function Rail({ session, close }: { session: Session; close: () => void }) {
  const { t } = useTranslation('shell');
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [search] = useSearchState();
  const scope = sideOf(session) === 'operator' ? search['customer'] : undefined;
  return (
    <>
      {useOpenSections(session).map(({ word, entries }) => (
        <nav key={word} aria-label={t(`sections.${word}`)}>
          <Text size="xs" fw={600} c="dimmed" px="sm" pt="sm" pb={4} aria-hidden>
            {t(`sections.${word}`)}
          </Text>
          {entries.map(({ word: name, to, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              search={{ customer: scope } as never}
              label={t(`nav.${name}`)}
              leftSection={<Icon size={18} stroke={1.6} />}
              active={path === to || path.startsWith(`${to}/`)}
              aria-current={path === to ? 'page' : undefined}
              onClick={close}
              py={4}
            />
          ))}
        </nav>
      ))}
    </>
  );
}
