// The answer of a dry run: the verdict in a sentence, the way to it in steps, and where the mail would go.

import { Alert, Box, Code, List, Stack, Text, ThemeIcon, Timeline } from '@mantine/core';
import { IconArrowRight, IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Facts } from '../../../parts/facts.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { useReplyText } from '../../../parts/reply-text.ts';
import { localValues } from '../../../relay-words.ts';
import { useIsOperator } from '../../../search.ts';

type Explanation = Answer<'explain'>;
type TrailStep = Explanation['trail'][number];

export function DryRunAnswer({ answer }: { answer: Explanation }) {
  const { t } = useTranslation('joining');
  const said = useReplyText();
  const isRefused = answer.verdict === 'refused';
  // Which ways in there are is nobody's question here.
  const trail = answer.trail.filter(({ step }) => step !== 'listener');
  return (
    <Stack aria-live="polite">
      <Alert
        color={isRefused ? 'red' : 'green'}
        variant="light"
        title={t(`dryRun.verdict.${answer.verdict}`)}
        icon={isRefused ? <IconX size={18} /> : <IconCheck size={18} />}
        styles={{ label: { color: 'var(--mantine-color-text)' } }}
      >
        {answer.refused !== undefined && (
          <Stack gap={4}>
            <Text size="sm" fw={600}>
              {said(answer.refused.name)}
            </Text>
            <Text size="sm">{t(`dryRun.at.${answer.refused.at}`)}</Text>
            <Code style={{ overflowWrap: 'anywhere' }}>{answer.refused.reply}</Code>
          </Stack>
        )}
      </Alert>
      <Panel title={t('dryRun.steps')} order={2}>
        <Timeline bulletSize={24} lineWidth={2} active={trail.length} role="list">
          {trail.map((step) => (
            <Timeline.Item
              key={`${step.step} ${step.text}`}
              role="listitem"
              color={step.step === 'refused' ? 'red.9' : 'petrol.7'}
              bullet={step.step === 'refused' ? <IconX size={13} /> : <IconCheck size={13} />}
            >
              <StepText step={step} />
            </Timeline.Item>
          ))}
        </Timeline>
      </Panel>
      {!isRefused && <Onward answer={answer} />}
    </Stack>
  );
}

function StepText({ step: { step, values, text, words } }: { step: TrailStep }) {
  const { t } = useTranslation('joining');
  const isOperator = useIsOperator();
  return (
    <Box>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t(`trail.${step}` as 'trail.refused', { replace: localValues(values) })}
        {step === 'way' && (
          <>
            {' '}
            <OwnText text={values['rule'] ?? ''} words={words} name="rule" />
          </>
        )}
      </Text>
      {isOperator && (step === 'mailbox' || step === 'refused') && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          <OwnText text={text} words={words} name="text" />
        </Text>
      )}
    </Box>
  );
}

function Onward({ answer }: { answer: Explanation }) {
  const { t } = useTranslation('joining');
  const { route, addresses, signed_with: signed, stream, header_changes: changes } = answer;
  const hosts = route?.hosts ?? [];
  return (
    <Panel title={t('dryRun.onward')} order={2}>
      {route?.ends !== undefined && (
        <Text size="sm">
          {t(`dryRun.ends.${route.ends}`)}{' '}
          {route.cause !== undefined && <OwnText text={route.cause} words={route.words} name="cause" />}
        </Text>
      )}
      <Facts
        facts={[
          { name: t('dryRun.stream'), value: stream },
          {
            name: t('dryRun.signed'),
            value: signed === undefined ? undefined : signed.length === 0 ? t('dryRun.unsigned') : signed.join(', '),
          },
          {
            name: t('dryRun.changes'),
            value: changes === undefined ? undefined : t('dryRun.changed', { count: changes }),
          },
          {
            name: t('dryRun.leaves'),
            value:
              addresses === undefined
                ? undefined
                : addresses === 'none'
                  ? t('dryRun.noAddress')
                  : addresses.map(({ ip, hostname, pool }) => `${ip} (${hostname}, ${pool})`).join(', '),
          },
          { name: t('dryRun.tls'), value: route?.tls },
          { name: t('dryRun.hosts'), value: hosts.length === 0 ? undefined : <HostList hosts={hosts} /> },
        ]}
      />
    </Panel>
  );
}

function HostList({ hosts }: { hosts: NonNullable<NonNullable<Explanation['route']>['hosts']> }) {
  return (
    <List
      size="sm"
      icon={
        <ThemeIcon size={18} variant="light" aria-hidden>
          <IconArrowRight size={12} />
        </ThemeIcon>
      }
    >
      {hosts.map(({ name, port, addresses }) => (
        <List.Item key={`${name}:${port}`}>
          {name}:{port} {addresses.length > 0 && `(${addresses.join(', ')})`}
        </List.Item>
      ))}
    </List>
  );
}
