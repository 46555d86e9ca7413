// Builds work from rows: some recipients of one message, all of one destination.

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ClaimedRows } from '../engine.ts';
import type { ClaimedRecipient, StoredWork } from '../queue.ts';
import type { Holds } from './holds.ts';

/** A message as far as work needs it. */
export interface StoredMessage {
  row: number;
  customer: string;
  acceptedAt: number;
  recipients: number;
  meta: string;
  bodyFile: string | null;
}

const READ_MESSAGE = 'select row, customer, accepted_at, recipients, meta, body_file from message where row = ?';

const READ_READY = `
select row, position, address, destination, attempts, delay_told, reroute from recipient
where row >= ?1 and row < ?2 and status < 2 and (?3 is null or (destination = ?3 and (status = 0 or due <= ?4)))
order by row`;

export class WorkReader {
  readonly #holds: Holds;
  readonly #expireAfterMs: number;
  readonly #message: StatementSync;
  readonly #ready: StatementSync;

  constructor(database: DatabaseSync, holds: Holds, expireAfterMs: number) {
    this.#holds = holds;
    this.#expireAfterMs = expireAfterMs;
    this.#message = database.prepare(READ_MESSAGE);
    this.#ready = database.prepare(READ_READY);
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
    const ready = this.#recipients(message, { destination: recipient.destination, now }, claimed);
    const reroute = ready.find(({ claim }) => claim.row === recipient.row)?.reroute ?? null;
    const together = ready.filter((one) => one.reroute === reroute).map(({ claim }) => claim);
    return this.#work(message, recipient.destination, { recipients: together, reroute }, now);
  }

  /** All unclaimed work of a message whose life is over, by destination; empty while it lives or is held. */
  expired(message: StoredMessage, now: number, claimed: ClaimedRows): StoredWork[] {
    if (!this.#isOver(message, this.#holds.heldMs(message, now), now)) return [];
    if (this.#holds.isPaused(message.customer)) return [];
    const byDestination = Map.groupBy(this.#recipients(message, undefined, claimed), ({ claim }) => claim.destination);
    return [...byDestination].map(([destination, ready]) =>
      this.#work(message, destination, { recipients: ready.map(({ claim }) => claim), reroute: null }, now),
    );
  }

  #recipients(
    message: StoredMessage,
    due: { destination: string; now: number } | undefined,
    claimed: ClaimedRows,
  ): { claim: ClaimedRecipient; reroute: string | null }[] {
    const end = message.row + message.recipients;
    return this.#ready
      .all(message.row, end, due?.destination ?? null, due?.now ?? 0)
      .filter((row) => !claimed.has(Number(row['row'])))
      .map((row) => ({
        claim: {
          row: Number(row['row']),
          index: Number(row['position']),
          address: String(row['address']),
          destination: String(row['destination']),
          attempts: Number(row['attempts']),
          delayTold: Number(row['delay_told']) === 1,
        },
        reroute: row['reroute'] === null ? null : String(row['reroute']),
      }));
  }

  #work(
    message: StoredMessage,
    destination: string,
    ready: { recipients: ClaimedRecipient[]; reroute: string | null },
    now: number,
  ): StoredWork {
    const heldMs = this.#holds.heldMs(message, now);
    const work: StoredWork = {
      row: message.row,
      meta: message.meta,
      destination,
      recipients: ready.recipients,
      heldMs,
      task: this.#isOver(message, heldMs, now) ? 'expire' : 'deliver',
    };
    if (message.bodyFile !== null) work.bodyFile = message.bodyFile;
    if (ready.reroute !== null) work.reroute = JSON.parse(ready.reroute) as string[];
    return work;
  }

  #isOver(message: StoredMessage, heldMs: number, now: number): boolean {
    return now - message.acceptedAt - heldMs > this.#expireAfterMs;
  }
}

/** A row of `message` as a value. */
export function storedMessage(row: Record<string, SQLOutputValue>): StoredMessage {
  return {
    row: Number(row['row']),
    customer: String(row['customer']),
    acceptedAt: Number(row['accepted_at']),
    recipients: Number(row['recipients']),
    meta: String(row['meta']),
    bodyFile: row['body_file'] === null ? null : String(row['body_file']),
  };
}
