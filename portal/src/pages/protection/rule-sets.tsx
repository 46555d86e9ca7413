// Ready-made sets, to be taken over.

import { Button, Group, List, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { useIsOperator, useScope, useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { languageNow } from '../../words.ts';
import { draftOf, verdictOf } from './rule-shapes.ts';
import { useRuleWords } from './rule-words.ts';
import { VerdictChip } from './verdict-chip.tsx';

type RuleSet = Answer<'listRuleSets'>['entries'][number];

export function RuleSets() {
  const { t } = useTranslation('protection');
  const scope = useScope();
  const isOperator = useIsOperator();
  const sets = useCall('listRuleSets', { query: { language: languageNow() } });
  const of = scope === undefined ? { of: 'operator' as const } : isOperator ? { customer: scope } : {};
  const rules = useCall('listRules', { query: { ...of, limit: 1000 } });
  const taken = new Set(rules.data?.entries.map(({ made_from: set }) => set));
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={760}>
        {t('sets.lead')}
      </Text>
      <Answered query={sets}>
        {({ entries }) => (
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
            {entries.map((set) => (
              <SetCard key={set.set} set={set} taken={taken.has(set.set)} />
            ))}
          </SimpleGrid>
        )}
      </Answered>
    </Stack>
  );
}

function SetCard({ set, taken }: { set: RuleSet; taken: boolean }) {
  const { t } = useTranslation('protection');
  const may = useMay('protection:write');
  const [adopting, setAdopting] = useState(false);
  return (
    <Panel title={t(`sets.${set.set}.title`)} hint={t('sets.rules', { count: set.rules.length })}>
      <Text size="sm">{t(`sets.${set.set}.text`)}</Text>
      <SetRules set={set} />
      <Group>
        {taken && <Chip tone="good">{t('sets.adopted')}</Chip>}
        {may && !taken && (
          <Button variant="light" onClick={() => setAdopting(true)}>
            {t('sets.adopt')}
          </Button>
        )}
      </Group>
      {adopting && <AdoptSet set={set} close={() => setAdopting(false)} />}
    </Panel>
  );
}

function SetRules({ set }: { set: RuleSet }) {
  const words = useRuleWords();
  return (
    <List size="sm" spacing={6}>
      {set.rules.map((rule) => (
        <List.Item key={rule.name}>
          {rule.name} <VerdictChip verdict={verdictOf(rule.actions)} />
          <Text size="xs" c="dimmed">
            {draftOf({ ...rule, enabled: true })
              .conditions.map(words.condition)
              .join(' · ')}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

function AdoptSet({ set, close }: { set: RuleSet; close: () => void }) {
  const { t } = useTranslation('protection');
  const queries = useQueryClient();
  const scope = useScope();
  const isOperator = useIsOperator();
  const [, change] = useSearchState();
  const [enabled, setEnabled] = useState(true);
  const customer = isOperator ? scope : undefined;
  const whose = !isOperator
    ? t('sets.adoptOwn')
    : scope === undefined
      ? t('sets.adoptOperator')
      : t('sets.adoptCustomer', { customer: scope });
  return (
    <ConfirmAct
      title={t('sets.adoptFor', { title: t(`sets.${set.set}.title`) })}
      verb={t('sets.adopt')}
      reason="optional"
      act={async (reason) => {
        const why = reason === '' ? {} : { reason };
        await call('adoptRuleSet', {
          path: { set: set.set },
          body: { ...(customer !== undefined && { customer }), enabled, language: languageNow(), ...why },
        });
        await queries.invalidateQueries({ queryKey: ['listRules'] });
        change({ tab: undefined }, 'push');
      }}
      close={close}
    >
      <Text size="sm">{whose}</Text>
      <SetRules set={set} />
      <Switch
        checked={enabled}
        label={t('sets.enabled')}
        description={t('sets.enabledHint')}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
    </ConfirmAct>
  );
}
