// The way through the relay is tried out before anybody depends on it: the customer sends to a test address of ours, and
// we send to its mail host. Both are watched in the trace; what was seen makes the customer live once its checks are green.

import { testAddress } from '../../mail/authorise/test-address.ts';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import type { TraceMessage } from '../../mail/trace/trace.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { problem } from '../api/problem.ts';
import { type Account, findAccount } from './accounts.ts';
import type { CustomerCore } from './core.ts';
import { type JourneyStep, journeyOf } from './journey.ts';
import { makeStep } from './step.ts';
import { testMail } from './test-mail.ts';
import { hasPassed, type TestState } from './test-state.ts';

/** What the checks say, as far as going live depends on it. */
export interface GreenLight {
  allGreen(customer: CustomerId): Promise<boolean>;
}

/** One direction of the test, for people. */
export interface TrialWay {
  /** `waiting`: nothing was seen yet; `under way`: a message is there; `failed`: it ended badly, send another. */
  state: 'waiting' | 'under way' | 'passed' | 'failed';
  /** Where the test message goes to. */
  to: string;
  message?: string;
  passedAt?: number;
  /** All that happened to the message. */
  journey: JourneyStep[];
  /** Messages to the test address that were refused, the newest first. */
  refused: RefusedTry[];
}

/** A message that was refused in its session. */
export interface RefusedTry {
  at: string;
  ip?: string;
  from?: string;
  /** Name of the reply, as in docs/reference/replies.md. */
  reply?: string;
}

export interface TrialView {
  outbound?: TrialWay;
  inbound?: TrialWay;
  passed: boolean;
}

export interface Trial {
  /** A 409 where the customer has nothing to try out yet. */
  view(customer: CustomerId): Promise<TrialView>;
  /** Our test message is sent, again where it was sent before; an outbound one is looked for anew. */
  start(by: Actor, customer: CustomerId): Promise<TrialView>;
  /** One look at all customers that are being verified. Never rejects. */
  round(): Promise<void>;
  close(): Promise<void>;
}

const AT_ONCE = 100;
/** More tell nothing more. */
const MOST_REFUSED = 3;
/** After an hour each half minute, at most once a minute. */
const [SLOWER, SLOWEST_MS] = [120, 60_000];

export function openTrial(core: CustomerCore, light: () => GreenLight | undefined): Trial {
  return new Trials(core, light);
}

class Trials implements Trial {
  readonly #core: CustomerCore;
  readonly #light: () => GreenLight | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  /** When each customer is looked at again: the longer it takes, the less often. */
  readonly #due = new Map<string, number>();

  constructor(core: CustomerCore, light: () => GreenLight | undefined) {
    this.#core = core;
    this.#light = light;
    this.#plan();
  }

  async view(customer: CustomerId): Promise<TrialView> {
    const account = await findAccount(this.#db, customer);
    if (account === undefined) throw problem('no-customer', { customer });
    if (account.test === undefined) throw problem('trial-after-approval');
    return this.#viewOf(account, account.test);
  }

  async start(by: Actor, customer: CustomerId): Promise<TrialView> {
    await makeStep(this.#core.changes, by, async (step) => {
      const account = await findAccount(step.trx, customer);
      if (account === undefined) throw problem('no-customer', { customer });
      if (account.test === undefined) throw problem('trial-after-approval');
      const { token, to, outbound } = account.test;
      const test: TestState = {
        token,
        ...(to !== undefined && { to, inbound: {} }),
        ...(outbound !== undefined && { outbound: { startedAt: step.now } }),
      };
      await step.trx
        .updateTable('account')
        .set({ test: JSON.stringify(test) })
        .where('id', '=', customer)
        .execute();
      step.audit.push({
        action: 'test.started',
        object: `customer ${customer}`,
        customer,
        before: null,
        after: { to: to ?? null },
      });
    });
    await this.#look(customer);
    return this.view(customer);
  }

  round(): Promise<void> {
    this.#running ??= this.#round().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  get #db() {
    return this.#core.database.db;
  }

