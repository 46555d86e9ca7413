// One more address of ours in a pool.

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { ABOUT_POOLS } from './about-pools.ts';

export function AddAddress({ pool, close }: { pool: string; close: () => void }) {
  const { t } = useTranslation('customers');
  const [ip, setIp] = useState('');
  const [hostname, setHostname] = useState('');
  const add = useAct('addPoolAddress', { changes: ABOUT_POOLS });
  return (
    <ConfirmAct
      title={t('pool.addAddressTitle', { pool })}
      verb={t('pool.addAddress')}
      reason="optional"
      waiting={ip.trim() === '' || hostname.trim() === ''}
      act={(reason) =>
        add.mutateAsync({
          path: { pool },
          body: { ip: ip.trim(), hostname: hostname.trim(), ...(reason !== '' && { reason }) },
        })
      }
      close={close}
    >
      <TextInput
        label={t('addresses.ip')}
        placeholder="192.0.2.10"
        value={ip}
        error={faultOf(add.error, 'ip')}
        onChange={(event) => setIp(event.currentTarget.value)}
      />
      <TextInput
        label={t('addresses.hostname')}
        description={t('address.renameHint')}
        placeholder="out1.relay.example.lu"
        value={hostname}
        error={faultOf(add.error, 'hostname')}
        onChange={(event) => setHostname(event.currentTarget.value)}
      />
    </ConfirmAct>
  );
}
