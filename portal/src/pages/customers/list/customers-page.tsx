// All customers: found as one types, by state and by what is to be seen to.

import { Button, Group, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFileImport, IconSearch, IconUserPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Input } from '../../../api/call.ts';
import { type Entry, usePages } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { type Search, useScope, useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { CONCERNS, ConcernChip, StateChip } from '../customer-state.tsx';
import { StateFilter } from './state-filter.tsx';

type Row = Entry<'listCustomers'>;
type Query = NonNullable<Input<'listCustomers'>['query']>;

const TYPING_MS = 200;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i;

/** An address is looked for among the sources, all else in ids, names and domains. */
function queryOf(search: Search, scope: string | undefined): Query {
  const { text = '', state, concern, pool } = search;
  const word = text.trim();
  return {
    limit: 100,
    ...(word !== '' && (ADDRESS.test(word) ? { source: word } : { text: word })),
    ...(state !== undefined && { stage: state }),
    ...(CONCERNS.some((one) => one === concern) && { concern: concern as (typeof CONCERNS)[number] }),
    ...(pool !== undefined && { pool }),
    ...(scope !== undefined && { customer: scope }),
  };
}

export function Page() {
  const { t } = useTranslation('customers');
  const [search] = useSearchState();
  const scope = useScope();
  const mayWrite = useMay('customers:write');
  const customers = usePages('listCustomers', { query: queryOf(search, scope) }, { keep: true });
  const isFiltered = Object.values(queryOf(search, scope)).length > 1;
  return (
    <PageFrame
      title={t('list.title')}
      lead={t('list.lead')}
      actions={
        mayWrite && (
          <>
            <Button component={Link} to="/orders/import" variant="default" leftSection={<IconFileImport size={16} />}>
              {t('list.import')}
            </Button>
            <Button component={Link} to="/orders/new" leftSection={<IconUserPlus size={16} />}>
              {t('list.register')}
            </Button>
          </>
        )
      }
    >
      <SearchField />
      <StateFilter />
      <Answered query={customers}>
        {() => <CustomerList query={customers} isFiltered={isFiltered} mayWrite={mayWrite} />}
      </Answered>
    </PageFrame>
  );
}

/** What is typed goes into the address once the person pauses. */
function SearchField() {
  const { t } = useTranslation('customers');
  const [search, change] = useSearchState();
  const inAddress = search['text'] ?? '';
  const [typed, setTyped] = useState(inAddress);
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  useEffect(() => {
    if (asked !== inAddress) change({ text: asked === '' ? undefined : asked });
    // What is typed leads; the address follows.
    // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  }, [asked]);
  return (
    <TextInput
      type="search"
      aria-label={t('list.search')}
      placeholder={t('list.searchHint')}
      leftSection={<IconSearch size={16} />}
      value={typed}
      maw={480}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

interface ListProps {
  query: ReturnType<typeof usePages<'listCustomers'>>;
  isFiltered: boolean;
  mayWrite: boolean;
}

function CustomerList({ query, isFiltered, mayWrite }: ListProps) {
  const { t } = useTranslation('customers');
  const navigate = useNavigate();
  const columns = useColumns();
  const rows = query.entries ?? [];
  if (rows.length === 0) {
    return (
      <Empty
        title={isFiltered ? t('list.noneFound') : t('list.none')}
        hint={isFiltered ? t('list.noneFoundHint') : t('list.noneHint')}
        action={
          !isFiltered &&
          mayWrite && (
            <Button component={Link} to="/orders/new">
              {t('list.register')}
            </Button>
          )
        }
      />
    );
  }
  return (
    <DataList
      name="customers"
      label={t('list.title')}
      rows={rows}
      keyOf={({ id }) => id}
      columns={columns}
      open={({ id }) => void navigate({ to: `/customers/${id}` as never })}
      more={readMore(query)}
      foot={<MoreFoot query={query} count={rows.length} />}
    />
  );
}

function useColumns(): readonly Column<Row>[] {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  return [
    {
      id: 'name',
      title: t('list.name'),
      width: 'minmax(12rem, 2fr)',
      cell: ({ id, name }) => <ScopedLink to={`/customers/${id}`}>{name === '' ? id : name}</ScopedLink>,
    },
    { id: 'id', title: t('list.id'), width: 'minmax(7rem, 1fr)', cell: ({ id }) => id, optional: true },
    { id: 'state', title: t('list.state'), width: '8rem', cell: ({ state }) => <StateChip state={state} /> },
    {
      id: 'since',
      title: t('list.since'),
      width: '8.5rem',
      cell: ({ stage_since }) => <When at={stage_since} as="relative" />,
    },
    {
      id: 'domain',
      title: t('list.domains'),
      width: 'minmax(9rem, 1.2fr)',
      cell: ({ domain, domains }) =>
        domainsOf(domain, domains, (count) => t('list.moreDomains', { count, shown: formats.number(count) })),
    },
    {
      id: 'concerns',
      title: t('list.concerns'),
      width: 'minmax(14rem, 2fr)',
      cell: ({ concerns }) => concernsOf(concerns),
    },
    {
      id: 'portal',
      title: t('list.portal'),
      width: '8rem',
      optional: true,
      cell: ({ portal }) => t(`settings.portal.is.${portal}`),
    },
    {
      id: 'registered',
      title: t('list.registered'),
      width: '9rem',
      optional: true,
      cell: ({ registered_at }) => <When at={registered_at} as="date" />,
    },
    {
      id: 'language',
      title: t('list.language'),
      width: '7rem',
      optional: true,
      cell: ({ language }) => t(`told.language.${language}`),
    },
  ];
}

/** Nothing where there is none, so that cards leave the line out. The state says itself who is suspended. */
function concernsOf(concerns: Row['concerns']) {
  const shown = concerns.filter((one) => one !== 'suspended');
  if (shown.length === 0) return null;
  return (
    <Group gap={4} component="span">
      {shown.map((one) => (
        <ConcernChip key={one} concern={one} />
      ))}
    </Group>
  );
}

function domainsOf(first: string | undefined, count: number, more: (count: number) => string): string {
  if (first === undefined) return count === 0 ? '' : more(count);
  return count > 1 ? `${first} ${more(count - 1)}` : first;
}
