// Alarms that are on, with what each means and the way to its page.

import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../parts/panel.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { useRelayWords } from '../../../parts/use-relay-words.ts';
import { When } from '../../../parts/when.tsx';
import { useSearchState } from '../../../search.ts';
import { QuietNote } from '../quiet-note.tsx';
import { useAlarmWords } from './alarm-name.ts';
import type { Health } from './health-page.tsx';

export function AlarmPanel({ alarms }: { alarms: Health['alarms'] }) {
  const { t } = useTranslation('service');
  return (
    <Panel title={t('alarms.title')}>
      {alarms.length === 0 ? (
        <QuietNote good hint={t('alarms.noneHint')}>
          {t('alarms.none')}
        </QuietNote>
      ) : (
        <Stack gap="md" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {alarms.map((alarm) => (
            <AlarmLine key={`${alarm.name} ${alarm.about ?? ''}`} alarm={alarm} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

/** What was seen, by the code of the alarm or by that of the text itself. */
function useAlarmText() {
  const say = useRelayWords('findings');
  const sayReason = useRelayWords('reasons');
  return (alarm: Health['alarms'][number]) =>
    alarm.code === undefined
      ? sayReason('reason', { text: alarm.text, ...alarm.words?.['text'] })
      : say('alarm', alarm);
}

function AlarmLine({ alarm }: { alarm: Health['alarms'][number] }) {
  const { t } = useTranslation('service');
  const [, change] = useSearchState();
  const { name, about, since, meaning } = alarm;
  const { text, lang } = useAlarmText()(alarm);
  const words = useAlarmWords()(name);
  return (
    <Stack component="li" gap={2} data-alarm={name}>
      <Group gap="xs" align="baseline">
        <Chip tone="bad">{t('alarms.on')}</Chip>
        <Text fw={600} size="sm">
          {words?.meaning ?? meaning}
        </Text>
      </Group>
      {words !== undefined && (
        <Text size="sm">
          <b>{t('alarms.firstTitle')}</b> {words.first}
        </Text>
      )}
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {t('alarms.said')}{' '}
        <q lang={lang}>
          {about !== undefined && about !== alarm.text && !text.includes(about) ? `${about}: ` : ''}
          {text}
        </q>
      </Text>
      <Group gap="sm">
        <Text size="xs" c="dimmed" component="span">
          {t('alarms.since')} <When at={since} as="relative" />
        </Text>
        <Anchor component="button" type="button" size="sm" onClick={() => change({ runbook: name }, 'push')}>
          {t('alarms.runbook')}
        </Anchor>
      </Group>
    </Stack>
  );
}
