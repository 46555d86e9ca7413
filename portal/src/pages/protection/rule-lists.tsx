// The lists of rules, in the order in which they run.

import { List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { type Entry, useCall, usePages } from '../../api/queries.ts';
import { DataList } from '../../parts/data-list.tsx';
import { MoreFoot, readMore } from '../../parts/more-foot.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { useIsOperator, useScope } from '../../search.ts';
import { RuleRows } from './rule-rows.tsx';
import { verdictOf } from './rule-shapes.ts';
import { RuleSummary } from './rule-summary.tsx';
import { VerdictChip } from './verdict-chip.tsx';

/** An owner has room for 200. */
const ALL_OF_ONE = 1000;

export function RuleLists() {
  const scope = useScope();
  const isOperator = useIsOperator();
  if (scope === undefined) return <OfEverybody />;
  return isOperator ? <OfCustomer customer={scope} /> : <OfOwn />;
}

/** The operator's, and below them those of all customers. */
function OfEverybody() {
  const { t } = useTranslation('protection');
  const query = useCall('listRules', { query: { of: 'operator', limit: ALL_OF_ONE } });
  return (
    <Stack>
      <Panel title={t('rules.operators')} hint={t('rules.operatorsHint')}>
        <Answered query={query}>{({ entries }) => <Rows entries={entries} empty="operator" />}</Answered>
      </Panel>
      <OfCustomers />
    </Stack>
  );
}

function OfCustomers() {
  const { t } = useTranslation('protection');
  const query = usePages('listRules', { query: { limit: 300 } });
  // The operator's come first, and stand above.
  const entries = query.entries?.filter(({ customer }) => customer !== null) ?? [];
  if (query.data !== undefined && entries.length === 0 && !query.hasNextPage) return null;
  return (
    <Panel title={t('rules.customers')} hint={t('rules.customersHint')}>
      <Answered query={query.listed}>
        {() => (
          <DataList
            name="rules-of-customers"
            label={t('rules.customers')}
            rows={entries}
            keyOf={({ id }) => id}
            columns={[
              {
                id: 'customer',
                title: t('rules.customer'),
                width: '10rem',
                cell: ({ customer }) => <OwnerLink customer={customer ?? ''} />,
              },
              { id: 'name', title: t('rules.name'), width: '3fr', cell: (rule) => <RuleLink rule={rule} /> },
              {
                id: 'does',
                title: t('rules.does'),
                width: '10rem',
                cell: ({ actions }) => <VerdictChip verdict={verdictOf(actions)} />,
              },
              {
                id: 'on',
                title: t('rules.on'),
                width: '6rem',
                cell: ({ enabled }) => t(enabled ? 'rules.on' : 'rules.off'),
              },
            ]}
            more={readMore(query)}
            foot={<MoreFoot query={query} count={entries.length} />}
          />
        )}
      </Answered>
    </Panel>
  );
}

function OwnerLink({ customer }: { customer: string }) {
  return (
    <ScopedLink to="/rules" search={{ customer }}>
      {customer}
    </ScopedLink>
  );
}

function RuleLink({ rule }: { rule: Entry<'listRules'> }) {
  return (
    <ScopedLink to={`/rules/${rule.id}`} search={rule.customer === null ? {} : { customer: rule.customer }}>
      {rule.name}
    </ScopedLink>
  );
}

/** As the operator sees one customer: the operator's own in full. */
function OfCustomer({ customer }: { customer: string }) {
  const { t } = useTranslation('protection');
  const above = useCall('listRules', { query: { of: 'operator', enabled: 'true', limit: ALL_OF_ONE } });
  const own = useCall('listRules', { query: { customer, limit: ALL_OF_ONE } });
  return (
    <Stack>
      <Panel title={t('rules.inherited')} hint={t('rules.inheritedHintOperator')}>
        <Answered query={above} lines={2}>
          {({ entries }) =>
            entries.length === 0 ? (
              <Text size="sm">{t('rules.empty.inherited')}</Text>
            ) : (
              <Stack gap="sm">
                {entries.map((rule) => (
                  <RuleSummary key={rule.id} rule={rule} />
                ))}
              </Stack>
            )
          }
        </Answered>
      </Panel>
      <Panel title={t('rules.of', { customer })} hint={t('rules.ofHint')}>
        <Answered query={own}>{({ entries }) => <Rows entries={entries} empty="customer" />}</Answered>
      </Panel>
    </Stack>
  );
}

/** As a customer's person sees its own. */
function OfOwn() {
  const { t } = useTranslation('protection');
  const query = useCall('listRules', { query: { limit: ALL_OF_ONE } });
  return (
    <Answered query={query}>
      {({ entries, inherited = [] }) => (
        <Stack>
          <Panel title={t('rules.inherited')} hint={t('rules.inheritedHint')}>
            <InheritedNames inherited={inherited} />
          </Panel>
          <Panel title={t('rules.own')} hint={t('rules.ownHint')}>
            <Rows entries={entries} empty="customer" />
          </Panel>
        </Stack>
      )}
    </Answered>
  );
}

function InheritedNames({ inherited }: { inherited: NonNullable<Answer<'listRules'>['inherited']> }) {
  const { t } = useTranslation('protection');
  if (inherited.length === 0) return <Text size="sm">{t('rules.empty.inherited')}</Text>;
  return (
    <List size="sm" spacing={6} type="ordered">
      {inherited.map(({ name, actions }, index) => (
        // Two may have the same name.
        <List.Item key={`${index} ${name}`}>
          {name} <VerdictChip verdict={verdictOf(actions.map((kind) => ({ do: kind })))} />
        </List.Item>
      ))}
    </List>
  );
}

function Rows({ entries, empty }: { entries: readonly Entry<'listRules'>[]; empty: 'operator' | 'customer' }) {
  const { t } = useTranslation('protection');
  if (entries.length > 0) return <RuleRows rules={entries} />;
  return (
    <Empty
      title={t(`rules.empty.${empty}`)}
      hint={t('rules.empty.hint')}
      action={
        <ScopedLink to="/rules" search={{ tab: 'sets' }}>
          {t('rules.toSets')}
        </ScopedLink>
      }
    />
  );
}
