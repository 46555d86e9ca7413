import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { SessionLine } from '../session-line.tsx';
import { useRefresh } from '../use-refresh.ts';
import type { ShownUser } from './user-panel.tsx';

/** Where somebody is signed in. */
export function UserSessions({ user, mayEnd }: { user: ShownUser; mayEnd: boolean }) {
  const { t } = useTranslation('access');
  const sessions = useCall('listUserSessions', { path: { user: user.id } });
  const [isAsking, setAsking] = useState(false);
  const hasAny = (sessions.data?.entries.length ?? 0) > 0;
  return (
    <Panel
      order={3}
      title={t('user.sessions')}
      actions={
        mayEnd &&
        hasAny && (
          <Button size="xs" variant="default" onClick={() => setAsking(true)}>
            {t('user.endAll')}
          </Button>
        )
      }
    >
      <Answered query={sessions} lines={2}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('sessions.none')}
            </Text>
          ) : (
            entries.map((session) => <SessionLine key={session.id} session={session} />)
          )
        }
      </Answered>
      {isAsking && <EndAll user={user} close={() => setAsking(false)} />}
    </Panel>
  );
}

function EndAll({ user, close }: { user: ShownUser; close: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(['listUserSessions']);
  const end = async () => {
    const { ended } = await call('endUserSessions', { path: { user: user.id } });
    notifications.show({ message: t('sessions.ended', { count: ended }), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct title={t('user.endAllTitle', { email: user.email })} verb={t('user.endAll')} act={end} close={close}>
      <Text size="sm">{t('user.endAllLead')}</Text>
    </ConfirmAct>
  );
}
