// Builds work from rows: some recipients of one message, all of one destination.

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ClaimedRows } from '../engine.ts';
import type { ClaimedRecipient, StoredWork, WorkTask } from '../queue.ts';
import { readCause } from './cause-text.ts';
import type { Holds } from './holds.ts';
import type { RecipientHolds } from './recipient-holds.ts';

/** How long messages live; looked at anew for each use, since a reload may change it. */
export interface MessageLife {
  /** Milliseconds; time held comes on top. */
  expireAfterMs: number;
}

/** A message as far as work needs it. */
export interface StoredMessage {
  row: number;
  customer: string;
  sender: string;
  acceptedAt: number;
  recipients: number;
  meta: string;
  bodyFile: string | null;
}

const READ_MESSAGE =
  'select row, customer, sender, accepted_at, recipients, meta, body_file from message where row = ?';

const READ_READY = `
select row, position, address, destination, attempts, delay_told, reroute, last_cause from recipient
where row >= ?1 and row < ?2 and status < 2 and (?3 is null or (destination = ?3 and (status = 0 or due <= ?4)))
order by row`;

/** A recipient as work needs it. */
interface ReadyRecipient {
  claim: ClaimedRecipient;
  reroute: string | null;
  /** Milliseconds it was held, its message's holds included. */
  heldMs: number;
}

const READ_HELD = `
select row, position, address, destination, attempts, delay_told, reroute, last_cause from recipient
where row = ? and status >= 2`;

export class WorkReader {
  readonly #holds: Holds;
  readonly #recipientHolds: RecipientHolds;
  readonly #life: Readonly<MessageLife>;
  readonly #message: StatementSync;
  readonly #ready: StatementSync;
  readonly #held: StatementSync;

  constructor(
    database: DatabaseSync,
    parts: { holds: Holds; recipientHolds: RecipientHolds; life: Readonly<MessageLife> },
  ) {
    this.#holds = parts.holds;
    this.#recipientHolds = parts.recipientHolds;
    this.#life = parts.life;
    this.#message = database.prepare(READ_MESSAGE);
    this.#ready = database.prepare(READ_READY);
    this.#held = database.prepare(READ_HELD);
  }

  /** The work for one destination of the message that has this recipient, taken together with what can go along. */
  forRecipient(
    recipient: { row: number; position: number; destination: string },
    now: number,
    claimed: ClaimedRows,
  ): StoredWork | undefined {
    const found = this.#message.get(recipient.row - recipient.position);
    if (found === undefined) return undefined;
    const message = storedMessage(found);
    const ready = this.#recipients(message, { destination: recipient.destination, now, claimed });
    const first = ready.find(({ claim }) => claim.row === recipient.row);
    if (first === undefined) return undefined;
    const together = ready.filter((one) => one.reroute === first.reroute && one.heldMs === first.heldMs);
    const task = this.#isOver(message, first.heldMs, now) ? 'expire' : 'deliver';
    return work(message, together, task);
  }

