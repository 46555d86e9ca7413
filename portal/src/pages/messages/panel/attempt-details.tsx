// One attempt: to which host, from which address of ours, how it was encrypted, and what was said.

import { Button, Collapse, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { Conversation } from './conversation.tsx';
import type { Attempt } from './events.ts';

/** `isOpen`: the conversation is shown at once. */
export function AttemptDetails({ attempt, isOpen }: { attempt: Attempt; isOpen: boolean }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const [shows, setShows] = useState(isOpen);
  const { host, ip, from, tls, durationMs, conversation, reused, signed = [] } = attempt;
  const where = [host, ip === host ? undefined : ip].filter((part) => part !== undefined && part !== '').join(', ');
  const security =
    tls === undefined
      ? t('attempt.noTls')
      : t(tls.verified === true ? 'attempt.tlsVerified' : 'attempt.tls', { version: tls.version, cipher: tls.cipher });
  return (
    <Stack gap={2} align="stretch">
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {where === '' ? t('attempt.noHost') : t('attempt.to', { where })}
      </Text>
      {from !== undefined && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {from.pool === undefined
            ? t('attempt.from', { address: from.ip, hostname: from.hostname })
            : t('attempt.fromPool', { address: from.ip, hostname: from.hostname, pool: from.pool })}
        </Text>
      )}
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {[
          t('attempt.number', { number: attempt.number }),
          formats.span(durationMs),
          security,
          reused === true ? t('attempt.reused') : '',
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </Text>
      {signed.length > 0 && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('attempt.signed', { keys: formats.list(signed) })}
        </Text>
      )}
      {conversation.length > 0 && (
        <>
          <Button
            size="compact-xs"
            variant="subtle"
            w="fit-content"
            aria-expanded={shows}
            leftSection={shows ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
            onClick={() => setShows(!shows)}
          >
            {t('conversation.title')}
          </Button>
          <Collapse expanded={shows}>{shows && <Conversation lines={conversation} />}</Collapse>
        </>
      )}
    </Stack>
  );
}
