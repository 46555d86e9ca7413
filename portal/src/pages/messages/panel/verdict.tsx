// The last word on a recipient, and who must act: in words, not codes.

import { Code, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MailStatusChip } from '../../../parts/mail-status.tsx';
import type { MailStatus } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';
import { saidOf, type TraceEvent } from './events.ts';
import { OwnCause, OwnRefusal } from './own-cause.tsx';

const COLOURS: Readonly<Record<string, string>> = {
  delivered: 'green',
  bounced: 'red',
  expired: 'red',
  rejected: 'red',
  deferred: 'yellow',
  held: 'yellow',
  quarantined: 'yellow',
};

interface VerdictProps {
  status: MailStatus;
  event: TraceEvent | undefined;
}

export function Verdict({ status, event }: VerdictProps) {
  const { t } = useTranslation('messages');
  const said = event === undefined ? undefined : saidOf(event);
  const bounce = event?.bounce;
  const next = event?.nextAttemptAt;
  return (
    <Paper
      withBorder
      p="sm"
      style={{ borderInlineStart: `4px solid var(--mantine-color-${COLOURS[status] ?? 'gray'}-7)` }}
    >
      <Stack gap={6}>
        <Group gap="xs">
          <MailStatusChip status={status} />
          {event !== undefined && (
            <Text size="xs" c="dimmed" span>
              <When at={event.at} />
            </Text>
          )}
        </Group>
        <Text size="sm">{t(`verdict.${status}`)}</Text>
        {bounce !== undefined && status !== 'delivered' && <WhoActs bounce={bounce} />}
        {said !== undefined && status !== 'delivered' && (
          <Code style={{ overflowWrap: 'anywhere' }} c="inherit">
            {said}
          </Code>
        )}
        <OwnRefusal reply={event?.reply} />
        <OwnCause cause={event?.cause} />
        {next !== undefined && (
          <Text size="sm">
            {t('verdict.next')} <When at={next} />
          </Text>
        )}
        {event?.suppressed === true && <Text size="sm">{t('verdict.suppressedFromNow')}</Text>}
      </Stack>
    </Paper>
  );
}

function WhoActs({ bounce }: { bounce: NonNullable<TraceEvent['bounce']> }) {
  const { t } = useTranslation('messages');
  return (
    <>
      <Text size="sm">
        <strong>{t(`class.${bounce.class}.name`)}.</strong> {t(`class.${bounce.class}.meaning`)}{' '}
        {t(`permanence.${bounce.permanence}`)}
      </Text>
      <Text size="sm">
        <strong>{t('whoActs')}</strong> {t(`responsible.${bounce.responsible}`)}
      </Text>
    </>
  );
}