  /** All unclaimed work of a message whose life is over, by destination; empty while it lives or is held. */
  expired(message: StoredMessage, now: number, claimed: ClaimedRows): StoredWork[] {
    if (this.#holds.isPaused(message.customer)) return [];
    const over = this.#recipients(message, { now, claimed }).filter(({ heldMs }) => this.#isOver(message, heldMs, now));
    return byDestination(message, over, 'expire');
  }

  /**
   * Unclaimed work of a message that waits for longer than `lateAfterMs` and whose sender was not told, by destination.
   * `lateAt`: when the next recipient will be late. `inFlight`: some are, and may come back untold.
   */
  late(
    message: StoredMessage,
    { now, claimed, lateAfterMs }: { now: number; claimed: ClaimedRows; lateAfterMs: number },
  ): { work: StoredWork[]; inFlight: boolean; lateAt?: number } {
    if (this.#holds.isPaused(message.customer)) return { work: [], inFlight: false };
    const untold = this.#recipients(message, { now, claimed: NOBODY }).filter(({ claim }) => !claim.delayTold);
    const free = untold.filter(({ claim }) => !claimed.has(claim.row));
    const lateAt = ({ heldMs }: ReadyRecipient) => message.acceptedAt + heldMs + lateAfterMs;
    const later = free.map(lateAt).filter((at) => at >= now);
    const late = free.filter((one) => lateAt(one) < now);
    return {
      work: byDestination(message, late, 'tell-delay'),
      inFlight: free.length < untold.length,
      ...(later.length > 0 && { lateAt: Math.min(...later) + 1 }),
    };
  }

  /** Work that ends these recipients of one message, all held and of one destination. */
  endSuppressed(message: StoredMessage, rows: readonly number[], now: number): StoredWork | undefined {
    if (this.#holds.isPaused(message.customer)) return undefined;
    const messageMs = this.#holds.heldMs(message, now);
    const held = rows.flatMap((row) => this.#held.all(row)).map((row) => this.#readyRecipient(row, now, messageMs));
    return held.length === 0 ? undefined : work(message, held, 'end-suppressed');
  }

  #recipients(
    message: StoredMessage,
    wanted: { destination?: string; now: number; claimed: ClaimedRows },
  ): ReadyRecipient[] {
    const { destination, now, claimed } = wanted;
    const messageMs = this.#holds.heldMs(message, now);
    return this.#ready
      .all(message.row, message.row + message.recipients, destination ?? null, now)
      .filter((row) => !claimed.has(Number(row['row'])))
      .map((row) => this.#readyRecipient(row, now, messageMs));
  }

  #readyRecipient(row: Record<string, SQLOutputValue>, now: number, messageMs: number): ReadyRecipient {
    const claim: ClaimedRecipient = {
      row: Number(row['row']),
      index: Number(row['position']),
      address: String(row['address']),
      destination: String(row['destination']),
      attempts: Number(row['attempts']),
      delayTold: Number(row['delay_told']) === 1,
    };
    const lastCause = row['last_cause'] === null ? undefined : readCause(String(row['last_cause']));
    if (lastCause !== undefined) claim.lastCause = lastCause;
    const reroute = row['reroute'] === null ? null : String(row['reroute']);
    return { claim, reroute, heldMs: messageMs + this.#recipientHolds.heldMs(claim.row, now, messageMs) };
  }

  #isOver(message: StoredMessage, heldMs: number, now: number): boolean {
    return now - message.acceptedAt - heldMs > this.#life.expireAfterMs;
  }
}

const NOBODY: ClaimedRows = { has: () => false };

function byDestination(message: StoredMessage, recipients: ReadyRecipient[], task: WorkTask): StoredWork[] {
  const groups = Map.groupBy(recipients, ({ claim, heldMs }) => `${heldMs} ${claim.destination}`);
  return [...groups.values()].map((some) => work(message, some, task));
}

/** `recipients`: at least one, all of one destination, held for the same time and with the same route. */
function work(message: StoredMessage, recipients: ReadyRecipient[], task: WorkTask): StoredWork {
  const [first] = recipients;
  if (first === undefined) throw new RangeError(`work of message ${message.row} without recipients`);
  const made: StoredWork = {
    row: message.row,
    meta: message.meta,
    destination: first.claim.destination,
    recipients: recipients.map(({ claim }) => claim),
    heldMs: first.heldMs,
    task,
  };
  if (message.bodyFile !== null) made.bodyFile = message.bodyFile;
  if (first.reroute !== null && task === 'deliver') made.reroute = JSON.parse(first.reroute) as string[];
  return made;
}

/** A row of `message` as a value. */
export function storedMessage(row: Record<string, SQLOutputValue>): StoredMessage {
  return {
    row: Number(row['row']),
    customer: String(row['customer']),
    sender: String(row['sender']),
    acceptedAt: Number(row['accepted_at']),
    recipients: Number(row['recipients']),
    meta: String(row['meta']),
    bodyFile: row['body_file'] === null ? null : String(row['body_file']),
  };
}
