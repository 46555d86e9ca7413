import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { programOf, useAgentName } from '../agent.ts';
import { SessionLine } from '../session-line.tsx';
import { useRefresh } from '../use-refresh.ts';
import { SignIns } from './sign-ins.tsx';

type Listed = Answer<'listOwnSessions'>['entries'][number];
type Asked = { what: 'one'; session: Listed } | { what: 'others' };

/** Where one is signed in, and when one has signed in. */
export function Sessions() {
  const { t } = useTranslation('access');
  const sessions = useCall('listOwnSessions', {});
  const [asked, setAsked] = useState<Asked>();
  const hasOthers = (sessions.data?.entries.length ?? 0) > 1;
  return (
    <Stack gap="md" maw={720}>
      <Panel
        title={t('sessions.title')}
        actions={
          hasOthers && (
            <Button variant="default" size="xs" onClick={() => setAsked({ what: 'others' })}>
              {t('sessions.endOthers')}
            </Button>
          )
        }
      >
        <Answered query={sessions} lines={3}>
          {({ entries, current }) =>
            entries.map((session) => (
              <SessionLine
                key={session.id}
                session={session}
                isHere={session.id === current}
                {...(session.id !== current && { end: () => setAsked({ what: 'one', session }) })}
              />
            ))
          }
        </Answered>
      </Panel>
      <SignIns />
      {asked?.what === 'one' && <EndOne session={asked.session} close={() => setAsked(undefined)} />}
      {asked?.what === 'others' && <EndOthers close={() => setAsked(undefined)} />}
    </Stack>
  );
}

function EndOne({ session, close }: { session: Listed; close: () => void }) {
  const { t } = useTranslation('access');
  const named = useAgentName();
  const refresh = useRefresh(['listOwnSessions']);
  const end = async () => {
    await call('endOwnSession', { path: { session: session.id } });
    notifications.show({ message: t('sessions.ended', { count: 1 }), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct title={t('sessions.endTitle')} verb={t('sessions.end')} act={end} close={close}>
      <Text size="sm">{t('sessions.endLead', { agent: named(programOf(session.agent)) })}</Text>
    </ConfirmAct>
  );
}

function EndOthers({ close }: { close: () => void }) {
  const { t } = useTranslation('access');
  const refresh = useRefresh(['listOwnSessions']);
  const end = async () => {
    const { ended } = await call('endOtherSessions', {});
    notifications.show({ message: t('sessions.ended', { count: ended }), color: 'green' });
    await refresh();
  };
  return (
    <ConfirmAct title={t('sessions.endOthersTitle')} verb={t('sessions.endOthers')} act={end} close={close}>
      <Text size="sm">{t('sessions.endOthersLead')}</Text>
    </ConfirmAct>
  );
}
