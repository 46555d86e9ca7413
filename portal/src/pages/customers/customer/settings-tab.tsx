// Settings of a customer: who it is, how its mail is treated, whether it has the portal.

import { Alert, Button, Group, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Answer, callWithTag, type Input } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import { Conflict } from '../conflict.tsx';
import { isSame, type Kept, useEdited } from '../edited.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';
import type { Contact } from './contact.ts';
import { ContactRows } from './contact-rows.tsx';

type Customer = Answer<'getCustomer'>;

const CHOICES = {
  language: ['en', 'de', 'fr'],
  hide: ['usual', 'strict', 'off'],
  forwards: ['refuse', 'srs'],
  return_path: ['sender', 'relay'],
  recipient_check: ['none', 'list', 'call-ahead'],
  foreign_from: ['refuse', 'rewrite'],
} as const;
const OF_MAIL = ['hide', 'forwards', 'return_path', 'recipient_check', 'foreign_from'] as const;

type Draft = {
  name: string;
  language: string;
  pools: string[];
  contacts: Contact[];
  portal: Customer['portal'];
  hide: string;
  forwards: string;
  return_path: string;
  recipient_check: string;
  foreign_from: string;
};

function draftOf(customer: Customer): Draft {
  const { name, language, pools, contacts, portal, settings } = customer;
  const none = { hide: '', forwards: '', return_path: '', recipient_check: '', foreign_from: '' };
  return { name, language, pools: [...pools], contacts: contacts.map(filled), portal, ...none, ...settings };
}

function filled({ name, email = '', phone = '', role = '' }: Customer['contacts'][number]): Contact {
  return { name, email, phone, role };
}

function withoutEmpty({ name, ...rest }: Contact) {
  return { name, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim() !== '')) };
}

/** What differs from what was read: the rest stays as others may make it. */
function patchOf(draft: Draft, before: Draft): Input<'changeCustomer'>['body'] {
  const changed = Object.entries(draft).filter(([key, value]) => !isSame(value, before[key as keyof Draft]));
  const contacts = draft.contacts.map(withoutEmpty);
  return Object.fromEntries(changed.map(([key, value]) => [key, key === 'contacts' ? contacts : value]));
}

export function SettingsTab({ kept }: { kept: Kept<Customer> }) {
  const { t } = useTranslation('customers');
  const customer = kept.data;
  const path = { customer: customer.id };
  const put = useAct('changeCustomer', { changes: ABOUT_CUSTOMER });
  const edited = useEdited<Draft>({
    kept: { data: draftOf(customer), tag: kept.tag },
    save: (draft, before) => put.mutateAsync({ path, body: patchOf(draft, before.data), ifMatch: before.tag }),
    read: async () => {
      const { data, tag } = await callWithTag('getCustomer', { path });
      return { data: draftOf(data), tag };
    },
  });
  const may = useMay('domains:write') && customer.stage !== 'removed';
  const names = Object.keys(draftOf(customer)) as (keyof Draft)[];
  return (
    <Stack gap="md">
      <Identity edited={edited} may={may} />
      <Portal edited={edited} may={may} />
      <MailSettings edited={edited} may={may} isThere={customer.settings !== undefined} />
      <Conflict edited={edited} fields={names.map((key) => ({ key, name: t(`settings.${key}.name`) }))} />
      <Failing error={edited.error} />
      {may && (
        <Group justify="flex-end" gap="xs">
          {edited.isChanged && (
            <Button variant="default" onClick={edited.reset}>
              {t('settings.reset')}
            </Button>
          )}
          <Button disabled={!edited.isChanged} loading={edited.isSaving} onClick={() => void edited.save()}>
            {t('settings.save')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface PartProps {
  edited: ReturnType<typeof useEdited<Draft>>;
  may: boolean;
}

function Identity({ edited, may }: PartProps) {
  const { t } = useTranslation('customers');
  const { draft, change, error } = edited;
  const mayPools = useMay('pools:read');
  const pools = useCall('listPools', { query: { limit: 1000 } }, { enabled: mayPools });
  const names = [...new Set([...(pools.data?.entries.map(({ name }) => name) ?? []), ...draft.pools])];
  return (
    <Panel title={t('settings.identity')}>
      <Stack gap="sm">
        <Group gap="sm" align="flex-start" grow preventGrowOverflow={false}>
          <TextInput
            label={t('settings.name.name')}
            value={draft.name}
            error={faultOf(error, 'name')}
            disabled={!may}
            miw={200}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <Choice field="language" edited={edited} may={may} />
        </Group>
        <MultiSelect
          label={t('settings.pools.name')}
          description={t('settings.pools.hint')}
          data={names}
          value={draft.pools}
          error={faultOf(error, 'pools', 'pools.*')}
          disabled={!may}
          searchable
          onChange={(value) => change({ pools: value })}
        />
        <ContactRows contacts={draft.contacts} set={(contacts) => change({ contacts })} may={may} error={error} />
      </Stack>
    </Panel>
  );
}

function Portal({ edited, may }: PartProps) {
  const { t } = useTranslation('customers');
  const { draft, change, base } = edited;
  return (
    <Panel title={t('settings.portal.name')} hint={t('settings.portal.hint')}>
      <Stack gap="sm">
        {base.portal === 'requested' && draft.portal === 'requested' && (
          <Alert color="yellow" variant="light" title={t('settings.portal.asked')}>
            {may && (
              <Button size="xs" onClick={() => change({ portal: 'approved' })}>
                {t('settings.portal.approve')}
              </Button>
            )}
          </Alert>
        )}
        <Select
          aria-label={t('settings.portal.name')}
          data={(['none', 'requested', 'approved'] as const).map((value) => ({
            value,
            label: t(`settings.portal.is.${value}`),
          }))}
          value={draft.portal}
          allowDeselect={false}
          disabled={!may}
          maw={420}
          onChange={(value) => change({ portal: value ?? 'none' })}
        />
      </Stack>
    </Panel>
  );
}

function MailSettings({ edited, may, isThere }: PartProps & { isThere: boolean }) {
  const { t } = useTranslation('customers');
  return (
    <Panel title={t('settings.mail')} hint={t('settings.mailHint')}>
      {isThere ? (
        <Stack gap="sm">
          {OF_MAIL.map((field) => (
            <Choice key={field} field={field} edited={edited} may={may} />
          ))}
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          {t('settings.mailLater')}
        </Text>
      )}
    </Panel>
  );
}

function Choice({ field, edited, may }: PartProps & { field: keyof typeof CHOICES }) {
  const { t } = useTranslation('customers');
  const words = t(`settings.${field}.is`, { returnObjects: true }) as Record<string, string>;
  return (
    <Select
      label={t(`settings.${field}.name`)}
      description={field === 'language' ? undefined : t(`settings.${field}.hint`)}
      data={CHOICES[field].map((value) => ({ value, label: words[value] ?? value }))}
      value={edited.draft[field]}
      error={faultOf(edited.error, field, `settings.${field}`)}
      allowDeselect={false}
      disabled={!may}
      miw={200}
      maw={560}
      onChange={(value) => value !== null && edited.change({ [field]: value })}
    />
  );
}
