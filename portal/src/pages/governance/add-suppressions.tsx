// Addresses put in by hand: one, or a list of thousands.

import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem.ts';
import { useAct } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { faultAmong, faultOf } from '../../parts/field-faults.tsx';
import { Failing } from '../../parts/states.tsx';
import { useScope } from '../../search.ts';
import { addressesIn } from './addresses-in.ts';
import { CustomerSelect } from './customer-select.tsx';
import { REASONS, type Reason } from './suppression-reason.tsx';

/** What a request takes. */
const MOST = 5000;
/** What the API calls the addresses. */
const ADDRESS_FIELD = /^entries(?:\.\d+(?:\.address)?)?$/;

export function AddSuppressions({ close }: { close: () => void }) {
  const { t } = useTranslation('governance');
  const scope = useScope();
  const [customer, setCustomer] = useState<string | null>(scope ?? null);
  const [text, setText] = useState('');
  const [reason, setReason] = useState<Reason>('manual');
  const [note, setNote] = useState('');
  const add = useAct('addSuppressions', { changes: ['listSuppressions'] });
  const addresses = addressesIn(text);
  const isReady = customer !== null && addresses.length > 0 && addresses.length <= MOST;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || add.isPending) return;
    const entries = addresses.map((address) => ({ address, reason, note: note.trim() }));
    const { added, kept } = await add.mutateAsync({ path: { customer }, body: { entries } });
    notifications.show({
      message: `${t('suppressions.added', { count: added })} ${kept > 0 ? t('suppressions.kept', { count: kept }) : ''}`,
    });
    close();
  };
  return (
    <Dialog
      opened
      onClose={close}
      title={t('suppressions.add')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {/* What fails is shown below. */}
      <form onSubmit={(event) => void submit(event).catch(() => undefined)}>
        <Stack gap="md">
          {scope === undefined && (
            <CustomerSelect value={customer} change={setCustomer} required error={faultOf(add.error, 'customer')} />
          )}
          <AddressesField text={text} change={setText} addresses={addresses} error={add.error} />
          <Text size="sm" c="dimmed" role="status">
            {t('suppressions.count', { count: addresses.length })}
          </Text>
          <Select
            label={t('reason')}
            data={REASONS.map((value) => ({ value, label: t(`suppressions.reasons.${value}`) }))}
            value={reason}
            allowDeselect={false}
            onChange={(value) => setReason(REASONS.find((one) => one === value) ?? 'manual')}
          />
          <TextInput
            label={t('suppressions.note')}
            description={t('suppressions.noteHint')}
            maxLength={500}
            value={note}
            error={faultOf(add.error, 'entries.0.note')}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Failing error={add.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={!isReady} loading={add.isPending}>
              {t('suppressions.suppress')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  text: string;
  change: (text: string) => void;
  /** In the text. */
  addresses: readonly string[];
  error: unknown;
}

function AddressesField({ text, change, addresses, error }: FieldProps) {
  const { t } = useTranslation('governance');
  const isTooMany = addresses.length > MOST;
  return (
    <Textarea
      label={t('suppressions.addresses')}
      description={t('suppressions.addressesHint')}
      placeholder={'bob@example.org\nann@example.com'}
      autosize
      minRows={4}
      maxRows={14}
      required
      value={text}
      error={isTooMany ? t('suppressions.tooMany', { most: MOST }) : faultyAddresses(error, addresses)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** What is wrong with some of them, each with the address: the list may be long. */
function faultyAddresses(error: unknown, addresses: readonly string[]): ReactNode {
  const faults = error instanceof ApiProblem ? error.faults : [];
  const ofAddresses = faults.filter(({ field }) => ADDRESS_FIELD.test(field));
  return faultAmong(ofAddresses, ['entries', 'entries.*'], ({ field, message }) => {
    const address = addresses[Number(field.split('.')[1])];
    return address === undefined ? message : `${address}: ${message}`;
  });
}
