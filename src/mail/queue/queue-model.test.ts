// Random histories of a queue against a model of it: counts are equal to what is there, every accepted recipient is
// final or queued, and each final one has one final event.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CustomerId, Outcome } from '../message.ts';
import type { QueueEngine } from './engine.ts';
import type { OperatorVerb } from './operations.ts';
import type { NewMessage } from './queue.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { LIFE_MS } from './testing/contract-support.ts';
import { commit, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 40);
const CUSTOMERS = ['a', 'b', 'c'];
const FINAL = /^message\.recipient\.(delivered|bounced|expired|suppressed|removed)$/;

const customer = fc.constantFrom(...CUSTOMERS);
const outcome = fc.constantFrom<Outcome>(
  outcomes.delivered,
  outcomes.refused,
  outcomes.unreachable,
  outcomes.bounced,
  outcomes.expired,
  outcomes.untouched,
  { kind: 'held', hold: { kind: 'suppressed' } },
  { kind: 'suppressed' },
);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('enqueue' as const),
      customer,
      to: fc.integer({ min: 1, max: 4 }),
      held: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      pick: fc.nat(),
      mask: fc.nat(15),
      outcome,
      twice: fc.boolean(),
      tell: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('verb' as const),
      verb: fc.constantFrom('hold', 'release', 'retry', 'remove', 'reroute', 'suspend', 'resume'),
      customer,
      pick: fc.nat(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trace' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('poison' as const), pick: fc.nat() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Known {
  message: NewMessage;
  row: number;
}

class History {
  readonly path: string;
  engine: QueueEngine;
  readonly known: Known[] = [];
  readonly events: string[] = [];
  #now = 1000;
  #read = 0;

  constructor(directory: string) {
    this.path = join(directory, 'queue.db');
    this.engine = this.#open();
  }

