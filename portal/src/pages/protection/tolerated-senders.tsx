// Senders that are known to do what they do.

import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../api/queries.ts';
import { type Column } from '../../parts/data-list.tsx';
import { PagedList } from '../../parts/paged-list.tsx';
import { Empty } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { useNamedCustomer } from './named-customer.ts';
import { textOf, useOpenSender } from './sender-names.ts';

type Tolerated = Entry<'listToleratedSenders'>;

export function ToleratedSenders() {
  const { t } = useTranslation('protection');
  const named = useNamedCustomer();
  const [opened, open] = useOpenSender();
  const query = usePages('listToleratedSenders', {
    query: { limit: 100, ...named },
  });
  const columns: Column<Tolerated>[] = [
    {
      id: 'sender',
      title: t('senders.column.sender'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ name }) => <span title={name}>{name}</span>,
    },
    { id: 'customer', title: t('senders.column.customer'), width: '7rem', cell: ({ customer }) => customer },
    { id: 'kind', title: t('senders.column.kind'), width: '9rem', cell: ({ kind }) => t(`senders.kind.${kind}`) },
    { id: 'why', title: t('senders.column.why'), width: 'minmax(7rem, 2fr)', cell: ({ reason }) => reason },
    { id: 'until', title: t('senders.column.until'), width: '10rem', cell: ({ until }) => <When at={until} /> },
    { id: 'by', title: t('senders.column.by'), width: 'minmax(8rem, 1fr)', cell: ({ made_by: by }) => by },
  ];
  return (
    <PagedList
      list={query}
      name="tolerated-senders"
      label={t('senders.tabs.tolerated')}
      keyOf={textOf}
      columns={columns}
      open={open}
      opened={opened && textOf(opened)}
      empty={<Empty title={t('senders.emptyTolerated.title')} hint={t('senders.emptyTolerated.hint')} />}
    />
  );
}
