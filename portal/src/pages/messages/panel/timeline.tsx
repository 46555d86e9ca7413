// What happened to a message, the newest last.

import { Box, Code, Group, Stack, Text, Timeline } from '@mantine/core';
import { IconEyeOff, IconPlayerPlay, IconScan } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EVENT_LOOKS, type EventLook, OTHER_LOOK } from '../../../parts/event-looks.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { When } from '../../../parts/when.tsx';
import type messages from '../../../words/en/messages.json';
import { AttemptDetails } from './attempt-details.tsx';
import { Checks } from './checks.tsx';
import { saidOf, type TraceEvent } from './events.ts';
import { HiddenFields } from './hidden-fields.tsx';
import { OwnCause, OwnRefusal } from './own-cause.tsx';

type EventWord = keyof typeof messages.event;
type HoldWord = keyof typeof messages.hold;

const LOOKS: Readonly<Record<string, EventLook>> = {
  ...EVENT_LOOKS,
  checks: { icon: IconScan, color: 'petrol.7' },
  hidden: { icon: IconEyeOff, color: 'petrol.7' },
  released: { icon: IconPlayerPlay, color: 'petrol.7' },
};

interface Step {
  key: string;
  name: string;
  at: number;
  /** Whom it is about, where several are shown. */
  about?: string | undefined;
  content: ReactNode;
}

export interface JourneyProps {
  events: readonly TraceEvent[];
  /** Recipients are named: several are shown. */
  isOfSeveral: boolean;
}

export function MessageTimeline({ events, isOfSeveral }: JourneyProps) {
  const { t, i18n } = useTranslation('messages');
  const last = events.findLast(({ attempt }) => attempt !== undefined);
  const steps = events.flatMap((event, at) => stepsOf(event, { at, isOfSeveral, isLast: event === last }));
  return (
    <Timeline bulletSize={26} lineWidth={2} active={steps.length} role="list" aria-label={t('timeline')}>
      {steps.map(({ key, name, at, about, content }) => {
        const { icon: Icon, color } = LOOKS[name] ?? OTHER_LOOK;
        const title = i18n.exists(`event.${name}`, { ns: 'messages' }) ? t(`event.${name as EventWord}`) : name;
        return (
          <Timeline.Item
            key={key}
            role="listitem"
            color={color}
            bullet={<Icon size={14} />}
            title={
              <Group gap="xs" justify="space-between" wrap="nowrap" align="baseline">
                <Text fw={600} size="sm" span style={{ overflowWrap: 'anywhere' }}>
                  {about === undefined ? title : `${title}: ${about}`}
                </Text>
                <Text size="xs" c="dimmed" span style={{ whiteSpace: 'nowrap' }}>
                  <When at={at} as="time" />
                </Text>
              </Group>
            }
          >
            <Box>{content}</Box>
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}

function stepsOf(
  event: TraceEvent,
  { at, isOfSeveral, isLast }: { at: number; isOfSeveral: boolean; isLast: boolean },
): Step[] {
  const name = event.type.split('.').at(-1) ?? event.type;
  const base = { at: event.at, about: isOfSeveral ? event.recipient : undefined };
  if (name !== 'accepted')
    return [{ ...base, key: `${at}`, name, content: <EventDetails event={event} isLast={isLast} /> }];
  const steps: Step[] = [{ ...base, key: `${at}`, name, content: <ReceivedFrom event={event} /> }];
  const notes = event.meta?.inspection ?? [];
  if (notes.length > 0) steps.push({ ...base, key: `${at} checks`, name: 'checks', content: <Checks notes={notes} /> });
  if ((event.hidden?.length ?? 0) > 0) {
    steps.push({ ...base, key: `${at} hidden`, name: 'hidden', content: <HiddenFields event={event} /> });
  }
  return steps;
}

function ReceivedFrom({ event }: { event: TraceEvent }) {
  const { t } = useTranslation('messages');
  const origin = event.meta?.origin;
  const { ip, helo, login, tls } = origin ?? {};
  return (
    <Stack gap={2}>
      {ip !== undefined && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('received.from', { host: helo ?? '', ip })}
        </Text>
      )}
      {login !== undefined && (
        <Text size="sm" c="dimmed">
          {t('received.login', { login })}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {tls === undefined ? t('received.noTls') : t('attempt.tls', { version: tls.version, cipher: tls.cipher })}
      </Text>
    </Stack>
  );
}

function EventDetails({ event, isLast }: { event: TraceEvent; isLast: boolean }) {
  const { t, i18n } = useTranslation('messages');
  const said = saidOf(event);
  const { attempt, cause, reason, by, note, notice, asynchronous, nextAttemptAt: next } = event;
  const hold =
    reason !== undefined && i18n.exists(`hold.${reason}`, { ns: 'messages' })
      ? t(`hold.${reason as HoldWord}`)
      : reason;
  return (
    <Stack gap={4}>
      {asynchronous === true && <Text size="sm">{t('later')}</Text>}
      {hold !== undefined && <Text size="sm">{hold}</Text>}
      {by !== undefined && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('by', { who: by })}
        </Text>
      )}
      {note !== undefined && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {event.words?.['note'] === undefined ? note : <OwnText text={note} words={event.words} name="note" />}
        </Text>
      )}
      {said !== undefined && (
        <Code style={{ overflowWrap: 'anywhere' }} w="fit-content">
          {said}
        </Code>
      )}
      <OwnRefusal reply={event.reply} />
      <OwnCause cause={cause} />
      {attempt !== undefined && (
        <AttemptDetails attempt={attempt} isOpen={isLast && event.type !== 'message.recipient.delivered'} />
      )}
      {next !== undefined && (
        <Text size="sm" c="dimmed">
          {t('verdict.next')} <When at={next} />
        </Text>
      )}
      {notice !== undefined && (
        <Text size="sm" c="dimmed">
          {notice.none === undefined ? t('notice.told') : t('notice.none')}
        </Text>
      )}
    </Stack>
  );
}
