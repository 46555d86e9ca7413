import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useRefresh } from '../use-refresh.ts';
import type { Passkey } from './passkey-panel.tsx';

export function RenamePasskey({ passkey, close }: { passkey: Passkey; close: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(['listSecondFactors']);
  const [name, setName] = useState(passkey.name);
  const rename = async () => {
    await call('renamePasskey', { path: { passkey: passkey.id }, body: { name: name.trim() } });
    notifications.show({ message: t('passkeys.renamed'), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct
      title={t('passkeys.renameTitle')}
      verb={t('passkeys.rename')}
      waiting={name.trim() === ''}
      act={rename}
      close={close}
    >
      {(error) => (
        <TextInput
          label={t('passkeys.name')}
          maxLength={100}
          data-autofocus
          value={name}
          error={faultOf(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </ConfirmAct>
  );
}
