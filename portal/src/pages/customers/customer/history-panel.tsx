// Each step of a customer so far: to which stage, when, by whom, why.

import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import type words from '../../../words/en/customers.json';
import { StateChip } from '../customer-state.tsx';

/** Reasons that the relay gives by itself. */
const WHYS: Readonly<Record<string, keyof typeof words.stage.whys>> = {
  order: 'order',
  apply: 'apply',
  'link made': 'link',
  'entry submitted': 'submitted',
  'entry approved': 'approved',
  'checks and test messages': 'verifying',
  'the checks are green and the test messages arrived': 'live',
};

export function HistoryPanel({ transitions }: { transitions: Answer<'listTransitions'> }) {
  const { t } = useTranslation('customers');
  const entries = transitions.entries.toReversed();
  const wordsOf = (why: string) => {
    const known = WHYS[why];
    return known === undefined ? why : t(`stage.whys.${known}`);
  };
  return (
    <Panel title={t('stage.history')}>
      {entries.length === 0 && <Empty title={t('stage.noHistory')} />}
      <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {entries.map(({ to, at, who, why }, i) => (
          <li key={`${at} ${to} ${entries.length - i}`}>
            <Group gap="xs" align="center">
              <StateChip state={to} />
              <Text size="sm" component="span">
                <When at={at} />
              </Text>
              <Text size="sm" c="dimmed" component="span" style={{ overflowWrap: 'anywhere' }}>
                {who}
              </Text>
            </Group>
            {why !== undefined && (
              <Text size="sm" mt={2} style={{ overflowWrap: 'anywhere' }}>
                {wordsOf(why)}
              </Text>
            )}
          </li>
        ))}
      </Stack>
    </Panel>
  );
}
