// Versions of the contract: one is added, none is changed.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useCall } from '../../../api/queries.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { useMay } from '../../../session.ts';

export function ContractsPanel({ customer }: { customer: string }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const contracts = useCall('listContracts', { path: { customer } });
  const may = useMay('customers:write');
  const [isOpen, setOpen] = useState(false);
  return (
    <Panel
      title={t('contracts.title')}
      hint={t('contracts.hint')}
      actions={
        may && (
          <Button variant="default" onClick={() => setOpen(true)}>
            {t('contracts.add')}
          </Button>
        )
      }
    >
      <Answered query={contracts}>
        {({ entries }) => (
          <Stack gap="sm">
            {entries.length === 0 && <Empty title={t('contracts.none')} hint={t('contracts.noneHint')} />}
            {entries.map((one, i) => (
              <Stack key={one.version} gap={6} pb="sm" className="data-list-row">
                <Group gap="xs">
                  <Text fw={600} size="sm">
                    {t('contracts.version', { number: one.number, version: one.version })}
                  </Text>
                  {i === 0 && <Chip tone="good">{t('contracts.newest')}</Chip>}
                </Group>
                <Facts
                  facts={[
                    { name: t('contracts.sla'), value: one.sla },
                    { name: t('contracts.starts'), value: formats.date(one.starts) },
                    {
                      name: t('contracts.agreed'),
                      value: one.agreed === undefined ? undefined : formats.date(one.agreed),
                    },
                    { name: t('contracts.note'), value: one.note },
                    { name: t('contracts.entered'), value: `${formats.dateTime(one.at)}, ${one.by}` },
                  ]}
                />
              </Stack>
            ))}
          </Stack>
        )}
      </Answered>
      {isOpen && <AddContract customer={customer} close={() => setOpen(false)} />}
    </Panel>
  );
}

const FIELDS = ['number', 'sla', 'starts', 'agreed', 'note'] as const;
const DAYS: readonly string[] = ['starts', 'agreed'];

function AddContract({ customer, close }: { customer: string; close: () => void }) {
  const { t } = useTranslation('customers');
  const { t: parts } = useTranslation('parts');
  const add = useAct('addContract', { changes: ['listContracts'] });
  const [draft, setDraft] = useState({ number: '', sla: 'standard', starts: '', agreed: '', note: '' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { number, sla, starts, agreed, note } = draft;
    const body = { number, sla, starts, ...(agreed !== '' && { agreed }), ...(note !== '' && { note }) };
    add.mutate({ path: { customer }, body }, { onSuccess: close });
  };
  return (
    <Dialog opened onClose={close} title={t('contracts.add')} closeButtonProps={{ 'aria-label': parts('panel.close') }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              type={DAYS.includes(field) ? 'date' : 'text'}
              label={t(`contracts.${field}`)}
              required={field === 'number' || field === 'sla' || field === 'starts'}
              value={draft[field]}
              error={faultOf(add.error, field)}
              onChange={(event) => setDraft({ ...draft, [field]: event.currentTarget.value })}
            />
          ))}
          <Failing error={add.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {parts('act.cancel')}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {t('contracts.addVerb')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
