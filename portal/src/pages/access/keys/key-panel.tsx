import { Button, Code, Group, List, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { DANGER } from '../../../parts/danger.ts';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useIsOperator } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { wordOf } from '../permission-word.ts';
import { useRefresh } from '../use-refresh.ts';
import { KeyState } from './key-state.tsx';

type ShownKey = Answer<'showKey'>;

interface KeyPanelProps {
  id: string;
  close: () => void;
  before: (() => void) | undefined;
  next: (() => void) | undefined;
}

/** One API key: all that is known of it but itself. */
export function KeyPanel({ id, close, before, next }: KeyPanelProps) {
  const { t } = useTranslation('access');
  const query = useCall('showKey', { path: { key: id } });
  return (
    <SidePanel title={query.data?.name ?? t('keys.key')} close={close} before={before} next={next}>
      <Answered query={query}>{(key) => <KeyDetails shown={key} />}</Answered>
    </SidePanel>
  );
}

function KeyDetails({ shown }: { shown: ShownKey }) {
  const { t } = useTranslation('access');
  const formats = useFormats();
  const mayRevoke = useMay('keys:write') && shown.state !== 'revoked';
  const [isRevoking, setRevoking] = useState(false);
  return (
    <Stack gap="lg">
      <Group gap="xs">
        <KeyState state={shown.state} />
        <Text size="sm" c="dimmed">
          {t('keys.made', { time: formats.relative(shown.made_at), by: shown.made_by })}
        </Text>
      </Group>
      <KeyFacts shown={shown} />
      <Scopes shown={shown} />
      {mayRevoke && (
        <Group>
          <Button size="xs" variant="default" c={DANGER} onClick={() => setRevoking(true)}>
            {t('keys.revoke')}
          </Button>
        </Group>
      )}
      {isRevoking && <Revoke shown={shown} close={() => setRevoking(false)} />}
    </Stack>
  );
}

function KeyFacts({ shown }: { shown: ShownKey }) {
  const { t } = useTranslation('access');
  const isOperator = useIsOperator();
  const { last_used_at: used, last_from: from, expires_at: end, revoked_at: revoked } = shown;
  return (
    <Facts
      facts={[
        { name: t('keys.id'), value: <Code>{shown.id}</Code> },
        { name: t('keys.customer'), value: isOperator ? (shown.customer ?? t('keys.allCustomers')) : undefined },
        {
          name: t('keys.networks'),
          value: shown.networks.length === 0 ? t('keys.anywhere') : shown.networks.join(', '),
        },
        {
          name: t('keys.lastUse'),
          value:
            used === null ? (
              t('keys.unused')
            ) : (
              <>
                <When at={used} /> {from !== null && t('sessions.from', { address: from })}
              </>
            ),
        },
        { name: t('keys.expires'), value: end === null ? t('keys.noEnd') : <When at={end} /> },
        { name: t('keys.revokedAt'), value: revoked === null ? undefined : <When at={revoked} /> },
      ]}
    />
  );
}

function Scopes({ shown: { scopes, effective_scopes: effective } }: { shown: ShownKey }) {
  const { t } = useTranslation('access');
  const resting = scopes.length - effective.length;
  return (
    <Stack gap="xs">
      <Title order={3}>{t('keyForm.scopes')}</Title>
      {resting > 0 && (
        <Text size="sm" c="dimmed">
          {t('keys.resting', { count: resting })}
        </Text>
      )}
      <List size="sm" spacing={2}>
        {scopes.map((scope) => (
          <List.Item key={scope} c={effective.includes(scope) ? 'inherit' : 'dimmed'}>
            <Code>{scope}</Code> {t(`permissions.${wordOf(scope)}`)}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Revoke({ shown, close }: { shown: ShownKey; close: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(['showKey', 'listKeys']);
  const revoke = async () => {
    await call('revokeKey', { path: { key: shown.id } });
    notifications.show({ message: t('keys.revoked'), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct
      danger
      title={t('keys.revokeTitle', { name: shown.name })}
      verb={t('keys.revoke')}
      act={revoke}
      close={close}
    >
      <Text size="sm">{t('keys.revokeLead')}</Text>
    </ConfirmAct>
  );
}
