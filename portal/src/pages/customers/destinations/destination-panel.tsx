// One receiver: how it is doing now, how it did today, and where its mail is seen.

import { Code, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { When } from '../../../parts/when.tsx';
import { useMay } from '../../../session.ts';
import type { Receiver } from './receivers.ts';
import { ReceiverChip } from './use-columns.tsx';

interface PanelProps {
  receiver: Receiver;
  close: () => void;
  before: (() => void) | undefined;
  next: (() => void) | undefined;
}

export function DestinationPanel({ receiver, close, before, next }: PanelProps) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const {
    name,
    site,
    waiting,
    deferred,
    held,
    inFlight,
    window,
    closedUntil,
    lastReply,
    words,
    oldestAt,
    nextAttemptAt,
  } = receiver;
  return (
    <SidePanel title={name} close={close} before={before} next={next}>
      <Stack gap="md">
        <Facts
          facts={[
            { name: t('destinations.stateIs'), value: <ReceiverChip receiver={receiver} /> },
            {
              name: t('destinations.closedUntil'),
              value: closedUntil === null ? undefined : <When at={closedUntil} />,
            },
            { name: t('destinations.waiting'), value: formats.number(waiting) },
            { name: t('destinations.deferred'), value: formats.number(deferred) },
            { name: t('destinations.held'), value: formats.number(held) },
            {
              name: t('destinations.inFlight'),
              value:
                window === undefined
                  ? formats.number(inFlight)
                  : t('destinations.ofWindow', { shown: formats.number(inFlight), window: formats.number(window) }),
            },
            { name: t('destinations.oldest'), value: oldestAt === null ? undefined : <When at={oldestAt} /> },
            {
              name: t('destinations.nextAttempt'),
              value: nextAttemptAt === null ? undefined : <When at={nextAttemptAt} as="relative" />,
            },
            { name: t('destinations.site'), value: site },
          ]}
        />
        {lastReply !== null && (
          <div>
            <Text size="sm" fw={600} mb={4}>
              {t('destinations.lastReply')}
            </Text>
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} tabIndex={0}>
              <OwnText text={lastReply} words={words} name="lastReply" />
            </Code>
          </div>
        )}
        <Today domain={name} />
        <Group gap="md">
          <Text size="sm">
            <ScopedLink to="/queues" search={{ destination: name, tab: 'recipients' }}>
              {t('destinations.toQueue')}
            </ScopedLink>
          </Text>
          <Text size="sm">
            <ScopedLink to="/messages" search={{ to: `@${name}` }}>
              {t('destinations.toTrace')}
            </ScopedLink>
          </Text>
        </Group>
      </Stack>
    </SidePanel>
  );
}

/** What was counted for the domain in the last day, where it is among those with the most mail. */
function Today({ domain }: { domain: string }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const may = useMay('messages:read');
  const traffic = useCall('getTraffic', { query: { by: 'day' } }, { enabled: may });
  const counted = traffic.data?.domains.find((one) => one.domain === domain);
  if (counted === undefined) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t('destinations.today')}
      </Text>
      <Facts
        facts={[
          { name: t('destinations.accepted'), value: formats.number(counted.recipients) },
          { name: t('destinations.delivered'), value: formats.number(counted.delivered) },
          { name: t('destinations.attempts'), value: formats.number(counted.deferred) },
          { name: t('destinations.bounced'), value: formats.number(counted.bounced) },
        ]}
      />
    </div>
  );
}
