// The loop of the store thread. A turn:
// - take what arrived while the last commit ran;
// - one transaction, one sync;
// - answer everyone in it;
// - hand out work that became ready.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../../../platform/log.ts';
import {
  type BatchResult,
  type MaybePromise,
  type QueueBatch,
  type QueueEngine,
  QueueFault,
  type VerbStep,
} from '../engine.ts';
import type { QueueMetrics } from '../metrics.ts';
import type { EnqueueAnswer, NewMessage, StoredSettlement, StoredWork, ToStore } from '../queue.ts';
import type { QueueClock } from '../queue-clock.ts';
import type { Scheduler } from '../scheduler.ts';
import { type AskedEnqueue, type AskedSettlement, Intake } from './intake.ts';
import type { OutboxFeed } from './outbox-feed.ts';
import type { RelayPort } from './relay-port.ts';
import type { Sealer } from './sealer.ts';
import type { VerbRunner } from './verb-runner.ts';

/** After a transaction failed as a whole, outcomes are tried again this much later. */
const AGAIN_MS = 1000;
/** Outcomes alone wait this long for new mail to share its sync with; nobody waits behind them. */
const COMPANY_MS = 5;
/** So many outcomes are worth a sync of their own. */
const OUTCOMES_AT_ONCE = 8;
/** Wishes served between two commits: new mail must not wait long for old. */
const WISHES_A_TURN = 32;

export interface StoreLoopParts {
  engine: QueueEngine;
  scheduler: Scheduler;
  clock: QueueClock;
  verbs: VerbRunner;
  sealer: Pick<Sealer, 'isEmpty' | 'contents' | 'written' | 'failed'>;
  outbox: OutboxFeed;
  metrics: QueueMetrics;
  log: Log;
  relays: ReadonlySet<RelayPort>;
  /** A relay thread says what it holds. */
  hello(from: RelayPort, held: readonly number[]): Promise<void>;
  /** Work for a relay thread. */
  send(thread: number, work: StoredWork[]): void;
  /** Files of bodies whose message is gone, or was never kept. */
  removeBodies(names: readonly string[]): void;
  /** No space: new mail is to be refused. */
  noSpace(): void;
  /** Customers were suspended or resumed. */
  pausesChanged(verb: 'suspend' | 'resume'): MaybePromise<void>;
  /** Mail from this row on was released. */
  released(row: number): void;
  /** A turn is over: when must the next one be without anything arriving? */
  turned(): void;
  fatal(error: unknown): void;
}

interface Group {
  settlements: AskedSettlement[];
  enqueues: AskedEnqueue[];
}

export class StoreLoop {
  readonly #parts: StoreLoopParts;
  readonly #intake = new Intake();
  /** What else is to be done between commits, in order: it reads the engine, so it must not run during one. */
  readonly #between: (() => MaybePromise<void>)[] = [];
  readonly #hellos: { from: RelayPort; held: readonly number[] }[] = [];
  #running: Promise<void> | undefined;
  /** The trace has synced rows that are to be deleted, and nothing else came along for a while. */
  #ackDue = false;
  /** The outcomes that wait are to be written now, in company or not. */
  #outcomesDue = false;
  #company: NodeJS.Timeout | undefined;
  #restUntil = 0;
  #takenAtOnce = 0;
  #moreWishes = false;
  #stopped = false;
  #clients: string[] | undefined;

  constructor(parts: StoreLoopParts) {
    this.#parts = parts;
  }

  /** Messages of a relay thread; a turn begins unless one runs. */
  receive(from: RelayPort, messages: readonly ToStore[]): void {
    this.#sort(from, messages);
    this.wake();
  }

  /** A message of the relay's own; resolves once its transaction is over. */
  enqueue(message: NewMessage): Promise<EnqueueAnswer> {
    return new Promise((answer) => {
      this.#intake.enqueue({ message, answer });
      this.wake();
    });
  }

  /** Runs something on the engine between commits. */
  between(task: () => MaybePromise<void>): void {
    this.#between.push(task);
    this.wake();
  }

