import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { useAct } from '../../../api/queries.ts';
import { faultAmong, faultOf } from '../../../parts/field-faults.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useSession } from '../../../session.ts';
import { NewPassword, passwordFault } from '../new-password.tsx';
import { PresentPassword } from '../present-password.tsx';
import { useWait } from '../use-wait.ts';
import { WaitNotice } from '../wait-notice.tsx';

export function ChangePassword() {
  const { t } = useTranslation('access');
  const [isOpen, setOpen] = useState(false);
  return (
    <Panel
      title={t('account.passwordTitle')}
      hint={t('account.passwordLead')}
      actions={
        !isOpen && (
          <Button variant="default" size="xs" onClick={() => setOpen(true)}>
            {t('account.changePassword')}
          </Button>
        )
      }
    >
      {isOpen && <PasswordForm close={() => setOpen(false)} />}
    </Panel>
  );
}

function PasswordForm({ close }: { close: () => void }) {
  const { t } = useTranslation('access');
  const { user } = useSession();
  const wait = useWait();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const change = useAct('changePassword', { changes: ['listOwnSessions'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (passwordFault(password, user.email) !== undefined || current === '') return setTried(true);
    if (change.isPending || wait.seconds > 0) return;
    change.mutate(
      { body: { current, password } },
      {
        onSuccess: () => {
          notifications.show({ message: t('account.passwordChanged'), color: 'green' });
          close();
        },
        onError: (error) => void wait.heed(error),
      },
    );
  };
  const isWait = change.error instanceof ApiProblem && change.error.status === 429;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm" maw={400}>
        <PresentPassword
          label={t('account.currentPassword')}
          autoFocus
          value={current}
          set={setCurrent}
          error={presentFault(change.error)}
        />
        <NewPassword
          label={t('password.newLabel')}
          value={password}
          set={setPassword}
          address={user.email}
          strict={isTried}
          error={faultOf(change.error, 'password')}
        />
        {!isWait && <Failing error={change.error} />}
        <WaitNotice seconds={wait.seconds} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending} disabled={wait.seconds > 0}>
            {t('account.changePassword')}
          </Button>
        </Group>
      </Stack>
    </form>
  );

  function presentFault(error: unknown): ReactNode {
    const faults = error instanceof ApiProblem ? error.faults : [];
    return faultAmong(faults, ['current'], () => t('password.wrong')) ?? presentLack();
  }

  function presentLack(): string | undefined {
    return isTried && current === '' ? t('fields.required') : undefined;
  }
}
