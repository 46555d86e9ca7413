// Who read the content of messages, when and why. Of one customer, or of all for those who read the audit.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Paged, usePages } from '../../api/queries.ts';
import { type Column } from '../../parts/data-list.tsx';
import { PagedList } from '../../parts/paged-list.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { Empty } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';

interface Look {
  at: string;
  who: string;
  object: string;
  reason: string | null;
  customer?: string | null;
}

/** The audit's word for it. */
const CONTENT_READ = 'content_read';
const PAGE = 100;

export function ContentAccess({ customer }: { customer: string | undefined }) {
  return customer === undefined ? <OfAll /> : <OfOne customer={customer} />;
}

function OfAll() {
  const list = usePages('listAudit', { query: { action: CONTENT_READ, limit: PAGE } });
  return <Looks list={list} withCustomer />;
}

function OfOne({ customer }: { customer: string }) {
  const list = usePages('listContentAccess', { path: { customer }, query: { limit: PAGE } });
  return <Looks list={list} />;
}

interface LooksProps {
  list: Paged<Look>;
  withCustomer?: boolean;
}

function Looks({ list, withCustomer = false }: LooksProps) {
  const { t } = useTranslation('governance');
  const columns = useColumns(withCustomer);
  return (
    <PagedList
      list={list}
      name="content-access"
      label={t('privacy.looked')}
      columns={columns}
      keyOf={({ at, who, object }) => `${at} ${who} ${object}`}
      empty={<Empty title={t('looked.empty')} hint={t('looked.emptyHint')} />}
    />
  );
}

function useColumns(withCustomer: boolean): Column<Look>[] {
  const { t } = useTranslation('governance');
  return useMemo(() => {
    const columns: Column<Look>[] = [
      { id: 'at', title: t('audit.at'), width: '11rem', cell: ({ at }) => <When at={at} /> },
      { id: 'who', title: t('audit.who'), width: 'minmax(9rem, 1fr)', cell: ({ who }) => who },
      {
        id: 'object',
        title: t('looked.message'),
        width: 'minmax(10rem, 1fr)',
        cell: ({ object }) => <MessageLink object={object} />,
      },
      { id: 'reason', title: t('reason'), width: 'minmax(10rem, 2fr)', cell: ({ reason }) => reason ?? '' },
    ];
    if (withCustomer)
      columns.push({ id: 'customer', title: t('customer'), width: '8rem', cell: ({ customer }) => customer ?? '' });
    return columns;
  }, [t, withCustomer]);
}

function MessageLink({ object }: { object: string }) {
  const id = /^message (\S+)$/.exec(object)?.[1];
  if (id === undefined) return object;
  return (
    <ScopedLink to="/messages" search={{ q: `id:${id}` }}>
      {id}
    </ScopedLink>
  );
}
