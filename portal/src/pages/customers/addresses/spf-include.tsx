// Which SPF include covers a pool. Somebody else may change the pool meanwhile.

import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callWithTag } from '../../../api/call.ts';
import { useAct, useTagged } from '../../../api/queries.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Answered, Failing } from '../../../parts/states.tsx';
import { Conflict } from '../conflict.tsx';
import { type Kept, useEdited } from '../edited.ts';
import { ABOUT_POOLS } from './about-pools.ts';
import type { Pool } from './address-state.tsx';

type Which = 'usual' | 'own' | 'none';

interface Draft {
  which: Which;
  name: string;
  addresses: number;
}

function draftOf({ spf, addresses }: Pool): Draft {
  const which = spf === null ? 'usual' : spf === '' ? 'none' : 'own';
  return { which, name: spf ?? '', addresses: addresses.length };
}

function spfOf({ which, name }: Draft): string | null {
  if (which === 'usual') return null;
  return which === 'none' ? '' : name.trim();
}

export function SpfInclude({ pool, close }: { pool: Pool; close: () => void }) {
  const { t } = useTranslation('customers');
  const { t: parts } = useTranslation('parts');
  const read = useTagged('showPool', { path: { pool: pool.name } });
  return (
    <Dialog
      opened
      onClose={close}
      title={t('pool.spfTitle', { pool: pool.name })}
      closeButtonProps={{ 'aria-label': parts('panel.close') }}
    >
      <Answered query={read} lines={3}>
        {({ data, tag }) => <SpfForm pool={pool.name} kept={{ data: draftOf(data), tag }} close={close} />}
      </Answered>
    </Dialog>
  );
}

function SpfForm({ pool, kept, close }: { pool: string; kept: Kept<Draft>; close: () => void }) {
  const { t } = useTranslation('customers');
  const { t: parts } = useTranslation('parts');
  const [reason, setReason] = useState('');
  const change = useAct('changePool', { changes: ABOUT_POOLS });
  const path = { pool };
  const edited = useEdited<Draft>({
    kept,
    save: (draft, { tag }) =>
      change.mutateAsync({ path, body: { spf: spfOf(draft), ...(reason.trim() !== '' && { reason }) }, ifMatch: tag }),
    read: async () => {
      const { data, tag } = await callWithTag('showPool', { path });
      return { data: draftOf(data), tag };
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void edited.save().then((isDone) => isDone && close());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Radio.Group
          label={t('pool.spf')}
          description={t('pool.spfHint')}
          value={edited.draft.which}
          onChange={(which) => edited.change({ which: which })}
        >
          <Stack gap="xs" mt="xs">
            {(['usual', 'own', 'none'] as const).map((which) => (
              <Radio key={which} value={which} label={t(`pool.spfIs.${which}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {edited.draft.which === 'own' && (
          <TextInput
            label={t('pool.spfName')}
            placeholder="_spf.bulk.example.lu"
            value={edited.draft.name}
            error={faultOf(edited.error, 'spf')}
            onChange={(event) => edited.change({ name: event.currentTarget.value })}
          />
        )}
        <TextInput
          label={parts('act.reasonOptional')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Conflict
          edited={edited}
          fields={[
            { key: 'which', name: t('pool.spf'), show: (value) => t(`pool.spfIs.${value as Which}`) },
            { key: 'name', name: t('pool.spfName') },
            { key: 'addresses', name: t('pool.addressCount') },
          ]}
        />
        <Failing error={edited.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {parts('act.cancel')}
          </Button>
          <Button type="submit" disabled={!edited.isChanged} loading={edited.isSaving}>
            {t('settings.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
