import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { DANGER } from '../../../parts/danger.ts';
import { useRefresh } from '../use-refresh.ts';
import type { ShownUser } from './user-panel.tsx';

type Verb = 'again' | 'disable' | 'enable' | 'factors' | 'remove';

interface UserActionsProps {
  user: ShownUser;
  tag: string | undefined;
  close: () => void;
}

/** What can be done about somebody, as far as it makes sense now. */
export function UserActions({ user, tag, close }: UserActionsProps) {
  const { t } = useTranslation('access');
  const [opened, setOpened] = useState<Verb>();
  const hasFactor = user.second_factor || user.passkeys > 0;
  const verbs: readonly Verb[] = [
    ...(user.state === 'invited' ? (['again'] as const) : []),
    ...(hasFactor ? (['factors'] as const) : []),
    user.state === 'disabled' ? 'enable' : 'disable',
    'remove',
  ];
  const done = () => setOpened(undefined);
  return (
    <Group gap="xs">
      {verbs.map((verb) => (
        <Button
          key={verb}
          size="xs"
          variant="default"
          {...(verb === 'remove' && { c: DANGER })}
          onClick={() => setOpened(verb)}
        >
          {t(`user.${verb}`)}
        </Button>
      ))}
      {opened === 'again' && <SendAgain user={user} close={done} />}
      {(opened === 'disable' || opened === 'enable') && (
        <SetDisabled verb={opened} user={user} tag={tag} close={done} />
      )}
      {opened === 'factors' && <RemoveFactors user={user} close={done} />}
      {opened === 'remove' && <RemoveUser user={user} close={done} removed={close} />}
    </Group>
  );
}

const CHANGED = ['showUser', 'listUsers', 'listUserSessions'] as const;

function SendAgain({ user, close }: { user: ShownUser; close: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(CHANGED);
  const send = async () => {
    const { mailed } = await call('renewInvitation', { path: { user: user.id } });
    if (!mailed) throw new ApiProblem({ status: 503, detail: t('user.notMailed'), worded: true });
    notifications.show({ message: t('user.againDone', { email: user.email }), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct title={t('user.again')} verb={t('user.again')} act={send} close={close}>
      <Text size="sm">{t('user.againLead', { email: user.email })}</Text>
    </ConfirmAct>
  );
}

interface SetDisabledProps {
  verb: 'disable' | 'enable';
  user: ShownUser;
  tag: string | undefined;
  close: () => void;
}

function SetDisabled({ verb, user, tag, close }: SetDisabledProps) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(CHANGED);
  const said = useSaid();
  const { email } = user;
  const set = async () => {
    await call('changeUser', { path: { user: user.id }, body: { disabled: verb === 'disable' }, ifMatch: tag }).catch(
      said,
    );
    notifications.show({ message: t(`user.${verb}d`, { email }), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct
      danger={verb === 'disable'}
      title={t(`user.${verb}Title`, { email })}
      verb={t(`user.${verb}`)}
      act={set}
      close={close}
    >
      <Text size="sm">{t(`user.${verb}Lead`)}</Text>
    </ConfirmAct>
  );
}

function RemoveFactors({ user, close }: { user: ShownUser; close: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(CHANGED);
  const remove = async () => {
    await call('removeSecondFactors', { path: { user: user.id } });
    notifications.show({ message: t('user.factorsDone'), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct
      danger
      title={t('user.factorsTitle', { email: user.email })}
      verb={t('user.factors')}
      act={remove}
      close={close}
    >
      <Text size="sm">{t('user.factorsLead')}</Text>
    </ConfirmAct>
  );
}

function RemoveUser({ user, close, removed }: { user: ShownUser; close: () => void; removed: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(['listUsers', 'listKeys']);
  const said = useSaid();
  const [keys, setKeys] = useState<'revoke' | 'take_over'>('revoke');
  const { email } = user;
  const remove = async () => {
    await call('removeUser', { path: { user: user.id }, query: { keys } }).catch(said);
    notifications.show({ message: t('user.removed', { email }), color: 'green' });
    removed();
    await refresh();
  };
  return (
    <ConfirmAct
      danger
      title={t('user.removeTitle', { email })}
      verb={t('user.remove')}
      typed={t('user.word')}
      act={remove}
      close={close}
    >
      <Stack gap="sm">
        <Text size="sm">{t('user.removeLead')}</Text>
        <Radio.Group
          label={t('user.keys')}
          value={keys}
          onChange={(one) => setKeys(one === 'take_over' ? one : 'revoke')}
        >
          <Stack gap={6} mt={6}>
            <Radio value="revoke" label={t('user.keysRevoke')} />
            <Radio value="take_over" label={t('user.keysTakeOver')} />
          </Stack>
        </Radio.Group>
      </Stack>
    </ConfirmAct>
  );
}

/** What the API refuses for a reason that we know is said in the language of the person. */
function useSaid(): (error: unknown) => never {
  const { t } = useTranslation('access');
  return (error) => {
    const status = error instanceof ApiProblem ? error.status : undefined;
    if (status === 409) throw new ApiProblem({ status, detail: t('user.lastAdministrator'), worded: true });
    if (status === 412) throw new ApiProblem({ status, detail: t('user.changedMeanwhile'), worded: true });
    throw error;
  };
}
