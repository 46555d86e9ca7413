// Links of a customer: made, mailed, renewed, revoked. What opens one is told once.

import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { CopyLine } from '../../../parts/copy.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { ABOUT_CUSTOMER } from './about-customer.ts';

type Customer = Answer<'getCustomer'>;
type ListedLink = Answer<'listLinks'>['entries'][number];
type MadeLink = Answer<'createLink'>;

const COMING = ['registered', 'invited', 'submitted', 'approved', 'verifying'];

export function LinksTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const links = useCall('listLinks', { path: { customer: customer.id } });
  const [made, setMade] = useState<MadeLink>();
  const isComing = COMING.includes(customer.stage);
  return (
    <Stack gap="md">
      {made !== undefined && <LinkOnce link={made} />}
      {isComing && <NewLink customer={customer} made={setMade} />}
      <Panel title={t('links.title')} hint={isComing ? t('links.hint') : t('links.over')}>
        <Answered query={links}>
          {({ entries }) =>
            entries.length === 0 ? (
              <Empty title={t('links.none')} hint={isComing ? t('links.noneHint') : undefined} />
            ) : (
              <Stack gap="sm">
                {entries.map((link) => (
                  <LinkCard key={link.id} customer={customer.id} link={link} mayRenew={isComing} made={setMade} />
                ))}
              </Stack>
            )
          }
        </Answered>
      </Panel>
    </Stack>
  );
}

/** The link itself, which nobody can be told a second time. */
export function LinkOnce({ link }: { link: MadeLink }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  return (
    <Alert color="petrol" variant="light" title={t(`links.made.${link.kind}`)} role="status">
      <Stack gap="xs">
        <Text size="sm">{t('links.once', { until: formats.dateTime(link.expires_at) })}</Text>
        <CopyLine text={link.url} what={t('links.link')} />
        {link.sent !== undefined && <Text size="sm">{link.sent ? t('links.mailed') : t('links.notMailed')}</Text>}
      </Stack>
    </Alert>
  );
}

function NewLink({ customer, made }: { customer: Customer; made: (link: MadeLink) => void }) {
  const { t } = useTranslation('customers');
  const create = useAct('createLink', { changes: ABOUT_CUSTOMER });
  const [kind, setKind] = useState<'onboarding' | 'records'>('onboarding');
  const [email, setEmail] = useState(customer.contacts.find((one) => one.email !== undefined)?.email ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const send = email.trim() === '' ? {} : { send_to: { email: email.trim(), language: customer.language } };
    create.mutate({ path: { customer: customer.id }, body: { kind, ...send } }, { onSuccess: made });
  };
  return (
    <Panel title={t('links.new')} hint={t('links.newHint')}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Group gap="sm" align="flex-end">
            <Select
              label={t('links.kind')}
              data={(['onboarding', 'records'] as const).map((value) => ({ value, label: t(`links.kinds.${value}`) }))}
              value={kind}
              allowDeselect={false}
              flex="1 1 14rem"
              onChange={(value) => setKind(value ?? 'onboarding')}
            />
            <TextInput
              label={t('links.sendTo')}
              type="email"
              value={email}
              error={faultOf(create.error, 'send_to.email')}
              flex="2 1 16rem"
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Button type="submit" loading={create.isPending}>
              {email.trim() === '' ? t('links.make') : t('links.makeAndSend')}
            </Button>
          </Group>
          <Failing error={create.error} />
        </Stack>
      </form>
    </Panel>
  );
}

function stateOf({ revoked_at, expires_at }: ListedLink): 'open' | 'revoked' | 'expired' {
  if (revoked_at !== undefined) return 'revoked';
  return Date.parse(expires_at) <= Date.now() ? 'expired' : 'open';
}

const TONES = { open: 'good', revoked: 'idle', expired: 'idle' } as const;

interface CardProps {
  customer: string;
  link: ListedLink;
  mayRenew: boolean;
  made: (link: MadeLink) => void;
}

function LinkCard({ customer, link, mayRenew, made }: CardProps) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const [isRevoking, setRevoking] = useState(false);
  const renew = useAct('renewLink', { changes: ABOUT_CUSTOMER });
  const revoke = useAct('revokeLink', { changes: ABOUT_CUSTOMER });
  const state = stateOf(link);
  const path = { customer, link: link.id };
  return (
    <Stack gap={6} pb="sm" className="data-list-row">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600} size="sm">
            {t(`links.kinds.${link.kind}`)}
          </Text>
          <Chip tone={TONES[state]}>{t(`links.state.${state}`)}</Chip>
        </Group>
        <Group gap="xs">
          {state === 'open' && (
            <Button size="compact-sm" variant="default" onClick={() => setRevoking(true)}>
              {t('links.revoke')}
            </Button>
          )}
          {mayRenew && (
            <Button
              size="compact-sm"
              variant="default"
              loading={renew.isPending}
              onClick={() => renew.mutate({ path }, { onSuccess: made })}
            >
              {t('links.renew')}
            </Button>
          )}
        </Group>
      </Group>
      <Facts
        facts={[
          { name: t('links.madeAt'), value: `${formats.dateTime(link.made_at)}, ${link.made_by}` },
          { name: t('links.expires'), value: formats.dateTime(link.expires_at) },
          {
            name: t('links.used'),
            value: link.used_at === undefined ? t('links.unused') : formats.dateTime(link.used_at),
          },
          {
            name: t('links.revokedAt'),
            value:
              link.revoked_at === undefined
                ? undefined
                : [formats.dateTime(link.revoked_at), link.revoked_by].filter(Boolean).join(', '),
          },
        ]}
      />
      {renew.error !== null && <Failing error={renew.error} />}
      {isRevoking && (
        <ConfirmAct
          title={t('links.revokeTitle')}
          verb={t('links.revoke')}
          danger
          act={() => revoke.mutateAsync({ path })}
          close={() => setRevoking(false)}
        >
          <Text size="sm">{t('links.revokeHint')}</Text>
        </ConfirmAct>
      )}
    </Stack>
  );
}
