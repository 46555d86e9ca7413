// What shows whose mail it is where others send from the same addresses: a login, a field that the provider sets, or a
// field with a secret.

import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Copy } from '../../../parts/copy.tsx';
import type { EntryProof, EntrySource } from './entry-checks.ts';

const KINDS = ['login', 'header', 'secret'] as const;
type ProofKind = (typeof KINDS)[number];

interface ProofFieldsProps {
  source: Pick<EntrySource, 'shared' | 'proof'>;
  isOpen: boolean;
  fault: ReactNode;
  change: (source: Pick<EntrySource, 'shared' | 'proof'>) => void;
}

export function ProofFields({ source, isOpen, fault, change }: ProofFieldsProps) {
  const { t } = useTranslation('joining');
  const { shared, proof } = source;
  // Without others there is nothing to prove: a proof that stays would be a fault that nobody sees.
  const share = (now: boolean) => change({ shared: now, proof: now ? (proof ?? 'login') : undefined });
  return (
    <Stack gap="sm">
      <Checkbox
        label={t('proof.shared')}
        description={t('proof.sharedHint')}
        checked={shared}
        {...(fault !== undefined && { error: fault })}
        onChange={(event) => share(event.currentTarget.checked)}
      />
      {isOpen && shared && (
        <>
          <Select
            maw={420}
            label={t('proof.kind')}
            allowDeselect={false}
            data={KINDS.map((value) => ({ value, label: t(`proof.${value}`) }))}
            value={kindOf(proof)}
            onChange={(kind) => change({ shared, proof: emptyProof(KINDS.find((one) => one === kind) ?? 'login') })}
          />
          <Text size="sm" c="dimmed">
            {t(`proof.${kindOf(proof)}Hint`)}
          </Text>
          {proof !== undefined && proof !== 'login' && (
            <ProofValues proof={proof} change={(next) => change({ shared, proof: next })} />
          )}
        </>
      )}
    </Stack>
  );
}

export function kindOf(proof: EntryProof | undefined): ProofKind {
  if (proof === undefined || proof === 'login') return 'login';
  return 'header' in proof ? 'header' : 'secret';
}

function emptyProof(kind: ProofKind): EntryProof {
  if (kind === 'login') return 'login';
  if (kind === 'header') return { header: 'X-MS-Exchange-CrossTenant-Id', value: '' };
  return { secret_header: 'X-Relay-Secret', secret: '' };
}

/** 192 bits, as text that a header field can hold. */
function randomSecret(): string {
  const octets = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCodePoint(...octets))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

type Values = Exclude<EntryProof, 'login'>;

function ProofValues({ proof, change }: { proof: Values; change: (proof: Values) => void }) {
  const { t } = useTranslation('joining');
  if ('header' in proof) {
    return (
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t('proof.field')}
          maxLength={76}
          value={proof.header}
          onChange={(event) => change({ ...proof, header: event.currentTarget.value })}
        />
        <TextInput
          label={t('proof.value')}
          maxLength={200}
          value={proof.value}
          onChange={(event) => change({ ...proof, value: event.currentTarget.value })}
        />
      </SimpleGrid>
    );
  }
  const field = (
    <TextInput
      label={t('proof.field')}
      maxLength={76}
      value={proof.secret_header}
      onChange={(event) => change({ ...proof, secret_header: event.currentTarget.value })}
    />
  );
  if (!('secret' in proof)) {
    return (
      <Stack gap="xs">
        {field}
        <Group gap="sm">
          <Text size="sm">{t('proof.kept')}</Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => change({ ...withoutHash(proof), secret: randomSecret() })}
          >
            {t('proof.renew')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="xs">
      {field}
      <Group align="flex-end" gap="xs">
        <TextInput
          style={{ flex: '1 1 14rem' }}
          label={t('proof.secretValue')}
          description={t('proof.secretOnce')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={proof.secret}
          onChange={(event) => change({ ...proof, secret: event.currentTarget.value.trim() })}
        />
        {proof.secret !== '' && <Copy text={proof.secret} what={t('proof.secretValue')} />}
        <Button variant="default" onClick={() => change({ ...proof, secret: randomSecret() })}>
          {t('proof.make')}
        </Button>
      </Group>
    </Stack>
  );
}

function withoutHash({ secret_header }: { secret_header: string }): { secret_header: string } {
  return { secret_header };
}
