// The header as it stands, field by field: the relay's own hop and its signatures stand out.

import { Box, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Chip } from '../../parts/status-chip.tsx';

type Field = Answer<'showCaught'>['fields'][number];
type Signature = Answer<'showCaught'>['signatures'][number];

interface HeadersProps {
  fields: readonly Field[];
  signatures: readonly Signature[];
}

export function CaughtHeaders({ fields, signatures }: HeadersProps) {
  const { t } = useTranslation('sandbox');
  const marks = marksOf(fields, signatures);
  return (
    <Stack gap={0}>
      {signatures.length === 0 && (
        <Text size="sm" c="dimmed" mb="xs">
          {t('headers.unsigned')}
        </Text>
      )}
      {marks.map(({ field, place, mark }) => (
        <Box
          key={place}
          py={6}
          px="xs"
          className="data-list-row"
          {...(mark !== undefined && { bg: 'light-dark(#eef6f7, #1d3338)' })}
        >
          {mark !== undefined && <MarkLine mark={mark} />}
          <Text size="sm" ff="monospace" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            <strong>{field.name}:</strong> {field.value}
          </Text>
        </Box>
      ))}
    </Stack>
  );
}

type Mark = { kind: 'hop' } | { kind: 'signature'; number: number; signature: Signature };

/** The first Received is the relay's; verdicts come in the order of the signatures. */
function marksOf(fields: readonly Field[], signatures: readonly Signature[]) {
  let signed = 0;
  let hops = 0;
  return fields.map((field, place): { field: Field; place: number; mark: Mark | undefined } => {
    const name = field.name.toLowerCase();
    if (name === 'received' && hops++ === 0) return { field, place, mark: { kind: 'hop' } };
    const signature = name === 'dkim-signature' ? signatures[signed++] : undefined;
    const mark = signature === undefined ? undefined : { kind: 'signature' as const, number: signed, signature };
    return { field, place, mark };
  });
}

function MarkLine({ mark }: { mark: Mark }) {
  const { t } = useTranslation('sandbox');
  if (mark.kind === 'hop') {
    return (
      <Text size="xs" c="dimmed">
        {t('headers.received')}
      </Text>
    );
  }
  const { number, signature } = mark;
  const { result, algorithm, domain, selector, reason } = signature;
  return (
    <Group gap="xs" mb={2}>
      <Text size="xs" fw={600}>
        {t('headers.signature', { number })}
        {algorithm !== null && ` (${algorithm})`}
      </Text>
      <Chip tone={result === 'pass' ? 'good' : 'bad'}>{t(result === 'pass' ? 'headers.pass' : 'headers.fail')}</Chip>
      <Text size="xs" c="dimmed">
        {reason ?? t('headers.checked', { domain, selector })}
      </Text>
    </Group>
  );
}
