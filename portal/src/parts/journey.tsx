// The journey of one message, as it happens: a line an event, the newest last.

import { Box, Code, Group, Stack, Text, Timeline } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../api/call.ts';
import type joining from '../words/en/joining.json';
import { EVENT_LOOKS, type EventLook, OTHER_LOOK } from './event-looks.ts';
import { useFormats } from './formats.ts';
import { When } from './when.tsx';

export type JourneyStep = NonNullable<Answer<'getTest'>['outbound']>['journey'][number];

type EventWord = keyof typeof joining.journey.event;

const LOOKS: Readonly<Record<string, EventLook>> = { ...EVENT_LOOKS, rejected: { icon: IconX, color: 'red.9' } };

/** `live`: said to those who listen as it grows. */
export function Journey({ steps, live = false }: { steps: readonly JourneyStep[]; live?: boolean }) {
  const { t } = useTranslation('joining');
  return (
    <Box aria-live={live ? 'polite' : undefined}>
      <Timeline bulletSize={26} lineWidth={2} active={steps.length} role="list" aria-label={t('journey.label')}>
        {steps.map((step) => (
          <StepItem key={`${step.at} ${step.type}`} step={step} />
        ))}
      </Timeline>
    </Box>
  );
}

/** The timeline gives its items more than they are given here. */
function StepItem({ step, ...rest }: { step: JourneyStep }) {
  const { t, i18n } = useTranslation('joining');
  const name = step.type.split('.').at(-1) ?? step.type;
  const { icon: Icon, color } = LOOKS[name] ?? OTHER_LOOK;
  const known = i18n.exists(`journey.event.${name}`, { ns: 'joining' });
  return (
    <Timeline.Item
      {...rest}
      role="listitem"
      color={color}
      bullet={<Icon size={14} />}
      title={
        <Group gap="xs" justify="space-between">
          <Text fw={600} size="sm" span>
            {known ? t(`journey.event.${name as EventWord}`) : step.type}
          </Text>
          <Text size="xs" c="dimmed" span>
            <When at={step.at} as="time" />
          </Text>
        </Group>
      }
    >
      <Details step={step} isEntry={name === 'accepted' || name === 'rejected'} />
    </Timeline.Item>
  );
}

function Details({ step, isEntry }: { step: JourneyStep; isEntry: boolean }) {
  const { t, i18n } = useTranslation('joining');
  const formats = useFormats();
  const { host, ip, tls, from, duration_ms: duration, reply, cause, next_attempt_at: next } = step;
  const where = [host, ip].filter((one) => one !== undefined && one !== '').join(', ');
  const word = `journey.cause.${cause ?? ''}`;
  const isKnown = cause !== undefined && i18n.exists(word, { ns: 'joining' });
  return (
    <Stack gap={2}>
      {where !== '' && (
        <Text size="sm" c="dimmed">
          {isEntry ? t('journey.by', { where }) : t('journey.to', { where })}
          {from !== undefined && ` · ${t('journey.from', { from })}`}
        </Text>
      )}
      {(tls !== undefined || where !== '') && (
        <Text size="sm" c="dimmed">
          {tls === undefined ? t('journey.noTls') : t('journey.tls', { version: tls })}
          {duration !== undefined && ` · ${formats.span(duration)}`}
        </Text>
      )}
      {reply !== undefined && <Code style={{ overflowWrap: 'anywhere' }}>{reply}</Code>}
      {cause !== undefined && (
        <Text size="sm">{isKnown ? t(word as 'journey.cause.loop') : t('journey.because', { cause })}</Text>
      )}
      {next !== undefined && (
        <Text size="sm" c="dimmed">
          {t('journey.next')} <When at={next} as="relative" />
        </Text>
      )}
    </Stack>
  );
}
