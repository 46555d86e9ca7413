// The machine under the relay, as `doctor` sees it: asked for, since it takes some seconds.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Failing } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useRelayWords } from '../../../parts/use-relay-words.ts';
import { When } from '../../../parts/when.tsx';
import { QuietNote } from '../quiet-note.tsx';

type Examination = Answer<'getExamination'>;
type Finding = Examination['findings'][number];

const TONES: Readonly<Record<Finding['state'], Tone>> = { fault: 'bad', warn: 'warn', ok: 'good' };
const ORDER: readonly Finding['state'][] = ['fault', 'warn', 'ok'];
const AGAIN_MS = 3000;

export function ExaminationPanel() {
  const { t } = useTranslation('service');
  const last = useCall('getExamination', {}, { everyMs: 60_000 });
  const running = last.data?.state === 'running';
  // Somebody else may have begun it.
  useCall('getExamination', {}, { enabled: running, everyMs: AGAIN_MS });
  const examine = useAct('examineRelay', { changes: ['getExamination'] });
  const busy = examine.isPending || running;
  const button = (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconStethoscope size={16} />}
      loading={busy}
      onClick={() => examine.mutate({})}
    >
      {t('examination.do')}
    </Button>
  );
  return (
    <Panel title={t('examination.title')} hint={t('examination.hint')} actions={button}>
      {examine.error !== null && <Failing error={examine.error} />}
      <Answered query={last} lines={3}>
        {(found) => <Findings examination={found} />}
      </Answered>
    </Panel>
  );
}

function Findings({ examination: { at, findings } }: { examination: Examination }) {
  const { t } = useTranslation('service');
  if (at === null) return <QuietNote hint={t('examination.neverHint')}>{t('examination.never')}</QuietNote>;
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('examination.at')} <When at={at} as="relative" />
      </Text>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {sorted.map((one, i) => (
          <Group key={i} component="li" gap="sm" wrap="nowrap" align="flex-start">
            <Chip tone={TONES[one.state]}>{t(`examination.states.${one.state}`)}</Chip>
            <FindingText finding={one} />
          </Group>
        ))}
      </Stack>
    </>
  );
}

function FindingText({ finding: { subject, found, mend = '', code, values } }: { finding: Finding }) {
  const say = useRelayWords('findings');
  const about = say('subject', { text: subject, code, values });
  const what = say('found', { text: found, code, values });
  const how = say('mend', { text: mend, code, values });
  return (
    <div lang={what.lang}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <b>{about.text}</b> {what.text}
      </Text>
      {mend !== '' && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {how.text}
        </Text>
      )}
    </div>
  );
}
