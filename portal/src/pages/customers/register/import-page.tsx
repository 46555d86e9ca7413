// Orders of a CSV file: looked at first, with the faults of each line; then all are registered, or none.

import { Alert, Button, Checkbox, FileButton, Group, Stack, Table, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct } from '../../../api/queries.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Failing } from '../../../parts/states.tsx';
import { CsvFaults } from './csv-faults.tsx';
import { Imported } from './imported.tsx';

type Look = Answer<'importCustomers'>;

const COLUMNS = [
  'name',
  'id',
  'language',
  'domain',
  'pools',
  'contract_number',
  'sla',
  'contract_starts',
  'subscription_kind',
  'subscription_reference',
  'subscription_since',
  'contact_name',
  'contact_email',
  'contact_phone',
] as const;

export function Page() {
  const { t } = useTranslation('customers');
  const [text, setText] = useState('');
  const [looked, setLooked] = useState<Look>();
  const [done, setDone] = useState<Look>();
  if (done !== undefined) {
    return (
      <PageFrame title={t('import.done', { count: done.customers.length })}>
        <Imported imported={done} />
      </PageFrame>
    );
  }
  const change = (next: string) => {
    setText(next);
    setLooked(undefined);
  };
  return (
    <PageFrame title={t('import.title')} lead={t('import.lead')}>
      <Panel title={t('import.file')} hint={t('import.hint')}>
        <Stack gap="sm">
          <Columns />
          <FileText text={text} change={change} />
          <Acts text={text} looked={looked} setLooked={setLooked} setDone={setDone} />
        </Stack>
      </Panel>
      {looked !== undefined && <Looked looked={looked} text={text} />}
    </PageFrame>
  );
}

function FileText({ text, change }: { text: string; change: (text: string) => void }) {
  const { t } = useTranslation('customers');
  return (
    <>
      <Group>
        <FileButton accept="text/csv,.csv,text/plain" onChange={(file) => void file?.text().then(change)}>
          {(props) => (
            <Button variant="default" {...props}>
              {t('import.choose')}
            </Button>
          )}
        </FileButton>
      </Group>
      <Textarea
        label={t('import.text')}
        autosize
        minRows={6}
        maxRows={18}
        value={text}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={(event) => change(event.currentTarget.value)}
      />
    </>
  );
}

interface ActsProps {
  text: string;
  looked: Look | undefined;
  setLooked: (looked: Look) => void;
  setDone: (done: Look) => void;
}

function Acts({ text, looked, setLooked, setDone }: ActsProps) {
  const { t } = useTranslation('customers');
  const [invite, setInvite] = useState(false);
  const look = useAct('importCustomers');
  const register = useAct('importCustomers', { changes: ['listCustomers', 'countCustomers'] });
  const file = { body: text, contentType: 'text/csv' };
  const error = look.error ?? register.error;
  const isFine = looked !== undefined && looked.faults.length === 0 && looked.rows > 0;
  return (
    <>
      <Checkbox
        label={t('import.invite')}
        checked={invite}
        onChange={(event) => setInvite(event.currentTarget.checked)}
      />
      {error !== null && <Failing error={error} />}
      <Group justify="flex-end" gap="xs">
        <Button
          variant={looked === undefined ? 'filled' : 'default'}
          disabled={text.trim() === ''}
          loading={look.isPending}
          onClick={() => look.mutate({ query: { dry_run: 'true' }, ...file }, { onSuccess: setLooked })}
        >
          {t('import.look')}
        </Button>
        {isFine && (
          <Button
            loading={register.isPending}
            onClick={() =>
              register.mutate({ query: { invite: invite ? 'true' : 'false' }, ...file }, { onSuccess: setDone })
            }
          >
            {t('import.do', { count: looked.rows })}
          </Button>
        )}
      </Group>
    </>
  );
}

function Columns() {
  const { t } = useTranslation('customers');
  return (
    <Text size="sm" c="dimmed" component="p" m={0} style={{ overflowWrap: 'anywhere' }}>
      {t('import.columns')} <code>{COLUMNS.join(', ')}</code>
    </Text>
  );
}

/** Rows of a list that are shown at once. */
const SHOWN = 200;

function Looked({ looked, text }: { looked: Look; text: string }) {
  const { t } = useTranslation('customers');
  if (looked.faults.length > 0) return <CsvFaults faults={looked.faults} text={text} />;
  return (
    <Panel title={t('import.fine', { count: looked.rows })}>
      {looked.rows === 0 ? (
        <Alert color="yellow" variant="light">
          {t('import.empty')}
        </Alert>
      ) : (
        <Table verticalSpacing={4} aria-label={t('import.would')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('import.line')}</Table.Th>
              <Table.Th>{t('list.name')}</Table.Th>
              <Table.Th>{t('list.id')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {looked.customers.slice(0, SHOWN).map(({ id, name, line }) => (
              <Table.Tr key={line}>
                <Table.Td>{line}</Table.Td>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{id}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {looked.customers.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t('import.more', { count: looked.customers.length - SHOWN })}
        </Text>
      )}
    </Panel>
  );
}