  #plan(): void {
    if (this.#closed) return;
    const interval = this.#core.config().provisioning.test_interval;
    // Not all relays of a cluster at the same moment.
    this.#timer = setTimeout(
      () => void this.round().finally(() => this.#plan()),
      interval * (0.9 + Math.random() * 0.2),
    );
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    const now = this.#core.clock.now();
    for (let after = ''; !this.#closed; ) {
      const page = this.#db
        .selectFrom('account')
        .select(['id', 'stage_at'])
        .where('stage', '=', 'verifying')
        .where('id', '>', after);
      const rows = await page.orderBy('id').limit(AT_ONCE).execute();
      for (const { id, stage_at } of rows) {
        if (this.#closed) return;
        if (now < (this.#due.get(id) ?? 0)) continue;
        this.#due.set(id, now + Math.min((now - stage_at) / SLOWER, SLOWEST_MS));
        await this.#look(id as CustomerId).catch((err: unknown) => {
          this.#core.log.error('the test of a customer was not looked at', { err, customer: id });
        });
      }
      after = rows.at(-1)?.id ?? '';
      if (rows.length < AT_ONCE) return;
    }
  }

  /** Sees how far the test is, sends what is to be sent, and makes the customer live where nothing is missing. */
  async #look(customer: CustomerId): Promise<void> {
    const account = await findAccount(this.#db, customer);
    if (account?.test === undefined) return;
    const next: TestState = { ...account.test };
    if (next.outbound !== undefined) next.outbound = await this.#lookOutbound(account, next.token, next.outbound);
    if (next.inbound !== undefined && next.to !== undefined)
      next.inbound = await this.#lookInbound(account, next.to, next.inbound);
    if (JSON.stringify(next) !== JSON.stringify(account.test)) await this.#keep(account, next);
    const green = this.#light();
    if (account.stage !== 'verifying' || !hasPassed(next) || green === undefined) return;
    if (await green.allGreen(customer)) await this.#goLive(customer);
  }

  async #lookOutbound({ id, stageAt }: Account, token: string, known: Way): Promise<Way> {
    if (known.passedAt !== undefined) return known;
    const to = testAddress(token, this.#core.config().node.hostname);
    const from = known.startedAt ?? stageAt;
    const since = new Date(from).toISOString().slice(0, 16);
    const answer = await this.#core.reader.search(`customer:${id} to:${to} since:${since}`, { limit: 10 });
    if (answer.kind !== 'ok') return known;
    const messages = answer.value.entries.filter((entry) => entry.id !== undefined && Date.parse(entry.at) >= from);
    const arrived = messages.find((entry) => statusOf(entry) === 'delivered');
    const shown = arrived ?? messages[0];
    if (shown?.id === undefined) return known;
    return { ...known, message: shown.id, ...(arrived !== undefined && { passedAt: this.#core.clock.now() }) };
  }

  async #lookInbound({ id, language }: Account, to: string, known: Way): Promise<Way> {
    if (known.passedAt !== undefined) return known;
    if (known.message === undefined) {
      const domain = this.#core.directory.domain(to.slice(to.lastIndexOf('@') + 1).toLowerCase());
      // Mail for a domain that nobody has proved to own goes by MX: it would try out nothing.
      if (domain?.customer !== id || !domain.verified) return known;
      const startedAt = this.#core.clock.now();
      return { startedAt, message: await this.#core.sendMail(testMail(to, language)) };
    }
    const message = await this.#message(known.message);
    if (message === undefined || statusOf(message.entry) !== 'delivered') return known;
    return { ...known, passedAt: this.#core.clock.now() };
  }

  /** What was seen is kept, unless somebody began anew meanwhile. */
  #keep({ id, test }: Account, next: TestState): Promise<void> {
    return makeStep(this.#core.changes, RELAY_ACTOR, async (step) => {
      const now = await findAccount(step.trx, id);
      if (now === undefined || JSON.stringify(now.test) !== JSON.stringify(test)) return;
      await step.trx
        .updateTable('account')
        .set({ test: JSON.stringify(next) })
        .where('id', '=', id)
        .execute();
      const seen = (state: TestState | undefined) => ({
        outbound: state?.outbound?.passedAt !== undefined,
        inbound: state?.inbound?.passedAt !== undefined,
      });
      step.audit.push({
        action: 'test.seen',
        object: `customer ${id}`,
        customer: id,
        before: seen(test),
        after: seen(next),
      });
    });
  }

  #goLive(customer: CustomerId): Promise<void> {
    return makeStep(this.#core.changes, RELAY_ACTOR, async (step) => {
      const account = await findAccount(step.trx, customer);
      if (account?.stage !== 'verifying' || account.test === undefined || !hasPassed(account.test)) return;
      const why = 'the checks are green and the test messages arrived';
      await this.#core.moveWithin(step, { id: customer, to: 'live', why, mover: 'relay' });
    });
  }

  async #viewOf(account: Account, test: TestState): Promise<TrialView> {
    const view: TrialView = { passed: hasPassed(test) };
    if (test.outbound !== undefined) {
      const to = testAddress(test.token, this.#core.config().node.hostname);
      const way = await this.#wayOf(account.id, test.outbound, to);
      view.outbound = way.state === 'passed' ? way : { ...way, refused: await this.#refusedTo(account, to) };
    }
    if (test.inbound !== undefined) view.inbound = await this.#wayOf(account.id, test.inbound, test.to ?? '');
    return view;
  }

  async #wayOf(customer: CustomerId, { message, passedAt }: Way, to: string): Promise<TrialWay> {
    const known = message === undefined ? undefined : await this.#message(message);
    const failed = known !== undefined && FAILED.has(statusOf(known.entry) ?? '');
    const state =
      passedAt !== undefined ? 'passed' : message === undefined ? 'waiting' : failed ? 'failed' : 'under way';
    const journey = journeyOf(known?.events ?? [], customer);
    return {
      refused: [],
      state,
      to,
      ...(message !== undefined && { message }),
      ...(passedAt !== undefined && { passedAt }),
      journey,
    };
  }

  /** Refusals are the customer's own: its source or its login was known. */
  async #refusedTo({ id, stageAt }: Account, to: string): Promise<RefusedTry[]> {
    const since = new Date(stageAt).toISOString().slice(0, 16);
    const query = `customer:${id} to:${to} status:rejected since:${since}`;
    const answer = await this.#core.reader.search(query, { limit: MOST_REFUSED });
    if (answer.kind !== 'ok') return [];
    return answer.value.entries.map(({ at, ip, from, reply }) => ({
      at,
      ...(ip !== undefined && { ip }),
      ...(from !== undefined && { from }),
      ...(reply !== undefined && { reply }),
    }));
  }

  async #message(id: string): Promise<TraceMessage | undefined> {
    const answer = await this.#core.reader.traceShow(id as QueueId);
    return answer.kind === 'ok' ? answer.value : undefined;
  }
}

type Way = NonNullable<TestState['outbound']>;

const FAILED: ReadonlySet<string> = new Set(['bounced', 'expired', 'removed', 'suppressed']);

/** The status of the one recipient that a test message has. */
function statusOf({ recipients }: TraceMessage['entry']): string | undefined {
  return recipients[0]?.status;
}
