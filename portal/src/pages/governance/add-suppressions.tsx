// Addresses put in by hand: one, or a list of thousands.

import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Failing } from '../../parts/states.tsx';
import { useScope } from '../../search.ts';
import { addressesIn } from './addresses-in.ts';
import { CustomerSelect } from './customer-select.tsx';
import { REASONS, type Reason } from './suppression-reason.tsx';

/** What a request takes. */
const MOST = 5000;

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
          {scope === undefined && <CustomerSelect value={customer} change={setCustomer} required />}
          <Textarea
            label={t('suppressions.addresses')}
            description={t('suppressions.addressesHint')}
            placeholder={'bob@example.org\nann@example.com'}
            autosize
            minRows={4}
            maxRows={14}
            required
            value={text}
            error={addresses.length > MOST ? t('suppressions.tooMany', { most: MOST }) : undefined}
            onChange={(event) => setText(event.currentTarget.value)}
          />
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
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {add.error !== null && <Failing error={add.error} />}
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
