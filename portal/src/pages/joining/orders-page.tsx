// Customers between the order and live: how far each is, whose turn it is, and how its day goes.

import { Box, Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../api/queries.ts';
import { CheckChip } from '../../parts/check-state.tsx';
import { type Column, DataList } from '../../parts/data-list.tsx';
import { FilterChips } from '../../parts/filter-chips.tsx';
import { useFormats } from '../../parts/formats.ts';
import { MoreFoot, readMore } from '../../parts/more-foot.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';
import { useScope, useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { SearchText } from './all/all-domains.tsx';

type Order = Entry<'listOrders'>;

const STAGES = ['registered', 'invited', 'submitted', 'approved', 'verifying'] as const;
const TURNS = ['operator', 'customer'] as const;

export function Page() {
  const { t } = useTranslation('joining');
  const [search] = useSearchState();
  const customer = useScope();
  const stage = STAGES.find((one) => one === search['stage']);
  const turn = TURNS.find((one) => one === search['turn']);
  const { text } = search;
  const query = usePages(
    'listOrders',
    {
      query: {
        limit: 50,
        ...(customer !== undefined && { customer }),
        ...(stage !== undefined && { stage }),
        ...(turn !== undefined && { turn }),
        ...(text !== undefined && { text }),
      },
    },
    { keep: true, everyMs: 15_000 },
  );
  const columns = useColumns();
  const orders = query.entries ?? [];
  const isFiltered = [stage, turn, text, customer].some((one) => one !== undefined);
  return (
    <PageFrame title={t('orders.title')} lead={t('orders.lead')}>
      <Group gap="sm">
        <SearchText label={t('orders.search')} />
        <FilterChips
          filters={[
            {
              id: 'stage',
              label: t('orders.stage'),
              choices: STAGES.map((value) => ({ value, label: t(`stage.${value}`) })),
            },
            {
              id: 'turn',
              label: t('orders.turn'),
              choices: TURNS.map((value) => ({ value, label: t(`turn.${value}`) })),
            },
          ]}
        />
      </Group>
      <Answered query={query}>
        {() =>
          orders.length === 0 ? (
            <NoOrders isFiltered={isFiltered} />
          ) : (
            <DataList
              name="orders"
              label={t('orders.title')}
              rows={orders}
              keyOf={({ customer: id }) => id}
              columns={columns}
              more={readMore(query)}
              foot={<MoreFoot query={query} count={orders.length} />}
            />
          )
        }
      </Answered>
    </PageFrame>
  );
}

function NoOrders({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('joining');
  const mayRegister = useMay('customers:write');
  if (isFiltered) return <Empty title={t('all.nothing')} hint={t('orders.nothingHint')} />;
  return (
    <Empty
      title={t('orders.empty')}
      hint={t('orders.emptyHint')}
      {...(mayRegister && { action: <ScopedLink to="/customers">{t('orders.register')}</ScopedLink> })}
    />
  );
}

function useColumns(): readonly Column<Order>[] {
  const { t } = useTranslation('joining');
  return [
    {
      id: 'name',
      title: t('all.customer'),
      width: 'minmax(9rem, 2fr)',
      cell: ({ customer, name }) => <ScopedLink to={`/customers/${customer}`}>{name}</ScopedLink>,
    },
    {
      id: 'stage',
      title: t('orders.stage'),
      width: 'minmax(9rem, 1.3fr)',
      cell: ({ stage, stage_since: since }) => (
        <Box>
          <Chip tone={stage === 'submitted' ? 'warn' : 'info'}>{t(`stage.${stage as (typeof STAGES)[number]}`)}</Chip>
          <Text size="xs" c="dimmed">
            <When at={since} as="relative" />
          </Text>
        </Box>
      ),
    },
    { id: 'turn', title: t('orders.turn'), width: '7rem', cell: ({ turn }) => t(`turn.${turn}`) },
    { id: 'day', title: t('orders.day'), width: 'minmax(9rem, 1.2fr)', cell: (order) => <Day order={order} /> },
    {
      id: 'work',
      title: t('orders.work'),
      width: 'minmax(9rem, 1.2fr)',
      cell: (order) => <Work order={order} />,
      wideOnly: true,
    },
    {
      id: 'progress',
      title: t('orders.progress'),
      width: 'minmax(10rem, 1.5fr)',
      cell: (order) => <EnteredSoFar order={order} />,
    },
    {
      id: 'link',
      title: t('orders.link'),
      width: '9rem',
      optional: true,
      cell: ({ link }) => (link === undefined ? t('orders.noLink') : <When at={link.expires_at} as="relative" />),
    },
  ];
}

/** The day from the order to live, and how much of it is gone. */
function Day({ order }: { order: Order }) {
  const { t } = useTranslation('joining');
  const formats = useFormats();
  const share = order.total_s / order.target_s;
  const said = t('orders.of', {
    time: formats.span(order.total_s * 1000),
    target: formats.span(order.target_s * 1000),
  });
  return (
    <Box>
      <Text size="sm" {...(share > 1 && { fw: 600, c: 'light-dark(#a61b1b, #ffb4b4)' })}>
        {said}
      </Text>
      <Progress
        value={Math.min(100, share * 100)}
        color={share > 1 ? 'red.9' : 'petrol.7'}
        size="xs"
        aria-label={said}
      />
    </Box>
  );
}

function Work({ order }: { order: Order }) {
  const { t } = useTranslation('joining');
  const formats = useFormats();
  const { operator_worked_s: operator, customer_worked_s: customer } = order;
  return (
    <Box>
      <Text size="sm">{t('orders.operatorWorked', { time: formats.span(operator * 1000) })}</Text>
      <Text size="sm">{t('orders.customerWorked', { time: formats.span(customer * 1000) })}</Text>
    </Box>
  );
}

function EnteredSoFar({ order: { entered, checks, test } }: { order: Order }) {
  const { t } = useTranslation('joining');
  const { domains, mailhosts, sources } = entered;
  const total = checks.ok + checks.warn + checks.fail + checks.unknown + checks.waiting;
  return (
    <Box>
      <Text size="sm">
        {domains + mailhosts + sources === 0
          ? t('orders.nothingYet')
          : t('orders.entered', { domains, servers: mailhosts + sources })}
      </Text>
      <Group gap={6}>
        {checks.fail > 0 && <CheckChip state="fail" />}
        {total > 0 && (
          <Text size="xs" c="dimmed">
            {t('orders.green', { green: checks.ok + checks.warn, total })}
          </Text>
        )}
        {test === 'passed' && <Chip tone="good">{t('orders.tested')}</Chip>}
      </Group>
    </Box>
  );
}
