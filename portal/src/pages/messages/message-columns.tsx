// Columns of the list of messages.

import { Group, Text, ThemeIcon, Tooltip } from '@mantine/core';
import { IconArrowDownLeft, IconArrowUpRight, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Column } from '../../parts/data-list.tsx';
import { useFormats } from '../../parts/formats.ts';
import { MailStatusChip } from '../../parts/mail-status.tsx';
import { When } from '../../parts/when.tsx';
import { useMay } from '../../session.ts';
import type { Row } from './use-found.ts';

/** How it came in and how it went on, together: the mark says that we accepted it, the word what became of it. */
export function RowStatus({ row }: { row: Pick<Row, 'status' | 'id'> }) {
  const { t } = useTranslation('parts');
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      {row.id !== undefined && (
        <Tooltip label={t('status.accepted')}>
          <ThemeIcon variant="light" size="sm" role="img" aria-label={t('status.accepted')}>
            <IconCheck size={14} aria-hidden />
          </ThemeIcon>
        </Tooltip>
      )}
      <MailStatusChip status={row.status} />
    </Group>
  );
}

/** An address as lists show it; the null sender has a word. */
export function useAddressText(): (address: string | undefined) => string {
  const { t } = useTranslation('messages');
  return (address) => (address === '' ? t('row.nullSender') : (address ?? ''));
}

function DirectionMark({ direction }: { direction: Row['direction'] }) {
  const { t } = useTranslation('messages');
  if (direction === undefined) return null;
  const Icon = direction === 'outbound' ? IconArrowUpRight : IconArrowDownLeft;
  return (
    <Tooltip label={t(`direction.${direction}`)}>
      <Icon size={17} stroke={1.8} style={{ display: 'block' }} role="img" aria-label={t(`direction.${direction}`)} />
    </Tooltip>
  );
}

function To({ row }: { row: Row }) {
  const { t } = useTranslation('messages');
  const more = row.more === undefined ? '' : ` ${t('row.more', { count: row.more })}`;
  const times = row.count === undefined ? '' : ` ${t('row.times', { count: row.count })}`;
  return (
    <>
      <span title={row.to}>{row.to ?? ''}</span>
      <Text span size="xs" c="dimmed">
        {more}
        {times}
      </Text>
    </>
  );
}

/** Our address and its pool. */
function sentFrom({ sent_from: address, pool }: Row): string {
  return [address, pool].filter((part) => part !== undefined).join(' · ');
}

/** `withCustomer`: all customers are shown. */
export function useMessageColumns(withCustomer: boolean): readonly Column<Row>[] {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const addressText = useAddressText();
  const showsSubjects = useMay('messages:content');
  const optional = useOptionalColumns();
  return [
    { id: 'at', title: t('column.at'), width: '9.75rem', cell: ({ at }) => <When at={at} /> },
    {
      id: 'direction',
      title: t('column.direction'),
      width: '4.25rem',
      wideOnly: true,
      cell: (row) => <DirectionMark direction={row.direction} />,
    },
    ...(withCustomer
      ? [
          {
            id: 'customer',
            title: t('column.customer'),
            width: 'minmax(5rem, 0.6fr)',
            cell: ({ customer }: Row) => customer ?? '',
          },
        ]
      : []),
    {
      id: 'from',
      title: t('column.from'),
      width: 'minmax(6.5rem, 1.6fr)',
      cell: ({ from }) => (from === undefined ? '' : <span title={from}>{addressText(from)}</span>),
    },
    {
      id: 'to',
      title: t('column.to'),
      width: 'minmax(6.5rem, 1.6fr)',
      cell: (row) => (row.to === undefined && row.count === undefined ? '' : <To row={row} />),
    },
    ...(showsSubjects
      ? [
          {
            id: 'subject',
            title: t('column.subject'),
            width: 'minmax(5rem, 1.2fr)',
            cell: ({ subject }: Row) => subject ?? '',
          },
        ]
      : []),
    { id: 'status', title: t('column.status'), width: '10.5rem', cell: (row) => <RowStatus row={row} /> },
    {
      id: 'size',
      title: t('column.size'),
      width: '4.5rem',
      atEnd: true,
      wideOnly: true,
      cell: ({ size }) => (size === undefined ? '' : formats.size(size)),
    },
    {
      id: 'sent_from',
      title: t('column.sent_from'),
      width: 'minmax(5rem, 1fr)',
      wideOnly: true,
      cell: sentFrom,
      optional: withCustomer,
    },
    ...optional,
  ];
}

/** Shown to those who choose them. */
function useOptionalColumns(): readonly Column<Row>[] {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const optional = (
    id: 'message_id' | 'queue_id' | 'ip' | 'reply' | 'class' | 'changed',
    cell: Column<Row>['cell'],
  ) => ({
    id,
    title: t(`column.${id}`),
    width: 'minmax(7rem, 1fr)',
    optional: true,
    wideOnly: true,
    cell,
  });
  return [
    optional('message_id', ({ message_id: id }) => id ?? ''),
    optional('queue_id', ({ id }) => id ?? ''),
    optional('ip', ({ ip }) => ip ?? ''),
    optional('reply', ({ reply }) => reply ?? ''),
    optional('class', (row) => (row.class === undefined ? '' : t(`class.${row.class}.name`))),
    optional('changed', ({ changed_at: changed }) => (changed === undefined ? '' : <When at={changed} />)),
    {
      id: 'score',
      title: t('column.score'),
      width: '4.5rem',
      optional: true,
      atEnd: true,
      wideOnly: true,
      cell: ({ score }) => (score === undefined ? '' : formats.number(score)),
    },
  ];
}
