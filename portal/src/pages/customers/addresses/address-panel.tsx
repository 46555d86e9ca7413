// One of our addresses: what is known of it, and the operator's word about it.

import { Button, Divider, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useTagged } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { DANGER } from '../../../parts/danger.ts';
import { Facts } from '../../../parts/facts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useMay } from '../../../session.ts';
import { ABOUT_POOLS } from './about-pools.ts';
import { AddressAct, type Verb } from './address-act.tsx';
import { type Address, AddressChip, type Pool } from './address-state.tsx';
import { OneFinding } from './one-finding.tsx';

interface PanelProps {
  pool: string;
  ip: string;
  pools: readonly Pool[];
  close: () => void;
  before: (() => void) | undefined;
  next: (() => void) | undefined;
}

export function AddressPanel({ pool, ip, pools, close, before, next }: PanelProps) {
  const { t } = useTranslation('customers');
  const query = useTagged('showPool', { path: { pool } });
  return (
    <SidePanel title={ip} close={close} before={before} next={next}>
      <Answered query={query}>
        {({ data, tag }) => {
          const address = data.addresses.find((one) => one.ip === ip);
          if (address === undefined) return <Empty title={t('address.gone')} />;
          return <AddressOf pool={data} tag={tag} address={address} pools={pools} close={close} />;
        }}
      </Answered>
    </SidePanel>
  );
}

interface AddressProps {
  pool: Pool;
  tag: string | undefined;
  address: Address;
  pools: readonly Pool[];
  close: () => void;
}

function AddressOf({ pool, tag, address, close }: AddressProps) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const check = useAct('checkPool', { changes: ABOUT_POOLS });
  const may = useMay('pools:write');
  return (
    <Stack gap="md">
      <Facts
        facts={[
          { name: t('addresses.state'), value: <AddressChip address={address} /> },
          { name: t('addresses.since'), value: <When at={address.since} /> },
          { name: t('addresses.hostname'), value: address.hostname },
          {
            name: t('addresses.pool'),
            value: (
              <ScopedLink to="/addresses" search={{ tab: 'pools' }}>
                {pool.name}
              </ScopedLink>
            ),
          },
          {
            name: t('addresses.inSpf'),
            value:
              address.in_spf_until === undefined
                ? t(address.in_spf ? 'addresses.named' : 'addresses.notNamed')
                : t('addresses.namedUntil', { day: formats.date(address.in_spf_until) }),
          },
          { name: t('addresses.include'), value: pool.include ?? t('pool.noInclude') },
        ]}
      />
      {may && <Acts pool={pool} tag={tag} address={address} close={close} />}
      <Divider />
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {address.looked_at === null
            ? t('address.notLooked')
            : t('address.looked', { at: formats.dateTime(address.looked_at) })}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          loading={check.isPending}
          onClick={() => check.mutate({ path: { pool: pool.name } })}
        >
          {t('address.look')}
        </Button>
      </Group>
      {check.error !== null && <Failing error={check.error} />}
      {address.checks.map((finding) => (
        <OneFinding key={finding.check} finding={finding} />
      ))}
    </Stack>
  );
}

function verbsOf({ state, prepared }: Address): readonly Verb[] {
  switch (state) {
    case 'active':
      return ['drain', 'out'];
    case 'draining':
      return ['activate', 'out'];
    case 'out':
      return prepared ? ['activate', 'out'] : ['prepare', 'activate'];
    default:
      return state satisfies never;
  }
}

type Open = { at: 'closed' } | { at: 'verb'; verb: Verb } | { at: 'rename' } | { at: 'remove' };

function Acts({ pool, tag, address, close }: Omit<AddressProps, 'pools'>) {
  const { t } = useTranslation('customers');
  const [open, setOpen] = useState<Open>({ at: 'closed' });
  const shut = () => setOpen({ at: 'closed' });
  return (
    <Group gap="xs">
      {verbsOf(address).map((verb) => (
        <Button key={verb} size="compact-sm" variant="default" onClick={() => setOpen({ at: 'verb', verb })}>
          {t(`address.act.${verb}.verb`)}
        </Button>
      ))}
      <Button size="compact-sm" variant="default" onClick={() => setOpen({ at: 'rename' })}>
        {t('address.rename')}
      </Button>
      {address.state === 'out' && (
        <Button size="compact-sm" variant="default" c={DANGER} onClick={() => setOpen({ at: 'remove' })}>
          {t('address.remove')}
        </Button>
      )}
      {open.at === 'verb' && <AddressAct pool={pool} address={address} verb={open.verb} close={shut} />}
      {open.at === 'rename' && <Rename pool={pool} tag={tag} address={address} close={shut} />}
      {open.at === 'remove' && <Remove pool={pool} tag={tag} address={address} close={shut} done={close} />}
    </Group>
  );
}

interface ActProps {
  pool: Pool;
  tag: string | undefined;
  address: Address;
  close: () => void;
}

function Rename({ pool, tag, address, close }: ActProps) {
  const { t } = useTranslation('customers');
  const [hostname, setHostname] = useState(address.hostname);
  const change = useAct('changePoolAddress', { changes: ABOUT_POOLS });
  return (
    <ConfirmAct
      title={t('address.renameTitle', { ip: address.ip })}
      verb={t('address.rename')}
      reason="optional"
      waiting={hostname.trim() === '' || hostname === address.hostname}
      act={(reason) =>
        change.mutateAsync({
          path: { pool: pool.name, ip: address.ip },
          body: { hostname, ...(reason !== '' && { reason }) },
          ifMatch: tag,
        })
      }
      close={close}
    >
      <TextInput
        label={t('addresses.hostname')}
        description={t('address.renameHint')}
        value={hostname}
        error={faultOf(change.error, 'hostname')}
        onChange={(event) => setHostname(event.currentTarget.value)}
      />
    </ConfirmAct>
  );
}

function Remove({ pool, tag, address, close, done }: ActProps & { done: () => void }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const remove = useAct('removePoolAddress', { changes: ABOUT_POOLS });
  return (
    <ConfirmAct
      title={t('address.removeTitle', { ip: address.ip, pool: pool.name })}
      verb={t('address.remove')}
      danger
      typed={address.ip}
      reason="optional"
      act={async (reason) => {
        const query = reason === '' ? {} : { reason };
        await remove.mutateAsync({ path: { pool: pool.name, ip: address.ip }, query, ifMatch: tag });
        done();
      }}
      close={close}
    >
      <Text size="sm">
        {address.in_spf_until === undefined
          ? t('address.removeHint')
          : t('address.removeLater', { day: formats.dateTime(address.in_spf_until) })}
      </Text>
    </ConfirmAct>
  );
}
