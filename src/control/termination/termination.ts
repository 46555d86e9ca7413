// How customers leave: notice, deactivation, removal, certificate; by their days, or by the operator's hand.

import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { problem } from '../api/problem.ts';
import { makeStep } from '../customers/step.ts';
import type { SignedCertificate } from './certificate.ts';
import { addDays, beginOf } from './days.ts';
import { doWhatIsDue, lookAtCustomers } from './due.ts';
import { eraseRest } from './erase.ts';
import { certificatePaper, signedFrom } from './files.ts';
import type { TerminationParts } from './parts.ts';
import { queueState } from './queue-state.ts';
import { lookAtRecords } from './records-look.ts';
import { publicKeys, resealKeys } from './signing-key.ts';
import { assertCertified, begin, deactivate, endByFile, needRunning, remove, stop, todayOf } from './steps.ts';
import type { RemovalCertificateRow, TerminationRow } from './tables.ts';
import { type DueTimer, startTimer } from './timer.ts';
import { type ListedTermination, listed, type TerminationView, viewOf } from './view.ts';

export interface TerminationQuery {
  state?: 'running' | 'removed' | 'stopped';
  customer?: string;
  /** Those before this id. */
  before?: number;
  limit: number;
}

export interface Termination {
  /** The newest first. */
  list(query: TerminationQuery): Promise<ListedTermination[]>;
  /** The last end of a customer; nothing where there never was one. */
  view(customer: CustomerId): Promise<TerminationView | undefined>;
  /** Gives notice by hand. Throws a Problem for a customer that is not live. */
  begin(by: Actor, customer: CustomerId, reason: string): Promise<TerminationView>;
  /** Takes the end back; the customer is live again. A 404 where none is running. */
  reinstate(by: Actor, customer: CustomerId, reason: string): Promise<TerminationView>;
  /** The next step at once, before its day. A 409 where another is next, or the queue holds mail of the customer. */
  proceed(by: Actor, customer: CustomerId, to: 'deactivated' | 'removed', reason: string): Promise<TerminationView>;
  /** Looks into DNS now. A 404 where nothing is to be looked for. */
  lookAtRecords(customer: CustomerId): Promise<TerminationView>;
  /** The certificate of a customer's removal, the newest where it was removed twice; a 404 where there is none. */
  certificate(customer: CustomerId): Promise<RemovalCertificateRow>;
  /** The same with its signature, and on paper. */
  signed(row: RemovalCertificateRow): Promise<SignedCertificate>;
  certificatePaper(row: RemovalCertificateRow): Promise<Uint8Array>;
  /** Public halves of the keys that certificates are signed with, by name. */
  publicKeys(): Promise<Map<string, Uint8Array>>;
  /** Does what is due now. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the service, and begins to look what is due. */
export function openTermination(parts: TerminationParts): Termination {
  return new TerminationService(parts);
}

class TerminationService implements Termination {
  readonly #parts: TerminationParts;
  readonly #timer: DueTimer;
  readonly #deaf: (() => void)[];
  /** Customers that are to be looked at. */
  readonly #changed = new Set<CustomerId>();

  constructor(parts: TerminationParts) {
    this.#parts = parts;
    // What is deleted is overwritten: private keys do not stay in the file's free pages.
    parts.database.raw.exec('pragma secure_delete = on');
    parts.customers.onErase(async (step, customer, how) => {
      if (how === 'step') await assertCertified(step, customer);
      else await endByFile(step, customer);
      await eraseRest(step, customer);
    });
    this.#timer = startTimer({
      work: () => doWhatIsDue(parts),
      untilTomorrow: () => this.#untilTomorrow(),
      log: parts.log,
    });
    this.#deaf = [
      parts.customers.onSubscriptions((customer) => this.#soon(customer)),
      parts.customers.onStage(({ customer, to }) => to === 'live' && this.#soon(customer)),
    ];
    this.#sealAnew();
  }

  async list({ state, customer, before, limit }: TerminationQuery): Promise<ListedTermination[]> {
    let query = this.#db
      .selectFrom('termination')
      .leftJoin('removal_certificate', 'removal_certificate.termination', 'termination.id')
      .selectAll('termination')
      .select('removal_certificate.number')
      .orderBy('termination.id', 'desc')
      .limit(limit);
    if (customer !== undefined) query = query.where('termination.customer', '=', customer);
    if (before !== undefined) query = query.where('termination.id', '<', before);
    if (state === 'removed') query = query.where('termination.removed_at', 'is not', null);
    if (state === 'stopped') query = query.where('termination.stopped_at', 'is not', null);
    if (state === 'running') {
      query = query.where('termination.removed_at', 'is', null).where('termination.stopped_at', 'is', null);
    }
    return (await query.execute()).map(({ number, ...row }) => listed(row, number));
  }

