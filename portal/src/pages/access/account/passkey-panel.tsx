import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { useRefresh } from '../use-refresh.ts';
import { canHavePasskeys } from '../webauthn.ts';
import { AddPasskey } from './add-passkey.tsx';
import { RenamePasskey } from './rename-passkey.tsx';
import { lastFactor } from './totp-panel.tsx';

export type Passkey = Answer<'listSecondFactors'>['passkeys'][number];

interface PasskeyPanelProps {
  passkeys: readonly Passkey[];
  showCodes: (codes: readonly string[]) => void;
}

type Opened = { what: 'add' } | { what: 'rename' | 'remove'; passkey: Passkey };

/** Passkeys: added, renamed, removed. */
export function PasskeyPanel({ passkeys, showCodes }: PasskeyPanelProps) {
  const { t } = useTranslation('access');
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const isPossible = canHavePasskeys();
  return (
    <Panel
      title={t('passkeys.title')}
      hint={t('passkeys.lead')}
      actions={
        isPossible && (
          <Button variant="default" size="xs" onClick={() => setOpened({ what: 'add' })}>
            {t('passkeys.add')}
          </Button>
        )
      }
    >
      {passkeys.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(isPossible ? 'passkeys.none' : 'setUp.noPasskeys')}
        </Text>
      )}
      {passkeys.map((passkey) => (
        <PasskeyLine key={passkey.id} passkey={passkey} open={(what) => setOpened({ what, passkey })} />
      ))}
      {opened?.what === 'add' && <AddPasskey showCodes={showCodes} close={close} />}
      {opened?.what === 'rename' && <RenamePasskey passkey={opened.passkey} close={close} />}
      {opened?.what === 'remove' && <RemovePasskey passkey={opened.passkey} close={close} />}
    </Panel>
  );
}

function PasskeyLine({ passkey, open }: { passkey: Passkey; open: (what: 'rename' | 'remove') => void }) {
  const { t } = useTranslation('access');
  const formats = useFormats();
  const { name, made_at, last_used_at } = passkey;
  const used =
    last_used_at === null ? t('passkeys.unused') : t('passkeys.used', { time: formats.relative(last_used_at) });
  return (
    <Group justify="space-between" gap="xs">
      <Stack gap={0}>
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {t('passkeys.made', { time: formats.date(made_at) })} · {used}
        </Text>
      </Stack>
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => open('rename')}
          aria-label={`${t('passkeys.rename')}: ${name}`}
        >
          {t('passkeys.rename')}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => open('remove')}
          aria-label={`${t('passkeys.remove')}: ${name}`}
        >
          {t('passkeys.remove')}
        </Button>
      </Group>
    </Group>
  );
}

function RemovePasskey({ passkey, close }: { passkey: Passkey; close: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(['listSecondFactors', 'getSession']);
  const remove = async () => {
    await call('removePasskey', { path: { passkey: passkey.id } }).catch(lastFactor(t('passkeys.lastOne')));
    notifications.show({ message: t('passkeys.removed'), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct
      danger
      title={t('passkeys.removeTitle', { name: passkey.name })}
      verb={t('passkeys.remove')}
      act={remove}
      close={close}
    >
      <Text size="sm">{t('passkeys.removeLead')}</Text>
    </ConfirmAct>
  );
}
