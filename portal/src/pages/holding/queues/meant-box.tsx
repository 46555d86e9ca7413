// How much is meant, whose, where to, and some of it.

import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useFormats } from '../../../parts/formats.ts';

type Meant = Answer<'previewQueueChange'>;
const SAMPLE = 5;
const NAMED = 5;

export function MeantBox({ meant }: { meant: Meant }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  if (meant.recipients === 0) return <MeantFrame>{<Text>{t('meant.nothing')}</Text>}</MeantFrame>;
  const numbers = [
    t('meant.messages', { count: meant.messages }),
    t('meant.customers', { count: meant.customer_count }),
    t('meant.destinations', { count: meant.destination_count }),
  ];
  return (
    <MeantFrame>
      <Group gap="xs" align="baseline">
        <Text fw={700} size="lg">
          {t('meant.recipients', { count: meant.recipients })}
        </Text>
        <Text>{formats.list(numbers)}</Text>
      </Group>
      {meant.more && <Text size="sm">{t('meant.more')}</Text>}
      {meant.along > 0 && <Text size="sm">{t('meant.along', { count: meant.along })}</Text>}
      {meant.oldest_at !== null && (
        <Text size="sm" c="dimmed">
          {t('meant.oldest', { time: formats.relative(meant.oldest_at), size: formats.size(meant.size) })}{' '}
          {t('meant.later')}
        </Text>
      )}
      {meant.customer_count > 1 && <Largest title={t('meant.largestCustomers')} named={meant.customers} />}
      {meant.destination_count > 1 && <Largest title={t('meant.largestDestinations')} named={meant.destinations} />}
      <Sample
        lines={meant.sample.map(({ key, from, to }) => ({ key, text: `${from === '' ? '<>' : from} → ${to}` }))}
      />
    </MeantFrame>
  );
}

/** The frame that says what is meant, read out when it changes. */
export function MeantFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation('holding');
  return (
    <Paper
      withBorder
      p="sm"
      component="section"
      aria-label={t('meant.label')}
      aria-live="polite"
      bg="light-dark(#f4f8f8, #232b2e)"
    >
      <Stack gap={6}>{children}</Stack>
    </Paper>
  );
}

/** Some of what is meant. */
export function Sample({ lines }: { lines: readonly { key: string; text: string }[] }) {
  const { t } = useTranslation('holding');
  if (lines.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" fw={600}>
        {t('meant.sample')}
      </Text>
      {lines.slice(0, SAMPLE).map(({ key, text }) => (
        <Text key={key} size="sm" truncate title={text}>
          {text}
        </Text>
      ))}
    </div>
  );
}

function Largest({ title, named }: { title: string; named: readonly { name: string; recipients: number }[] }) {
  const formats = useFormats();
  const text = named.slice(0, NAMED).map(({ name, recipients }) => `${name} (${formats.number(recipients)})`);
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      <Text span c="dimmed" inherit>
        {title}:{' '}
      </Text>
      {text.join(', ')}
      {named.length > NAMED ? ' …' : ''}
    </Text>
  );
}
