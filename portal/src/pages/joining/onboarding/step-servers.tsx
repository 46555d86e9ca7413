// Where mail for the customer goes, and where its own mail comes from.

import { Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NumberField } from '../../../parts/number-field.tsx';
import type { EntryMailHost, EntrySource } from './entry-checks.ts';
import { AddButton, RemoveButton } from './entry-list.tsx';
import { useFieldFault } from './fault-text.ts';
import { ProofFields } from './proof-fields.tsx';
import type { DraftState } from './use-draft.ts';

export function StepServers({ state }: { state: DraftState }) {
  return (
    <Stack gap="xl">
      <MailHosts state={state} />
      <Sources state={state} />
    </Stack>
  );
}

function MailHosts({ state }: { state: DraftState }) {
  const { t } = useTranslation('joining');
  const { mailhosts } = state.draft;
  const ofAll = useFieldFault(state.faults.filter(({ field }) => field === 'mailhosts'));
  const faultOf = useFieldFault(state.faults);
  const set = (next: readonly EntryMailHost[]) => state.change({ mailhosts: next });
  const edit = (at: number, patch: Partial<EntryMailHost>) =>
    set(mailhosts.map((one, i) => (i === at ? { ...one, ...patch } : one)));
  const add = () =>
    set([...mailhosts, { host: '', port: 25, preference: (mailhosts.length + 1) * 10, tls: 'opportunistic' }]);
  return (
    <Stack gap="sm" data-entries>
      <Title order={3}>{t('servers.hosts')}</Title>
      <Text>{t('servers.hostsLead')}</Text>
      {mailhosts.map((host, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: hosts have no other name while they are typed
        <Paper key={i} withBorder p="sm" data-entry>
          <Group align="flex-start" gap="xs" wrap="nowrap">
            <TextInput
              style={{ flex: 1 }}
              label={t('servers.host')}
              placeholder={t('servers.hostExample')}
              autoCapitalize="none"
              spellCheck={false}
              maxLength={253}
              value={host.host}
              error={faultOf(`mailhosts.${i}.host`)}
              onChange={(event) => edit(i, { host: event.currentTarget.value.trim() })}
            />
            <RemoveButton
              isBesideField
              label={t('servers.removeHost', { name: host.host || String(i + 1) })}
              remove={() => set(mailhosts.filter((_, at) => at !== i))}
            />
          </Group>
          <HostDetails host={host} edit={(patch) => edit(i, patch)} />
        </Paper>
      ))}
      <FaultLine text={ofAll('mailhosts')} />
      <AddButton label={t('servers.addHost')} add={add} />
    </Stack>
  );
}

function HostDetails({ host, edit }: { host: EntryMailHost; edit: (patch: Partial<EntryMailHost>) => void }) {
  const { t } = useTranslation('joining');
  return (
    <Group gap="xs" mt="sm">
      <NumberField
        w={86}
        label={t('servers.port')}
        min={1}
        max={65_535}
        value={host.port}
        change={(port) => edit({ port })}
      />
      <Select
        w={190}
        label={t('servers.tls')}
        allowDeselect={false}
        data={(['opportunistic', 'verify', 'none'] as const).map((value) => ({ value, label: t(`tls.${value}`) }))}
        value={host.tls}
        onChange={(tls) => edit({ tls: tls as EntryMailHost['tls'] })}
      />
    </Group>
  );
}

function Sources({ state }: { state: DraftState }) {
  const { t } = useTranslation('joining');
  const { sources } = state.draft;
  const ofAll = useFieldFault(state.faults.filter(({ field }) => field === 'sources'));
  const set = (next: readonly EntrySource[]) => state.change({ sources: next });
  const edit = (at: number, patch: Partial<EntrySource>) =>
    set(sources.map((one, i) => (i === at ? { ...one, ...patch } : one)));
  return (
    <Stack gap="sm" data-entries>
      <Title order={3}>{t('servers.sources')}</Title>
      <Text>{t('servers.sourcesLead')}</Text>
      {sources.map((source, i) => (
        <SourceFields
          // biome-ignore lint/suspicious/noArrayIndexKey: sources have no other name while they are typed
          key={i}
          source={source}
          at={i}
          state={state}
          edit={(patch) => edit(i, patch)}
          remove={() => set(sources.filter((_, at) => at !== i))}
        />
      ))}
      <FaultLine text={ofAll('sources')} />
      <AddButton label={t('servers.addSource')} add={() => set([...sources, { network: '', shared: false }])} />
    </Stack>
  );
}

interface SourceFieldsProps {
  source: EntrySource;
  at: number;
  state: DraftState;
  edit: (patch: Partial<EntrySource>) => void;
  remove: () => void;
}

function SourceFields({ source, at, state, edit, remove }: SourceFieldsProps) {
  const { t } = useTranslation('joining');
  const faultOf = useFieldFault(state.faults);
  const isShared = state.faults.some(({ field, code }) => code === 'source_shared' && field === `sources.${at}.proof`);
  const showsProof = source.shared || source.proof !== undefined || isShared;
  return (
    <Paper withBorder p="sm" data-entry>
      <Stack gap="sm">
        <Group align="flex-start" gap="xs" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            label={t('servers.source')}
            placeholder={t('servers.sourceExample')}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            value={source.network}
            error={faultOf(`sources.${at}.network`)}
            onChange={(event) => edit({ network: event.currentTarget.value.trim() })}
          />
          <RemoveButton
            isBesideField
            label={t('servers.removeSource', { name: source.network || String(at + 1) })}
            remove={remove}
          />
        </Group>
        <ProofFields
          source={source}
          isOpen={showsProof}
          fault={faultOf(`sources.${at}.proof`)}
          change={(proof) => edit(proof)}
        />
      </Stack>
    </Paper>
  );
}

function FaultLine({ text }: { text: ReactNode }) {
  if (text === undefined) return null;
  return (
    <Text size="sm" c="light-dark(#a61b1b, #ffb4b4)" role="alert">
      {text}
    </Text>
  );
}
