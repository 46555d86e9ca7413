// The way through the relay is tried out in both directions, and shown as it happens.

import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { type Check, CheckChip, useAdvice } from '../../../parts/check-state.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { GuidePanel } from '../guide-panel.tsx';
import { TrialWay } from '../trial-way.tsx';
import { NextSteps } from './next-steps.tsx';

/** A link has 60 requests a minute, for all that its page asks. */
const TEST_EVERY_MS = 3000;
const CHECKS_EVERY_MS = 10_000;

type Stage = Answer<'getOnboarding'>['customer']['stage'];

interface StepTestProps {
  token: string;
  stage: Stage;
  hasInbound: boolean;
  hasOutbound: boolean;
}

export function StepTest({ token, stage, hasInbound, hasOutbound }: StepTestProps) {
  const { t } = useTranslation('joining');
  const isTesting = stage === 'verifying' || stage === 'approved';
  return (
    <Stack gap="lg">
      <Alert
        variant="light"
        icon={<IconHourglass size={18} />}
        title={t(`test.stage.${stageWord(stage)}`)}
        role="status"
        styles={{ label: { color: 'var(--mantine-color-text)' } }}
      >
        {t(`test.stageHint.${stageWord(stage)}`)}
      </Alert>
      {isTesting && <Trial token={token} />}
      {isTesting && <OpenChecks token={token} />}
      {hasOutbound || hasInbound ? (
        <Panel title={t('guide.title')} hint={t('guide.hint')} order={3}>
          <GuidePanel of={{ link: token }} level={4} />
        </Panel>
      ) : null}
      <NextSteps token={token} hasInbound={hasInbound} />
    </Stack>
  );
}

function stageWord(stage: Stage): 'entering' | 'submitted' | 'verifying' {
  if (stage === 'submitted') return 'submitted';
  return stage === 'verifying' || stage === 'approved' ? 'verifying' : 'entering';
}

function Trial({ token }: { token: string }) {
  const { t } = useTranslation('joining');
  const query = useCall('getOnboardingTest', { link: token }, { everyMs: TEST_EVERY_MS });
  return (
    <Answered query={query}>
      {({ outbound, inbound }) => (
        <Stack gap="sm">
          {outbound !== undefined && <TrialWay way={outbound} direction="outbound" />}
          {inbound !== undefined && <TrialWay way={inbound} direction="inbound" />}
          {outbound === undefined && inbound === undefined && <Text>{t('test.nothing')}</Text>}
        </Stack>
      )}
    </Answered>
  );
}

/** What still keeps the customer from going live. */
function OpenChecks({ token }: { token: string }) {
  const { t } = useTranslation('joining');
  const query = useCall('getOnboardingChecks', { link: token }, { everyMs: CHECKS_EVERY_MS });
  const open = (query.data?.entries ?? []).filter(
    ({ required, state }) => required && state !== 'ok' && state !== 'warn',
  );
  if (open.length === 0) return null;
  return (
    <Panel title={t('test.open')} hint={t('test.openHint')} order={3}>
      {open.map((check) => (
        <OpenCheck key={`${check.kind} ${check.object}`} check={check} />
      ))}
    </Panel>
  );
}

function OpenCheck({ check }: { check: Check }) {
  const { t } = useTranslation('joining');
  const advice = useAdvice();
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Title order={4} size="sm">
          {t(`purpose.${check.kind}`)} · {check.object}
        </Title>
        <CheckChip state={check.state} />
      </Group>
      {check.advice !== '' && <Text size="sm">{advice(check)}</Text>}
    </Stack>
  );
}
