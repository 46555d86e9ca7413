// Puts a sender on the list.

import { Button, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem.ts';
import { useAct } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogActs } from '../../parts/dialog-acts.tsx';
import { Failing } from '../../parts/states.tsx';
import { useIsOperator } from '../../search.ts';
import { useFaultWords } from './field-words.tsx';
import { useNamedCustomer } from './named-customer.ts';

interface Form {
  list: 'allow' | 'block';
  direction: 'inbound' | 'outbound';
  sender: string;
  recipient: string;
  note: string;
  until: string;
}

const FIRST: Form = { list: 'block', direction: 'inbound', sender: '', recipient: '', note: '', until: '' };

export function AddListed({ close }: { close: () => void }) {
  const { t } = useTranslation('protection');
  const named = useNamedCustomer();
  const [form, setForm] = useState(FIRST);
  const add = useAct('addSender', { changes: ['listSenders'] });
  const faultOf = useFaultWords(add.error instanceof ApiProblem ? add.error.faults : []);
  const change = (patch: Partial<Form>) => {
    add.reset();
    setForm({ ...form, ...patch });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ body: { ...said(form), ...named } }, { onSuccess: close });
  };
  return (
    <Dialog
      opened
      onClose={close}
      title={t('listed.form.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('listed.form.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <ListedFields form={form} change={change} faultOf={faultOf} />
          <Failing error={add.error} />
          <DialogActs close={close}>
            <Button type="submit" loading={add.isPending}>
              {t('listed.form.save')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  form: Form;
  change: (patch: Partial<Form>) => void;
  faultOf: ReturnType<typeof useFaultWords>;
}

function ListedFields({ form, change, faultOf }: FieldsProps) {
  const { t } = useTranslation('protection');
  const isOperator = useIsOperator();
  return (
    <>
      <Choice
        label={t('listed.form.list')}
        value={form.list}
        words={{ block: t('listed.form.block'), allow: t('listed.form.allow') }}
        onChange={(list) => change({ list })}
      />
      <TextInput
        label={t('listed.form.sender')}
        description={t('listed.form.senderHint')}
        value={form.sender}
        error={faultOf('sender')}
        required
        spellCheck={false}
        data-autofocus
        onChange={(event) => change({ sender: event.currentTarget.value })}
      />
      <Choice
        label={t('listed.form.direction')}
        value={form.direction}
        words={{ inbound: t('direction.inbound'), outbound: t('direction.outbound') }}
        onChange={(direction) => change({ direction })}
      />
      {!isOperator && form.direction === 'outbound' && form.list === 'allow' && (
        <Text size="sm">{t('listed.form.operatorsAlone')}</Text>
      )}
      {form.list === 'allow' && (
        <TextInput
          label={t('listed.form.recipient')}
          value={form.recipient}
          error={faultOf('recipient')}
          spellCheck={false}
          onChange={(event) => change({ recipient: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={t('listed.form.note')}
        value={form.note}
        error={faultOf('note')}
        maxLength={500}
        onChange={(event) => change({ note: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label={t('listed.form.until')}
        value={form.until}
        error={faultOf('until')}
        onChange={(event) => change({ until: event.currentTarget.value })}
      />
    </>
  );
}

function said({ list, direction, sender, recipient, note, until }: Form) {
  return {
    list,
    direction,
    sender: sender.trim(),
    ...(list === 'allow' && recipient.trim() !== '' && { recipient: recipient.trim() }),
    ...(note.trim() !== '' && { note: note.trim() }),
    ...(until !== '' && { until: new Date(until).toISOString() }),
  };
}

interface ChoiceProps<V extends string> {
  label: string;
  value: V;
  words: Readonly<Record<V, string>>;
  onChange: (value: V) => void;
}

function Choice<V extends string>({ label, value, words, onChange }: ChoiceProps<V>) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <SegmentedControl
        aria-label={label}
        value={value}
        data={(Object.keys(words) as V[]).map((one) => ({ value: one, label: words[one] }))}
        onChange={onChange}
      />
    </div>
  );
}
