// The rule that is being written, as one reads it.

import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Draft } from './rule-shapes.ts';
import { useRuleWords } from './rule-words.ts';

export function RuleInWords({ draft }: { draft: Draft }) {
  const { t } = useTranslation('protection');
  const words = useRuleWords();
  const conditions = draft.conditions.map(words.condition).join(' · ');
  const actions = draft.actions.map(words.action).join(', ');
  return (
    <Paper p="md" bg="light-dark(#eef6f7, #1c2f33)" aria-live="polite">
      <Text size="xs" fw={600} c="dimmed">
        {t('editor.inWords')}
      </Text>
      <Text size="sm">
        {conditions === '' ? t('editor.inWordsAlways') : t('editor.inWordsIf', { conditions })}
        {' → '}
        {t('editor.inWordsThen', { actions: actions === '' ? '…' : actions })}
      </Text>
    </Paper>
  );
}
