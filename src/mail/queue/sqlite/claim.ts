// Finds ready recipients of a destination by skipping through the index `ready`, so that it costs by what is taken and
// not by what waits.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ClaimAnswer, ClaimRequest, DueRequest } from '../engine.ts';
import type { StoredWork } from '../queue.ts';
import { DEFERRED, QUEUED } from './changes.ts';
import type { WorkReader } from './work.ts';

const NEXT_CUSTOMER = `
select customer from recipient indexed by ready
where destination = ? and status = ? and status < 2 and customer > ? order by customer limit 1`;

const READY_ROWS = `
select row, position, destination from recipient indexed by ready
where destination = ? and status = ? and status < 2 and customer = ? and due <= ? order by due`;

const NEXT_DESTINATION = `
select destination from recipient indexed by ready
where status < 2 and destination > ? order by destination limit 1`;

const DUE_ROWS = `
select row, due, customer from recipient indexed by due where destination = ? and status = 1 order by due`;

const COUNT_WAITING = `
select count(*) as count from
(select 1 from recipient indexed by ready where status < 2 and destination = ? limit ?)`;

/** Customers looked at for one claim; the next claim goes on behind them. */
const CUSTOMERS_A_CLAIM = 500;
/** A customer's part of a claim, at least two of which fit into it. */
const PART = 1 / 2;
/** Rows that are claimed or paused passed over in search of the next due time. */
const ROWS_PASSED_OVER = 5000;
const LOOK_AGAIN_MS = 10_000;

export class Claims {
  readonly #work: WorkReader;
  readonly #nextCustomer: StatementSync;
  readonly #readyRows: StatementSync;
  readonly #nextDestination: StatementSync;
  readonly #dueRows: StatementSync;
  readonly #countWaiting: StatementSync;

  constructor(database: DatabaseSync, work: WorkReader) {
    this.#work = work;
    this.#nextCustomer = database.prepare(NEXT_CUSTOMER);
    this.#readyRows = database.prepare(READY_ROWS);
    this.#nextDestination = database.prepare(NEXT_DESTINATION);
    this.#dueRows = database.prepare(DUE_ROWS);
    this.#countWaiting = database.prepare(COUNT_WAITING);
  }

  /**
   * - customers in turn, beginning behind the one served last, once around at most;
   * - each gives a part, so that one with many messages does not take it all.
   */
  claim(request: ClaimRequest): ClaimAnswer {
    const part = Math.ceil(request.messages * PART);
    const work: StoredWork[] = [];
    let last = request.after;
    let exhausted = true;
    let looked = 0;
    for (const customer of this.#customersInTurn(request)) {
      if (work.length === request.messages || looked++ === CUSTOMERS_A_CLAIM) {
        return { work, customer: last, exhausted: false };
      }
      last = customer;
      if (request.paused.has(customer)) continue;
      const wanted = Math.min(part, request.messages - work.length);
      const found = this.#ofCustomer(request, customer, wanted);
      work.push(...found);
      if (found.length === wanted) exhausted = false;
    }
    return { work, customer: last, exhausted };
  }

  destinations(after: string, limit: number): string[] {
    const found: string[] = [];
    let last = after;
    while (found.length < limit) {
      const next = this.#nextDestination.get(last);
      if (next === undefined) break;
      last = String(next['destination']);
      found.push(last);
    }
    return found;
  }

  nextDue({ destination, claimed, paused, now }: DueRequest): number | undefined {
    let passed = 0;
    for (const row of this.#dueRows.iterate(destination)) {
      if (!claimed.has(Number(row['row'])) && !paused.has(String(row['customer']))) return Number(row['due']);
      if (++passed === ROWS_PASSED_OVER) return Math.max(Number(row['due']), now + LOOK_AGAIN_MS);
    }
    return undefined;
  }

  waiting(destination: string, limit: number): number {
    return Number(this.#countWaiting.get(destination, limit)?.['count']);
  }

  *#customersInTurn({ destination, lane, after }: ClaimRequest): Generator<string> {
    const status = statusOf(lane);
    let last = after;
    let wrapped = after === '';
    for (;;) {
      const next = this.#nextCustomer.get(destination, status, last);
      if (next === undefined && wrapped) return;
      if (next === undefined) {
        wrapped = true;
        last = '';
        continue;
      }
      last = String(next['customer']);
      if (wrapped && after !== '' && last > after) return;
      yield last;
      if (wrapped && last === after) return;
    }
  }

  #ofCustomer(request: ClaimRequest, customer: string, wanted: number): StoredWork[] {
    const work: StoredWork[] = [];
    const taken = new Set<number>();
    const rows = this.#readyRows.iterate(request.destination, statusOf(request.lane), customer, request.now);
    for (const row of rows) {
      const number = Number(row['row']);
      if (request.claimed.has(number) || taken.has(number)) continue;
      const recipient = { row: number, position: Number(row['position']), destination: request.destination };
      const one = this.#work.forRecipient(recipient, request.now, request.claimed);
      if (one === undefined) continue;
      work.push(one);
      for (const { row: together } of one.recipients) taken.add(together);
      if (work.length === wanted) break;
    }
    return work;
  }
}

function statusOf(lane: ClaimRequest['lane']): number {
  return lane === 'fresh' ? QUEUED : DEFERRED;
}
