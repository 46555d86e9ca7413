// What each check said, how long it took, and which one decided.

import { Group, Stack, Table, Text } from '@mantine/core';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useCheckWords } from './check-words.ts';
import { decidingNote, type Note, rulesOf } from './events.ts';

const TONES: Readonly<Record<string, Tone>> = {
  pass: 'good',
  tag: 'info',
  strip: 'warn',
  later: 'warn',
  hold: 'warn',
  quarantine: 'bad',
  reject: 'bad',
};

export function Checks({ notes }: { notes: readonly Note[] }) {
  return (
    <Suspense>
      <CheckTable notes={notes} />
    </Suspense>
  );
}

function CheckTable({ notes }: { notes: readonly Note[] }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const names = useCheckWords();
  return (
    <Stack gap={4}>
      <Table verticalSpacing={3} horizontalSpacing={6} aria-label={t('checks.label')} layout="auto">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('checks.check')}</Table.Th>
            <Table.Th>{t('checks.result')}</Table.Th>
            <Table.Th ta="end">{t('checks.ms')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {notes.map((note) => (
            <Table.Tr key={note.check} style={{ verticalAlign: 'top' }}>
              <Table.Td>{names.check(note.check)}</Table.Td>
              <Table.Td>
                <Group gap={6}>
                  <Chip tone={TONES[note.verdict] ?? 'idle'}>{names.verdict(note.verdict)}</Chip>
                  <Text size="sm" span title={note.result}>
                    {names.result(note.result)}
                  </Text>
                </Group>
                <Details note={note} />
              </Table.Td>
              <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
                {formats.span(note.ms)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Decided notes={notes} />
    </Stack>
  );
}

function Details({ note }: { note: Note }) {
  const names = useCheckWords();
  return Object.entries(note.details ?? {}).map(([name, value]) => (
    <Text key={name} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {names.detail(name)}: {names.value(name, value)}
    </Text>
  ));
}

function Decided({ notes }: { notes: readonly Note[] }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const names = useCheckWords();
  const note = decidingNote(notes);
  if (note === undefined) return <Text size="sm">{t('checks.nothing')}</Text>;
  const rules = rulesOf(note);
  const values = { check: names.check(note.check), verdict: names.verdict(note.verdict), rules: formats.list(rules) };
  return <Text size="sm">{rules.length > 0 ? t('checks.decidedRule', values) : t('checks.decided', values)}</Text>;
}