  /** The scheduler may have wishes without anything having arrived. */
  wishesDue(): void {
    this.#moreWishes = true;
    this.wake();
  }

  /** Writes what is due without having been asked: the deletion of traced events. */
  tidy(): void {
    this.#ackDue = true;
    this.wake();
  }

  /** Settlements of other clients need not be remembered any more. */
  rememberOnly(clients: string[]): void {
    this.#clients = clients;
  }

  /** Begins a turn unless one runs. */
  wake(): void {
    if (this.#running !== undefined || this.#stopped) return;
    this.#running = this.#run().catch((error: unknown) => this.#end(error));
  }

  /** Ends the loop after what has arrived is committed and answered. */
  async stop(): Promise<void> {
    await this.#running;
    this.#drain();
    this.#outcomesDue = true;
    while (!this.#stopped && this.#hasWork()) await this.#turn();
    this.#stopped = true;
  }

  /** Turns while there is something to do; ports and timers get their say between two of them. */
  async #run(): Promise<void> {
    do {
      await this.#turn();
      if (this.#hasWork()) await nextTurn();
    } while (!this.#stopped && this.#hasWork());
    this.#running = undefined;
    this.#parts.turned();
  }

  async #turn(): Promise<void> {
    this.#drain();
    // Before the settlements that follow them: those end claims which a hello renews.
    for (const { from, held } of this.#hellos.splice(0)) await this.#parts.hello(from, held);
    const group = this.#take();
    if (group !== undefined) await this.#commit(group);
    // What these add is for the next turn.
    for (const task of this.#between.splice(0)) await task();
    await this.#handOut();
    for (const relay of this.#parts.relays) relay.flush();
  }

  #hasWork(): boolean {
    return this.#moreWishes || this.#between.length > 0 || this.#hellos.length > 0 || this.#toCommit();
  }

  #toCommit(): boolean {
    const { clock, verbs, sealer } = this.#parts;
    if (this.#intake.hasEnqueues) return true;
    const outcomes = this.#outcomesDue && !this.#intake.isEmpty;
    return (outcomes || !verbs.isEmpty || !sealer.isEmpty || this.#ackDue) && clock.monotonic() >= this.#restUntil;
  }

  #drain(): void {
    for (const relay of this.#parts.relays) this.#sort(relay, relay.drain());
  }

  #sort(from: RelayPort, messages: readonly ToStore[]): void {
    for (const message of messages) {
      switch (message.op) {
        case 'enqueue':
          this.#intake.enqueue({
            message: message.message,
            ...(message.claim && { taker: from }),
            answer: (answer) => from.send({ op: 'enqueued', key: message.key, answer }),
          });
          break;
        case 'settle':
          this.#settle(from, message.key, message.settlement);
          break;
        case 'news':
          this.#parts.scheduler.news(message.news);
          this.#moreWishes = true;
          break;
        case 'aside':
          this.#parts.scheduler.aside(message.row, message.aside);
          this.#moreWishes = true;
          break;
        case 'room':
          this.#parts.scheduler.room(from.thread, message.messages);
          this.#moreWishes = true;
          break;
        case 'hello':
          from.client = message.client;
          this.#hellos.push({ from, held: message.held });
          break;
        default:
          message satisfies never;
      }
    }
  }

  #settle(relay: RelayPort, key: number, settlement: StoredSettlement): void {
    for (const recipient of settlement.recipients) {
      if (recipient.dueAt !== undefined) recipient.dueAt = this.#parts.clock.after(recipient.dueAt - settlement.at);
    }
    this.#intake.settle({ relay, client: relay.client, key, settlement });
    if (this.#intake.outcomes >= OUTCOMES_AT_ONCE) this.#outcomesDue = true;
    else this.#company ??= setTimeout(() => this.#companyOver(), COMPANY_MS);
  }

  #companyOver(): void {
    this.#company = undefined;
    this.#outcomesDue = true;
    this.wake();
  }

  #take(): Group | undefined {
    if (!this.#toCommit()) return undefined;
    const resting = this.#parts.clock.monotonic() < this.#restUntil;
    const settlements = resting ? [] : this.#intake.takeSettlements();
    const enqueues = this.#intake.takeEnqueues();
    this.#ackDue = false;
    this.#outcomesDue = this.#intake.outcomes > 0;
    clearTimeout(this.#company);
    this.#company = undefined;
    if (!resting && !this.#parts.scheduler.full) return { settlements, enqueues };
    this.#refuse(enqueues);
    return { settlements, enqueues: [] };
  }

  #refuse(enqueues: readonly AskedEnqueue[]): void {
    for (const asked of enqueues) this.#answer(asked, { kind: 'full' });
  }

  async #commit(group: Group, apart = false): Promise<void> {
    const { engine, clock, verbs, sealer, outbox, metrics } = this.#parts;
    const batch: QueueBatch = {
      now: clock.now(),
      settlements: group.settlements,
      enqueues: group.enqueues.map(({ message }) => message),
      claimed: this.#parts.scheduler.claims,
      apart,
    };
    const step = clock.monotonic() < this.#restUntil ? undefined : verbs.step();
    if (step !== undefined) batch.step = step;
    if (!sealer.isEmpty) batch.seals = sealer.contents();
    if (outbox.traced !== undefined) batch.traced = outbox.traced;
    if (this.#clients !== undefined) batch.clients = this.#clients;
    if (isEmpty(batch)) return;
    const began = clock.monotonic();
    let result: BatchResult;
    try {
      result = await engine.commit(batch);
    } catch (error) {
      return this.#failed(error instanceof QueueFault ? error : new QueueFault('failed', error), group, batch);
    }
    metrics.commits.add(1);
    metrics.commitSeconds.observe((clock.monotonic() - began) / 1000);
    metrics.groupSize.observe(group.settlements.length + group.enqueues.length);
    metrics.settled.add(group.settlements.length);
    this.#committed(group, batch, result);
  }

  #committed(group: Group, batch: QueueBatch, result: BatchResult): void {
    const { outbox, log } = this.#parts;
    if (batch.clients !== undefined) this.#clients = undefined;
    if (batch.traced !== undefined) outbox.forgot(batch.traced);
    const { failures } = result;
    if (failures.length > 0) log.error('requests not written', { requests: failures.length, err: failures[0] });
    for (const [at, asked] of group.settlements.entries()) this.#settled(asked, result.settled[at] ?? false);
    this.#takenAtOnce = 0;
    for (const [at, asked] of group.enqueues.entries()) this.#enqueued(asked, result.enqueued[at]);
    this.#parts.metrics.claimed.add(this.#takenAtOnce, { how: 'fresh' });
    this.#parts.metrics.enqueued.add(result.enqueued.filter((row) => row !== undefined).length, {
      result: 'accepted',
    });
    // The answers first: behind each waits somebody's 250.
    for (const relay of this.#parts.relays) relay.flush();
    if (result.outbox !== undefined) outbox.written(result.outbox);
    if (result.bodies.length > 0) this.#parts.removeBodies(result.bodies);
    if (batch.seals !== undefined) this.#parts.sealer.written(result.sealed);
    if (batch.step !== undefined) this.#stepped(batch.step, result);
    this.#moreWishes = true;
  }

