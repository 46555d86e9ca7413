// Addresses and networks that a customer's mail comes from; one that the customer adds waits for the operator.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call, type Input } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import type { Check } from '../../../parts/check-state.tsx';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { DialogActs } from '../../../parts/dialog-acts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { useIsOperator } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import type { EntrySource } from '../onboarding/entry-checks.ts';
import { ProofFields } from '../onboarding/proof-fields.tsx';
import { HeldCard } from './held-card.tsx';

type Source = Answer<'listSources'>['entries'][number];
type Doing = { do: 'add' } | { do: 'remove' | 'approve' | 'block'; source: Source };

export function Sources({ customer, checks }: { customer: string; checks: readonly Check[] }) {
  const { t } = useTranslation('joining');
  const [doing, setDoing] = useState<Doing>();
  const mayChange = useMay('domains:write');
  const query = useCall('listSources', { path: { customer } });
  const add = (
    <Button variant="default" onClick={() => setDoing({ do: 'add' })}>
      {t('servers.addSource')}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" maw={760}>
        {t('ownServers.sourcesLead')}
      </Text>
      <Answered query={query}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty
              title={t('ownServers.noSources')}
              hint={t('ownServers.noSourcesHint')}
              {...(mayChange && { action: add })}
            />
          ) : (
            <>
              {entries.map((source) => (
                <SourceCard
                  key={`${source.state} ${source.network}`}
                  source={source}
                  checks={checks}
                  setDoing={setDoing}
                />
              ))}
              {mayChange && <Group>{add}</Group>}
            </>
          )
        }
      </Answered>
      {doing?.do === 'add' && <SourceForm customer={customer} close={() => setDoing(undefined)} />}
      {doing !== undefined && doing.do !== 'add' && (
        <SourceAct
          customer={customer}
          act={doing.do}
          network={doing.source.network}
          close={() => setDoing(undefined)}
        />
      )}
    </Stack>
  );
}

interface SourceCardProps {
  source: Source;
  checks: readonly Check[];
  setDoing: (doing: Doing) => void;
}

function SourceCard({ source, checks, setDoing }: SourceCardProps) {
  const { t } = useTranslation('joining');
  const [mayChange, mayApprove] = [useMay('domains:write'), useMay('customers:approve')];
  const isWaiting = source.state === 'waiting';
  const button = (what: 'remove' | 'approve' | 'block') => (
    <Button size="compact-sm" variant="default" onClick={() => setDoing({ do: what, source })}>
      {t(`sourceAct.${what}`)}
    </Button>
  );
  return (
    <HeldCard
      name={source.network}
      check={checks.find(({ kind, object }) => kind === 'source' && object === source.network)}
      details={
        <>
          {isWaiting && <Chip tone="warn">{t('ownServers.waits')}</Chip>}
          {source.proof !== undefined && (
            <Text size="sm" c="dimmed">
              {t(`proof.${source.proof.kind}`)}
            </Text>
          )}
        </>
      }
      actions={
        <>
          {isWaiting && mayApprove && button('approve')}
          {isWaiting && mayApprove && button('block')}
          {mayChange && button('remove')}
        </>
      }
    />
  );
}

function SourceForm({ customer, close }: { customer: string; close: () => void }) {
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const isOperator = useIsOperator();
  const [source, setSource] = useState<EntrySource>({ network: '', shared: false });
  const [state, setState] = useState<{ isWaiting: boolean; error?: unknown }>({ isWaiting: false });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (source.network.trim() === '') return;
    setState({ isWaiting: true });
    try {
      const body = { ...source, network: source.network.trim() } as Input<'addSource'>['body'];
      await call('addSource', { path: { customer }, body });
      for (const id of ['listSources', 'getChecks'] as const) void queries.invalidateQueries({ queryKey: [id] });
      close();
    } catch (error) {
      setState({ isWaiting: false, error });
    }
  };
  return (
    <Dialog
      opened
      onClose={close}
      size="lg"
      title={t('servers.addSource')}
      closeButtonProps={{ 'aria-label': t('share.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {!isOperator && <Text size="sm">{t('ownServers.waitsHint')}</Text>}
          <TextInput
            label={t('servers.source')}
            placeholder={t('servers.sourceExample')}
            data-autofocus
            autoCapitalize="none"
            spellCheck={false}
            value={source.network}
            error={faultOf(state.error, 'network')}
            onChange={(event) => setSource({ ...source, network: event.currentTarget.value })}
          />
          <ProofFields
            source={source}
            isOpen
            fault={faultOf(state.error, 'proof')}
            change={(proof) => setSource({ network: source.network, ...proof })}
          />
          <Failing error={state.error} />
          <DialogActs close={close}>
            <Button type="submit" loading={state.isWaiting}>
              {t('servers.addSource')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}

/** Removes a source, approves one that waits, or refuses it. */
export function SourceAct(props: {
  customer: string;
  act: 'remove' | 'approve' | 'block';
  network: string;
  close: () => void;
}) {
  const { customer, act: what, network, close } = props;
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const act = async (reason: string) => {
    const path = { customer, network };
    if (what === 'remove') await call('removeSource', { path });
    else if (what === 'approve') await call('approveSource', { path });
    else await call('blockSource', { path, body: { reason } });
    for (const id of ['listSources', 'listAllSources', 'getChecks'] as const) {
      void queries.invalidateQueries({ queryKey: [id] });
    }
  };
  return (
    <ConfirmAct
      title={t(`sourceAct.${what}Of`, { network })}
      verb={t(`sourceAct.${what}`)}
      danger={what !== 'approve'}
      {...(what === 'block' && { reason: 'needed' as const })}
      act={act}
      close={close}
    >
      <Text size="sm">{t(`sourceAct.${what}Hint`)}</Text>
    </ConfirmAct>
  );
}
