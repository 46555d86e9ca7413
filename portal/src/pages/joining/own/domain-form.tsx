// Adds a domain, or changes what one is used for: in the version that was read.

import { Alert, Button, Checkbox, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { DialogActs } from '../../../parts/dialog-acts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import { isDomain } from '../onboarding/entry-checks.ts';
import type { Domain } from './domain-panel.tsx';

interface DomainFormProps {
  customer: string;
  /** None: a new one. */
  domain?: Domain;
  close: () => void;
}

export function DomainForm({ customer, domain, close }: DomainFormProps) {
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const [name, setName] = useState(domain?.name ?? '');
  const [uses, setUses] = useState({
    inbound: domain?.inbound ?? true,
    outbound: domain?.outbound ?? true,
    subdomains: domain?.subdomains ?? false,
  });
  const [state, setState] = useState<{ isWaiting: boolean; error?: unknown }>({ isWaiting: false });
  const isWrong = name !== '' && !isDomain(name);
  const isUseless = !uses.inbound && !uses.outbound;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name === '' || isWrong || isUseless) return;
    setState({ isWaiting: true });
    try {
      if (domain === undefined) await call('addDomain', { path: { customer }, body: { name: name.trim(), ...uses } });
      else {
        const path = { customer, domain: domain.name };
        await call('changeDomain', { path, body: uses, ifMatch: `"${domain.version}"` });
      }
      for (const id of ['listDomains', 'getRecords', 'getChecks', 'listDkimKeys'] as const) {
        void queries.invalidateQueries({ queryKey: [id] });
      }
      close();
    } catch (error) {
      setState({ isWaiting: false, error });
      // What is there now is read again, so that the next try is made to that.
      void queries.invalidateQueries({ queryKey: ['listDomains'] });
    }
  };
  const isStale = state.error instanceof ApiProblem && state.error.status === 412;
  return (
    <Dialog
      opened
      onClose={close}
      title={domain === undefined ? t('ownDomains.add') : t('ownDomains.changeOf', { name: domain.name })}
      closeButtonProps={{ 'aria-label': t('share.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {domain === undefined && (
            <TextInput
              label={t('domains.name')}
              placeholder={t('domains.example')}
              autoCapitalize="none"
              spellCheck={false}
              data-autofocus
              value={name}
              error={isWrong ? t('fault.domain_wrong') : faultOf(state.error, 'name', 'domains.0.name')}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          {(['inbound', 'outbound', 'subdomains'] as const).map((use) => (
            <Checkbox
              key={use}
              label={t(`domains.${use}`)}
              description={t(`domains.${use}Hint`)}
              checked={uses[use]}
              error={use === 'inbound' && isUseless ? t('fault.direction_needed') : undefined}
              onChange={(event) => setUses({ ...uses, [use]: event.currentTarget.checked })}
            />
          ))}
          {isStale && <Alert color="yellow">{t('ownDomains.stale')}</Alert>}
          {!isStale && <Failing error={state.error} />}
          <DialogActs close={close}>
            <Button type="submit" loading={state.isWaiting}>
              {domain === undefined ? t('ownDomains.add') : t('ownDomains.save')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}
