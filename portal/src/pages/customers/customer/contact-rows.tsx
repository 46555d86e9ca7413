// Whom the operator calls and writes to at the customer's.

import { ActionIcon, Button, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { faultOf } from '../../../parts/field-faults.tsx';
import type { Contact } from './contact.ts';

interface ContactRowsProps {
  contacts: readonly Contact[];
  set: (contacts: Contact[]) => void;
  may?: boolean;
  error: unknown;
}

const PARTS = ['name', 'email', 'phone', 'role'] as const;
const WIDTHS = { name: '1 1 10rem', email: '1 1 12rem', phone: '1 1 9rem', role: '1 1 9rem' } as const;

export function ContactRows({ contacts, set, may = true, error }: ContactRowsProps) {
  const { t } = useTranslation('customers');
  return (
    <Fieldset legend={t('settings.contacts.name')} disabled={!may}>
      <Stack gap="sm">
        {contacts.map((contact, i) => (
          // Rows have no names of their own while they are typed.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Group key={i} gap="xs" align="flex-start" wrap="nowrap">
            <Group gap="xs" align="flex-start" flex={1}>
              {PARTS.map((part) => (
                <TextInput
                  key={part}
                  aria-label={t(`contact.${part}`)}
                  placeholder={t(`contact.${part}`)}
                  value={contact[part]}
                  error={faultOf(error, `contacts.${i}.${part}`)}
                  flex={WIDTHS[part]}
                  onChange={(event) => {
                    const { value } = event.currentTarget;
                    set(contacts.map((one, at) => (at === i ? { ...one, [part]: value } : one)));
                  }}
                />
              ))}
            </Group>
            {may && (
              <ActionIcon
                variant="subtle"
                color="gray"
                mt={4}
                aria-label={t('rows.remove', { number: i + 1 })}
                onClick={() => set(contacts.filter((_, at) => at !== i))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </Group>
        ))}
        {may && (
          <Group>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => set([...contacts, { name: '', email: '', phone: '', role: '' }])}
            >
              {t('contact.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
