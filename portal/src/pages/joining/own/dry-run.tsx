// What would happen to a message from here, as this sender, to there: answered step by step by what decides about mail. The
// question stands in the address, so that it can be shared.

import { Button, Group, Paper, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Input } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Failing, Loading } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { DryRunAnswer } from './dry-run-answer.tsx';

const FIELDS = ['ip', 'from', 'to', 'header_from', 'login'] as const;
type Field = (typeof FIELDS)[number];

export function DryRun({ customer }: { customer: string }) {
  const { t } = useTranslation('joining');
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState<Readonly<Partial<Record<Field, string>>>>(() =>
    Object.fromEntries(FIELDS.map((field) => [field, search[field] ?? ''])),
  );
  const sources = useCall('listSources', { path: { customer } });
  const question = questionOf(search);
  const query = useCall(
    'explain',
    { query: question ?? { ip: '', from: '', to: '' } },
    { enabled: question !== undefined },
  );
  const error = question === undefined ? null : query.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change(Object.fromEntries(FIELDS.map((field) => [field, blankless(typed[field])])), 'push');
    if (question !== undefined) void query.refetch();
  };
  const example = sources.data?.entries.map(({ network }) => network.replace(/\/\d+$/, ''))[0];
  const field = (name: Field, hint?: string) => (
    <TextInput
      label={t(`dryRun.${name}`)}
      {...(hint !== undefined && { description: hint })}
      autoCapitalize="none"
      autoComplete="off"
      spellCheck={false}
      required={name === 'ip' || name === 'to'}
      withAsterisk={false}
      value={typed[name] ?? ''}
      error={faultOf(error, name)}
      onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
    />
  );
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={760}>
        {t('dryRun.lead')}
      </Text>
      <Paper withBorder p="md">
        <form onSubmit={submit}>
          <Stack>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} style={{ alignItems: 'end' }}>
              {field('ip', example === undefined ? undefined : t('dryRun.ipHint', { example }))}
              {field('from', t('dryRun.fromHint'))}
              {field('to')}
              {field('header_from', t('dryRun.headerHint'))}
              {field('login', t('dryRun.loginHint'))}
            </SimpleGrid>
            <Group>
              <Button type="submit" leftSection={<IconPlayerPlay size={16} />} loading={query.isFetching}>
                {t('dryRun.ask')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
      <Failing error={error} retry={() => void query.refetch()} />
      {question !== undefined && query.isFetching && query.data === undefined && <Loading />}
      {question !== undefined && query.data !== undefined && error === null && <DryRunAnswer answer={query.data} />}
    </Stack>
  );
}

function blankless(text: string | undefined): string | undefined {
  const plain = text?.trim();
  return plain === '' ? undefined : plain;
}

function questionOf(search: Readonly<Record<string, string>>): Input<'explain'>['query'] | undefined {
  const { ip, from = '', to, header_from, login } = search;
  if (ip === undefined || to === undefined) return undefined;
  return { ip, from, to, ...(header_from !== undefined && { header_from }), ...(login !== undefined && { login }) };
}
