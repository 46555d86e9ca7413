// Events as the relay makes them, for tests and for the bench of the trace.

import type { Attempt, CustomerId, MessageMeta, Outcome, QueueId } from '../message.ts';
import { acceptedEvent, recipientEvent } from '../report/events.ts';

const DIGITS = '0123456789abcdefghijklmnopqrstuv';

/** The id of the n-th message accepted in this millisecond. */
export function sampleId(at: number, n = 0): QueueId {
  let time = '';
  for (let rest = at, i = 0; i < 9; i++, rest = Math.floor(rest / 32)) time = DIGITS.charAt(rest % 32) + time;
  let sequence = '';
  for (let rest = n, i = 0; i < 8; i++, rest = Math.floor(rest / 32)) sequence = DIGITS.charAt(rest % 32) + sequence;
  return (time + sequence) as QueueId;
}

/** A message with the given differences. */
export function sampleMeta(at: number, n: number, change: Partial<MessageMeta> = {}): MessageMeta {
  const id = sampleId(at, n);
  return {
    id,
    customer: 'acme' as CustomerId,
    direction: 'outbound',
    stream: 'business',
    sender: 'alice@acme.example',
    acceptedAt: at,
    size: 10_240,
    origin: {
      ip: '192.0.2.25',
      helo: 'mail.acme.example',
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    },
    received: `Received: from mail.acme.example by relay.example id ${id}\r\n`,
    eightBit: true,
    smtpUtf8: false,
    messageId: `${id}.${n}@acme.example`,
    headerFrom: 'alice@acme.example',
    recipientCount: 1,
    ...change,
  };
}

/** An attempt at this host. */
export function sampleAttempt(at: number, host: string, number = 1): Attempt {
  return {
    number,
    at,
    durationMs: 84,
    host,
    ip: '198.51.100.7',
    from: { ip: '203.0.113.10', hostname: 'out1.relay.example', pool: 'standard' },
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: true },
    conversation: [
      { said: 'MAIL FROM:<alice@acme.example> SIZE=10240 BODY=8BITMIME', reply: '250 2.1.0 Ok', ms: 12 },
      { said: 'RCPT TO:<bob@example.org>', reply: '250 2.1.5 Ok', ms: 24 },
      { said: 'DATA', reply: '354 End data with <CR><LF>.<CR><LF>', ms: 36 },
      { said: '.', reply: '250 2.0.0 Ok: queued as 4Y0f5T1ZxVz2xL', ms: 84 },
    ],
  };
}

/** The usual two events of a message: accepted and delivered, as JSON texts. */
export function deliveredTexts(meta: MessageMeta, recipients: string[], host = 'mx1.example.org'): string[] {
  return [
    JSON.stringify(acceptedEvent(meta, recipients)),
    ...recipients.map((address, index) =>
      outcomeText(
        meta,
        { address, index },
        {
          kind: 'delivered',
          reply: { code: 250, enhanced: '2.0.0', text: 'Ok: queued as 4Y0f5T1ZxVz2xL' },
          attempt: sampleAttempt(meta.acceptedAt + 5, host),
        },
      ),
    ),
  ];
}

/** The text of the event of one outcome. */
export function outcomeText(
  meta: MessageMeta,
  recipient: { address: string; index: number },
  outcome: Outcome,
): string {
  return JSON.stringify(recipientEvent(meta, recipient, outcome, { at: meta.acceptedAt + 100 }));
}