  #enqueued(asked: AskedEnqueue, row: number | undefined): void {
    if (row === undefined) {
      this.#answer(asked, { kind: 'failed' });
      return;
    }
    const { taker, message } = asked;
    // One that is gone, or has another in its place already, delivers nothing any more.
    const takes = taker !== undefined && !taker.closed && this.#parts.relays.has(taker);
    const claimed = this.#parts.scheduler.enqueued(message, row, takes ? taker.thread : undefined);
    if (claimed.length > 0) this.#takenAtOnce += 1;
    this.#answer(asked, { kind: 'accepted', row, claimed });
  }

  #answer({ message, answer: tell }: AskedEnqueue, answer: EnqueueAnswer): void {
    tell(answer);
    if (answer.kind === 'accepted') return;
    this.#parts.metrics.enqueued.add(1, { result: answer.kind });
    if (message.body.kind === 'file') this.#parts.removeBodies([message.body.name]);
  }

  #settled({ relay, key, settlement }: AskedSettlement, ok: boolean): void {
    const { scheduler } = this.#parts;
    if (ok) scheduler.settled(settlement);
    else scheduler.returned(settlement);
    relay.send({ op: 'settled', key, ok });
  }

  #stepped({ verb, after }: VerbStep, result: BatchResult): void {
    const first = after === 0;
    const { verbs, scheduler } = this.#parts;
    if (result.step === undefined) {
      verbs.failed(new Error('the queue could not do this; its log says why'));
      return;
    }
    if (verb.verb === 'retry' || verb.verb === 'reroute') scheduler.probe(result.step.destinations);
    else scheduler.found(result.step.destinations);
    if (result.step.released !== undefined) this.#parts.released(result.step.released);
    verbs.stepped(result.step);
    if (first && (verb.verb === 'suspend' || verb.verb === 'resume'))
      this.#between.push(() => this.#parts.pausesChanged(verb.verb));
  }

  /** Nothing of the batch was kept. Outcomes are never given up: they go again. */
  async #failed(fault: QueueFault, group: Group, batch: QueueBatch): Promise<void> {
    const { log, metrics, verbs, sealer, clock } = this.#parts;
    metrics.faults.add(1, { kind: fault.code });
    if (fault.code === 'broken') throw fault;
    if (fault.code === 'failed' && !batch.apart) {
      log.warn('transaction failed, tried again one by one', { err: fault });
      return this.#commit(group, true);
    }
    log.error('transaction failed', { code: fault.code, err: fault });
    if (fault.code === 'full') this.#parts.noSpace();
    const answer: EnqueueAnswer = { kind: fault.code === 'full' ? 'full' : 'failed' };
    for (const asked of group.enqueues) this.#answer(asked, answer);
    const hadEnqueues = group.enqueues.length > 0;
    if (hadEnqueues && fault.code === 'full') return this.#commit({ ...group, enqueues: [] });
    this.#intake.putBack(group.settlements);
    this.#outcomesDue = true;
    sealer.failed();
    if (batch.step !== undefined) verbs.failed(new Error(`the queue could not do this: ${fault.code}`));
    this.#restUntil = clock.monotonic() + AGAIN_MS;
  }

  /** Asks the engine what the scheduler wishes for, and sends it out. */
  async #handOut(): Promise<void> {
    const { scheduler, engine, clock, metrics } = this.#parts;
    const work = new Map<number, StoredWork[]>();
    this.#moreWishes = true;
    for (let i = 0; i < WISHES_A_TURN; i++) {
      const wish = scheduler.next();
      if (wish === undefined) {
        this.#moreWishes = false;
        break;
      }
      const answer = await engine.claim(wish.request);
      const due = { ...wish.request, now: clock.now() };
      const nextDue = scheduler.needsDue(wish, answer) ? await engine.nextDue(due) : undefined;
      scheduler.took(wish, answer, nextDue);
      if (answer.work.length === 0) continue;
      metrics.claimed.add(answer.work.length, { how: 'work' });
      const known = work.get(wish.thread);
      if (known === undefined) work.set(wish.thread, answer.work);
      else known.push(...answer.work);
    }
    for (const [thread, some] of work) this.#parts.send(thread, some);
  }

  #end(error: unknown): void {
    this.#stopped = true;
    this.#parts.fatal(error);
  }
}

/** A transaction for nothing would cost a sync. */
function isEmpty({ settlements, enqueues, seals = [], step, traced, clients }: QueueBatch): boolean {
  const asked = settlements.length + enqueues.length + seals.length;
  return asked === 0 && step === undefined && traced === undefined && clients === undefined;
}
