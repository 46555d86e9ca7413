// One direction of the test: where to send to, what was refused, and the journey.

import { Alert, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { CopyLine } from '../../parts/copy.tsx';
import { Journey } from '../../parts/journey.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useReplyText } from '../../parts/reply-text.ts';
import { Chip, type Tone } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';

type Way = NonNullable<Answer<'getTest'>['outbound']>;

const TONES: Readonly<Record<Way['state'], Tone>> = {
  waiting: 'idle',
  'under way': 'info',
  passed: 'good',
  failed: 'bad',
};
const WORDS = { waiting: 'waiting', 'under way': 'underWay', passed: 'passed', failed: 'failed' } as const;

interface TrialWayProps {
  way: Way;
  direction: 'outbound' | 'inbound';
  /** Level of its heading. */
  level?: 2 | 3;
}

export function TrialWay({ way, direction, level = 3 }: TrialWayProps) {
  const { t } = useTranslation('joining');
  const isPassed = way.state === 'passed';
  return (
    <Panel
      title={t(`test.${direction}.title`)}
      hint={isPassed ? t(`test.${direction}.passed`) : t(`test.${direction}.hint`)}
      actions={<Chip tone={TONES[way.state]}>{t(`test.state.${WORDS[way.state]}`)}</Chip>}
      order={level}
    >
      {direction === 'outbound' && !isPassed && <CopyLine text={way.to} what={t('test.address')} />}
      {direction === 'inbound' && (
        <Text size="sm" c="dimmed">
          {t('test.to', { address: way.to })}
        </Text>
      )}
      {way.state === 'failed' && <Text size="sm">{t(`test.${direction}.failed`)}</Text>}
      {way.refused.map((refused) => (
        <RefusedTry key={`${refused.at} ${refused.ip ?? ''}`} refused={refused} />
      ))}
      {way.journey.length > 0 && <Journey steps={way.journey} live />}
    </Panel>
  );
}

function RefusedTry({ refused }: { refused: Way['refused'][number] }) {
  const { t } = useTranslation('joining');
  const { at, ip, from, reply } = refused;
  const said = useReplyText();
  return (
    <Alert color="red" variant="light" p="xs">
      <Stack gap={2}>
        <Text size="sm">
          {t('test.refused', { from: from ?? '<>', ip: ip ?? '' })} <When at={at} as="time" />
        </Text>
        {reply !== undefined && <Text size="sm">{said(reply)}</Text>}
      </Stack>
    </Alert>
  );
}
