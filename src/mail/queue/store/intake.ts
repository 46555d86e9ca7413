// What relay threads asked for and is not committed yet, and what of it goes into the next transaction: all outcomes
// first (they free space), then new mail, in turn over customers, so that one that floods does not make others wait.

import type { KeyedSettlement } from '../engine.ts';
import type { EnqueueAnswer, NewMessage } from '../queue.ts';
import type { RelayPort } from './relay-port.ts';

/** Bounds of one transaction: a larger one would make those wait that come next. */
const RECIPIENTS_A_BATCH = 2000;
const OCTETS_A_BATCH = 8 * 1024 ** 2;

export interface AskedEnqueue {
  message: NewMessage;
  /** The relay thread that would deliver it at once; absent: it is left to the scheduler. */
  taker?: RelayPort;
  answer: (answer: EnqueueAnswer) => void;
}

export interface AskedSettlement extends KeyedSettlement {
  relay: RelayPort;
}

export class Intake {
  #settlements: AskedSettlement[] = [];
  readonly #enqueues = new Map<string, AskedEnqueue[]>();
  #waiting = 0;

  get isEmpty(): boolean {
    return this.#waiting === 0 && this.#settlements.length === 0;
  }

  get hasEnqueues(): boolean {
    return this.#waiting > 0;
  }

  /** Settlements that wait. */
  get outcomes(): number {
    return this.#settlements.length;
  }

  settle(asked: AskedSettlement): void {
    this.#settlements.push(asked);
  }

  enqueue(asked: AskedEnqueue): void {
    const { customer } = asked.message.meta;
    const queue = this.#enqueues.get(customer);
    if (queue === undefined) this.#enqueues.set(customer, [asked]);
    else queue.push(asked);
    this.#waiting += 1;
  }

  /** Outcomes for the next transaction, in the order in which each thread sent them. */
  takeSettlements(): AskedSettlement[] {
    let recipients = 0;
    let octets = 0;
    let count = 0;
    for (const { settlement } of this.#settlements) {
      recipients += settlement.recipients.length;
      for (const message of settlement.messages) octets += octetsOf(message);
      if (count > 0 && (recipients > RECIPIENTS_A_BATCH || octets > OCTETS_A_BATCH)) break;
      count += 1;
    }
    return this.#settlements.splice(0, count);
  }

  /** Outcomes that could not be written: they go first next time. */
  putBack(settlements: AskedSettlement[]): void {
    this.#settlements = [...settlements, ...this.#settlements];
  }

  /** New mail for the next transaction. */
  takeEnqueues(): AskedEnqueue[] {
    const taken: AskedEnqueue[] = [];
    let recipients = 0;
    let octets = 0;
    while (this.#enqueues.size > 0) {
      for (const [customer, queue] of this.#enqueues) {
        const asked = queue[0];
        if (asked === undefined) continue;
        recipients += asked.message.recipients.length;
        octets += octetsOf(asked.message);
        if (taken.length > 0 && (recipients > RECIPIENTS_A_BATCH || octets > OCTETS_A_BATCH)) return this.#took(taken);
        taken.push(asked);
        queue.shift();
        if (queue.length === 0) this.#enqueues.delete(customer);
      }
    }
    return this.#took(taken);
  }

  #took(taken: AskedEnqueue[]): AskedEnqueue[] {
    this.#waiting -= taken.length;
    // The customer served last is behind the others next time.
    const last = taken.at(-1)?.message.meta.customer;
    const rest = last === undefined ? undefined : this.#enqueues.get(last);
    if (last !== undefined && rest !== undefined) {
      this.#enqueues.delete(last);
      this.#enqueues.set(last, rest);
    }
    return taken;
  }
}

function octetsOf({ body }: NewMessage): number {
  return body.kind === 'inline' ? body.bytes.byteLength : 0;
}
