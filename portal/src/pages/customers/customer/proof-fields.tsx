// What shows that mail from a source that others send from too is this customer's.

import { Group, Select, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SourceDraft } from './entry-form.tsx';

type Proof = SourceDraft['proof'];
type Kind = 'none' | 'login' | 'header' | 'secret';

const KINDS = ['none', 'login', 'header', 'secret'] as const satisfies readonly Kind[];

function kindOf(proof: Proof): Kind {
  if (proof === undefined) return 'none';
  if (proof === 'login') return 'login';
  return 'header' in proof ? 'header' : 'secret';
}

function emptyOf(kind: Kind): Proof {
  switch (kind) {
    case 'none':
      return undefined;
    case 'login':
      return 'login';
    case 'header':
      return { header: '', value: '' };
    case 'secret':
      return { secret_header: '', secret: '' };
    default:
      return kind satisfies never;
  }
}

interface ProofProps {
  proof: Proof;
  error: ReactNode;
  set: (proof: Proof) => void;
}

export function ProofFields({ proof, error, set }: ProofProps) {
  const { t } = useTranslation('customers');
  const kind = kindOf(proof);
  return (
    <Group gap="xs" align="flex-start" flex="1 1 100%">
      <Select
        aria-label={t('proof.kind')}
        data={KINDS.map((value) => ({ value, label: t(`proof.${value}`) }))}
        value={kind}
        allowDeselect={false}
        error={error}
        flex="0 1 15rem"
        onChange={(value) => set(emptyOf(value ?? 'none'))}
      />
      {proof !== undefined && proof !== 'login' && <HeaderFields proof={proof} set={set} />}
    </Group>
  );
}

function HeaderFields({ proof, set }: { proof: Exclude<Proof, undefined | 'login'>; set: (proof: Proof) => void }) {
  const { t } = useTranslation('customers');
  if ('header' in proof) {
    return (
      <>
        <TextInput
          aria-label={t('proof.name')}
          placeholder="X-Tenant-Id"
          value={proof.header}
          flex="1 1 9rem"
          onChange={(event) => set({ ...proof, header: event.currentTarget.value })}
        />
        <TextInput
          aria-label={t('proof.value')}
          placeholder={t('proof.value')}
          value={proof.value}
          flex="1 1 9rem"
          onChange={(event) => set({ ...proof, value: event.currentTarget.value })}
        />
      </>
    );
  }
  return (
    <>
      <TextInput
        aria-label={t('proof.name')}
        placeholder="X-Relay-Key"
        value={proof.secret_header}
        flex="1 1 9rem"
        onChange={(event) => set({ ...proof, secret_header: event.currentTarget.value })}
      />
      {'secret' in proof ? (
        <TextInput
          aria-label={t('proof.secretValue')}
          placeholder={t('proof.secretValue')}
          value={proof.secret}
          autoComplete="off"
          flex="1 1 12rem"
          onChange={(event) => set({ ...proof, secret: event.currentTarget.value })}
        />
      ) : (
        <Text size="sm" c="dimmed" mt={8}>
          {t('proof.kept')}
        </Text>
      )}
    </>
  );
}
