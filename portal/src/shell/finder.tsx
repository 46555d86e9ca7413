// Ctrl-K: any page, any act, any customer, any message, by typing.

import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconArrowRight, IconBook, IconBuilding, IconFileSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../api/queries.ts';
import { useSearchState } from '../search.ts';
import { type Session, sideOf } from '../session.ts';
import { openActs } from './finder-acts.ts';
import { filterWords } from './finder-filter.ts';
import { useOpenSections } from './open-entries.ts';

const SHOWN = 6;
const TYPING_MS = 150;
const [store, spotlight] = createSpotlight();

export function Finder({ session, close }: { session: Session; close: () => void }) {
  const { t } = useTranslation('shell');
  const [typed, setTyped] = useState('');
  const groups = [...usePages(session), ...useActs(session, typed), ...useFound(session, typed.trim())];
  useEffect(() => spotlight.open(), []);
  return (
    <Spotlight
      store={store}
      actions={groups}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={close}
      filter={filterWords}
      nothingFound={t('finder.nothing')}
      highlightQuery
      maxHeight={440}
      scrollable
      shortcut={null}
      searchProps={{ placeholder: t('finder.placeholder'), 'aria-label': t('finder.placeholder') }}
    />
  );
}

function usePages(session: Session): SpotlightActionGroupData[] {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const customer = useShownScope(session);
  return useOpenSections(session).map(({ word, entries }) => ({
    group: t(`sections.${word}`),
    actions: entries.map(({ word: name, to, icon: Icon }) => ({
      id: to,
      label: t(`nav.${name}`),
      leftSection: <Icon size={18} stroke={1.6} />,
      onClick: () => void navigate({ to, search: { customer } }),
    })),
  }));
}

/** Main acts, and places within pages; not before something is typed, where they would hide the pages. */
function useActs(session: Session, typed: string): SpotlightActionGroupData[] {
  const { t } = useTranslation('finder');
  const navigate = useNavigate();
  const customer = useShownScope(session);
  if (typed.trim() === '') return [];
  const acts = openActs(session).map(({ word, to, search }) => ({
    id: `act ${word}`,
    label: t(`act.${word}`),
    keywords: t(`also.${word}`),
    leftSection: <IconArrowRight size={18} stroke={1.6} />,
    onClick: () => void navigate({ to, search: { customer, ...search } }),
  }));
  const docs = {
    id: 'act docs',
    label: t('act.docs'),
    keywords: t('also.docs'),
    leftSection: <IconBook size={18} stroke={1.6} />,
    onClick: () => void window.open('/api/docs', '_blank', 'noreferrer'),
  };
  return [{ group: t('title'), actions: [...acts, docs] }];
}

/** The customer that the address names: it goes along to the next page. */
function useShownScope(session: Session): string | undefined {
  const [search] = useSearchState();
  return sideOf(session) === 'operator' ? search['customer'] : undefined;
}

/** What the API knows under these words. */
function useFound(session: Session, typed: string): SpotlightActionGroupData[] {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const customer = useShownScope(session);
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const enabled = asked.length > 1 && sideOf(session) === 'operator' && session.permissions.includes('customers:read');
  const customers = useCall('listCustomers', { query: { text: asked, limit: SHOWN } }, { enabled, keep: true });
  if (typed.length < 2) return [];
  const found = enabled ? (customers.data?.entries ?? []) : [];
  return [
    {
      group: t('finder.customers'),
      actions: found.map(({ id, name }) => ({
        id: `customer ${id}`,
        label: name === '' ? id : name,
        description: id,
        // Found by the API's own rules, and so shown whatever the words are.
        keywords: typed,
        leftSection: <IconBuilding size={18} stroke={1.6} />,
        onClick: () => void navigate({ to: `/customers/${id}` as never }),
      })),
    },
    {
      group: t('finder.messages'),
      actions: [
        {
          id: 'messages',
          label: t('finder.inMessages', { words: typed }),
          leftSection: <IconFileSearch size={18} stroke={1.6} />,
          onClick: () => void navigate({ to: '/messages', search: { customer, q: typed } }),
        },
      ],
    },
  ].filter(({ actions }) => actions.length > 0);
}