  async take(one: Step): Promise<void> {
    this.#now += 7;
    switch (one.do) {
      case 'enqueue':
        return this.#enqueue(one);
      case 'settle':
        return this.#settle(one);
      case 'verb': {
        const verb = this.#verb(one);
        if (verb !== undefined) await commit(this.engine, { step: { verb, after: 0, rows: 5000 }, now: this.#now });
        return;
      }
      case 'trace':
        await this.readEvents();
        await commit(this.engine, { traced: this.#read, now: this.#now });
        return;
      case 'crash':
        await this.engine.close();
        this.engine = this.#open();
        return;
      case 'poison': {
        const victim = this.known[one.pick % this.known.length];
        if (victim === undefined || !(await this.#isThere(victim))) return;
        const again = sampleMessage({ id: victim.message.meta.id });
        const { enqueued } = await commit(this.engine, { enqueues: [again], apart: true, now: this.#now });
        assert.deepEqual(enqueued, [undefined]);
        return;
      }
      default:
        one satisfies never;
    }
  }

  async readEvents(): Promise<void> {
    for (const { seq, events } of await this.engine.outbox(this.#read, 1e9)) {
      this.events.push(...events.split('\n'));
      this.#read = seq;
    }
  }

  async #enqueue({ customer, to, held }: Extract<Step, { do: 'enqueue' }>): Promise<void> {
    const addresses = Array.from({ length: to }, (_, i) => `u${i}@d${i % 2}.test`);
    const message = sampleMessage({ customer, to: addresses, ...(held && { hold: { kind: 'content' } }) });
    const { enqueued } = await commit(this.engine, { enqueues: [message], now: this.#now });
    this.known.push({ message, row: enqueued[0] ?? 0 });
  }

  async #settle({ pick, mask, outcome, twice, tell }: Extract<Step, { do: 'settle' }>): Promise<void> {
    const one = this.known[pick % this.known.length];
    if (one === undefined) return;
    const recipients = one.message.recipients.flatMap((_, i) => (mask & (1 << i) ? [one.row + i] : []));
    if (recipients.length === 0) return;
    const settlement = settlementOf(one.message, { row: one.row, recipients }, outcome, { dueAt: this.#now + 50 });
    if (outcome.kind === 'untouched') settlement.events.length = 0;
    if (tell) {
      for (const recipient of settlement.recipients) recipient.delayTold = true;
      if (outcome.kind === 'untouched') settlement.messages.push(this.#notice(one));
    }
    await settle(this.engine, settlement, this.#now);
    if (twice && FINAL.test(`message.recipient.${outcome.kind}`)) await settle(this.engine, settlement, this.#now);
  }

  /** A notice that is known once it is there; its row tells. */
  #notice({ message }: Known): NewMessage {
    return sampleMessage({ customer: message.meta.customer, sender: '', to: [message.meta.sender] });
  }

  #verb({ verb, customer, pick }: Extract<Step, { do: 'verb' }>): OperatorVerb | undefined {
    const id = this.known[pick % this.known.length]?.message.meta.id;
    const query = pick % 3 === 0 || id === undefined ? { customer: customer as CustomerId } : { id };
    switch (verb) {
      case 'hold':
        return { verb, query, reason: { kind: pick % 2 === 0 ? 'operator' : 'quarantine' } };
      case 'release':
        return {
          verb,
          query,
          kind: (['operator', 'quarantine', 'content', 'suppressed'] as const)[pick % 4] ?? 'operator',
        };
      case 'reroute':
        return { verb, query, hosts: ['backup.test'] };
      case 'retry':
      case 'remove':
        return { verb, query };
      case 'suspend':
      case 'resume':
        return { verb, customer: customer as CustomerId };
      default:
        return undefined;
    }
  }

  async #isThere({ row, message }: Known): Promise<boolean> {
    const rows = message.recipients.map((_, i) => row + i);
    return (await this.engine.locate(rows)).length > 0;
  }

  #open(): QueueEngine {
    return openSqliteEngine({ path: this.path, expireAfterMs: LIFE_MS });
  }
}

/** Counts straight from the rows. */
function counted(path: string) {
  const database = new DatabaseSync(path, { readOnly: true });
  const one = (sql: string) => Number(database.prepare(sql).get()?.['n']);
  const paused = '(customer in (select customer from customer_pause where until is null))';
  const result = {
    queued: one(`select count(*) as n from recipient where status = 0 and not ${paused}`),
    deferred: one(`select count(*) as n from recipient where status = 1 and not ${paused}`),
    held: one(`select count(*) as n from recipient where status = 2 or (status < 2 and ${paused})`),
    quarantined: one('select count(*) as n from recipient where status = 3'),
    events_pending: one('select coalesce(sum(count), 0) as n from outbox'),
    all: one('select count(*) as n from recipient'),
    orphans: one('select count(*) as n from recipient where row - position not in (select row from message)'),
    empty: one(
      `select count(*) as n from message as m where not exists
        (select 1 from recipient as r where r.row >= m.row and r.row < m.row + m.recipients)`,
    ),
    holdsOfNothing: one('select count(*) as n from hold where message not in (select row from message)'),
    timesOfNothing: one('select count(*) as n from held_time where message not in (select row from message)'),
    wrongHeld: one(
      `select count(*) as n from recipient as r where (status >= 2) !=
        (exists (select 1 from hold as h where h.message = r.row - r.position) or
        exists (select 1 from recipient_hold as h where h.recipient = r.row))`,
    ),
    recipientHoldsOfNothing: one(
      `select (select count(*) from recipient_hold where recipient not in (select row from recipient)) +
        (select count(*) from recipient_held_time where recipient not in (select row from recipient)) as n`,
    ),
    runningTimes: one(
      `select count(*) as n from recipient_held_time as t where (since is not null) !=
        exists (select 1 from recipient_hold as h where h.recipient = t.recipient)`,
    ),
  };
  database.close();
  return result;
}

async function check(history: History): Promise<void> {
  const totals = await history.engine.totals();
  const real = counted(history.path);
  const { accepted, final, seq: _seq, ...counts } = totals;
  const { all, orphans, empty, holdsOfNothing, timesOfNothing, wrongHeld, ...rest } = real;
  const { recipientHoldsOfNothing, runningTimes, ...expected } = rest;
  assert.deepEqual(counts, expected);
  assert.equal(accepted - final, all);
  assert.deepEqual([recipientHoldsOfNothing, runningTimes], [0, 0]);
  assert.deepEqual([orphans, empty, holdsOfNothing, timesOfNothing, wrongHeld], [0, 0, 0, 0, 0]);
  await history.readEvents();
  const finals = history.events
    .map((text) => JSON.parse(text) as { type: string; id: string; index: number })
    .filter(({ type }) => FINAL.test(type))
    .map(({ id, index }) => `${id} ${index}`);
  assert.equal(finals.length, final, 'one final event for each final recipient');
  assert.equal(new Set(finals).size, finals.length, 'no second final event');
}

describe('queue model', () => {
  it('counts are what is there, and nothing is lost or ended twice, after any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const directory = mkdtempSync(join(tmpdir(), 'easymail-model-'));
        const history = new History(directory);
        try {
          for (const one of steps) await history.take(one);
          await check(history);
        } finally {
          await history.engine.close();
          rmSync(directory, { recursive: true });
        }
      }),
      { numRuns: RUNS },
    );
  });
});
