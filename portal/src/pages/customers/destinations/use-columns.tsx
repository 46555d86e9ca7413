import { useTranslation } from 'react-i18next';
import type { Column } from '../../../parts/data-list.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';
import type { Receiver } from './receivers.ts';

/** Whether mail gets through, as far as the queue knows. */
export function ReceiverChip({ receiver }: { receiver: Receiver }) {
  const { t } = useTranslation('customers');
  if (receiver.closedUntil !== null) return <Chip tone="bad">{t('destinations.state.closed')}</Chip>;
  if (receiver.deferred > 0) return <Chip tone="warn">{t('destinations.state.deferring')}</Chip>;
  return <Chip tone="good">{t('destinations.state.open')}</Chip>;
}

export function useColumns(): readonly Column<Receiver>[] {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  return [
    { id: 'name', title: t('destinations.name'), width: 'minmax(10rem, 1.4fr)', cell: ({ name }) => name },
    { id: 'state', title: t('destinations.stateIs'), width: '8rem', cell: (one) => <ReceiverChip receiver={one} /> },
    {
      id: 'waiting',
      title: t('destinations.waiting'),
      width: '6.5rem',
      atEnd: true,
      cell: ({ name, waiting }) => (
        <ScopedLink to="/queues" search={{ destination: name, tab: 'recipients' }}>
          {formats.number(waiting)}
        </ScopedLink>
      ),
    },
    {
      id: 'deferred',
      title: t('destinations.deferred'),
      width: '6rem',
      atEnd: true,
      cell: ({ deferred }) => formats.number(deferred),
    },
    {
      id: 'inFlight',
      title: t('destinations.inFlight'),
      width: '6rem',
      atEnd: true,
      cell: ({ inFlight }) => formats.number(inFlight),
    },
    {
      id: 'oldest',
      title: t('destinations.oldest'),
      width: '8.5rem',
      cell: ({ oldestAt }) => (oldestAt === null ? '' : <When at={oldestAt} as="relative" />),
    },
    {
      id: 'reply',
      title: t('destinations.lastReply'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ lastReply }) => lastReply ?? '',
    },
    {
      id: 'held',
      title: t('destinations.held'),
      width: '6rem',
      atEnd: true,
      optional: true,
      cell: ({ held }) => formats.number(held),
    },
    {
      id: 'site',
      title: t('destinations.site'),
      width: 'minmax(9rem, 1fr)',
      optional: true,
      cell: ({ site }) => site ?? '',
    },
  ];
}
