// Any sender of a customer, by its name.

import { Button, Group, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/panel.tsx';
import { useScope } from '../../search.ts';
import { CustomerChoice } from './customer-choice.tsx';
import { KINDS, type Kind, useOpenSender } from './sender-names.ts';

export function FindSender() {
  const { t } = useTranslation('protection');
  const scope = useScope();
  const [, open] = useOpenSender();
  const [chosen, setChosen] = useState<string>();
  const [kind, setKind] = useState<Kind>('sender');
  const [name, setName] = useState('');
  const customer = scope ?? chosen;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (customer !== undefined && name.trim() !== '') open({ customer, kind, name: name.trim() });
  };
  return (
    <Panel title={t('senders.find')} hint={t('senders.findHint')}>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          {scope === undefined && <CustomerChoice label={t('senders.customer')} value={chosen} onChange={setChosen} />}
          <Select
            label={t('senders.kindLabel')}
            data={KINDS.map((value) => ({ value, label: t(`senders.kind.${value}`) }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => setKind(KINDS.find((one) => one === value) ?? 'sender')}
          />
          <TextInput
            label={t('senders.nameLabel')}
            flex={1}
            miw={200}
            value={name}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={customer === undefined || name.trim() === ''}>
            {t('senders.findButton')}
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
