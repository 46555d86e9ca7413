// The state machine of a customer: where it is, what may come next, how it came there, and how long it took.

import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { type Stage, StateChip } from '../customer-state.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { MoveCustomer } from './move-customer.tsx';
import { StageRail } from './stage-rail.tsx';
import { TimesPanel } from './times-panel.tsx';

type Customer = Answer<'getCustomer'>;
type Transitions = Answer<'listTransitions'>;

export function StageTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const transitions = useCall('listTransitions', { path: { customer: customer.id } });
  return (
    <Answered query={transitions}>
      {(found) => (
        <Stack gap="md">
          <Panel title={t('stage.title')} hint={t(`stage.about.${customer.stage}`)}>
            <Stack gap="md">
              {customer.state === 'suspended' && (
                <Alert color="red" variant="light" title={t('stage.suspended')}>
                  {t('stage.suspendedHint', { count: customer.suspensions })}
                </Alert>
              )}
              <StageRail stage={customer.stage} transitions={found} />
              <NextSteps customer={customer} next={found.steps} />
            </Stack>
          </Panel>
          <HistoryPanel transitions={found} />
          <TimesPanel customer={customer.id} />
        </Stack>
      )}
    </Answered>
  );
}

/** Where a step is taken that needs more than a word. */
const TAB_OF: Partial<Record<Stage, string>> = {
  invited: 'links',
  submitted: 'entry',
  approved: 'entry',
  notice: 'termination',
  deactivated: 'termination',
};

function NextSteps({ customer, next }: { customer: Customer; next: Transitions['steps'] }) {
  const { t } = useTranslation('customers');
  if (next.length === 0) return <Text size="sm">{t('stage.noNext')}</Text>;
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {t('stage.next')}
      </Text>
      <List size="sm" spacing="xs" listStyleType="none" withPadding={false}>
        {next.map((way) => (
          <List.Item key={way.to}>
            <Group gap="xs" align="center">
              <StateChip state={way.to} />
              <Text size="sm" component="span">
                {way.by.map((by) => t(`stage.by.${by}`)).join(' · ')}
              </Text>
              {way.by.includes('operator') && <StepButton customer={customer} to={way.to} />}
            </Group>
          </List.Item>
        ))}
      </List>
    </div>
  );
}

function StepButton({ customer, to }: { customer: Customer; to: Stage }) {
  const { t } = useTranslation('customers');
  const [, change] = useSearchState();
  const mayApprove = useMay('customers:approve');
  const mayWrite = useMay('customers:write');
  const coming = !['live', 'notice', 'deactivated', 'removed'].includes(customer.stage);
  if (coming && (to === 'live' || to === 'removed'))
    return mayApprove ? <MoveCustomer customer={customer} to={to} /> : null;
  // Once the customer was live, its end is a story of its own.
  const tab =
    to === 'live' || to === 'removed'
      ? 'termination'
      : coming && to === 'invited' && customer.stage === 'submitted'
        ? 'entry'
        : TAB_OF[to];
  if (tab === undefined || !(mayWrite || mayApprove)) return null;
  return (
    <Button size="compact-xs" variant="default" onClick={() => change({ tab }, 'push')}>
      {t(`stage.go.${tab as 'links' | 'entry' | 'termination'}`)}
    </Button>
  );
}
