// The end of a customer as a way with its days, and what can be done about it.

import { Alert, Button, Group, Stack, Text, Timeline } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, addressOf } from '../../../api/call.ts';
import { useAct } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { DANGER } from '../../../parts/danger.ts';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { useMay } from '../../../session.ts';
import { TerminationChip } from '../termination-state.tsx';
import { ABOUT_CUSTOMER } from './about-customer.ts';
import { HoldingsPreview } from './holdings-preview.tsx';

type Customer = Answer<'getCustomer'>;
type Termination = Answer<'getTermination'>;

export function TerminationPanel({ customer, termination }: { customer: Customer; termination: Termination }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const { cause, reason, by, ended, waits_for, words } = termination;
  return (
    <Panel
      title={t('termination.title')}
      hint={t(`termination.about.${termination.state}`)}
      actions={<TerminationChip state={termination.state} />}
    >
      <Stack gap="md">
        {waits_for !== null && (
          <Alert color="yellow" variant="light" title={t('termination.waits')}>
            <OwnText text={waits_for} words={words} name="waits_for" />
          </Alert>
        )}
        <Facts
          facts={[
            { name: t('termination.cause'), value: t(`termination.causes.${cause}`) },
            { name: t('termination.reason'), value: reason },
            { name: t('termination.by'), value: by },
            { name: t('termination.ended'), value: formats.date(ended) },
          ]}
        />
        <Days termination={termination} />
        <Acts customer={customer} termination={termination} />
      </Stack>
    </Panel>
  );
}

/** How far the way has come. */
const DONE: Readonly<Record<Termination['state'], number>> = {
  begun: 0,
  noticed: 0,
  deactivated: 1,
  removed: 2,
  stopped: -1,
};

function Days({ termination }: { termination: Termination }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const { state, noticed, deactivation, removal, deactivated_at, removed_at, stopped_at } = termination;
  const dayOr = (day: string | null, words: string) => (day === null ? words : formats.date(day));
  const doneOr = (at: string | null, day: string | null) =>
    at === null ? t('termination.planned', { day: dayOr(day, t('termination.noDay')) }) : formats.dateTime(at);
  return (
    <Timeline bulletSize={14} lineWidth={2} active={DONE[state]} aria-label={t('termination.days')}>
      <Timeline.Item title={t('termination.notice')}>
        <Text size="sm" c="dimmed">
          {dayOr(noticed, t('termination.notTold'))}
        </Text>
      </Timeline.Item>
      <Timeline.Item title={t('state.deactivated')}>
        <Text size="sm" c="dimmed">
          {doneOr(deactivated_at, deactivation)}
        </Text>
      </Timeline.Item>
      <Timeline.Item title={t('state.removed')}>
        <Text size="sm" c="dimmed">
          {doneOr(removed_at, removal)}
        </Text>
      </Timeline.Item>
      {stopped_at !== null && (
        <Timeline.Item title={t('termination.takenBack')}>
          <Text size="sm" c="dimmed">
            {formats.dateTime(stopped_at)}
          </Text>
        </Timeline.Item>
      )}
    </Timeline>
  );
}

type Act = 'reinstate' | 'deactivated' | 'removed';

function Acts({ customer, termination }: { customer: Customer; termination: Termination }) {
  const { t } = useTranslation('customers');
  const may = useMay('customers:approve');
  const [open, setOpen] = useState<Act>();
  const { state, certificate } = termination;
  const isRunning = state === 'begun' || state === 'noticed' || state === 'deactivated';
  const path = { customer: customer.id };
  return (
    <Group gap="xs">
      {may && isRunning && (
        <Button variant="default" onClick={() => setOpen('reinstate')}>
          {t('termination.reinstate')}
        </Button>
      )}
      {may && state === 'noticed' && (
        <Button variant="default" c={DANGER} onClick={() => setOpen('deactivated')}>
          {t('termination.deactivate')}
        </Button>
      )}
      {may && state === 'deactivated' && (
        <Button variant="default" c={DANGER} onClick={() => setOpen('removed')}>
          {t('termination.remove')}
        </Button>
      )}
      {certificate !== null && (
        <>
          <Button component="a" href={addressOf('getCertificate', { path, query: { format: 'pdf' } })} download>
            {t('termination.certificate')}
          </Button>
          <Button
            variant="default"
            component="a"
            href={addressOf('getCertificate', { path, query: { format: 'json' } })}
            download
          >
            {t('termination.certificateJson')}
          </Button>
        </>
      )}
      {open !== undefined && <ConfirmStep customer={customer} act={open} close={() => setOpen(undefined)} />}
    </Group>
  );
}

function ConfirmStep({ customer, act, close }: { customer: Customer; act: Act; close: () => void }) {
  const { t } = useTranslation('customers');
  const reinstate = useAct('reinstateCustomer', { changes: ABOUT_CUSTOMER });
  const proceed = useAct('proceedTermination', { changes: ABOUT_CUSTOMER });
  const path = { customer: customer.id };
  const isHard = act !== 'reinstate';
  return (
    <ConfirmAct
      title={t(`termination.confirm.${act}.title`, { customer: customer.name })}
      verb={t(`termination.confirm.${act}.verb`)}
      danger={isHard}
      {...(isHard && { typed: customer.id })}
      reason="needed"
      act={(reason) =>
        act === 'reinstate'
          ? reinstate.mutateAsync({ path, body: { reason } })
          : proceed.mutateAsync({ path, body: { to: act, reason } })
      }
      close={close}
    >
      <Text size="sm">{t(`termination.confirm.${act}.hint`)}</Text>
      {isHard && <HoldingsPreview customer={customer.id} about={act === 'removed' ? 'removal' : 'deactivation'} />}
    </ConfirmAct>
  );
}
