// The dry run: a message, and who sends it to whom; which rules it meets, and what would become of it.

import { Button, Group, SegmentedControl, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/queries.ts';
import { faultOf } from '../../parts/field-faults.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty, Failing } from '../../parts/states.tsx';
import { useIsOperator, useScope } from '../../search.ts';
import { useMay } from '../../session.ts';
import { CustomerChoice } from './customer-choice.tsx';
import { addressesIn, type MessageSource, messageBytes, toBase64 } from './dry-run-message.ts';
import { DryRunResult } from './dry-run-result.tsx';
import { MessageInput } from './message-input.tsx';
import { bodyOf, type Draft } from './rule-shapes.ts';

/** The stream of mail that is of no other. */
const BUSINESS = 'business';
/** More is not tried. */
const LARGEST = 10 * 1024 * 1024;

interface DryRunProps {
  /** A rule that is being written: asked behind the others. */
  draft?: Draft;
  /** Whose rules, where that is settled. */
  customer?: string | undefined;
}

interface Trial {
  direction: 'inbound' | 'outbound';
  customer: string | undefined;
  stream: string;
  sender: string;
  recipients: string[];
  source: MessageSource;
  off: boolean;
}

export function DryRun({ draft, customer }: DryRunProps) {
  const { t } = useTranslation('protection');
  const scope = useScope();
  const first: Trial = {
    direction: 'inbound',
    customer: customer ?? scope,
    stream: '',
    sender: '',
    recipients: [],
    source: { from: 'text', text: '' },
    off: false,
  };
  const [trial, setTrial] = useState(first);
  const [missing, setMissing] = useState<Missing>({});
  const test = useAct('testRules');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const content = await messageBytes(trial.source);
    const lacks = lacksOf(trial, content.length);
    setMissing(lacks);
    if (Object.keys(lacks).length > 0) return;
    test.mutate({
      body: { ...questionOf(trial), message: toBase64(content), ...(draft !== undefined && { draft: bodyOf(draft) }) },
    });
  };
  const form = (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <TrialFields
        trial={trial}
        change={(patch) => setTrial({ ...trial, ...patch })}
        missing={missing}
        error={test.error}
        fixed={draft !== undefined}
      />
      <Group mt="md">
        <Button type="submit" loading={test.isPending}>
          {t('try.run')}
        </Button>
      </Group>
    </form>
  );
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      {draft === undefined ? (
        <Panel title={t('try.message')} hint={t('try.lead')}>
          {form}
        </Panel>
      ) : (
        form
      )}
      <div aria-live="polite">
        <Failing error={test.error} />
        {test.data === undefined && test.error === null && (
          <Empty title={t('try.emptyTitle')} hint={t('try.emptyHint')} />
        )}
        {test.data !== undefined && <DryRunResult result={test.data} />}
      </div>
    </SimpleGrid>
  );
}

type Missing = { message?: 'needMessage' | 'tooLarge'; recipients?: 'needRecipients' };

function lacksOf({ recipients }: Trial, octets: number): Missing {
  const message = octets === 0 ? 'needMessage' : octets > LARGEST ? 'tooLarge' : undefined;
  return {
    ...(message !== undefined && { message }),
    ...(recipients.length === 0 && { recipients: 'needRecipients' as const }),
  };
}

function questionOf({ direction, customer, stream, sender, recipients, off }: Trial) {
  return {
    direction,
    sender: sender.trim() === '' ? '<>' : sender.trim(),
    recipients,
    off,
    ...(customer !== undefined && { customer }),
    ...(stream.trim() !== '' && { stream: stream.trim() }),
  };
}

interface FieldsProps {
  trial: Trial;
  change: (patch: Partial<Trial>) => void;
  missing: Missing;
  error: unknown;
  /** Whose rules is settled. */
  fixed: boolean;
}

function TrialFields({ trial, change, missing, error, fixed }: FieldsProps) {
  const { t } = useTranslation('protection');
  const isOperator = useIsOperator();
  const mayChoose = useMay('customers:read') && isOperator && !fixed;
  const take = (source: MessageSource) => change({ source, ...(source.from === 'text' && guess(trial, source.text)) });
  return (
    <Stack gap="sm">
      <MessageInput
        source={trial.source}
        onChange={take}
        error={missing.message === undefined ? faultOf(error, 'message') : t(`try.${missing.message}`)}
      />
      <Direction value={trial.direction} onChange={(direction) => change({ direction })} />
      {mayChoose && (
        <CustomerChoice
          label={t('try.customer')}
          none={t('try.customerNone')}
          value={trial.customer}
          error={faultOf(error, 'customer')}
          onChange={(customer) => change({ customer })}
        />
      )}
      <TextInput
        label={t('try.sender')}
        description={t('try.senderHint')}
        value={trial.sender}
        error={faultOf(error, 'sender')}
        spellCheck={false}
        onChange={(event) => change({ sender: event.currentTarget.value })}
      />
      <TagsInput
        label={t('try.recipients')}
        placeholder={trial.recipients.length === 0 ? t('field.add') : ''}
        value={trial.recipients}
        error={
          missing.recipients === undefined
            ? faultOf(error, 'recipients', 'recipients.*')
            : t(`try.${missing.recipients}`)
        }
        acceptValueOnBlur
        splitChars={[',', ' ', ';']}
        onChange={(recipients) => change({ recipients })}
      />
      {trial.direction === 'outbound' && (
        <TextInput
          label={t('try.stream')}
          placeholder={BUSINESS}
          value={trial.stream}
          error={faultOf(error, 'stream')}
          onChange={(event) => change({ stream: event.currentTarget.value })}
        />
      )}
      <Switch
        label={t('try.off')}
        checked={trial.off}
        onChange={(event) => change({ off: event.currentTarget.checked })}
      />
    </Stack>
  );
}

function Direction({
  value,
  onChange,
}: {
  value: Trial['direction'];
  onChange: (direction: Trial['direction']) => void;
}) {
  const { t } = useTranslation('protection');
  return (
    <div>
      <Text size="sm" fw={500} component="span" display="block" mb={4} id="try-direction">
        {t('try.direction')}
      </Text>
      <SegmentedControl
        aria-labelledby="try-direction"
        value={value}
        data={(['inbound', 'outbound'] as const).map((one) => ({ value: one, label: t(`direction.${one}`) }))}
        onChange={onChange}
      />
    </div>
  );
}

/** Sender and recipients as the header names them, where nobody typed any. */
function guess({ sender, recipients }: Trial, text: string): Partial<Trial> {
  const found = addressesIn(text);
  return {
    ...(sender === '' && found.from !== undefined && { sender: found.from }),
    ...(recipients.length === 0 && found.to.length > 0 && { recipients: found.to }),
  };
}
