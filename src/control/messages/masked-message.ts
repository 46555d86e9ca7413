// A message as somebody may see it who has nothing but a link: no local part of an address, nothing of the customer's own
// network, nothing of who works here, no content. What remotes said stays, without the names in it.

import { mapStrings } from '../../mail/erased-address.ts';
import type { InspectionNote } from '../../mail/message.ts';
import type { AcceptedEvent, MailEvent, RecipientEvent } from '../../mail/report/events.ts';
import type { TraceMessage, TraceStatus } from '../../mail/trace/trace.ts';
import { withoutHost, withoutOthersHost } from '../events/without-host.ts';

export interface MaskedMessage {
  id: string;
  at: string;
  direction?: 'outbound' | 'inbound';
  from?: string;
  size?: number;
  subject?: string;
  recipients: { index: number; address: string; status: TraceStatus }[];
  events: MaskedEvent[];
}

/** An event without what is not for strangers. */
export type MaskedEvent = Record<string, unknown> & { type: string; at: number };

const TOKEN = /[^\s<>()[\],;:"'\\]+@([^\s<>()[\],;:"'\\]+)/gu;
/** Shorter local parts are words of any text. */
const SHORTEST_NAME = 3;
const HIDDEN_NAME = '***';

/** What is left of an address: the first letter, and the domain. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at === -1) return address === '' ? '' : HIDDEN_NAME;
  return `${at > 1 ? (/^./u.exec(address)?.[0] ?? '') : ''}${HIDDEN_NAME}${address.slice(at)}`;
}

/** The message without what is not for strangers. `recipient`: of this one alone. */
export function maskedMessage(
  { entry, events }: TraceMessage,
  { subject, recipient }: { subject: boolean; recipient: number | undefined },
): MaskedMessage {
  const meant = (index: number) => recipient === undefined || recipient === index;
  const names = namesIn(events);
  return {
    id: String(entry.id),
    at: entry.at,
    ...(entry.direction !== undefined && { direction: entry.direction }),
    ...(entry.from !== undefined && { from: maskedAddress(entry.from) }),
    ...(entry.size !== undefined && { size: entry.size }),
    ...(subject && entry.subject !== undefined && { subject: maskedText(entry.subject, names) }),
    recipients: entry.recipients
      .map(({ address, status }, index) => ({ index, address: maskedAddress(address), status }))
      .filter(({ index }) => meant(index)),
    events: events.flatMap((event) => ('index' in event && !meant(event.index) ? [] : maskedEvent(event, names))),
  };
}

function maskedEvent(event: MailEvent, names: RegExp | undefined): MaskedEvent[] {
  switch (event.type) {
    case 'message.accepted':
      return [acceptedPart(event)];
    case 'message.held':
    case 'message.released':
    case 'message.quarantined':
      return [{ type: event.type, at: event.at, reason: event.reason }];
    case 'message.rejected':
      return [];
    default:
      return [recipientPart(event, names)];
  }
}

function acceptedPart({ type, at, meta }: AcceptedEvent): MaskedEvent {
  const { tls } = meta.origin;
  return {
    type,
    at,
    meta: {
      ...(tls !== undefined && { origin: { tls } }),
      ...(meta.inspection !== undefined && { inspection: meta.inspection.map(checkPart) }),
    },
  };
}

/** Which rules there are, and what they look for, is the customer's. */
function checkPart({ check, result, verdict, ms }: InspectionNote): InspectionNote {
  return { check, result, verdict, ms };
}

function recipientPart(event: RecipientEvent, names: RegExp | undefined): MaskedEvent {
  const seen =
    event.attempt?.mailHostOf === undefined && event.direction === 'outbound'
      ? withoutOthersHost(event)
      : withoutHost(event);
  const { type, at, index, recipient, attempt, reply, cause, nextAttemptAt, bounce, suppressed, reason, asynchronous } =
    seen;
  const { pool: _pool, ...from } = attempt?.from ?? { ip: '', hostname: '', pool: '' };
  const part = {
    type,
    at,
    index,
    recipient: maskedAddress(recipient),
    ...(attempt !== undefined && { attempt: { ...attempt, ...(attempt.from !== undefined && { from }) } }),
    ...(reply !== undefined && { reply }),
    ...(cause !== undefined && { cause: cause.from === 'us' ? { from: 'us', cause: cause.cause } : cause }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    ...(bounce !== undefined && { bounce }),
    ...(suppressed !== undefined && { suppressed }),
    ...(reason !== undefined && { reason }),
    ...(asynchronous !== undefined && { asynchronous }),
  };
  const turn = (text: string, key: string) => (SAID.has(key) ? maskedText(text, names) : text);
  return mapStrings(part, turn) as MaskedEvent;
}

/** What was said: addresses in it, and their local parts alone ("550 bob: unknown"), are masked. */
const SAID: ReadonlySet<string> = new Set(['said', 'reply', 'text', 'detail']);

function maskedText(text: string, names: RegExp | undefined): string {
  const masked = text.replaceAll(TOKEN, (token) => maskedAddress(token));
  return names === undefined ? masked : masked.replaceAll(names, HIDDEN_NAME);
}

/** Finds the local parts of the message's own addresses where they stand alone. */
function namesIn(events: readonly MailEvent[]): RegExp | undefined {
  const accepted = events.find((event): event is AcceptedEvent => event.type === 'message.accepted');
  const later = events.filter((event): event is RecipientEvent => 'index' in event);
  const addresses = [
    accepted?.meta.sender ?? '',
    ...(accepted?.recipients ?? []),
    ...later.flatMap(({ recipient, sender }) => [recipient, sender]),
  ];
  const names = new Set(addresses.map((one) => one.slice(0, Math.max(0, one.lastIndexOf('@')))));
  const any = [...names].filter((name) => name.length >= SHORTEST_NAME).map((name) => RegExp.escape(name));
  if (any.length === 0) return undefined;
  return new RegExp(String.raw`(?<![\p{L}\p{N}@.])(?:${any.join('|')})(?![\p{L}\p{N}@])`, 'giu');
}
