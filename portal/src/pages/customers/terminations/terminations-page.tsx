// Customers that leave or left: when, why, and what each waits for.

import { Alert, SegmentedControl, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../../api/call.ts';
import { type Entry, usePages } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { PageFrame } from '../../../parts/page.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { useScope, useSearchState } from '../../../search.ts';
import { TerminationChip } from '../termination-state.tsx';

type Row = Entry<'listTerminations'>;

const STATES = ['running', 'removed', 'stopped'] as const;
type State = (typeof STATES)[number];

export function Page() {
  const { t } = useTranslation('customers');
  const navigate = useNavigate();
  const [search, change] = useSearchState();
  const scope = useScope();
  const state: State | undefined =
    search['state'] === 'all' ? undefined : (STATES.find((one) => one === search['state']) ?? 'running');
  const query = { limit: 100, ...(state !== undefined && { state }), ...(scope !== undefined && { customer: scope }) };
  const terminations = usePages('listTerminations', { query }, { keep: true });
  const columns = useColumns();
  const rows = terminations.entries ?? [];
  const waiting = rows.filter(({ waits_for }) => waits_for !== null).length;
  return (
    <PageFrame title={t('terminations.title')} lead={t('terminations.lead')}>
      <SegmentedControl
        aria-label={t('terminations.which')}
        data={[...STATES, 'all' as const].map((value) => ({ value, label: t(`terminations.is.${value}`) }))}
        value={state ?? 'all'}
        style={{ alignSelf: 'flex-start', maxWidth: '100%', flexWrap: 'wrap' }}
        onChange={(value) => change({ state: value === 'running' ? undefined : value }, 'push')}
      />
      <Answered query={terminations}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t(`terminations.none.${state ?? 'all'}`)} hint={t('terminations.noneHint')} />
          ) : (
            <>
              {waiting > 0 && state === 'running' && (
                <Alert color="yellow" variant="light">
                  {t('terminations.waiting', { count: waiting })}
                </Alert>
              )}
              <DataList
                name="terminations"
                label={t('terminations.title')}
                rows={rows}
                keyOf={({ id }) => String(id)}
                columns={columns}
                open={({ customer }) =>
                  void navigate({ to: `/customers/${customer}` as never, search: { tab: 'termination' } as never })
                }
                more={readMore(terminations)}
                foot={<MoreFoot query={terminations} count={rows.length} />}
              />
            </>
          )
        }
      </Answered>
    </PageFrame>
  );
}

/** The step that comes next, and its day. */
function nextOf({
  state,
  deactivation,
  removal,
}: Row): { to: 'deactivated' | 'removed' | 'notice'; day: string | null } | undefined {
  switch (state) {
    case 'begun':
      return { to: 'notice', day: null };
    case 'noticed':
      return { to: 'deactivated', day: deactivation };
    case 'deactivated':
      return { to: 'removed', day: removal };
    case 'removed':
    case 'stopped':
      return undefined;
    default:
      return state satisfies never;
  }
}

function useColumns(): readonly Column<Row>[] {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const day = (text: string | null) => (text === null ? '–' : formats.date(text));
  return [
    {
      id: 'customer',
      title: t('terminations.customer'),
      width: 'minmax(8rem, 1.5fr)',
      cell: ({ customer, name }) => (
        <ScopedLink to={`/customers/${customer}`} search={{ tab: 'termination' }}>
          {name === '' ? customer : name}
        </ScopedLink>
      ),
    },
    {
      id: 'state',
      title: t('terminations.state'),
      width: '8rem',
      cell: ({ state }) => <TerminationChip state={state} />,
    },
    {
      id: 'cause',
      title: t('terminations.cause'),
      width: 'minmax(7rem, 1fr)',
      cell: ({ cause }) => t(`termination.causes.${cause}`),
    },
    { id: 'notice', title: t('termination.notice'), width: '7.5rem', cell: ({ noticed }) => day(noticed) },
    {
      id: 'next',
      title: t('terminations.next'),
      width: 'minmax(11rem, 1.2fr)',
      cell: (row) => {
        const next = nextOf(row);
        if (next === undefined) return '–';
        const word = t(`state.${next.to}`);
        return next.day === null ? word : `${word}: ${formats.date(next.day)}`;
      },
    },
    {
      id: 'waits',
      title: t('terminations.waitsFor'),
      width: 'minmax(5.5rem, 1.5fr)',
      cell: ({ waits_for, words }) => waits_for && <OwnText text={waits_for} words={words} name="waits_for" />,
    },
    {
      id: 'certificate',
      title: t('terminations.certificate'),
      width: '8rem',
      cell: ({ customer, certificate }) =>
        certificate === null ? (
          ''
        ) : (
          <Text
            component="a"
            size="sm"
            href={addressOf('getCertificate', { path: { customer }, query: { format: 'pdf' } })}
            download
          >
            {certificate}
          </Text>
        ),
    },
    {
      id: 'reason',
      title: t('termination.reason'),
      width: 'minmax(9rem, 1fr)',
      optional: true,
      cell: ({ reason }) => reason,
    },
    { id: 'by', title: t('termination.by'), width: 'minmax(8rem, 1fr)', optional: true, cell: ({ by }) => by },
  ];
}