  async view(customer: CustomerId): Promise<TerminationView | undefined> {
    const row = await this.#lastOf(customer);
    return row === undefined ? undefined : viewOf(this.#db, row);
  }

  async begin(by: Actor, customer: CustomerId, reason: string): Promise<TerminationView> {
    await makeStep(this.#parts.changes, by, (step) =>
      begin(step, this.#parts, customer, { cause: 'operator', reason, ended: todayOf(this.#parts) }),
    );
    return this.#after(customer);
  }

  async reinstate(by: Actor, customer: CustomerId, reason: string): Promise<TerminationView> {
    await makeStep(this.#parts.changes, by, async (step) =>
      stop(step, this.#parts, await needRunning(step.trx, customer), reason),
    );
    return this.#after(customer);
  }

  async proceed(
    by: Actor,
    customer: CustomerId,
    to: 'deactivated' | 'removed',
    reason: string,
  ): Promise<TerminationView> {
    const queue = to === 'removed' ? await queueState(this.#parts, customer) : 'empty';
    await makeStep(this.#parts.changes, by, async (step) => {
      const row = await needRunning(step.trx, customer);
      if (to === 'deactivated') return deactivate(step, this.#parts, row, reason);
      if (row.deactivated_at === null) throw problem('deactivate-first');
      if (queue !== 'empty') throw queue;
      return remove(step, this.#parts, row, reason);
    });
    return this.#after(customer);
  }

  async lookAtRecords(customer: CustomerId): Promise<TerminationView> {
    const row = await this.#lastOf(customer);
    if (row === undefined || row.deactivated_at === null || row.stopped_at !== null) {
      throw problem('no-records-looked-for');
    }
    await lookAtRecords(this.#parts, row);
    return this.#after(customer);
  }

  async certificate(customer: CustomerId): Promise<RemovalCertificateRow> {
    const row = await this.#db
      .selectFrom('removal_certificate')
      .selectAll()
      .where('customer', '=', customer)
      .orderBy('issued_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) throw problem('no-certificate');
    return row;
  }

  signed(row: RemovalCertificateRow): Promise<SignedCertificate> {
    return signedFrom(this.#parts, row);
  }

  certificatePaper(row: RemovalCertificateRow): Promise<Uint8Array> {
    return certificatePaper(this.#parts, row);
  }

  publicKeys(): Promise<Map<string, Uint8Array>> {
    return publicKeys(this.#db);
  }

  look(): Promise<void> {
    return this.#timer.now();
  }

  async close(): Promise<void> {
    for (const end of this.#deaf) end();
    await this.#timer.close();
  }

  get #db() {
    return this.#parts.database.reads;
  }

  #lastOf(customer: CustomerId): Promise<TerminationRow | undefined> {
    return this.#db
      .selectFrom('termination')
      .selectAll()
      .where('customer', '=', customer)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Mails of a change go out behind it; the answer does not wait for them. */
  async #after(customer: CustomerId): Promise<TerminationView> {
    this.#soon(customer);
    const view = await this.view(customer);
    if (view === undefined) throw problem('service-not-ending');
    return view;
  }

  /** Many at once, as with an import, are looked at together. */
  #soon(customer: CustomerId): void {
    this.#changed.add(customer);
    if (this.#changed.size > 1) return;
    this.#timer.inTurn(() => {
      const customers = [...this.#changed];
      this.#changed.clear();
      return lookAtCustomers(this.#parts, customers);
    });
  }

  #untilTomorrow(): number {
    const { clock, config } = this.#parts;
    const tomorrow = addDays(todayOf(this.#parts), 1);
    return Math.max(0, beginOf(tomorrow, config().operator.time_zone) - clock.now());
  }

  #sealAnew(): void {
    const { changes, box, log } = this.#parts;
    makeStep(changes, { who: 'easymail' }, ({ trx }) => resealKeys(trx, box)).catch((err: unknown) =>
      log.error('keys of certificates not sealed anew', { err }),
    );
  }
}
