// One rule in words: its name, what it looks for, what follows.

import { Box, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../api/queries.ts';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { useIsOperator } from '../../search.ts';
import { draftOf, verdictOf } from './rule-shapes.ts';
import { useRuleWords } from './rule-words.ts';
import { VerdictChip } from './verdict-chip.tsx';

export function RuleSummary({ rule }: { rule: Entry<'listRules'> }) {
  const { t } = useTranslation('protection');
  const words = useRuleWords();
  const { conditions, actions } = draftOf(rule);
  const isOperator = useIsOperator();
  const search = rule.customer === null || !isOperator ? {} : { customer: rule.customer };
  return (
    <Box miw={0} opacity={rule.enabled ? 1 : 0.75}>
      <Group gap="xs">
        <Text span fw={600} size="sm">
          <ScopedLink to={`/rules/${rule.id}`} search={search}>
            {rule.name}
          </ScopedLink>
        </Text>
        <VerdictChip verdict={verdictOf(actions)} />
        {!rule.enabled && <Chip tone="idle">{t('rules.off')}</Chip>}
        {rule.last && <Chip tone="idle">{t('rules.last')}</Chip>}
      </Group>
      <Text size="sm" c="dimmed" component="div">
        {conditions.length === 0 ? t('rules.everyMessage') : conditions.map(words.condition).join(' · ')}
        {' → '}
        {actions.map(words.action).join(', ')}
      </Text>
    </Box>
  );
}
