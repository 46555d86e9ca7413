// From the stored text of an event back to the event. The texts are of our own making, perhaps by another version;
// only what the trace relies on is looked at.

import { parseQueueId } from '../queue/queue-id.ts';
import { FINAL_EVENTS, type MailEvent } from '../report/events.ts';

const OF_RECIPIENT: ReadonlySet<string> = new Set([
  ...FINAL_EVENTS,
  'message.recipient.deferred',
  'message.recipient.delay_told',
  'message.recipient.held',
  'message.recipient.released',
  'message.recipient.complained',
  'message.recipient.rerouted',
  'message.recipient.retried',
]);
const OF_MESSAGE: ReadonlySet<string> = new Set(['message.held', 'message.released', 'message.quarantined']);
/** Largest time that a Date can hold. */
const LAST_TIME = 8.64e15;

/** The event in this text, or nothing where the text is not one that this version knows. */
export function readEvent(text: string): MailEvent | undefined {
  let event: Record<string, unknown> | null;
  try {
    event = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  if (event === null || typeof event !== 'object' || !isTime(event['at']) || !hasItsFields(event)) return undefined;
  return event as unknown as MailEvent;
}

function hasItsFields(event: Record<string, unknown>): boolean {
  const { type } = event;
  if (type === 'message.rejected') return typeof event['ip'] === 'string' && typeof event['reply'] === 'string';
  if (typeof type !== 'string' || typeof event['customer'] !== 'string' || !isId(event['id'])) return false;
  if (type === 'message.accepted') return isAccept(event);
  if (OF_MESSAGE.has(type)) return typeof event['reason'] === 'string';
  return (
    OF_RECIPIENT.has(type) &&
    isIndex(event['index']) &&
    typeof event['recipient'] === 'string' &&
    typeof event['sender'] === 'string'
  );
}

function isAccept(event: Record<string, unknown>): boolean {
  const meta = event['meta'] as { sender?: unknown; origin?: { ip?: unknown; helo?: unknown } } | null | undefined;
  const recipients = event['recipients'];
  return (
    typeof meta?.sender === 'string' &&
    typeof meta.origin?.ip === 'string' &&
    typeof meta.origin.helo === 'string' &&
    Array.isArray(recipients) &&
    recipients.every((recipient) => typeof recipient === 'string')
  );
}

function isId(id: unknown): boolean {
  return typeof id === 'string' && parseQueueId(id) === id;
}

function isTime(at: unknown): boolean {
  return typeof at === 'number' && at >= 0 && at <= LAST_TIME;
}

function isIndex(index: unknown): boolean {
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < MOST_RECIPIENTS;
}
/** Far more than a transaction can have. */
const MOST_RECIPIENTS = 1_000_000;
