// Who did what in quarantine, of messages that are gone too.

import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { usePages } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useScope } from '../../../search.ts';

type Act = Answer<'listQuarantineActs'>['entries'][number];

export function ActsList() {
  const { t } = useTranslation('holding');
  const customer = useScope();
  const columns = useColumns(customer === undefined);
  const query = usePages('listQuarantineActs', { query: { limit: 100, ...(customer !== undefined && { customer }) } });
  const acts = query.entries ?? [];
  return (
    <Answered query={query}>
      {() =>
        acts.length === 0 ? (
          <Empty title={t('acts.empty.title')} hint={t('acts.empty.hint')} />
        ) : (
          <DataList
            name="quarantine-acts"
            label={t('acts.label')}
            rows={acts}
            keyOf={({ at, message, action, who }) => `${at} ${message} ${action} ${who}`}
            columns={columns}
            more={readMore(query)}
            foot={<MoreFoot query={query} count={acts.length} />}
          />
        )
      }
    </Answered>
  );
}

function useColumns(withCustomer: boolean): readonly Column<Act>[] {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  return [
    { id: 'at', title: t('acts.at'), width: '11rem', cell: ({ at }) => <When at={at} /> },
    { id: 'who', title: t('acts.who'), width: 'minmax(9rem, 1fr)', cell: ({ who }) => <span title={who}>{who}</span> },
    { id: 'what', title: t('acts.what'), width: '12rem', cell: ({ action }) => t(`acts.done.${action}`) },
    {
      id: 'message',
      title: t('acts.message'),
      width: '10.5rem',
      cell: ({ message }) => (
        <ScopedLink to="/messages" search={{ open: message }}>
          {message}
        </ScopedLink>
      ),
    },
    ...(withCustomer
      ? [{ id: 'customer', title: t('acts.customer'), width: '7rem', cell: (act: Act) => act.customer }]
      : []),
    {
      id: 'recipients',
      title: t('acts.recipients'),
      width: '5.5rem',
      atEnd: true,
      cell: ({ recipients }) => formats.number(recipients),
    },
    {
      id: 'reason',
      title: t('acts.reason'),
      width: 'minmax(6rem, 1fr)',
      cell: ({ reason }) => <span title={reason ?? undefined}>{reason ?? ''}</span>,
    },
  ];
}
