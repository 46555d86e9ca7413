// The operator's word about an address, with what it means for those who send from it; against the checks,
// which are shown, with a reason.

import { Alert, List, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Answered } from '../../../parts/states.tsx';
import { ABOUT_POOLS } from './about-pools.ts';
import type { Address, Finding, Pool } from './address-state.tsx';
import { OneFinding } from './one-finding.tsx';

export type Verb = 'prepare' | 'activate' | 'drain' | 'out';

interface ActProps {
  pool: Pool;
  address: Address;
  verb: Verb;
  close: () => void;
}

export function AddressAct({ pool, address, verb, close }: ActProps) {
  const { t } = useTranslation('customers');
  const set = useAct('setAddressState', { changes: ABOUT_POOLS });
  const isLooking = useFreshLook(pool, verb === 'activate');
  const against = verb === 'activate' ? address.checks.filter(isAgainst) : [];
  const override = against.length > 0;
  const takesAway = address.state === 'active' && (verb === 'drain' || verb === 'out');
  return (
    <ConfirmAct
      title={t(`address.act.${verb}.title`, { ip: address.ip })}
      verb={override ? t('address.despite') : t(`address.act.${verb}.verb`)}
      danger={takesAway || override}
      reason={takesAway || override ? 'needed' : 'optional'}
      act={(reason) =>
        set.mutateAsync({
          path: { pool: pool.name, ip: address.ip, act: verb },
          body: { override, ...(reason !== '' && { reason }) },
        })
      }
      close={close}
    >
      <Text size="sm">{t(`address.act.${verb}.hint`)}</Text>
      {takesAway && <Meaning pool={pool} address={address} />}
      <Stack gap="xs" aria-live="polite">
        {override && (
          <Alert color="orange" variant="light" title={t('address.against')}>
            {t('address.despiteHint')}
          </Alert>
        )}
        {against.map((finding) => (
          <OneFinding key={finding.check} finding={finding} />
        ))}
        {isLooking && (
          <Text size="sm" c="dimmed">
            {t('address.looking')}
          </Text>
        )}
      </Stack>
    </ConfirmAct>
  );
}

/** What the relay takes for a reason against an address: also that DNS did not answer. */
const isAgainst = ({ state }: Finding): boolean => state === 'fail' || state === 'unknown';

/** Has DNS looked at anew: what was found by the last look may be an hour old. Whether it still is being done. */
function useFreshLook(pool: Pool, isWanted: boolean): boolean {
  const { mutate, isPending } = useAct('checkPool', { changes: ABOUT_POOLS });
  useEffect(() => {
    if (isWanted) mutate({ path: { pool: pool.name } });
  }, [isWanted, mutate, pool.name]);
  return isPending;
}

/** Who sends from the pool, and what is left to them. */
function Meaning({ pool, address }: { pool: Pool; address: Address }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const usage = useCall('getPoolUsage', { path: { pool: pool.name } });
  const others = pool.addresses.filter(({ ip, state }) => ip !== address.ip && state === 'active').length;
  return (
    <Answered query={usage} lines={2}>
      {({ customers, alone }) => (
        <Stack gap="xs">
          {others === 0 && customers > 0 && (
            <Alert color="red" variant="light">
              {alone > 0 ? t('address.lastAlone', { count: alone, shown: formats.number(alone) }) : t('address.last')}
            </Alert>
          )}
          <List size="sm">
            <List.Item>
              <ScopedLink to="/customers" search={{ pool: pool.name }}>
                {t('pool.customers', { count: customers, shown: formats.number(customers) })}
              </ScopedLink>
            </List.Item>
            <List.Item>{t('pool.alone', { count: alone, shown: formats.number(alone) })}</List.Item>
            <List.Item>{t('address.others', { count: others, shown: formats.number(others) })}</List.Item>
          </List>
        </Stack>
      )}
    </Answered>
  );
}
