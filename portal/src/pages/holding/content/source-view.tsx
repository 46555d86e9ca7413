// The source of a message that is still in the queue, for a reason.

import { Button, Code, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/queries.ts';
import { Failing } from '../../../parts/states.tsx';
import { useIsOperator } from '../../../search.ts';

const SHORTEST_REASON = 5;
const LONGEST_REASON = 500;

/** Asks for the reason, then shows what is in the message as it came. */
export function SourceView({ id }: { id: string }) {
  const { t } = useTranslation('holding');
  const reading = useAct('readContent', { changes: ['listContentAccess'] });
  return (
    <section>
      <Title order={3} size="h3">
        {t('content.title')}
      </Title>
      {reading.data === undefined ? (
        <ReasonForm
          buttons={(isReady) => (
            <Button type="submit" size="xs" disabled={!isReady} loading={reading.isPending}>
              {t('content.source')}
            </Button>
          )}
          submit={(reason) => reading.mutate({ path: { id }, body: { reason } })}
          error={reading.error}
        />
      ) : (
        <Source base64={reading.data.content} truncated={reading.data.truncated} />
      )}
    </section>
  );
}

interface FormProps {
  buttons: (isReady: boolean) => ReactNode;
  submit: (reason: string) => void;
  error: unknown;
}

/** Who gets to know of it, on either side. */
export function KeptHint() {
  const { t } = useTranslation('holding');
  return t(useIsOperator() ? 'content.hint' : 'content.hintOwn');
}

/** Why somebody has to see it: those whose mail it is read that. */
export function ReasonForm({ buttons, submit, error }: FormProps) {
  const { t } = useTranslation('holding');
  const [reason, setReason] = useState('');
  const isReady = reason.trim().length >= SHORTEST_REASON;
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) submit(reason.trim());
  };
  return (
    <form onSubmit={go}>
      <Stack gap="xs" mt={4}>
        <Textarea
          label={t('content.reason')}
          description={<KeptHint />}
          autosize
          minRows={2}
          maxLength={LONGEST_REASON}
          value={reason}
          error={reason !== '' && !isReady ? t('content.reasonShort') : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {error !== null && error !== undefined && <Failing error={error} />}
        <Group gap="xs">{buttons(isReady)}</Group>
      </Stack>
    </form>
  );
}

/** A message as it came, octets that are no text left to the decoder. */
export function Source({ base64, truncated }: { base64: string; truncated: boolean }) {
  const { t } = useTranslation('holding');
  return (
    <Stack gap="xs">
      {truncated && (
        <Text size="sm" c="dimmed">
          {t('content.cut')}
        </Text>
      )}
      <Code
        block
        tabIndex={0}
        role="region"
        aria-label={t('content.raw')}
        style={{ maxHeight: '60vh', overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {textOf(base64)}
      </Code>
    </Stack>
  );
}

function textOf(base64: string): string {
  const octets = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new TextDecoder('utf-8').decode(octets);
}
