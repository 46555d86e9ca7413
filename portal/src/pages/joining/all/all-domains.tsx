// Domains of all customers.

import { Group, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../../api/queries.ts';
import { CheckChip, type CheckState, worstState } from '../../../parts/check-state.tsx';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { FilterChips } from '../../../parts/filter-chips.tsx';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { type Search, useSearchState } from '../../../search.ts';

type Domain = Entry<'listAllDomains'>;

export const CHECK_STATES = ['fail', 'warn', 'unknown', 'waiting', 'ok'] as const;

/** The state that a search parameter names. */
export function stateIn(search: Search): CheckState | undefined {
  return CHECK_STATES.find((one) => one === search['state']);
}

export function AllDomains() {
  const { t } = useTranslation('joining');
  const [search] = useSearchState();
  const state = stateIn(search);
  const { text, verified, direction } = search;
  const query = usePages(
    'listAllDomains',
    {
      query: {
        limit: 100,
        ...(text !== undefined && { text }),
        ...(state !== undefined && { state }),
        ...((verified === 'true' || verified === 'false') && { verified }),
        ...((direction === 'inbound' || direction === 'outbound') && { direction }),
      },
    },
    { keep: true },
  );
  const columns = useColumns();
  const domains = query.entries ?? [];
  return (
    <PageFrame title={t('allDomains.title')} lead={t('allDomains.lead')}>
      <Group gap="sm">
        <SearchText label={t('allDomains.search')} />
        <DomainFilters />
      </Group>
      <Answered query={query}>
        {() =>
          domains.length === 0 ? (
            <Empty title={t('all.nothing')} hint={t('allDomains.nothingHint')} />
          ) : (
            <DataList
              name="all-domains"
              label={t('allDomains.title')}
              rows={domains}
              keyOf={({ name }) => name}
              columns={columns}
              more={readMore(query)}
              foot={<MoreFoot query={query} count={domains.length} />}
            />
          )
        }
      </Answered>
    </PageFrame>
  );
}

/** Looks while it is typed. */
export function SearchText({ label }: { label: string }) {
  const [search, change] = useSearchState();
  return (
    <TextInput
      type="search"
      w={{ base: '100%', sm: 300 }}
      leftSection={<IconSearch size={16} aria-hidden />}
      aria-label={label}
      placeholder={label}
      maxLength={100}
      value={search['text'] ?? ''}
      onChange={(event) => change({ text: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
    />
  );
}

function DomainFilters() {
  const { t } = useTranslation('joining');
  return (
    <FilterChips
      filters={[
        {
          id: 'state',
          label: t('all.state'),
          choices: CHECK_STATES.map((value) => ({ value, label: t(`checkState.${value}`) })),
        },
        {
          id: 'verified',
          label: t('allDomains.proof'),
          choices: [
            { value: 'true', label: t('domains.verified') },
            { value: 'false', label: t('domains.unverified') },
          ],
        },
        {
          id: 'direction',
          label: t('allDomains.direction'),
          choices: [
            { value: 'inbound', label: t('domains.in') },
            { value: 'outbound', label: t('domains.out') },
          ],
        },
      ]}
    />
  );
}

function useColumns(): readonly Column<Domain>[] {
  const { t } = useTranslation('joining');
  return [
    {
      id: 'name',
      title: t('allDomains.name'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ name, customer }) => (
        <ScopedLink to="/domains" search={{ customer, domain: name }}>
          {name}
        </ScopedLink>
      ),
    },
    {
      id: 'customer',
      title: t('all.customer'),
      width: 'minmax(8rem, 1.5fr)',
      cell: ({ customer, customer_name: name }) => name ?? customer,
    },
    {
      id: 'ways',
      title: t('allDomains.direction'),
      width: '9rem',
      cell: ({ inbound, outbound }) =>
        [inbound && t('domains.in'), outbound && t('domains.out')].filter(Boolean).join(' · '),
    },
    {
      id: 'verified',
      title: t('allDomains.proof'),
      width: '9rem',
      cell: ({ verified }) => (
        <Chip tone={verified ? 'good' : 'bad'}>{verified ? t('domains.verified') : t('domains.unverified')}</Chip>
      ),
    },
    {
      id: 'state',
      title: t('all.state'),
      width: 'minmax(9rem, 1.5fr)',
      cell: ({ checks }) => <ShortChecks checks={checks} />,
    },
    {
      id: 'signed',
      title: t('allDomains.signed'),
      width: '7rem',
      optional: true,
      cell: ({ signed }) => (signed ? t('all.yes') : t('all.no')),
    },
  ];
}

/** The worst state, and which checks are in it. */
function ShortChecks({ checks }: { checks: Domain['checks'] }) {
  const { t } = useTranslation('joining');
  const worst = worstState(checks.map(({ state }) => state));
  if (worst === undefined) return <CheckChip state="waiting" />;
  const which =
    worst === 'ok' ? [] : checks.filter(({ state }) => state === worst).map(({ kind }) => t(`short.${kind}`));
  return (
    <Group gap={6}>
      <CheckChip state={worst} />
      {which.length > 0 && <span style={{ whiteSpace: 'normal' }}>{which.join(', ')}</span>}
    </Group>
  );
}
