// What is known of a message besides what happened to it.

import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Copy } from '../../../parts/copy.tsx';
import { type Fact, Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { When } from '../../../parts/when.tsx';
import { useIsOperator } from '../../../search.ts';
import { useAddressText } from '../message-columns.tsx';
import type { Message } from './events.ts';

const LISTED = 20;

export function MessageFacts({ message }: { message: Message }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const addressText = useAddressText();
  const isOperator = useIsOperator();
  const { entry, events } = message;
  const meta = events.find(({ type }) => type === 'message.accepted')?.meta;
  const { customer } = entry;
  const direction = entry.direction === undefined ? undefined : t(`direction.${entry.direction}`);
  const stream = meta?.stream === undefined || meta.stream === 'business' ? undefined : meta.stream;
  const facts: readonly Fact[] = [
    { name: t('fact.from'), value: addressText(entry.from) },
    { name: t('fact.headerFrom'), value: meta?.headerFrom === entry.from ? undefined : meta?.headerFrom },
    { name: t('fact.envelopeFrom'), value: meta?.envelopeFrom },
    { name: t('fact.to'), value: shortened(entry.recipients.map(({ address }) => address)) },
    { name: t('fact.subject'), value: entry.subject },
    {
      name: t('fact.customer'),
      value:
        isOperator && customer !== undefined ? (
          <ScopedLink to={`/customers/${customer}`}>{customer}</ScopedLink>
        ) : undefined,
    },
    { name: t('fact.direction'), value: [direction, stream].filter((part) => part !== undefined).join(' · ') },
    { name: t('fact.accepted'), value: <When at={entry.at} /> },
    { name: t('fact.size'), value: entry.size === undefined ? undefined : formats.size(entry.size) },
    { name: t('fact.source'), value: [meta?.origin?.ip, meta?.origin?.helo].filter(Boolean).join(', ') },
    { name: t('fact.messageId'), value: copied(meta?.messageId) },
    { name: t('fact.originalMessageId'), value: meta?.originalMessageId },
    { name: t('fact.id'), value: copied(entry.id) },
  ];
  return <Facts facts={facts} />;
}

function shortened(addresses: readonly string[]): string {
  const more = addresses.length - LISTED;
  return more > 0 ? `${addresses.slice(0, LISTED).join(', ')} … +${more}` : addresses.join(', ');
}

function copied(text: string | undefined) {
  if (text === undefined) return undefined;
  return (
    <Group gap={4} wrap="nowrap">
      <span>{text}</span>
      <Copy text={text} />
    </Group>
  );
}
