// What was entered beside what is in force, and where it came back, beside what it was before.

import { Group, Stack, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
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
  const told = useTold();
  return (
    <section aria-label={t(`differences.kind.${kind}`)}>
      <Text fw={600} size="sm" mb={2}>
        {t(`differences.kind.${kind}`)}
      </Text>
      <Table layout="fixed" verticalSpacing={6} aria-label={t(`differences.kind.${kind}`)}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="34%">{t('differences.thing')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('differences.inForce')}</Table.Th>
            <Table.Th>{t('differences.asked')}</Table.Th>
            {cameBack && <Table.Th visibleFrom="md">{t('differences.before')}</Table.Th>}
            <Table.Th w="7.5rem">{t('differences.change')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map((one) => (
            <Table.Tr key={one.name} style={{ background: groundOf(one) }}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {one.name === '' ? t('differences.wished') : one.name}
              </Table.Td>
              <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
                {told(one.in_force)}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{told(one.asked)}</Table.Td>
              {cameBack && <Table.Td visibleFrom="md">{told(one.asked_before)}</Table.Td>}
              <Table.Td>
                <Stack gap={2} align="flex-start">
                  {(one.asked !== undefined || one.in_force !== undefined) && (
                    <Chip tone={TONES[one.change]}>{t(`differences.is.${one.change}`)}</Chip>
                  )}
                  {one.since_return !== undefined && one.since_return !== 'same' && (
                    <Text size="xs" c="dimmed">
                      {t(`differences.since.${one.since_return}`)}
                    </Text>
                  )}
                </Stack>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
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
