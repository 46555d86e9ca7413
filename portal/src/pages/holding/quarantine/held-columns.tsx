// Columns of the list of the quarantine.

import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Column } from '../../../parts/data-list.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { When } from '../../../parts/when.tsx';
import { useScope } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import type { HeldMessage } from './held-query.ts';
import { ReasonChip } from './reason-chip.tsx';

type Columns = readonly Column<HeldMessage>[];

export function useHeldColumns(): Columns {
  const { t } = useTranslation('holding');
  const scope = useScope();
  const maySeeSubjects = useMay('messages:content');
  return [
    {
      id: 'received',
      title: t('quarantine.list.received'),
      width: '8rem',
      cell: (row) => <When at={row.accepted_at} as="relative" />,
    },
    { id: 'from', title: t('quarantine.list.from'), width: 'minmax(7rem, 2fr)', cell: (row) => <From row={row} /> },
    { id: 'to', title: t('quarantine.list.to'), width: 'minmax(6.5rem, 2fr)', cell: (row) => <To row={row} /> },
    ...(maySeeSubjects
      ? [
          {
            id: 'subject',
            title: t('quarantine.list.subject'),
            width: 'minmax(6rem, 2fr)',
            cell: (row: HeldMessage) => <Subject row={row} />,
          },
        ]
      : []),
    {
      id: 'reason',
      title: t('quarantine.list.reason'),
      width: '9rem',
      cell: ({ reason, words }) => (
        <span title={words.join('. ')}>
          <ReasonChip reason={reason} />
        </span>
      ),
    },
    ...(scope === undefined
      ? [
          {
            id: 'customer',
            title: t('quarantine.list.customer'),
            width: 'minmax(5rem, 0.8fr)',
            cell: (row: HeldMessage) => row.customer,
          },
        ]
      : []),
    ...useMoreColumns(),
  ];
}

function useMoreColumns(): Columns {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  return [
    {
      id: 'score',
      title: t('quarantine.list.score'),
      width: '4rem',
      atEnd: true,
      cell: ({ score }) => (score === null ? '' : formats.number(score)),
    },
    {
      id: 'ends',
      title: t('quarantine.list.ends'),
      width: '8rem',
      cell: (row) => <When at={row.expires_at} as="relative" />,
    },
    {
      id: 'found',
      title: t('quarantine.list.found'),
      width: 'minmax(7rem, 1fr)',
      optional: true,
      cell: ({ found }) => <span title={found.join(', ')}>{found.join(', ')}</span>,
    },
    {
      id: 'by',
      title: t('quarantine.list.by'),
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ by }) => by.join(', '),
    },
    {
      id: 'direction',
      title: t('quarantine.list.direction'),
      width: '6rem',
      optional: true,
      cell: ({ direction }) => t(`direction.${direction}`),
    },
    {
      id: 'size',
      title: t('quarantine.list.size'),
      width: '6rem',
      optional: true,
      atEnd: true,
      cell: ({ size }) => formats.size(size),
    },
  ];
}

function From({ row: { from, header_from: headerFrom } }: { row: HeldMessage }) {
  const { t } = useTranslation('holding');
  const shown = headerFrom ?? from;
  return (
    <Text span inherit fw={600} title={shown}>
      {shown === '' ? t('quarantine.list.noSender') : shown}
    </Text>
  );
}

function To({ row: { to, recipients } }: { row: HeldMessage }) {
  const { t } = useTranslation('holding');
  const [first = ''] = to;
  return (
    <Group gap={6} wrap="nowrap">
      <Text span inherit truncate title={to.slice(0, 20).join(', ')}>
        {first}
      </Text>
      {recipients > 1 && (
        <Text span size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {t('quarantine.list.more', { count: recipients - 1 })}
        </Text>
      )}
    </Group>
  );
}

function Subject({ row: { subject } }: { row: HeldMessage }) {
  return <span title={subject ?? undefined}>{subject ?? ''}</span>;
}
