// What a dry run found.

import { Alert, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { ACTION_GROUPS, type ActionKind, TRAITS, verdictOf } from './rule-shapes.ts';
import { VerdictChip } from './verdict-chip.tsx';

type Result = Answer<'testRules'>;

/** The same id as the API gives a rule that is not kept yet. */
const DRAFT = 'draft';
const ACTIONS: readonly string[] = Object.values(ACTION_GROUPS).flat();

export function DryRunResult({ result }: { result: Result }) {
  const { t } = useTranslation('protection');
  const { verdict, note, matches } = result;
  return (
    <Panel title={t(`try.outcome.${verdict}`)} order={3} actions={<VerdictChip verdict={verdict} />}>
      {note !== null && <Text size="sm">{t('try.note', { note })}</Text>}
      <Text size="sm" fw={600}>
        {matches.length === 0 ? t('try.none') : t('try.met', { count: matches.length })}
      </Text>
      {matches.map((match, index) => (
        <Match key={`${index} ${match.name}`} match={match} />
      ))}
      <Effects effects={result.effects} fields={result.fields} />
      <Found result={result} />
      <Alert icon={<IconInfoCircle size={18} />} color="gray" variant="light">
        <Text size="sm">{t('try.alsoAsked')}</Text>
      </Alert>
    </Panel>
  );
}

function Match({ match }: { match: Result['matches'][number] }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const { name, of, rule, enabled, parts, actions } = match;
  const isDraft = rule === DRAFT;
  const known = actions.filter((one): one is ActionKind => ACTIONS.includes(one));
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <VerdictChip verdict={verdictOf(actions.map((kind) => ({ do: kind })))} />
        <Chip tone="idle">{t(isDraft ? 'try.draft' : of === 'operator' ? 'try.ofOperator' : 'try.ofCustomer')}</Chip>
        {!enabled && !isDraft && <Chip tone="idle">{t('try.isOff')}</Chip>}
      </Group>
      <Text size="sm" c="dimmed">
        {known.map((one) => t(`action.${one}`)).join(', ')}
        {parts.length > 0 && ` · ${t('try.parts', { parts: formats.list(parts) })}`}
      </Text>
    </Stack>
  );
}

function Effects({ effects, fields }: Pick<Result, 'effects' | 'fields'>) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  return (
    <>
      {effects.map((effect, index) => (
        <Text size="sm" key={`${index} ${effect.kind}`}>
          {effect.kind === 'copy' ? t('try.copy', { to: effect.to }) : t('try.notify', { to: formats.list(effect.to) })}
        </Text>
      ))}
      {fields.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t('try.fields')}
          </Text>
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {fields.map((field) => field.trimEnd()).join('\n')}
          </Code>
        </div>
      )}
    </>
  );
}

function Found({ result: { found, faults, limit, parts } }: { result: Result }) {
  const { t } = useTranslation('protection');
  const named = (trait: string) => {
    const known = TRAITS.find((one) => one === trait);
    return known === undefined ? trait : t(`trait.${known}`);
  };
  return (
    <>
      {found.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('try.nothingFound', { count: parts })}
        </Text>
      ) : (
        <Lines
          title={t('try.found')}
          lines={found.map(({ path, traits }) => `${path}: ${traits.map(named).join(', ')}`)}
        />
      )}
      {faults.length > 0 && (
        <Lines title={t('try.faults')} lines={faults.map(({ kind, where }) => `${where}: ${kind}`)} />
      )}
      {limit !== null && <Text size="sm">{t('try.limit', { limit })}</Text>}
    </>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm">
        {lines.map((line, index) => (
          <List.Item key={`${index} ${line}`}>{line}</List.Item>
        ))}
      </List>
    </div>
  );
}
