// What was entered beside what is in force, and where it came back, beside what it was before.

import { Group, Stack, Switch, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Facts } from '../../../parts/facts.tsx';
import { Empty } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useTold } from './told.ts';

export type Difference = Answer<'getApproval'>['differences'][number];
type Change = Difference['change'];

const TONES: Readonly<Record<Change, Tone>> = { added: 'good', removed: 'bad', changed: 'warn', same: 'idle' };
const KINDS = ['domain', 'mailhost', 'source', 'administrator', 'portal', 'test_recipient'] as const;

export function Differences({ differences }: { differences: readonly Difference[] }) {
  const { t } = useTranslation('customers');
  const cameBack = differences.some(({ since_return }) => since_return !== undefined);
  const [isShort, setShort] = useState(false);
  const isNew = (one: Difference) => (cameBack ? one.since_return !== 'same' : one.change !== 'same');
  const shown = isShort ? differences.filter(isNew) : differences;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {cameBack ? t('differences.cameBack') : t('differences.hint')}
        </Text>
        <Switch
          size="sm"
          label={t('differences.short')}
          checked={isShort}
          onChange={(event) => setShort(event.currentTarget.checked)}
        />
      </Group>
      {shown.length === 0 && <Empty title={t('differences.none')} />}
      {KINDS.map((kind) => {
        const some = shown.filter((one) => one.kind === kind);
        return some.length === 0 ? null : (
          <DifferencesOfKind key={kind} kind={kind} differences={some} cameBack={cameBack} />
        );
      })}
    </Stack>
  );
}

interface KindProps {
  kind: Difference['kind'];
  differences: readonly Difference[];
  cameBack: boolean;
}

function DifferencesOfKind({ kind, differences, cameBack }: KindProps) {
  const { t } = useTranslation('customers');
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return (
    <section aria-label={t(`differences.kind.${kind}`)}>
      <Text fw={600} size="sm" mb={2}>
        {t(`differences.kind.${kind}`)}
      </Text>
      {isNarrow ? (
        differences.map((one) => <DifferenceCard key={one.name} one={one} />)
      ) : (
        <DifferencesTable kind={kind} differences={differences} cameBack={cameBack} />
      )}
    </section>
  );
}

function DifferencesTable({ kind, differences, cameBack }: KindProps) {
  const { t } = useTranslation('customers');
  const told = useTold();
  return (
    <Table layout="fixed" verticalSpacing={6} aria-label={t(`differences.kind.${kind}`)}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('differences.thing')}</Table.Th>
          <Table.Th>{t('differences.inForce')}</Table.Th>
          <Table.Th>{t('differences.asked')}</Table.Th>
          {cameBack && <Table.Th>{t('differences.before')}</Table.Th>}
          <Table.Th w="8.5rem">{t('differences.change')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences.map((one) => (
          <Table.Tr key={one.name} style={{ background: groundOf(one), overflowWrap: 'anywhere' }}>
            <Table.Td>{one.name === '' ? t('differences.wished') : one.name}</Table.Td>
            <Table.Td>{told(one.in_force)}</Table.Td>
            <Table.Td>{told(one.asked)}</Table.Td>
            {cameBack && <Table.Td>{told(one.asked_before)}</Table.Td>}
            <Table.Td>
              <ChangeOf one={one} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function DifferenceCard({ one }: { one: Difference }) {
  const { t } = useTranslation('customers');
  const told = useTold();
  return (
    <Stack gap={6} p="xs" className="data-list-row" style={{ background: groundOf(one) }}>
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {one.name === '' ? t('differences.wished') : one.name}
      </Text>
      <ChangeOf one={one} />
      <Facts
        facts={[
          { name: t('differences.inForce'), value: one.in_force && told(one.in_force) },
          { name: t('differences.asked'), value: one.asked && told(one.asked) },
          { name: t('differences.before'), value: one.asked_before && told(one.asked_before) },
        ]}
      />
    </Stack>
  );
}

/** To what is in force; below it, since it was sent back. */
function ChangeOf({ one: { asked, in_force, change, since_return } }: { one: Difference }) {
  const { t } = useTranslation('customers');
  return (
    <Stack gap={2} align="flex-start">
      {(asked !== undefined || in_force !== undefined) && (
        <Chip tone={TONES[change]}>{t(`differences.is.${change}`)}</Chip>
      )}
      {since_return !== undefined && since_return !== 'same' && (
        <Text size="xs" c="dimmed">
          {t(`differences.since.${since_return}`)}
        </Text>
      )}
    </Stack>
  );
}

/** Faint, so that it is seen where something is new without reading. */
function groundOf({ change, since_return }: Difference): string | undefined {
  switch (since_return ?? change) {
    case 'added':
      return 'light-dark(#f2fbf4, #16261b)';
    case 'removed':
      return 'light-dark(#fff5f5, #2b1717)';
    case 'changed':
      return 'light-dark(#fffaf0, #2b2310)';
    case 'same':
      return undefined;
    default:
      return undefined;
  }
}
