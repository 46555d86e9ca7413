// An order becomes a customer: who it is, its contract, its service, its people, and all of it once more before it is done.

import { Button, Group, Stack, Stepper, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useAct } from '../../../api/queries.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { emptyOrder, type Order, orderBody, STEPS, stepOfField } from './order.ts';
import { ContactsStep, ContractStep, CustomerStep, ServiceStep } from './order-steps.tsx';
import { Registered } from './registered.tsx';
import { SummaryStep } from './summary-step.tsx';

type Made = Answer<'registerCustomer'>;

export function Page() {
  const { t } = useTranslation('customers');
  const [order, setOrder] = useState<Order>(emptyOrder);
  const [made, setMade] = useState<Made>();
  if (made !== undefined) {
    return (
      <PageFrame title={t('register.done')}>
        <Registered made={made} name={order.name} another={() => again()} />
      </PageFrame>
    );
  }
  function again() {
    setOrder(emptyOrder());
    setMade(undefined);
  }
  return (
    <PageFrame title={t('register.title')} lead={t('register.lead')}>
      <Wizard order={order} change={(patch) => setOrder((before) => ({ ...before, ...patch }))} made={setMade} />
    </PageFrame>
  );
}

interface WizardProps {
  order: Order;
  change: (patch: Partial<Order>) => void;
  made: (made: Made) => void;
}

function Wizard({ order, change, made }: WizardProps) {
  const { t } = useTranslation('customers');
  const [search, changeSearch] = useSearchState();
  const register = useAct('registerCustomer', { changes: ['listCustomers', 'countCustomers'] });
  const last = STEPS.length - 1;
  const at = Math.max(
    0,
    Math.min(
      last,
      STEPS.findIndex((one) => one === search['step']),
    ),
  );
  const go = (step: number) => changeSearch({ step: step === 0 ? undefined : STEPS[step] }, 'push');
  const submit = () =>
    register.mutate(
      { body: orderBody(order) },
      {
        onSuccess: (answer) => {
          changeSearch({ step: undefined });
          made(answer);
        },
        onError: (error) => {
          const [fault] = error instanceof ApiProblem ? error.faults : [];
          if (fault !== undefined) go(stepOfField(fault.field));
        },
      },
    );
  const isReady = order.name.trim() !== '';
  const steps = { order, change, error: register.error };
  return (
    <Stack gap="md">
      <Steps at={at} go={go} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (at < last) go(at + 1);
          else submit();
        }}
      >
        <Panel
          title={t(`register.step.${STEPS[at] ?? 'customer'}`)}
          hint={t(`register.hint.${STEPS[at] ?? 'customer'}`)}
        >
          <Stack gap="md">
            {STEPS[at] === 'customer' && <CustomerStep {...steps} />}
            {STEPS[at] === 'contract' && <ContractStep {...steps} />}
            {STEPS[at] === 'service' && <ServiceStep {...steps} />}
            {STEPS[at] === 'contacts' && <ContactsStep {...steps} />}
            {STEPS[at] === 'summary' && <SummaryStep order={order} change={change} />}
            <Failing error={register.error} />
            {at === last && !isReady && <Text size="sm">{t('register.nameMissing')}</Text>}
            <Group justify="space-between">
              <Button variant="default" disabled={at === 0} onClick={() => go(at - 1)}>
                {t('register.back')}
              </Button>
              <Button type="submit" loading={register.isPending} disabled={at === last && !isReady}>
                {at < last ? t('register.next') : t('register.do')}
              </Button>
            </Group>
          </Stack>
        </Panel>
      </form>
    </Stack>
  );
}

/** Where there is no room, the steps are numbers, and the one that is open has its name. */
function Steps({ at, go }: { at: number; go: (step: number) => void }) {
  const { t } = useTranslation('customers');
  const nameOf = (step: (typeof STEPS)[number]) => t(`register.step.${step}`);
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return (
    <Stepper
      active={at}
      size="sm"
      iconSize={28}
      onStepClick={go}
      wrap={false}
      styles={{ separator: { minWidth: 4, marginInline: isNarrow ? 4 : undefined } }}
    >
      {STEPS.map((step, i) => (
        <Stepper.Step
          key={step}
          label={isNarrow && i !== at ? <VisuallyHidden>{nameOf(step)}</VisuallyHidden> : nameOf(step)}
        />
      ))}
    </Stepper>
  );
}
