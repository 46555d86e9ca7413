// The steps of joining, one at a time; what was typed is saved when a field or a step is left.

import { Alert, Box, Button, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { type ReactNode, type RefObject, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { lazily, loadAhead } from '../../../parts/lazily.tsx';
import { Failing, Loading } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useSearchState } from '../../../search.ts';
import { PublicFrame } from './public-frame.tsx';
import { SavedConflict, SavedNote } from './saved-note.tsx';
import { STEPS, type StepId, StepList } from './step-list.tsx';
import { StepYou } from './step-you.tsx';
import { type DraftState, faultOf, useDraft } from './use-draft.ts';
import { useStepStates } from './use-step-states.ts';

const LOADS = {
  dns: async () => (await import('./step-dns.tsx')).StepDns,
  domains: async () => (await import('./step-domains.tsx')).StepDomains,
  servers: async () => (await import('./step-servers.tsx')).StepServers,
  submit: async () => (await import('./step-submit.tsx')).StepSubmit,
  test: async () => (await import('./step-test.tsx')).StepTest,
};
const StepDns = lazily(LOADS.dns);
const StepDomains = lazily(LOADS.domains);
const StepServers = lazily(LOADS.servers);
const StepSubmit = lazily(LOADS.submit);
const StepTest = lazily(LOADS.test);

export type Onboarded = Answer<'getOnboarding'>;

interface WizardProps {
  token: string;
  data: Onboarded;
  tag: string | undefined;
}

export function Wizard({ token, data, tag }: WizardProps) {
  const state = useDraft(token, { draft: data.entry, tag, faults: (data.faults ?? []).map(faultOf) });
  const [search, change] = useSearchState();
  const steps = useStepStates(state, data);
  const current = STEPS.find((step) => step === search['step']) ?? (data.may_change ? 'you' : 'test');
  const hasTurned = useRef(false);
  // Who goes on finds the next step there, whatever becomes of the connection.
  useEffect(() => loadAhead(...Object.values(LOADS)), []);
  const go = (step: StepId) => {
    hasTurned.current = true;
    void state.save();
    change({ step }, 'push');
  };
  return (
    <PublicFrame about={data.customer.name} aside={data.may_change ? <SavedNote state={state} /> : undefined}>
      <Stack gap="lg">
        <Welcome data={data} isBegin={current === 'you' || !data.may_change} />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, sm: 4, md: 3 }}>
            <StepList steps={steps} current={current} go={go} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, sm: 8, md: 9 }}>
            <StepFrame key={current} step={current} {...{ state, token, data, go, hasTurned }} />
          </Grid.Col>
        </Grid>
      </Stack>
    </PublicFrame>
  );
}

/** `isBegin`: on a phone, which has no room to say it on each step. */
function Welcome({ data, isBegin }: { data: Onboarded; isBegin: boolean }) {
  const { t } = useTranslation('joining');
  return (
    <Stack gap="xs">
      <Title order={1}>{t('welcome.title', { name: data.customer.name })}</Title>
      <Text c="dimmed" maw={720} {...(!isBegin && { visibleFrom: 'sm' })}>
        {data.may_change ? t('welcome.lead') : t('welcome.reads')}{' '}
        {data.link_expires_at !== undefined && (
          <>
            {t('welcome.until')} <When at={data.link_expires_at} as="date" />
            {t('welcome.stop')}
          </>
        )}
      </Text>
      {data.returned !== undefined && (
        <Alert color="yellow" title={t('welcome.returned')} styles={{ label: { color: 'var(--mantine-color-text)' } }}>
          {data.returned.reason}
        </Alert>
      )}
    </Stack>
  );
}

interface StepProps {
  step: StepId;
  state: DraftState;
  token: string;
  data: Onboarded;
  go: (step: StepId) => void;
}

interface StepFrameProps extends StepProps {
  /** Somebody has gone from step to step already. */
  hasTurned: RefObject<boolean>;
}

function StepFrame({ hasTurned, ...props }: StepFrameProps) {
  const { step, state, go } = props;
  const { t } = useTranslation('joining');
  const heading = useRef<HTMLHeadingElement>(null);
  // Who moves on hears where; who has just come is left where the page begins.
  useEffect(() => {
    if (hasTurned.current) heading.current?.focus();
  }, [hasTurned]);
  const at = STEPS.indexOf(step);
  const [before, after] = [STEPS[at - 1], STEPS[at + 1]];
  return (
    <Paper withBorder p={{ base: 'sm', sm: 'lg' }}>
      <Stack gap="md">
        <Title order={2} tabIndex={-1} ref={heading}>
          {t(`steps.${step}`)}
        </Title>
        <Box onBlur={() => void state.save()}>
          <Suspense fallback={<Loading />}>
            <StepContent {...props} />
          </Suspense>
        </Box>
        {state.saving === 'failed' && <Failing error={state.error} retry={() => void state.save()} />}
        {state.saving === 'conflict' && <SavedConflict state={state} />}
        <Group justify="space-between">
          {before === undefined ? (
            <span />
          ) : (
            <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={() => go(before)}>
              {t('steps.back')}
            </Button>
          )}
          {after !== undefined && (
            <Button
              variant={step === 'submit' ? 'default' : 'filled'}
              rightSection={<IconArrowRight size={16} />}
              onClick={() => go(after)}
            >
              {t('steps.next')}
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

function StepContent({ step, state, token, data, go }: StepProps) {
  const { entry, may_change: mayChange, customer } = data;
  const fields = (content: ReactNode) => (
    <fieldset disabled={!mayChange} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      {content}
    </fieldset>
  );
  switch (step) {
    case 'you':
      return fields(<StepYou state={state} />);
    case 'domains':
      return fields(<StepDomains state={state} />);
    case 'servers':
      return fields(<StepServers state={state} />);
    case 'dns':
      return <StepDns token={token} mayShare={mayChange} />;
    case 'submit':
      return <StepSubmit token={token} state={state} mayChange={mayChange} go={go} />;
    case 'test':
      return (
        <StepTest
          token={token}
          stage={customer.stage}
          hasInbound={entry.domains.some(({ inbound }) => inbound)}
          hasOutbound={entry.domains.some(({ outbound }) => outbound)}
        />
      );
    default:
      return step satisfies never;
  }
}
