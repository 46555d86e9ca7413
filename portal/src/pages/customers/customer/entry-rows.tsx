// The lists of an entry: a row a thing, with what is wrong with it below.

import { ActionIcon, Button, Checkbox, Fieldset, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { faultAmong } from '../../../parts/field-faults.tsx';
import { NumberField } from '../../../parts/number-field.tsx';
import type { EntryDraft, EntryFaults, SourceDraft } from './entry-form.tsx';
import { useFaultText } from './fault-text.ts';
import { ProofFields } from './proof-fields.tsx';

interface RowsProps<Row> {
  rows: readonly Row[];
  set: (rows: Row[]) => void;
  faults: EntryFaults;
}

interface ListProps<Row> extends RowsProps<Row> {
  legend: string;
  /** Name of the list in faults. */
  field: string;
  add: string;
  empty: () => Row;
  row: (row: Row, change: (patch: Partial<Row>) => void, fault: (name: string) => ReactNode) => ReactNode;
  /** Those of a row that say their faults themselves; the others are said below the row. */
  inputs: (row: Row) => readonly string[];
}

function RowList<Row extends object>({ rows, set, faults, legend, field, add, empty, row, inputs }: ListProps<Row>) {
  const { t } = useTranslation('customers');
  const textOf = useFaultText();
  const change = (i: number, patch: Partial<Row>) =>
    set(rows.map((one, at) => (at === i ? { ...one, ...patch } : one)));
  const faultOf = (place: string) => faultAmong(faults, [place, `${place}.*`], textOf);
  const ofRow = (one: Row, place: string) => {
    const said = inputs(one).map((name) => `${place}.${name}`);
    const others = faults.filter((fault) => !said.some((name) => `${fault.field}.`.startsWith(`${name}.`)));
    return faultAmong(others, [place, `${place}.*`], textOf);
  };
  return (
    <Fieldset legend={legend}>
      <Stack gap="sm">
        {rows.map((one, i) => (
          // Rows have no names of their own while they are typed.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Group key={i} gap="xs" align="flex-start" wrap="nowrap">
            <Group gap="xs" align="flex-start" flex={1}>
              {row(
                one,
                (patch) => change(i, patch),
                (name) => faultOf(`${field}.${i}.${name}`),
              )}
              <Text size="xs" c="light-dark(#8f1d1d, #ffb4b4)">
                {ofRow(one, `${field}.${i}`)}
              </Text>
            </Group>
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={4}
              aria-label={t('rows.remove', { number: i + 1 })}
              onClick={() => set(rows.filter((_, at) => at !== i))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => set([...rows, empty()])}
          >
            {add}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

type Domain = EntryDraft['domains'][number];
type MailHost = EntryDraft['mailhosts'][number];
type Administrator = EntryDraft['administrators'][number];

export function DomainRows(props: RowsProps<Domain>) {
  const { t } = useTranslation('customers');
  return (
    <RowList
      {...props}
      legend={t('entry.part.domains')}
      field="domains"
      inputs={() => ['name']}
      add={t('rows.addDomain')}
      empty={() => ({ name: '', inbound: true, outbound: true, subdomains: false })}
      row={(row, change, fault) => (
        <>
          <TextInput
            aria-label={t('rows.domain')}
            placeholder="example.lu"
            value={row.name}
            error={fault('name')}
            flex="1 1 12rem"
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          {(['inbound', 'outbound', 'subdomains'] as const).map((key) => (
            <Checkbox
              key={key}
              mt={8}
              label={t(`told.${key}`)}
              checked={row[key] ?? false}
              onChange={(event) => change({ [key]: event.currentTarget.checked })}
            />
          ))}
        </>
      )}
    />
  );
}

export function MailHostRows(props: RowsProps<MailHost>) {
  const { t } = useTranslation('customers');
  const tls = (['opportunistic', 'verify', 'none'] as const).map((value) => ({ value, label: t(`told.tls.${value}`) }));
  return (
    <RowList
      {...props}
      legend={t('entry.part.mailhosts')}
      field="mailhosts"
      inputs={() => ['host', 'port', 'preference']}
      add={t('rows.addHost')}
      empty={() => ({ host: '', port: 25, preference: 10, tls: 'opportunistic' as const })}
      row={(row, change, fault) => (
        <>
          <TextInput
            aria-label={t('rows.host')}
            placeholder="mail.example.lu"
            value={row.host}
            error={fault('host')}
            flex="1 1 12rem"
            onChange={(event) => change({ host: event.currentTarget.value })}
          />
          <NumberField
            aria-label={t('rows.port')}
            value={row.port ?? 25}
            min={1}
            max={65_535}
            w={90}
            error={fault('port')}
            change={(port) => change({ port })}
          />
          <NumberField
            aria-label={t('rows.preference')}
            value={row.preference ?? 10}
            min={0}
            max={65_535}
            w={80}
            error={fault('preference')}
            change={(preference) => change({ preference })}
          />
          <Select
            aria-label={t('rows.tls')}
            data={tls}
            value={row.tls ?? 'opportunistic'}
            allowDeselect={false}
            flex="0 1 14rem"
            onChange={(value) => change({ tls: value ?? 'opportunistic' })}
          />
        </>
      )}
    />
  );
}

export function SourceRows(props: RowsProps<SourceDraft>) {
  const { t } = useTranslation('customers');
  return (
    <RowList
      {...props}
      legend={t('entry.part.sources')}
      field="sources"
      inputs={({ shared }) => (shared === true ? ['network', 'proof'] : ['network'])}
      add={t('rows.addSource')}
      empty={() => ({ network: '', shared: false })}
      row={(row, change, fault) => (
        <>
          <TextInput
            aria-label={t('rows.network')}
            placeholder="192.0.2.10"
            value={row.network}
            error={fault('network')}
            flex="1 1 12rem"
            onChange={(event) => change({ network: event.currentTarget.value })}
          />
          <Checkbox
            mt={8}
            label={t('told.shared')}
            checked={row.shared ?? false}
            onChange={(event) => change({ shared: event.currentTarget.checked })}
          />
          {row.shared === true && (
            <ProofFields proof={row.proof} error={fault('proof')} set={(proof) => change({ proof })} />
          )}
        </>
      )}
    />
  );
}

export function AdministratorRows(props: RowsProps<Administrator>) {
  const { t } = useTranslation('customers');
  const roles = (['customer_administrator', 'customer_member', 'customer_viewer'] as const).map((value) => ({
    value,
    label: t(`told.role.${value}`),
  }));
  const languages = (['en', 'de', 'fr'] as const).map((value) => ({ value, label: t(`told.language.${value}`) }));
  return (
    <RowList
      {...props}
      legend={t('entry.part.administrators')}
      field="administrators"
      inputs={() => ['name', 'email']}
      add={t('rows.addPerson')}
      empty={() => ({ name: '', email: '', role: 'customer_administrator' as const, language: 'en' as const })}
      row={(row, change, fault) => (
        <>
          <TextInput
            aria-label={t('rows.name')}
            placeholder={t('rows.name')}
            value={row.name}
            error={fault('name')}
            flex="1 1 9rem"
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <TextInput
            aria-label={t('rows.email')}
            placeholder={t('rows.email')}
            value={row.email}
            error={fault('email')}
            flex="1 1 12rem"
            onChange={(event) => change({ email: event.currentTarget.value })}
          />
          <Select
            aria-label={t('rows.role')}
            data={roles}
            value={row.role ?? 'customer_administrator'}
            allowDeselect={false}
            flex="0 1 11rem"
            onChange={(value) => change({ role: value as NonNullable<Administrator['role']> })}
          />
          <Select
            aria-label={t('rows.language')}
            data={languages}
            value={row.language ?? 'en'}
            allowDeselect={false}
            flex="0 1 8rem"
            onChange={(value) => change({ language: value as NonNullable<Administrator['language']> })}
          />
        </>
      )}
    />
  );
}
