// How a customer is, at a glance: its state as a stripe, what DNS says as a sentence, and numbers that lead to their lists.

import { Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { When } from '../../../parts/when.tsx';
import { useMay } from '../../../session.ts';
import { STRIPES, StateChip, toneOf } from '../customer-state.tsx';
import { useDay } from './use-day.ts';
import { useQueued } from './use-queued.ts';

type Customer = Answer<'getCustomer'>;
type Checks = Answer<'getHoldings'>['checks'];

export function HeaderStrip({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  return (
    <Paper withBorder p="md" style={{ borderInlineStart: `6px solid ${STRIPES[toneOf(customer.state)]}` }}>
      <Stack gap="sm">
        <Group gap="sm" align="center">
          <StateChip state={customer.state} />
          <Text size="sm" c="dimmed" component="span">
            {t('strip.since')} <When at={customer.stage_since} />
          </Text>
          <Text size="sm" c="dimmed" component="span">
            {t('strip.registered')} <When at={customer.registered_at} as="date" />
          </Text>
        </Group>
        <DnsSentence customer={customer.id} />
        <Numbers customer={customer.id} />
      </Stack>
    </Paper>
  );
}

/** The worst decides what is said. */
function dnsWord({
  ok,
  warn,
  fail,
  unknown,
  waiting,
}: Checks): 'fail' | 'waiting' | 'unknown' | 'warn' | 'ok' | 'none' {
  if (fail > 0) return 'fail';
  if (waiting > 0) return 'waiting';
  if (unknown > 0) return 'unknown';
  if (warn > 0) return 'warn';
  return ok > 0 ? 'ok' : 'none';
}

function DnsSentence({ customer }: { customer: string }) {
  const { t } = useTranslation('customers');
  const holdings = useCall('getHoldings', { path: { customer } });
  if (holdings.data === undefined) return null;
  const { checks } = holdings.data;
  const word = dnsWord(checks);
  const sentence = t(`strip.dns.${word}`, { count: word === 'none' ? 0 : checks[word] });
  return (
    <Text size="sm">
      <ScopedLink to="/domains" search={{ customer }}>
        {sentence}
      </ScopedLink>
    </Text>
  );
}

function Numbers({ customer }: { customer: string }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const queued = useQueued(customer);
  const day = useDay(customer);
  const mayMessages = useMay('messages:read');
  const shown = (value: number | undefined) => (value === undefined ? '–' : formats.number(value));
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }} spacing="md" verticalSpacing="xs">
      <Figure name={t('strip.held')}>
        <ScopedLink to="/queues" search={{ customer, tab: 'recipients', status: 'held' }}>
          {shown(queued.held)}
        </ScopedLink>
      </Figure>
      <Figure name={t('strip.quarantined')}>
        <ScopedLink to="/quarantine" search={{ customer }}>
          {shown(queued.quarantined)}
        </ScopedLink>
      </Figure>
      <Figure name={t('strip.queued')}>
        <ScopedLink to="/queues" search={{ customer, tab: 'recipients' }}>
          {shown(queued.waiting)}
        </ScopedLink>
      </Figure>
      {mayMessages && (
        <>
          <Figure name={t('strip.delivered')}>
            <ScopedLink to="/messages" search={{ customer, status: 'delivered', range: '24h' }}>
              {shown(day?.delivered)}
            </ScopedLink>
          </Figure>
          <Figure name={t('strip.bounceRate')}>
            <ScopedLink to="/messages" search={{ customer, status: 'bounced,expired', range: '24h' }}>
              {day === undefined ? '–' : day.share === undefined ? t('strip.noMail') : formats.percent(day.share)}
            </ScopedLink>
          </Figure>
        </>
      )}
    </SimpleGrid>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="lg" fw={600} component="div" lh={1.2}>
        {children}
      </Text>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
    </div>
  );
}
