// Recipients that wait, the oldest first; chosen one by one, or all that match.

import { Text } from '@mantine/core';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { type Formats, useFormats } from '../../../parts/formats.ts';
import { lazily } from '../../../parts/lazily.tsx';
import { MailStatusChip } from '../../../parts/mail-status.tsx';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { Answered } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useScope, useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { useChoice } from '../bulk/choice.ts';
import { ChoiceBar } from '../bulk/choice-bar.tsx';
import { NothingWaits } from './groups-list.tsx';
import { useHoldKind } from './hold-kinds.ts';
import { type QueueEntry, useQueueQuery } from './queue-query.ts';
import type { WantedVerb } from './verb-dialog.tsx';
import { VerbButtons } from './verb-menu.tsx';

const MessagePanel = lazily(async () => (await import('./message-panel.tsx')).MessagePanel);

/** As previewQueueChange takes. */
const MOST_KEYS = 1000;

interface ListProps {
  /** Changes when something was done to what was chosen. */
  turn: number;
  act: (wanted: WantedVerb) => void;
}

export function RecipientsList({ turn, act }: ListProps) {
  const { t } = useTranslation('holding');
  const query = useQueueQuery();
  const [search, change] = useSearchState();
  const mayWrite = useMay('queue:write');
  const pages = usePages('listQueue', { query: { ...query, limit: 100 } }, { keep: true });
  const rows = pages.entries ?? [];
  const choice = useChoice(rows, `${turn} ${JSON.stringify(query)}`, {
    keyOf: ({ key }) => key,
    nameOf: ({ to }) => t('queues.list.select', { to }),
    most: MOST_KEYS,
  });
  const columns = useColumns();
  const more = readMore(pages);
  // A page may be empty and not the last: few of what was looked at were meant.
  useEffect(() => {
    if (rows.length === 0) more?.();
  }, [rows.length, more]);
  const opened = search['open'];
  const at = rows.findIndex(({ id }) => id === opened);
  const opener = (row: QueueEntry | undefined) => (row === undefined ? undefined : () => change({ open: row.id }));
  const chosen = choice.isAll ? query : { keys: choice.keys };
  return (
    <>
      {mayWrite && rows.length > 0 && (
        <ChoiceBar choice={choice}>
          <VerbButtons choose={(verb) => act({ verb, query: chosen })} />
        </ChoiceBar>
      )}
      <Answered query={pages}>
        {() =>
          rows.length === 0 && !pages.hasNextPage ? (
            <NothingWaits isFiltered={Object.keys(query).length > 0} />
          ) : (
            <DataList
              name="queue-recipients"
              label={t('queues.list.label')}
              rows={rows}
              keyOf={({ key }) => key}
              columns={columns}
              open={({ id }) => change({ open: id }, 'push')}
              opened={rows[at]?.key}
              selection={mayWrite ? choice.selection : undefined}
              more={more}
              foot={<MoreFoot query={pages} count={rows.length} />}
            />
          )
        }
      </Answered>
      {opened !== undefined && (
        <Suspense>
          <MessagePanel
            id={opened}
            act={act}
            close={() => change({ open: undefined })}
            before={opener(rows[at - 1])}
            next={at === -1 ? undefined : opener(rows.slice(at + 1).find(({ id }) => id !== opened))}
          />
        </Suspense>
      )}
    </>
  );
}

type Words = ReturnType<typeof useTranslation<'holding'>>['t'];

function useColumns(): readonly Column<QueueEntry>[] {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const scope = useScope();
  const nameOf = useHoldKind();
  return [
    {
      id: 'to',
      title: t('queues.list.to'),
      width: 'minmax(9rem, 2fr)',
      cell: ({ to }) => (
        <Text span inherit fw={600} title={to}>
          {to}
        </Text>
      ),
    },
    {
      id: 'from',
      title: t('queues.list.from'),
      width: 'minmax(8rem, 2fr)',
      cell: ({ from }) => <span title={from}>{from === '' ? t('queues.list.noSender') : from}</span>,
    },
    {
      id: 'status',
      title: t('queues.list.status'),
      width: '7.5rem',
      cell: ({ status, holds }) => (
        <span title={holds.map(nameOf).join(', ')}>
          <MailStatusChip status={status} />
        </span>
      ),
    },
    ...(scope === undefined
      ? [{ id: 'customer', title: t('queues.list.customer'), width: '6rem', cell: (row: QueueEntry) => row.customer }]
      : []),
    ...timesOf(t),
    ...optionalColumns(t, formats),
  ];
}

function timesOf(t: Words): readonly Column<QueueEntry>[] {
  return [
    {
      id: 'age',
      title: t('queues.list.age'),
      width: '8.25rem',
      cell: ({ accepted_at: at }) => <When at={at} as="relative" />,
    },
    {
      id: 'next',
      title: t('queues.list.next'),
      width: '8.25rem',
      cell: ({ next_attempt_at: at }) => (at === null ? '' : <When at={at} as="relative" />),
    },
    {
      id: 'reply',
      title: t('queues.list.reply'),
      width: 'minmax(6rem, 2fr)',
      cell: ({ last_cause: cause, words }) => <OwnText text={cause ?? ''} words={words} name="last_cause" titled />,
    },
  ];
}

function optionalColumns(t: Words, formats: Formats): readonly Column<QueueEntry>[] {
  const column = (id: 'destination' | 'attempts' | 'size' | 'direction' | 'stream' | 'id', width: string) => ({
    id,
    title: t(`queues.list.${id}`),
    width,
    optional: true,
  });
  return [
    { ...column('destination', 'minmax(7rem, 1fr)'), cell: ({ destination }) => destination },
    { ...column('attempts', '5rem'), atEnd: true, cell: ({ attempts }) => formats.number(attempts) },
    { ...column('size', '6rem'), atEnd: true, cell: ({ size }) => formats.size(size) },
    {
      ...column('direction', '6rem'),
      cell: ({ direction }) => t(direction === 'inbound' ? 'direction.inbound' : 'direction.outbound'),
    },
    { ...column('stream', '6rem'), cell: ({ stream }) => stream },
    { ...column('id', '10rem'), cell: ({ id }) => id },
  ];
}
