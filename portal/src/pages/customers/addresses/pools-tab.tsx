// The pools: what each has, who sends from it, which include covers it.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callWithTag } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { useMay } from '../../../session.ts';
import { ABOUT_POOLS } from './about-pools.ts';
import { AddAddress } from './add-address.tsx';
import type { Pool } from './address-state.tsx';
import { SpfInclude } from './spf-include.tsx';

export function PoolsTab({ pools }: { pools: readonly Pool[] }) {
  return (
    <Stack gap="md">
      {pools.map((pool) => (
        <PoolPanel key={pool.name} pool={pool} />
      ))}
    </Stack>
  );
}

type Open = 'address' | 'spf' | 'remove';

function PoolPanel({ pool }: { pool: Pool }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const may = useMay('pools:write');
  const usage = useCall('getPoolUsage', { path: { pool: pool.name } });
  const [open, setOpen] = useState<Open>();
  const shut = () => setOpen(undefined);
  const { addresses, include, spf } = pool;
  return (
    <Panel
      title={pool.name}
      actions={
        may && (
          <>
            <Button size="compact-sm" variant="default" onClick={() => setOpen('spf')}>
              {t('pool.changeSpf')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setOpen('remove')}>
              {t('pool.remove')}
            </Button>
            <Button size="compact-sm" onClick={() => setOpen('address')}>
              {t('pool.addAddress')}
            </Button>
          </>
        )
      }
    >
      <Stack gap="xs">
        <Group gap="lg">
          {(['active', 'draining', 'out'] as const).map((state) => (
            <Text size="sm" key={state} component="span">
              <ScopedLink to="/addresses" search={{ pool: pool.name, state }}>
                {t('pool.inState', {
                  shown: formats.number(addresses.filter((one) => one.state === state).length),
                  state: t(`address.state.${state}`),
                })}
              </ScopedLink>
            </Text>
          ))}
        </Group>
        <Facts
          facts={[
            {
              name: t('pool.usedBy'),
              value:
                usage.data === undefined ? undefined : (
                  <>
                    <ScopedLink to="/customers" search={{ pool: pool.name }}>
                      {t('pool.customers', {
                        count: usage.data.customers,
                        shown: formats.number(usage.data.customers),
                      })}
                    </ScopedLink>{' '}
                    · {t('pool.alone', { count: usage.data.alone, shown: formats.number(usage.data.alone) })}
                  </>
                ),
            },
            {
              name: t('addresses.include'),
              value: `${include ?? t('pool.noInclude')}${spf === null ? '' : ` (${t('pool.ownInclude')})`}`,
            },
          ]}
        />
      </Stack>
      {open === 'address' && <AddAddress pool={pool.name} close={shut} />}
      {open === 'spf' && <SpfInclude pool={pool} close={shut} />}
      {open === 'remove' && <RemovePool pool={pool} close={shut} />}
    </Panel>
  );
}

function RemovePool({ pool, close }: { pool: Pool; close: () => void }) {
  const { t } = useTranslation('customers');
  const remove = useAct('removePool', { changes: ABOUT_POOLS });
  const path = { pool: pool.name };
  return (
    <ConfirmAct
      title={t('pool.removeTitle', { pool: pool.name })}
      verb={t('pool.remove')}
      danger
      typed={pool.name}
      reason="optional"
      act={async (reason) => {
        const { tag } = await callWithTag('showPool', { path });
        await remove.mutateAsync({ path, query: reason === '' ? {} : { reason }, ifMatch: tag });
      }}
      close={close}
    >
      <Text size="sm">{t('pool.removeHint')}</Text>
      <TextInput label={t('pool.addressCount')} value={String(pool.addresses.length)} readOnly variant="unstyled" />
    </ConfirmAct>
  );
}
