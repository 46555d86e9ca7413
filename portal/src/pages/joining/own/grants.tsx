// Leave to send for domains of others: what was asked for, and who may send for one's own.

import { Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { type Entry, usePages } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { CopyLine } from '../../../parts/copy.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { DialogActs } from '../../../parts/dialog-acts.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';
import { useMay } from '../../../session.ts';
import { isDomain } from '../onboarding/entry-checks.ts';

type Grant = Entry<'listGrants'> | Entry<'listGranted'>;

const TONES: Readonly<Record<Grant['state'], Tone>> = { in_force: 'good', later: 'info', over: 'idle', none: 'warn' };

export function Grants({ customer }: { customer: string }) {
  const { t } = useTranslation('joining');
  const [isAsking, setAsking] = useState(false);
  const mayChange = useMay('domains:write');
  const own = usePages('listGrants', { path: { customer }, query: { limit: 100 } });
  const over = usePages('listGranted', { path: { customer }, query: { limit: 100 } });
  const ask = mayChange ? <Button onClick={() => setAsking(true)}>{t('grants.ask')}</Button> : undefined;
  return (
    <Stack>
      <Panel title={t('grants.own')} hint={t('grants.ownHint')} actions={ask}>
        <Answered query={own} lines={2}>
          {() =>
            (own.entries ?? []).length === 0 ? (
              <Empty title={t('grants.none')} hint={t('grants.noneHint')} />
            ) : (
              own.entries?.map((grant) => <GrantCard key={grant.domain} grant={grant} customer={customer} isOwn />)
            )
          }
        </Answered>
      </Panel>
      <Panel title={t('grants.over')} hint={t('grants.overHint')}>
        <Answered query={over} lines={2}>
          {() =>
            (over.entries ?? []).length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('grants.overNone')}
              </Text>
            ) : (
              over.entries?.map((grant) => (
                <GrantCard key={`${grant.domain} ${grant.customer}`} grant={grant} customer={customer} isOwn={false} />
              ))
            )
          }
        </Answered>
      </Panel>
      {isAsking && <AskGrant customer={customer} close={() => setAsking(false)} />}
    </Stack>
  );
}

function GrantCard({ grant, customer, isOwn }: { grant: Grant; customer: string; isOwn: boolean }) {
  const { t } = useTranslation('joining');
  const [isDropping, setDropping] = useState(false);
  const mayChange = useMay('domains:write');
  const [first] = grant.granted;
  return (
    <Paper withBorder p="sm" component="article" aria-label={grant.domain}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text fw={600}>
            {isOwn ? grant.domain : t('grants.by', { customer: grant.customer, domain: grant.domain })}
          </Text>
          <Group gap="xs">
            <Chip tone={TONES[grant.state]}>{t(`grants.state.${grant.state}`)}</Chip>
            {isOwn && mayChange && (
              <Button size="compact-sm" variant="default" onClick={() => setDropping(true)}>
                {t('grants.drop')}
              </Button>
            )}
          </Group>
        </Group>
        <Facts
          facts={[
            { name: t('record.type'), value: isOwn ? grant.record.type : undefined },
            {
              name: t('record.host'),
              value: isOwn ? <CopyLine text={grant.record.host} what={t('record.host')} /> : undefined,
            },
            {
              name: t('record.value'),
              value: isOwn ? <CopyLine text={grant.record.value} what={t('record.value')} /> : undefined,
            },
            { name: t('grants.stream'), value: grant.stream === '*' ? t('grants.allStreams') : grant.stream },
            { name: t('grants.since'), value: <When at={grant.asked_at} /> },
            {
              name: t('grants.from'),
              value: first?.from === undefined ? undefined : <When at={first.from} as="date" />,
            },
            {
              name: t('grants.until'),
              value: first?.until === undefined ? undefined : <When at={first.until} as="date" />,
            },
          ]}
        />
      </Stack>
      {isDropping && <DropGrant customer={customer} domain={grant.domain} close={() => setDropping(false)} />}
    </Paper>
  );
}

function DropGrant({ customer, domain, close }: { customer: string; domain: string; close: () => void }) {
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const act = async () => {
    await call('dropGrant', { path: { customer, domain } });
    await queries.invalidateQueries({ queryKey: ['listGrants'] });
  };
  return (
    <ConfirmAct title={t('grants.dropOf', { domain })} verb={t('grants.drop')} danger act={act} close={close}>
      <Text size="sm">{t('grants.dropHint')}</Text>
    </ConfirmAct>
  );
}

function AskGrant({ customer, close }: { customer: string; close: () => void }) {
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const [domain, setDomain] = useState('');
  const [stream, setStream] = useState('');
  const [state, setState] = useState<{ isWaiting: boolean; error?: unknown }>({ isWaiting: false });
  const isWrong = domain !== '' && !isDomain(domain);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (domain === '' || isWrong) return;
    setState({ isWaiting: true });
    try {
      await call('askGrant', {
        path: { customer },
        body: { domain: domain.trim(), stream: stream.trim() === '' ? '*' : stream.trim() },
      });
      await queries.invalidateQueries({ queryKey: ['listGrants'] });
      close();
    } catch (error) {
      setState({ isWaiting: false, error });
    }
  };
  return (
    <Dialog opened onClose={close} title={t('grants.ask')} closeButtonProps={{ 'aria-label': t('share.close') }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <Text size="sm">{t('grants.askHint')}</Text>
          <TextInput
            label={t('grants.domain')}
            placeholder={t('grants.example')}
            data-autofocus
            autoCapitalize="none"
            value={domain}
            error={isWrong ? t('fault.domain_wrong') : faultOf(state.error, 'domain')}
            onChange={(event) => setDomain(event.currentTarget.value)}
          />
          <TextInput
            label={t('grants.stream')}
            description={t('grants.streamHint')}
            value={stream}
            error={faultOf(state.error, 'stream')}
            onChange={(event) => setStream(event.currentTarget.value)}
          />
          <Failing error={state.error} />
          <DialogActs close={close}>
            <Button type="submit" loading={state.isWaiting}>
              {t('grants.askDo')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}
