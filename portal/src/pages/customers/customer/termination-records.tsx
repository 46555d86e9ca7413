// Who was told of an end, and which records still name the relay.

import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Empty, Failing } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useMay } from '../../../session.ts';
import type words from '../../../words/en/customers.json';

type Termination = Answer<'getTermination'>;
const TONES: Readonly<Record<Termination['records'][number]['state'], Tone>> = {
  present: 'warn',
  gone: 'good',
  unknown: 'idle',
};

export function TerminationRecords({ customer, termination }: { customer: string; termination: Termination }) {
  return (
    <>
      {/* Whom mails went to is kept for a time; once it is removed, nobody can be added. */}
      {(termination.removed_at === null || termination.mails.length > 0) && <Mails mails={termination.mails} />}
      {termination.deactivated_at !== null && <Records customer={customer} termination={termination} />}
    </>
  );
}

function Mails({ mails }: { mails: Termination['mails'] }) {
  const { t, i18n } = useTranslation('customers');
  const wordOf = (kind: string) =>
    i18n.exists(`termination.mail.${kind}`, { ns: 'customers' })
      ? t(`termination.mail.${kind as keyof typeof words.termination.mail}`)
      : kind;
  const formats = useFormats();
  return (
    <Panel title={t('termination.mails')} hint={t('termination.mailsHint')}>
      {mails.length === 0 ? (
        <Empty title={t('termination.noMails')} hint={t('termination.noMailsHint')} />
      ) : (
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
          {mails.map(({ kind, to, sent_at }) => (
            <li key={`${kind} ${to} ${sent_at ?? ''}`}>
              <Text size="sm" component="span" fw={600}>
                {wordOf(kind)}
              </Text>{' '}
              <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
                {to}
              </Text>{' '}
              <Text size="sm" component="span" c="dimmed">
                {sent_at === null ? t('termination.mailSoon') : formats.dateTime(sent_at)}
              </Text>
            </li>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Records({ customer, termination }: { customer: string; termination: Termination }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const look = useAct('lookAtTerminationRecords', { changes: ['getTermination'] });
  const may = useMay('domains:write') && termination.stopped_at === null;
  const { records, looked_at } = termination;
  return (
    <Panel
      title={t('termination.records')}
      hint={
        looked_at === null ? t('termination.notLooked') : t('termination.looked', { at: formats.dateTime(looked_at) })
      }
      actions={
        may && (
          <Button variant="default" loading={look.isPending} onClick={() => look.mutate({ path: { customer } })}>
            {t('termination.look')}
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {look.error !== null && <Failing error={look.error} />}
        {records.length === 0 && <Empty title={t('termination.noRecords')} />}
        {records.map(({ host, type, purpose, value, state }) => (
          <div key={`${host} ${purpose} ${value}`} className="data-list-row">
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {type} {host} <Chip tone={TONES[state]}>{t(`termination.record.${state}`)}</Chip>
            </Text>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {t(`termination.purpose.${purpose}`)}: {value}
            </Text>
          </div>
        ))}
      </Stack>
    </Panel>
  );
}
