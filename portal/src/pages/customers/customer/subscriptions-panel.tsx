// What the customer has of the operator's: the end of the last one beside Easymail begins the notice.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, callWithTag } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { useMay } from '../../../session.ts';
import { Conflict } from '../conflict.tsx';
import { type Kept, useEdited } from '../edited.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';

type Subscription = Answer<'listSubscriptions'>['entries'][number];
type Open = { at: 'closed' } | { at: 'adding' } | { at: 'changing'; subscription: Subscription };

export function SubscriptionsPanel({ customer }: { customer: Answer<'getCustomer'> }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const subscriptions = useCall('listSubscriptions', { path: { customer: customer.id } });
  const mayAdd = useMay('customers:write');
  const mayChange = useMay('customers:approve');
  const [open, setOpen] = useState<Open>({ at: 'closed' });
  const close = () => setOpen({ at: 'closed' });
  return (
    <Panel
      title={t('subscriptions.title')}
      hint={t('subscriptions.hint')}
      actions={
        mayAdd && (
          <Button variant="default" onClick={() => setOpen({ at: 'adding' })}>
            {t('subscriptions.add')}
          </Button>
        )
      }
    >
      <Answered query={subscriptions}>
        {({ entries }) => (
          <Stack gap="sm">
            {entries.length === 0 && <Empty title={t('subscriptions.none')} hint={t('subscriptions.noneHint')} />}
            {entries.map((one) => (
              <Stack key={one.id} gap={6} pb="sm" className="data-list-row">
                <Group justify="space-between" gap="xs">
                  <Group gap="xs">
                    <Text fw={600} size="sm">
                      {one.kind} · {one.reference}
                    </Text>
                    <StateOf subscription={one} />
                  </Group>
                  {mayChange && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => setOpen({ at: 'changing', subscription: one })}
                    >
                      {t('subscriptions.change')}
                    </Button>
                  )}
                </Group>
                <Facts
                  facts={[
                    { name: t('subscriptions.since'), value: formats.date(one.since) },
                    {
                      name: t('subscriptions.until'),
                      value: one.until === undefined ? undefined : formats.date(one.until),
                    },
                  ]}
                />
              </Stack>
            ))}
          </Stack>
        )}
      </Answered>
      {open.at === 'adding' && <AddSubscription customer={customer.id} close={close} />}
      {open.at === 'changing' && (
        <ChangeSubscription customer={customer.id} subscription={open.subscription} close={close} />
      )}
    </Panel>
  );
}

function StateOf({ subscription: { until } }: { subscription: Subscription }) {
  const { t } = useTranslation('customers');
  if (until === undefined) return <Chip tone="good">{t('subscriptions.open')}</Chip>;
  const isOver = Date.parse(until) <= Date.now();
  return <Chip tone={isOver ? 'idle' : 'warn'}>{isOver ? t('subscriptions.over') : t('subscriptions.ending')}</Chip>;
}

interface Draft {
  kind: string;
  reference: string;
  since: string;
  until: string;
}

interface FieldsProps {
  draft: Draft;
  change: (patch: Partial<Draft>) => void;
  error: unknown;
  withKind: boolean;
}

const FIELDS = ['kind', 'reference', 'since', 'until'] as const;

function Fields({ draft, change, error, withKind }: FieldsProps) {
  const { t } = useTranslation('customers');
  return FIELDS.filter((field) => withKind || field !== 'kind').map((field) => (
    <TextInput
      key={field}
      type={field === 'since' || field === 'until' ? 'date' : 'text'}
      label={t(`subscriptions.${field}`)}
      description={field === 'until' ? t('subscriptions.untilHint') : undefined}
      required={field !== 'until'}
      value={draft[field]}
      error={faultOf(error, field)}
      onChange={(event) => change({ [field]: event.currentTarget.value })}
    />
  ));
}

function AddSubscription({ customer, close }: { customer: string; close: () => void }) {
  const { t } = useTranslation('customers');
  const add = useAct('addSubscription', { changes: ['listSubscriptions', ...ABOUT_CUSTOMER] });
  const [draft, setDraft] = useState<Draft>({ kind: '', reference: '', since: '', until: '' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { until, ...rest } = draft;
    add.mutate({ path: { customer }, body: { ...rest, ...(until !== '' && { until }) } }, { onSuccess: close });
  };
  return (
    <SubscriptionDialog
      title={t('subscriptions.add')}
      close={close}
      submit={submit}
      verb={t('subscriptions.addVerb')}
      isBusy={add.isPending}
    >
      <Fields draft={draft} change={(patch) => setDraft({ ...draft, ...patch })} error={add.error} withKind />
      <Failing error={add.error} />
    </SubscriptionDialog>
  );
}

interface ChangeProps {
  customer: string;
  subscription: Subscription;
  close: () => void;
}

function ChangeSubscription({ customer, subscription, close }: ChangeProps) {
  const { t } = useTranslation('customers');
  const put = useAct('changeSubscription', { changes: ['listSubscriptions', ...ABOUT_CUSTOMER] });
  const path = { customer, subscription: String(subscription.id) };
  const edited = useEdited<Draft>({
    kept: keptOf(subscription),
    save: ({ reference, since, until }, { tag }) =>
      put.mutateAsync({ path, body: { reference, since, until: until === '' ? null : until }, ifMatch: tag }),
    read: async () => {
      const { data } = await callWithTag('listSubscriptions', { path: { customer } });
      return keptOf(data.entries.find(({ id }) => id === subscription.id) ?? subscription);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void edited.save().then((isDone) => isDone && close());
  };
  const isEnding = edited.draft.until !== '' && edited.base.until === '';
  return (
    <SubscriptionDialog
      title={`${subscription.kind} · ${subscription.reference}`}
      close={close}
      submit={submit}
      verb={t('subscriptions.save')}
      isBusy={edited.isSaving}
    >
      <Fields draft={edited.draft} change={edited.change} error={edited.error} withKind={false} />
      {isEnding && <Text size="sm">{t('subscriptions.endHint')}</Text>}
      <Conflict
        edited={edited}
        fields={(['reference', 'since', 'until'] as const).map((key) => ({ key, name: t(`subscriptions.${key}`) }))}
      />
      <Failing error={edited.error} />
    </SubscriptionDialog>
  );
}

function keptOf({ kind, reference, since, until = '', version }: Subscription): Kept<Draft> {
  return { data: { kind, reference, since, until }, tag: `"${version}"` };
}

interface DialogProps {
  title: string;
  verb: string;
  isBusy: boolean;
  submit: (event: FormEvent) => void;
  close: () => void;
  children: React.ReactNode;
}

function SubscriptionDialog({ title, verb, isBusy, submit, close, children }: DialogProps) {
  const { t } = useTranslation('parts');
  return (
    <Dialog opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('panel.close') }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {children}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('act.cancel')}
            </Button>
            <Button type="submit" loading={isBusy}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
