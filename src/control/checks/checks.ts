// The checks of what customers have in DNS, of their mail hosts and their sources: made at once and by the hour, with what
// follows from them for the mail path.

import type { CustomerId } from '../../mail/message.ts';
import { createMailHostProbe } from '../../network/mail-host-probe.ts';
import { type Grants, openGrants } from '../grants/grants.ts';
import type { Notices } from '../notices/notices.ts';
import type { ServiceParts } from '../services.ts';
import { type CheckQuery, type CheckView, listChecks } from './check-views.ts';
import { type OpenCheck, stillOpen } from './green.ts';
import { Looker, mxNames } from './look-at.ts';
import { type RecordToPublish, recordsToPublish } from './records.ts';
import { Runner } from './runner.ts';
import { type SubjectName, subjectsOf } from './subjects.ts';
import { tellOfProof } from './tell-proof.ts';

export type CheckParts = Pick<
  ServiceParts,
  'database' | 'changes' | 'clock' | 'log' | 'config' | 'freshResolver' | 'alarms'
>;

export interface Checks {
  /** Whether there is such a customer at all. */
  knows(customer: CustomerId): Promise<boolean>;
  /** What of a customer is looked at: what it entered before it is approved, what is in force after. */
  subjectsOf(customer: CustomerId): Promise<SubjectName[]>;
  /** Looks at everything of the customer now, and resolves with what was found. Some hundred things at most. */
  look(customer: CustomerId): Promise<CheckView[]>;
  /** The same for somebody who may ask too often. */
  lookInTurn(customer: CustomerId): Promise<CheckView[] | 'too soon'>;
  /** What was found last. */
  results(customer: CustomerId): Promise<CheckView[]>;
  /** All customers, or one; `limit` of them. */
  list(query: CheckQuery): Promise<CheckView[]>;
  /** Records for the customer to publish. */
  records(customer: CustomerId): Promise<RecordToPublish[]>;
  /** Whether every check that it needs to go live has passed. */
  allGreen(customer: CustomerId): Promise<boolean>;
  /** Those that have not. */
  open(customer: CustomerId): Promise<OpenCheck[]>;
  /** One turn of what is done by itself: for tests, which own the clock. */
  round(): Promise<void>;
  readonly grants: Grants;
  close(): Promise<void>;
}

/** While somebody waits; a customer with more gets the rest in their turn. */
const MOST_LOOKED = 300;
/** Somebody who waits looks again every few seconds; more would only burden DNS. */
const LOOK_EVERY_MS = 5000;
const MOST_REMEMBERED = 10_000;
/** Results of one customer that are read at once. */
const MOST_RESULTS = 50_000;

/** Opens the service and begins to look. */
export function openChecks(parts: CheckParts, { notices }: { notices: Pick<Notices, 'tell'> }): Checks {
  return new CheckService(parts, notices);
}

class CheckService implements Checks {
  readonly grants: Grants;
  readonly #parts: CheckParts;
  readonly #looker: Looker;
  readonly #runner: Runner;
  readonly #lookedAt = new Map<string, number>();

  constructor(parts: CheckParts, notices: Pick<Notices, 'tell'>) {
    this.#parts = parts;
    const probe = createMailHostProbe(parts.clock, () => {
      const { node, checks } = parts.config();
      return { hostname: node.hostname, timeoutMs: checks.probe_timeout };
    });
    this.#looker = new Looker({ ...parts, probe });
    const tell = tellOfProof.bind(undefined, { ...parts, notices });
    this.#runner = new Runner({ ...parts, looker: this.#looker, tell });
    this.grants = openGrants({ ...parts, lookNow: (names) => this.#runner.lookNow(names) });
    this.#runner.start();
  }

  async knows(customer: CustomerId): Promise<boolean> {
    const account = this.#db.selectFrom('account').select('id').where('id', '=', customer);
    const owner = this.#db.selectFrom('customer').select('id').where('id', '=', customer);
    return ((await account.executeTakeFirst()) ?? (await owner.executeTakeFirst())) !== undefined;
  }

  subjectsOf(customer: CustomerId): Promise<SubjectName[]> {
    return subjectsOf(this.#db, customer);
  }

  async look(customer: CustomerId): Promise<CheckView[]> {
    await this.#runner.refresh(customer);
    const names = await this.subjectsOf(customer);
    await this.#runner.lookNow(names.slice(0, MOST_LOOKED));
    return this.results(customer);
  }

  async lookInTurn(customer: CustomerId): Promise<CheckView[] | 'too soon'> {
    const now = this.#parts.clock.monotonic();
    // A look takes seconds of DNS and of the customer's own mail host.
    if ((this.#lookedAt.get(customer) ?? Number.NEGATIVE_INFINITY) > now - LOOK_EVERY_MS) return 'too soon';
    if (this.#lookedAt.size > MOST_REMEMBERED) this.#lookedAt.clear();
    this.#lookedAt.set(customer, now);
    return this.look(customer);
  }

  results(customer: CustomerId): Promise<CheckView[]> {
    return this.list({ customer, limit: MOST_RESULTS });
  }

  list(query: CheckQuery): Promise<CheckView[]> {
    return listChecks(this.#db, query, this.#spfRequired);
  }

  async records(customer: CustomerId): Promise<RecordToPublish[]> {
    await this.#runner.refresh(customer);
    const includesOf = async (pools: readonly string[]) => (await this.#looker.ourSending(pools)).includes;
    return recordsToPublish(this.#db, customer, { includesOf, mxNames: mxNames(this.#parts.config()) });
  }

  async allGreen(customer: CustomerId): Promise<boolean> {
    return (await this.open(customer)).length === 0;
  }

  async open(customer: CustomerId): Promise<OpenCheck[]> {
    return stillOpen(this.#db, customer, { views: await this.results(customer), spfRequired: this.#spfRequired });
  }

  round(): Promise<void> {
    return this.#runner.round();
  }

  close(): Promise<void> {
    return this.#runner.close();
  }

  get #db() {
    return this.#parts.database.reads;
  }

  get #spfRequired(): boolean {
    return this.#parts.config().checks.spf === 'required';
  }
}
