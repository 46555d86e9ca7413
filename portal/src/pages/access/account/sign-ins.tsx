import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../../api/queries.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';
import { programOf, useAgentName } from '../agent.ts';

const SHOWN = 20;

/** When one signed in, and when somebody tried in vain. */
export function SignIns() {
  const { t } = useTranslation('access');
  const query = usePages('listOwnSignIns', { query: { limit: SHOWN } });
  const entries = query.entries ?? [];
  return (
    <Panel title={t('sessions.historyTitle')} hint={t('sessions.historyLead')}>
      <Answered query={query}>
        {() => (
          <>
            {entries.length === 0 && (
              <Text size="sm" c="dimmed">
                {t('sessions.historyNone')}
              </Text>
            )}
            <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
              {entries.map((entry) => (
                <SignInLine key={`${entry.at} ${entry.how} ${entry.from}`} entry={entry} />
              ))}
            </Stack>
            {query.hasNextPage && (
              <Group justify="center">
                <Button
                  size="xs"
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t('sessions.more')}
                </Button>
              </Group>
            )}
          </>
        )}
      </Answered>
    </Panel>
  );
}

function SignInLine({ entry }: { entry: Entry<'listOwnSignIns'> }) {
  const { t } = useTranslation('access');
  const named = useAgentName();
  const isRefused = entry.outcome === 'refused';
  const how = useHow(entry);
  const from = entry.from === null ? t('sessions.unknownFrom') : t('sessions.from', { address: entry.from });
  const program = entry.agent === null ? '' : ` · ${named(programOf(entry.agent))}`;
  return (
    <Group component="li" gap="xs" justify="space-between">
      <Group gap="xs">
        <Chip tone={isRefused ? 'warn' : 'good'}>
          {isRefused ? t('sessions.refusedTimes', { count: entry.count }) : t('sessions.signedIn')}
        </Chip>
        <Text size="sm">
          {how} · {from}
          {program}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" component="span">
        <When at={entry.at} />
      </Text>
    </Group>
  );
}

const HOW = {
  password: 'password',
  'password and totp': 'passwordTotp',
  'password and recovery_code': 'passwordRecovery',
  passkey: 'passkey',
  invitation: 'invitation',
} as const;

/** How it was tried, in words; what a later relay may call it stays as it is. */
function useHow({ how, outcome }: Entry<'listOwnSignIns'>): string {
  const { t } = useTranslation('access');
  if (outcome === 'refused') return t(how === 'code' ? 'how.code' : 'how.wrongPassword');
  return how in HOW ? t(`how.${HOW[how as keyof typeof HOW]}`) : how;
}
