// What was sent to a webhook, what came of each attempt, and sending it again: one, or a period.

import { Anchor, Box, Button, Code, Group, Select, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { type Entry, useAct, useCall, usePages } from '../../api/queries.ts';
import { CopyBlock } from '../../parts/copy.tsx';
import { useFormats } from '../../parts/formats.ts';
import { MoreFoot } from '../../parts/more-foot.tsx';
import { Answered, Empty, Failing } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { ReplayPeriod } from './replay-period.tsx';
import { Outcome } from './webhook-outcome.tsx';
import { DeliveryState } from './webhook-state.tsx';

type Delivery = Entry<'listDeliveries'>;

const PAGE = 50;
const LOOK_MS = 3000;
const STATES = ['waiting', 'delivered', 'failed'] as const;

export function Deliveries({ webhook }: { webhook: string }) {
  const [search] = useSearchState();
  const open = search['delivery'];
  return open === undefined ? <DeliveryList webhook={webhook} /> : <OpenDelivery webhook={webhook} id={open} />;
}

function DeliveryList({ webhook }: { webhook: string }) {
  const { t } = useTranslation('governance');
  const [search, change] = useSearchState();
  const mayChange = useMay('webhooks:write');
  const [replaying, setReplaying] = useState(false);
  const state = STATES.find((one) => one === search['deliveries']);
  const list = usePages(
    'listDeliveries',
    { path: { webhook }, query: { limit: PAGE, state } },
    { keep: true, everyMs: LOOK_MS },
  );
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Select
          size="xs"
          aria-label={t('deliveries.state')}
          placeholder={t('deliveries.anyState')}
          clearable
          data={STATES.map((value) => ({ value, label: t(`deliveries.states.${value}`) }))}
          value={state ?? null}
          onChange={(value) => change({ deliveries: value ?? undefined })}
        />
        {mayChange && (
          <Button size="xs" variant="default" leftSection={<IconRepeat size={14} />} onClick={() => setReplaying(true)}>
            {t('deliveries.replayPeriod')}
          </Button>
        )}
      </Group>
      <Answered query={list.listed}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty title={t('deliveries.empty')} hint={t('deliveries.emptyHint')} />
          ) : (
            <>
              <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('deliveries.title')}>
                {entries.map((one) => (
                  <li key={one.id}>
                    <DeliveryLine delivery={one} />
                  </li>
                ))}
              </Box>
              {list.hasNextPage && (
                <Button size="xs" variant="default" onClick={() => void list.fetchNextPage()}>
                  {t('more')}
                </Button>
              )}
              <MoreFoot query={list} count={entries.length} />
            </>
          )
        }
      </Answered>
      {replaying && <ReplayPeriod webhook={webhook} close={() => setReplaying(false)} />}
    </Stack>
  );
}

function DeliveryLine({ delivery }: { delivery: Delivery }) {
  const [, change] = useSearchState();
  const last = delivery.attempts.at(-1);
  return (
    <UnstyledButton
      w="100%"
      px="xs"
      py={7}
      className="data-list-row"
      mod={{ open: true }}
      onClick={() => change({ delivery: String(delivery.id) }, 'push')}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {delivery.type}
        </Text>
        <Box style={{ flexShrink: 0 }}>
          <DeliveryState state={delivery.state} />
        </Box>
      </Group>
      <Text size="xs" c="dimmed">
        <When at={delivery.occurred_at} />
        {last !== undefined && (
          <>
            {' · '}
            <Outcome status={last.status} result={last.result} />
          </>
        )}
      </Text>
    </UnstyledButton>
  );
}

function OpenDelivery({ webhook, id }: { webhook: string; id: string }) {
  const { t } = useTranslation('governance');
  const [, change] = useSearchState();
  const query = useCall('showDelivery', { path: { webhook, delivery: id } }, { everyMs: LOOK_MS });
  return (
    <Stack gap="md">
      <Anchor
        component="button"
        type="button"
        ta="start"
        size="sm"
        onClick={() => change({ delivery: undefined }, 'push')}
      >
        {t('deliveries.all')}
      </Anchor>
      <Answered query={query}>{(delivery) => <DeliveryFacts webhook={webhook} delivery={delivery} />}</Answered>
    </Stack>
  );
}

function DeliveryFacts({ webhook, delivery }: { webhook: string; delivery: Answer<'showDelivery'> }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const mayChange = useMay('webhooks:write');
  const again = useAct('replayDelivery', { changes: ['showDelivery', 'listDeliveries', 'showWebhook'] });
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Code>{delivery.type}</Code>
          <DeliveryState state={delivery.state} />
        </Group>
        {mayChange && delivery.state !== 'waiting' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRepeat size={14} />}
            loading={again.isPending}
            onClick={() => again.mutate({ path: { webhook, delivery: String(delivery.id) } })}
          >
            {t('deliveries.replay')}
          </Button>
        )}
      </Group>
      {again.error !== null && <Failing error={again.error} />}
      {delivery.next_attempt_at !== null && (
        <Text size="sm">{t('deliveries.next', { when: formats.relative(delivery.next_attempt_at) })}</Text>
      )}
      <Attempts attempts={delivery.attempts} />
      <Request request={delivery.request} />
    </>
  );
}

function Attempts({ attempts }: { attempts: Delivery['attempts'] }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  if (attempts.length === 0) return <Text size="sm">{t('deliveries.noAttempt')}</Text>;
  return (
    <Table fz="sm" aria-label={t('deliveries.attempts')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('deliveries.attempt')}</Table.Th>
          <Table.Th>{t('deliveries.answer')}</Table.Th>
          <Table.Th ta="end">{t('deliveries.time')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {attempts.map((attempt) => (
          <Table.Tr key={attempt.at}>
            <Table.Td>
              <When at={attempt.at} />
            </Table.Td>
            <Table.Td>
              <Outcome status={attempt.status} result={attempt.result} />
            </Table.Td>
            <Table.Td ta="end">{formats.span(attempt.ms)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Request({ request }: { request: Answer<'showDelivery'>['request'] }) {
  const { t } = useTranslation('governance');
  if (request === null) return <Text size="sm">{t('deliveries.noRequest')}</Text>;
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`POST ${request.url}`, ...headers].join('\n');
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t('deliveries.request')}
      </Text>
      <CopyBlock text={head} what={t('deliveries.head')} />
      <CopyBlock text={pretty(request.body)} what={t('deliveries.body')} />
      <Text size="xs" c="dimmed">
        {t('deliveries.answerHint')}
      </Text>
    </Stack>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
