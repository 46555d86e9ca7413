// The steps: where one is, what is done, what is in each.

import { Box, Group, Progress, Stack, Text, ThemeIcon, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconCheck, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export const STEPS = ['you', 'domains', 'servers', 'dns', 'submit', 'test'] as const;
export type StepId = (typeof STEPS)[number];

/** Where the fault of a field is mended. */
export function stepOf({ field }: { field: string }): StepId {
  if (field.startsWith('administrators')) return 'you';
  return field.startsWith('domains') ? 'domains' : 'servers';
}

export interface StepState {
  id: StepId;
  /** `later`: its turn has not come. */
  state: 'open' | 'done' | 'faulty' | 'later';
  /** What is in it, in a few words. */
  summary: string;
}

interface StepListProps {
  steps: readonly StepState[];
  current: StepId;
  go: (step: StepId) => void;
}

export function StepList({ steps, current, go }: StepListProps) {
  const { t } = useTranslation('joining');
  const at = STEPS.indexOf(current) + 1;
  const values = { at, of: STEPS.length, name: t(`steps.${current}`) };
  return (
    <nav aria-label={t('steps.label')}>
      <Stack hiddenFrom="sm" gap={6}>
        <Text size="sm" fw={600}>
          {t('steps.at', values)}
        </Text>
        <Progress value={(at / STEPS.length) * 100} aria-label={t('steps.at', values)} />
      </Stack>
      <Stack visibleFrom="sm" gap={2} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {steps.map((step, i) => (
          <li key={step.id}>
            <StepButton step={step} number={i + 1} isCurrent={step.id === current} go={() => go(step.id)} />
          </li>
        ))}
      </Stack>
    </nav>
  );
}

function StepButton(props: { step: StepState; number: number; isCurrent: boolean; go: () => void }) {
  const { step, number, isCurrent, go } = props;
  const { t } = useTranslation('joining');
  return (
    <UnstyledButton
      onClick={go}
      aria-current={isCurrent ? 'step' : undefined}
      w="100%"
      p="xs"
      {...(isCurrent && { bg: 'light-dark(#e9f7f8, #12383b)' })}
      style={{ borderRadius: 'var(--mantine-radius-md)' }}
    >
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <StepIcon state={step.state} number={number} />
        <Box miw={0}>
          <Text size="sm" fw={isCurrent ? 700 : 500}>
            {t(`steps.${step.id}`)}
          </Text>
          <Text size="xs" c="dimmed">
            {step.state === 'faulty' ? t('steps.faulty') : step.summary}
          </Text>
        </Box>
      </Group>
    </UnstyledButton>
  );
}

function StepIcon({ state, number }: { state: StepState['state']; number: number }) {
  if (state === 'done') {
    return (
      <ThemeIcon size={24} radius="xl" color="green.9" aria-hidden>
        <IconCheck size={14} />
      </ThemeIcon>
    );
  }
  if (state === 'faulty') {
    return (
      <ThemeIcon size={24} radius="xl" color="yellow.9" aria-hidden>
        <IconAlertCircle size={16} />
      </ThemeIcon>
    );
  }
  return (
    <ThemeIcon size={24} radius="xl" variant="default" aria-hidden>
      {state === 'later' ? <IconLock size={13} /> : <Text size="xs">{number}</Text>}
    </ThemeIcon>
  );
}
