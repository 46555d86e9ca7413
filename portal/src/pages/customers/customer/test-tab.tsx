// The test messages that try out the way through the relay, in both directions, with all that happened to them.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { CopyLine } from '../../../parts/copy.tsx';
import { Journey } from '../../../parts/journey.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useMay } from '../../../session.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';

type Customer = Answer<'getCustomer'>;
type Trial = Answer<'getTest'>;
type Way = NonNullable<Trial['outbound']>;

const TONES: Readonly<Record<Way['state'], Tone>> = {
  waiting: 'idle',
  'under way': 'info',
  passed: 'good',
  failed: 'bad',
};
/** Whoever waits for a test message sees it come. */
const LOOK_EVERY_MS = 3000;

export function TestTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const isUnderWay = customer.stage === 'verifying';
  const trial = useCall('getTest', { path: { customer: customer.id } }, isUnderWay ? { everyMs: LOOK_EVERY_MS } : {});
  const start = useAct('startTest', { changes: ABOUT_CUSTOMER });
  const may = useMay('domains:write');
  if (trial.error instanceof ApiProblem && trial.error.status === 409) {
    return <Empty title={t('test.notYet')} hint={t('test.notYetHint')} />;
  }
  return (
    <Answered query={trial}>
      {(found) => (
        <Stack gap="md">
          {found.passed && (
            <Alert color="green" variant="light">
              {t('test.passed')}
            </Alert>
          )}
          {start.error !== null && <Failing error={start.error} />}
          {may && (
            <Group justify="flex-end">
              <Button
                variant="default"
                loading={start.isPending}
                onClick={() => start.mutate({ path: { customer: customer.id } })}
              >
                {t('test.again')}
              </Button>
            </Group>
          )}
          {found.outbound !== undefined && (
            <WayPanel way={found.outbound} direction="outbound" customer={customer.id} />
          )}
          {found.inbound !== undefined && <WayPanel way={found.inbound} direction="inbound" customer={customer.id} />}
        </Stack>
      )}
    </Answered>
  );
}

function WayPanel({ way, direction, customer }: { way: Way; direction: 'outbound' | 'inbound'; customer: string }) {
  const { t } = useTranslation('customers');
  return (
    <Panel
      title={t(`test.${direction}`)}
      hint={t(`test.${direction}Hint`)}
      actions={<Chip tone={TONES[way.state]}>{t(`test.state.${way.state}`)}</Chip>}
    >
      <Stack gap="sm">
        <CopyLine text={way.to} what={t('test.to')} />
        {way.journey.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t(`test.${direction}Waiting`)}
          </Text>
        ) : (
          <Journey steps={way.journey} live />
        )}
        {way.message !== undefined && (
          <Text size="sm">
            <ScopedLink to={`/messages/${way.message}`} search={{ customer }}>
              {t('test.trace')}
            </ScopedLink>
          </Text>
        )}
      </Stack>
    </Panel>
  );
}
