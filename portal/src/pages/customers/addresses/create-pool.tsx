// A new pool; its addresses are added afterwards.

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useSearchState } from '../../../search.ts';
import { ABOUT_POOLS } from './about-pools.ts';

export function CreatePool({ close }: { close: () => void }) {
  const { t } = useTranslation('customers');
  const [, change] = useSearchState();
  const [name, setName] = useState('');
  const create = useAct('createPool', { changes: ABOUT_POOLS });
  return (
    <ConfirmAct
      title={t('pool.create')}
      verb={t('pool.createVerb')}
      reason="optional"
      waiting={name.trim() === ''}
      act={async (reason) => {
        await create.mutateAsync({ body: { name: name.trim(), ...(reason !== '' && { reason }) } });
        change({ tab: 'pools' });
      }}
      close={close}
    >
      <TextInput
        label={t('pool.name')}
        description={t('pool.createHint')}
        value={name}
        error={faultOf(create.error, 'name')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </ConfirmAct>
  );
}
