// A message's way through the relay: who brought it, what the checks said, what was hidden, and how it was delivered.

import { Code, Group, Stack, Table, Text, Timeline } from '@mantine/core';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useFormats } from '../../parts/formats.ts';
import { isMailStatus } from '../../parts/mail-status.tsx';
import { Empty } from '../../parts/states.tsx';
import { Chip, STATUS_TONES } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';
import { useCheckWords } from '../messages/panel/check-words.ts';

type Step = Answer<'showCaught'>['journey'][number];

const OTHERS = ['released', 'delay_told', 'complained', 'rerouted', 'retried'] as const;

export function CaughtJourney({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation('sandbox');
  if (steps.length === 0) return <Empty title={t('journey.none')} />;
  return (
    <Timeline bulletSize={14} lineWidth={2} active={steps.length - 1}>
      {steps.map((step, i) => (
        <Timeline.Item key={`${i} ${step.at}`} title={<StepTitle step={step} />}>
          <Stack gap="xs">
            {step.recipient !== null && <Text size="sm">{step.recipient}</Text>}
            {step.client === null ? <Attempt step={step} /> : <Acceptance step={step} />}
          </Stack>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function StepTitle({ step }: { step: Step }) {
  const { t } = useTranslation(['sandbox', 'parts']);
  const word = step.type.split('.').at(-1) ?? step.type;
  const other = OTHERS.find((one) => one === word);
  const name = isMailStatus(word)
    ? t(`parts:status.${word}`)
    : other === undefined
      ? step.type
      : t(`journey.types.${other}`);
  return (
    <Group gap="xs">
      <Chip tone={isMailStatus(word) ? STATUS_TONES[word] : 'idle'}>{name}</Chip>
      <Text size="xs" c="dimmed">
        <When at={step.at} as="time" />
      </Text>
    </Group>
  );
}

function Acceptance({ step: { client, checks, hidden } }: { step: Step }) {
  const { t } = useTranslation('sandbox');
  return (
    <>
      <Text size="sm">{t('journey.from', { client })}</Text>
      {checks.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t('journey.checks')}
          </Text>
          <Suspense>
            <Checks checks={checks} />
          </Suspense>
        </div>
      )}
      {hidden.length > 0 && <Hidden hidden={hidden} />}
    </>
  );
}

function Checks({ checks }: { checks: Step['checks'] }) {
  const names = useCheckWords();
  return checks.map(({ check, result }) => (
    <Text key={check} size="sm">
      {names.check(check)}: {names.result(result)}
    </Text>
  ));
}

function Hidden({ hidden }: { hidden: Step['hidden'] }) {
  const { t } = useTranslation('sandbox');
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('journey.hidden')}
      </Text>
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table fz="xs" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('journey.field')}</Table.Th>
              <Table.Th>{t('journey.before')}</Table.Th>
              <Table.Th>{t('journey.after')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {hidden.map(({ field, before, after }, i) => (
              <Table.Tr key={`${i} ${field}`}>
                <Table.Td>{field}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{before}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{after ?? t('journey.gone')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function Attempt({ step }: { step: Step }) {
  const { t } = useTranslation('sandbox');
  const formats = useFormats();
  const { host, sent_from: from, tls, ms, signed, said, conversation } = step;
  const way = [
    host !== null && from !== null && t('journey.to', { host, from }),
    host !== null && (tls === null ? t('journey.noTls') : t('journey.tls', { tls })),
    ms !== null && t('journey.took', { span: formats.span(ms) }),
  ].filter((part) => part !== false);
  return (
    <>
      {way.length > 0 && <Text size="sm">{way.join(', ')}</Text>}
      {signed.length > 0 && <Text size="sm">{t('journey.signed', { count: signed.length })}</Text>}
      {said !== null && <Code style={{ overflowWrap: 'anywhere' }}>{said}</Code>}
      {conversation.length > 0 && (
        <details>
          <summary>{t('journey.talk')}</summary>
          <Code block mt="xs" tabIndex={0} role="region" aria-label={t('journey.talk')}>
            {conversation.map(({ said: line, reply }) => `→ ${line}\n← ${reply ?? ''}`).join('\n')}
          </Code>
        </details>
      )}
    </>
  );
}
