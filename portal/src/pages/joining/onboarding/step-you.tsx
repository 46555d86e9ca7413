// Who is to be asked, and whether they want to use the portal.

import { Fieldset, Group, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isLanguage, languageNow } from '../../../words.ts';
import type { EntryPerson } from './entry-checks.ts';
import { AddButton, RemoveButton } from './entry-list.tsx';
import { useFieldFault } from './fault-text.ts';
import type { DraftState } from './use-draft.ts';

const ROLES = ['customer_administrator', 'customer_member', 'customer_viewer'] as const;

export function StepYou({ state }: { state: DraftState }) {
  const { t } = useTranslation('joining');
  const { draft, change, faults } = state;
  const faultOf = useFieldFault(faults.filter(({ field }) => field === 'administrators'));
  const people = draft.administrators;
  const edit = (at: number, patch: Partial<EntryPerson>) =>
    change({ administrators: people.map((one, i) => (i === at ? { ...one, ...patch } : one)) });
  const fresh = (): EntryPerson => ({ name: '', email: '', role: 'customer_administrator', language: languageNow() });
  return (
    <Stack data-entries>
      <Text>{t('you.lead')}</Text>
      {people.map((person, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: people have no other name while they are typed
        <Person key={i} person={person} at={i} state={state} edit={(patch) => edit(i, patch)} />
      ))}
      <AddButton label={t('you.add')} add={() => change({ administrators: [...people, fresh()] })} />
      <Switch
        label={t('you.portal')}
        description={t('you.portalHint')}
        checked={draft.portal}
        error={faultOf('administrators')}
        onChange={(event) => change({ portal: event.currentTarget.checked })}
      />
    </Stack>
  );
}

function Person(props: {
  person: EntryPerson;
  at: number;
  state: DraftState;
  edit: (patch: Partial<EntryPerson>) => void;
}) {
  const { person, at, state, edit } = props;
  const { t } = useTranslation('joining');
  const faultOf = useFieldFault(state.faults);
  const remove = () => state.change({ administrators: state.draft.administrators.filter((_, i) => i !== at) });
  return (
    <Fieldset legend={person.name.trim() === '' ? t('you.person', { number: at + 1 }) : person.name} p="sm" data-entry>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t('you.name')}
          autoComplete="name"
          maxLength={200}
          value={person.name}
          error={faultOf(`administrators.${at}.name`)}
          onChange={(event) => edit({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('you.email')}
          type="email"
          autoComplete="email"
          maxLength={320}
          value={person.email}
          error={faultOf(`administrators.${at}.email`)}
          onChange={(event) => edit({ email: event.currentTarget.value.trim() })}
        />
        <Select
          label={t('you.role')}
          allowDeselect={false}
          data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          value={person.role}
          onChange={(role) => edit({ role: ROLES.find((one) => one === role) ?? person.role })}
        />
        <Select
          label={t('you.language')}
          allowDeselect={false}
          data={(['en', 'de', 'fr'] as const).map((value) => ({ value, label: t(`language.${value}`) }))}
          value={person.language}
          onChange={(language) => {
            if (isLanguage(language ?? undefined)) edit({ language: language as EntryPerson['language'] });
          }}
        />
      </SimpleGrid>
      <Group justify="flex-end" mt="xs">
        <RemoveButton label={t('you.remove', { name: person.name || String(at + 1) })} remove={remove} />
      </Group>
    </Fieldset>
  );
}
