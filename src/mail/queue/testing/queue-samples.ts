// Messages, settlements and batches for the tests of the queue.

import type { CustomerId, MessageMeta, Outcome, QueueId } from '../../message.ts';
import type { BatchResult, QueueBatch, QueueEngine } from '../engine.ts';
import type { NewMessage, Settlement } from '../queue.ts';
import { createQueueIds } from '../queue-id.ts';

const newId = createQueueIds({ node: 1, thread: 0, now: () => Date.now() });

/** What a test wants of a message; the rest is plausible. */
export interface SampleMessage {
  customer?: string;
  to?: string[];
  sender?: string;
  acceptedAt?: number;
  body?: NewMessage['body'];
  hold?: NewMessage['hold'];
  id?: QueueId;
}

/** A message to `to` (default: one recipient at one.test). */
export function sampleMessage(wanted: SampleMessage = {}): NewMessage {
  const to = wanted.to ?? ['user@one.test'];
  const id = wanted.id ?? newId();
  const meta: MessageMeta = {
    id,
    customer: (wanted.customer ?? 'acme') as CustomerId,
    direction: 'outbound',
    stream: 'business',
    sender: wanted.sender ?? 'from@acme.test',
    acceptedAt: wanted.acceptedAt ?? 1000,
    size: 5,
    origin: { ip: '192.0.2.1', helo: 'host.acme.test' },
    received: 'Received: by test\r\n',
    eightBit: false,
    smtpUtf8: false,
    recipientCount: to.length,
  };
  const message: NewMessage = {
    meta,
    body: wanted.body ?? { kind: 'inline', bytes: new TextEncoder().encode('hello') },
    recipients: to.map((address) => ({ address, destination: address.slice(address.indexOf('@') + 1) })),
    events: [JSON.stringify({ type: 'message.accepted', id })],
  };
  if (wanted.hold !== undefined) message.hold = wanted.hold;
  return message;
}

/** Outcomes by name. */
export const outcomes = {
  delivered: { kind: 'delivered', reply: { code: 250, text: 'ok' }, attempt: attempt() },
  refused: {
    kind: 'deferred',
    scope: 'recipient',
    cause: { from: 'remote', stage: 'rcpt', host: 'mx.one.test', reply: { code: 451, text: 'later' } },
  },
  unreachable: { kind: 'deferred', scope: 'destination', cause: { from: 'us', cause: 'connect-failed' } },
  noAddress: { kind: 'deferred', scope: 'message', cause: { from: 'us', cause: 'no-address' } },
  pausedHere: { kind: 'deferred', scope: 'message', cause: { from: 'us', cause: 'recipient-paused' } },
  putOffHere: { kind: 'deferred', scope: 'message', cause: { from: 'us', cause: 'protection-later' } },
  noDns: { kind: 'deferred', scope: 'destination', cause: { from: 'us', cause: 'dns-temporary' } },
  bounced: {
    kind: 'bounced',
    cause: { from: 'remote', stage: 'rcpt', host: 'mx.one.test', reply: { code: 550, text: 'no such user' } },
  },
  expired: { kind: 'expired' },
  untouched: { kind: 'untouched' },
} as const satisfies Record<string, Outcome>;

function attempt() {
  return { number: 1, at: 0, durationMs: 1, conversation: [] };
}

/** The settlement of recipients of one message, all with the same outcome. */
export function settlementOf(
  message: NewMessage,
  rows: { row: number; recipients?: number[] },
  outcome: Outcome,
  more: {
    dueAt?: number /** By whose clock `dueAt` is; now unless told. */;
    at?: number;
    messages?: NewMessage[];
  } = {},
): Settlement {
  const recipients = (rows.recipients ?? [rows.row]).map((row) => ({
    row,
    outcome,
    ...(more.dueAt !== undefined && { dueAt: more.dueAt }),
  }));
  const events = recipients.map(({ row }) =>
    JSON.stringify({ type: `message.recipient.${outcome.kind}`, id: message.meta.id, index: row - rows.row }),
  );
  const destination = message.recipients[(recipients[0]?.row ?? rows.row) - rows.row]?.destination ?? '';
  return {
    row: rows.row,
    id: message.meta.id,
    destination,
    at: more.at ?? Date.now(),
    recipients,
    events,
    messages: more.messages ?? [],
  };
}

/** Commits with what a test leaves out filled in. */
export async function commit(engine: QueueEngine, batch: Partial<QueueBatch> = {}): Promise<BatchResult> {
  return engine.commit({ now: 1000, settlements: [], enqueues: [], claimed: new Set(), apart: false, ...batch });
}

/** Enqueues one message and gives its row. */
export async function enqueue(engine: QueueEngine, message: NewMessage, now = 1000): Promise<number> {
  const { enqueued } = await commit(engine, { enqueues: [message], now });
  const [row] = enqueued;
  if (row === undefined) throw new Error('not enqueued');
  return row;
}

let lastKey = 0;

/** Settles as a client that never repeats itself. */
export async function settle(engine: QueueEngine, settlement: Settlement, now = 1000): Promise<BatchResult> {
  lastKey += 1;
  return commit(engine, { settlements: [{ client: 'test', key: lastKey, settlement }], now });
}
