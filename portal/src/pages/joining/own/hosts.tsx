// Servers that take the customer's inbound mail.

import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import type { Check } from '../../../parts/check-state.tsx';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { DialogActs } from '../../../parts/dialog-acts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { NumberField } from '../../../parts/number-field.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import { HeldCard } from './held-card.tsx';

type Host = Answer<'listMailHosts'>['entries'][number];

const nameOf = ({ host, port }: Host) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

export function Hosts({ customer, checks }: { customer: string; checks: readonly Check[] }) {
  const { t } = useTranslation('joining');
  const [doing, setDoing] = useState<{ change?: Host } | { remove: Host }>();
  const mayChange = useMay('domains:write');
  const query = useCall('listMailHosts', { path: { customer } });
  const close = () => setDoing(undefined);
  const add = (
    <Button variant="default" onClick={() => setDoing({})}>
      {t('servers.addHost')}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" maw={760}>
        {t('ownServers.hostsLead')}
      </Text>
      <Answered query={query}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty
              title={t('ownServers.noHosts')}
              hint={t('ownServers.noHostsHint')}
              {...(mayChange && { action: add })}
            />
          ) : (
            <>
              {entries.map((host) => (
                <HeldCard
                  key={nameOf(host)}
                  name={nameOf(host)}
                  check={checks.find(({ kind, object }) => kind === 'mailhost' && object === nameOf(host))}
                  details={
                    <Text size="sm" c="dimmed">
                      {t('ownServers.preference', { number: host.preference })} · {t(`tls.${host.tls}`)}
                    </Text>
                  }
                  actions={
                    mayChange && (
                      <>
                        <Button size="compact-sm" variant="default" onClick={() => setDoing({ change: host })}>
                          {t('ownServers.change')}
                        </Button>
                        <Button size="compact-sm" variant="default" onClick={() => setDoing({ remove: host })}>
                          {t('ownServers.remove')}
                        </Button>
                      </>
                    )
                  }
                />
              ))}
              {mayChange && <Group>{add}</Group>}
            </>
          )
        }
      </Answered>
      {doing !== undefined && 'remove' in doing && <RemoveHost customer={customer} host={doing.remove} close={close} />}
      {doing !== undefined && !('remove' in doing) && (
        <HostForm customer={customer} {...(doing.change !== undefined && { host: doing.change })} close={close} />
      )}
    </Stack>
  );
}

function HostForm({ customer, host, close }: { customer: string; host?: Host; close: () => void }) {
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const [given, setGiven] = useState<Host>(host ?? { host: '', port: 25, preference: 10, tls: 'opportunistic' });
  const [state, setState] = useState<{ isWaiting: boolean; error?: unknown }>({ isWaiting: false });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (given.host.trim() === '') return;
    setState({ isWaiting: true });
    try {
      await call('addMailHost', { path: { customer }, body: { ...given, host: given.host.trim() } });
      for (const id of ['listMailHosts', 'getChecks'] as const) void queries.invalidateQueries({ queryKey: [id] });
      close();
    } catch (error) {
      setState({ isWaiting: false, error });
    }
  };
  return (
    <Dialog
      opened
      onClose={close}
      title={host === undefined ? t('servers.addHost') : nameOf(host)}
      closeButtonProps={{ 'aria-label': t('share.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {host === undefined && (
            <TextInput
              label={t('servers.host')}
              placeholder={t('servers.hostExample')}
              data-autofocus
              autoCapitalize="none"
              value={given.host}
              error={faultOf(state.error, 'host')}
              onChange={(event) => setGiven({ ...given, host: event.currentTarget.value })}
            />
          )}
          <SimpleGrid cols={{ base: 1, xs: host === undefined ? 2 : 1 }} style={{ alignItems: 'end' }}>
            {host === undefined && (
              <NumberField
                label={t('servers.port')}
                min={1}
                max={65_535}
                value={given.port}
                error={faultOf(state.error, 'port')}
                change={(port) => setGiven({ ...given, port })}
              />
            )}
            <NumberField
              label={t('ownServers.order')}
              description={t('ownServers.orderHint')}
              min={0}
              max={65_535}
              value={given.preference}
              error={faultOf(state.error, 'preference')}
              change={(preference) => setGiven({ ...given, preference })}
            />
          </SimpleGrid>
          <Select
            label={t('servers.tls')}
            allowDeselect={false}
            data={(['opportunistic', 'verify', 'none'] as const).map((value) => ({ value, label: t(`tls.${value}`) }))}
            value={given.tls}
            onChange={(tls) => setGiven({ ...given, tls: tls as Host['tls'] })}
          />
          <Failing error={state.error} />
          <DialogActs close={close}>
            <Button type="submit" loading={state.isWaiting}>
              {t('ownDomains.save')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}

function RemoveHost({ customer, host, close }: { customer: string; host: Host; close: () => void }) {
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const act = async () => {
    await call('removeMailHost', { path: { customer, host: host.host, port: String(host.port) } });
    await queries.invalidateQueries({ queryKey: ['listMailHosts'] });
  };
  return (
    <ConfirmAct
      title={t('ownServers.removeOf', { name: nameOf(host) })}
      verb={t('ownServers.remove')}
      danger
      act={act}
      close={close}
    >
      <Text size="sm">{t('ownServers.removeHostHint')}</Text>
    </ConfirmAct>
  );
}
