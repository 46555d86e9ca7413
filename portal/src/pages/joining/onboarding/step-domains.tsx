// The domains, and which way their mail goes.

import { Checkbox, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EntryDomain } from './entry-checks.ts';
import { AddButton, RemoveButton } from './entry-list.tsx';
import { useFieldFault } from './fault-text.ts';
import type { DraftState } from './use-draft.ts';

export function StepDomains({ state }: { state: DraftState }) {
  const { t } = useTranslation('joining');
  const { domains } = state.draft;
  const faultOf = useFieldFault(state.faults.filter(({ field }) => field === 'domains'));
  const add = () =>
    state.change({ domains: [...domains, { name: '', inbound: true, outbound: true, subdomains: false }] });
  const fault = faultOf('domains');
  return (
    <Stack data-entries>
      <Text>{t('domains.lead')}</Text>
      {domains.map((domain, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: domains have no other name while they are typed
        <DomainFields key={i} domain={domain} at={i} state={state} />
      ))}
      {fault !== undefined && (
        <Text size="sm" c="light-dark(#a61b1b, #ffb4b4)" role="alert">
          {fault}
        </Text>
      )}
      <AddButton label={t('domains.add')} add={add} />
    </Stack>
  );
}

function DomainFields({ domain, at, state }: { domain: EntryDomain; at: number; state: DraftState }) {
  const { t } = useTranslation('joining');
  const { domains } = state.draft;
  const faultOf = useFieldFault(state.faults);
  const edit = (patch: Partial<EntryDomain>) =>
    state.change({ domains: domains.map((one, i) => (i === at ? { ...one, ...patch } : one)) });
  const direction = useFieldFault(state.faults.filter(({ code }) => code === 'direction_needed'));
  return (
    <Fieldset legend={domain.name === '' ? t('domains.one', { number: at + 1 }) : domain.name} p="sm" data-entry>
      <Stack gap="sm">
        <Group align="flex-start" wrap="nowrap" gap="xs">
          <TextInput
            style={{ flex: 1 }}
            label={t('domains.name')}
            placeholder={t('domains.example')}
            inputMode="url"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={253}
            value={domain.name}
            error={faultOf(`domains.${at}.name`)}
            onChange={(event) => edit({ name: event.currentTarget.value.trim() })}
          />
          <RemoveButton
            isBesideField
            label={t('domains.remove', { name: domain.name || String(at + 1) })}
            remove={() => state.change({ domains: domains.filter((_, i) => i !== at) })}
          />
        </Group>
        <Checkbox
          label={t('domains.inbound')}
          description={t('domains.inboundHint')}
          checked={domain.inbound}
          error={direction(`domains.${at}`)}
          onChange={(event) => edit({ inbound: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('domains.outbound')}
          description={t('domains.outboundHint')}
          checked={domain.outbound}
          onChange={(event) => edit({ outbound: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('domains.subdomains')}
          description={t('domains.subdomainsHint')}
          checked={domain.subdomains}
          onChange={(event) => edit({ subdomains: event.currentTarget.checked })}
        />
      </Stack>
    </Fieldset>
  );
}
