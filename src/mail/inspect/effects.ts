// What rules ask for besides the verdict, once a message is kept: copies to others, and word to people.

import { type Mailbox, parseAddress } from '../../protocol/smtp/address.ts';
import type { CustomerId, Direction, DsnRequest, QueueId } from '../message.ts';
import type { Effect } from './verdict.ts';

/** Of one message. */
const MOST_COPIES = 10;
const MOST_READERS = 20;

/**
 * Who gets a copy: further recipients of the same message, so that copy and message are kept in one step, or neither is.
 * Those who get the message anyway are not among them.
 */
export function copiesOf(effects: readonly Effect[], recipients: readonly Pick<Mailbox, 'text'>[]): Mailbox[] {
  if (effects.length === 0) return [];
  const known = new Set(recipients.map(({ text }) => text.toLowerCase()));
  const copies: Mailbox[] = [];
  for (const effect of effects) {
    const mailbox = effect.kind === 'copy' ? parseAddress(effect.to) : undefined;
    if (mailbox === undefined || known.has(mailbox.text.toLowerCase())) continue;
    known.add(mailbox.text.toLowerCase());
    copies.push(mailbox);
  }
  return copies.slice(0, MOST_COPIES);
}

/** RFC 3461 4.1: what becomes of a copy is nothing that the sender is told (NOTIFY=NEVER). */
export function withoutNoticesOf(
  dsn: DsnRequest | undefined,
  recipients: number,
  copies: number,
): DsnRequest | undefined {
  if (copies === 0) return dsn;
  const asked = Array.from({ length: recipients }, (_, index) => dsn?.recipients?.[index] ?? null);
  return { ...dsn, recipients: [...asked, ...Array.from({ length: copies }, () => ({ notify: [] }))] };
}

/** A message met rules that people want to hear of. */
export interface RuleNotice {
  id: QueueId;
  customer: CustomerId;
  direction: Direction;
  sender: string;
  recipients: readonly string[];
  /** What became of the message: the kind of its verdict. */
  verdict: string;
  at: number;
  /** Each rule with its readers. */
  rules: readonly { rule: string; to: readonly string[] }[];
}

/** Whom to tell of which rules; nothing where nobody is. */
export function rulesToTell(effects: readonly Effect[]): RuleNotice['rules'] {
  return effects.flatMap((effect) =>
    effect.kind === 'notify' ? [{ rule: effect.rule, to: effect.to.slice(0, MOST_READERS) }] : [],
  );
}
