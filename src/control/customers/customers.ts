// Customers, for everybody else in the control plane: who they are, how far they have come, and the one way to move them.

import type { CustomerId } from '../../mail/message.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { type Account, findAccount } from './accounts.ts';
import { type Approvals, openApprovals } from './approvals.ts';
import { type CustomerCounts, countCustomers } from './concerns.ts';
import { type Contracts, openContracts } from './contracts.ts';
import type { CustomerCore, CustomerParts } from './core.ts';
import { type Entering, openEntering } from './entering.ts';
import { findEntry, type KeptEntry } from './entries.ts';
import { type Holdings, openHoldings } from './holdings.ts';
import { type ImportOptions, type ImportResult, importCustomers } from './import-customers.ts';
import { importRecipients, type RecipientImport, type RecipientResult } from './import-recipients.ts';
import { endLinks, type LinkPrincipal, listLinks, resolveLink } from './links.ts';
import { type AccountQuery, type FoundAccount, listAccounts } from './list-accounts.ts';
import { type MoveOptions, moveWithin, type StageChange } from './moves.ts';
import { changeObjects, loadObjects } from './objects.ts';
import { type Mover, type Stage, turnOf } from './stages.ts';
import { makeStep, type Step } from './step.ts';
import { openSuspensions, type Suspensions } from './suspensions.ts';
import type { LinkRow, TransitionRow } from './tables.ts';
import { type Times, timesOf } from './times.ts';
import { type GreenLight, openTrial, type Trial } from './trial.ts';

/** Told of a move once it is in force; must not throw, and is not waited for. */
export type StageListener = (change: StageChange) => void;

/** Told, within the transaction, of a customer that is being removed: takes its objects away with it. */
export type Eraser = (step: Step, customer: CustomerId, how: Removal) => Promise<void>;

/** `step`: by a move of this service. `file`: by `apply`, which has taken away what a file names. */
export type Removal = 'step' | 'file';

/** Told once subscriptions of a customer have changed. */
export type SubscriptionListener = (customer: CustomerId) => void;

export interface Customers {
  get(id: CustomerId): Promise<Account | undefined>;
  /** `limit` customers and one more, where there are more. */
  list(query: AccountQuery): Promise<FoundAccount[]>;
  /** How many there are, by state and by what is to be seen to. */
  counts(): Promise<CustomerCounts>;
  stage(id: CustomerId): Promise<Stage | undefined>;
  /** What was entered over the link; nothing where the customer never had one. */
  entry(id: CustomerId): Promise<KeptEntry | undefined>;
  /** All steps so far, the oldest first. */
  transitions(id: CustomerId): Promise<TransitionRow[]>;
  times(id: CustomerId): Promise<Times>;
  /**
   * Moves a customer in a change of its own. Throws a Problem where there is no such customer or no such way.
   * `easymail` moves as the relay, everybody else as the operator.
   */
  move(by: Actor, id: CustomerId, to: Stage, why: string): Promise<StageChange>;
  /** The same as a part of a change that does more (step.ts). */
  moveWithin(step: Step, move: MoveOptions): Promise<StageChange>;
  /** Listens until the returned function is called. */
  onStage(listener: StageListener): () => void;
  onSubscriptions(listener: SubscriptionListener): () => void;
  /** What has to go with a customer that is removed, besides what the mail path knows of it. */
  onErase(eraser: Eraser): void;
  /** Within the transaction of `apply`, which removes the customer: takes away what goes with it. */
  eraseWithin(step: Step, customer: CustomerId): Promise<void>;
  links: {
    /** Whom the token of `Authorization: Link TOKEN` stands for; nothing where it counts for nothing (any longer). */
    resolve(token: string): Promise<LinkPrincipal | undefined>;
    list(customer: CustomerId): Promise<Omit<LinkRow, 'hash'>[]>;
  };
  entering: Entering;
  approvals: Approvals;
  contracts: Contracts;
  holdings: Holdings;
  suspensions: Suspensions;
  trial: Trial;
  /** Orders of a CSV file. */
  importOrders(by: Actor, text: string, options: ImportOptions): Promise<ImportResult>;
  importRecipients(by: Actor, customer: CustomerId, list: RecipientImport & { text: string }): Promise<RecipientResult>;
  close(): Promise<void>;
}

export interface CustomerOptions extends CustomerParts {
  /** The checks, once they are there: going live waits for them. */
  light: () => GreenLight | undefined;
}

/** Makes the service, and starts to look after customers that are being verified. */
export function openCustomers(options: CustomerOptions): Customers {
  return new CustomerService(options);
}

class CustomerService implements Customers {
  readonly links: Customers['links'];
  readonly entering: Entering;
  readonly approvals: Approvals;
  readonly contracts: Contracts;
  readonly holdings: Holdings;
  readonly suspensions: Suspensions;
  readonly trial: Trial;
  readonly #core: CustomerCore;
  readonly #stageListeners = new Set<StageListener>();
  readonly #subscriptionListeners = new Set<SubscriptionListener>();
  readonly #erasers: Eraser[] = [];

  constructor({ light, ...parts }: CustomerOptions) {
    this.#core = {
      ...parts,
      moveWithin: (step, move) => this.moveWithin(step, move),
      subscriptionsChanged: (customer) => this.#tellSubscriptions(customer as CustomerId),
    };
    this.links = { resolve: (token) => this.#resolve(token), list: (customer) => listLinks(this.#db, customer) };
    this.entering = openEntering(this.#core);
    this.approvals = openApprovals(this.#core);
    this.contracts = openContracts(this.#core);
    this.holdings = openHoldings(this.#core);
    this.suspensions = openSuspensions(this.#core);
    this.trial = openTrial(this.#core, light);
  }

  get(id: CustomerId): Promise<Account | undefined> {
    return findAccount(this.#db, id);
  }

  list(query: AccountQuery): Promise<FoundAccount[]> {
    return listAccounts(this.#db, this.#core.directory, { ...query, now: this.#core.clock.now() });
  }

  counts(): Promise<CustomerCounts> {
    return countCustomers(this.#db, this.#core.clock.now());
  }

  async stage(id: CustomerId): Promise<Stage | undefined> {
    return (await this.get(id))?.stage;
  }

  entry(id: CustomerId): Promise<KeptEntry | undefined> {
    return findEntry(this.#db, id);
  }

  transitions(id: CustomerId): Promise<TransitionRow[]> {
    return this.#db.selectFrom('transition').selectAll().where('customer', '=', id).orderBy('seq').execute();
  }

  times(id: CustomerId): Promise<Times> {
    return timesOf(this.#db, id, this.#core.clock.now());
  }

  move(by: Actor, id: CustomerId, to: Stage, why: string): Promise<StageChange> {
    const mover: Mover = by.who === RELAY_ACTOR.who ? 'relay' : 'operator';
    return makeStep(this.#core.changes, by, (step) => this.moveWithin(step, { id, to, why, mover }));
  }

  async moveWithin(step: Step, move: MoveOptions): Promise<StageChange> {
    const change = await moveWithin(step, move);
    // The way to live is over: its links lead nowhere any longer.
    if (turnOf(move.to) === undefined) await endLinks(step, move.id);
    if (move.to === 'removed') await this.#erase(step, move.id);
    step.after.push(async () => this.#tell(change));
    return change;
  }

  async #erase(step: Step, id: CustomerId): Promise<void> {
    await this.#eraseBesides(step, id, 'step');
    await changeObjects(this.#core, step, { before: await loadObjects(this.#core, step, id), after: undefined });
  }

  eraseWithin(step: Step, id: CustomerId): Promise<void> {
    return this.#eraseBesides(step, id, 'file');
  }

  async #eraseBesides(step: Step, id: CustomerId, how: Removal): Promise<void> {
    for (const erase of this.#erasers) await erase(step, id, how);
    await step.trx.deleteFrom('waiting_source').where('customer', '=', id).execute();
    await step.trx.deleteFrom('entry').where('customer', '=', id).execute();
    const forgotten = { contacts: '[]', approvals: '[]', test: null };
    await step.trx.updateTable('account').set(forgotten).where('id', '=', id).execute();
  }

  onStage(listener: StageListener): () => void {
    this.#stageListeners.add(listener);
    return () => this.#stageListeners.delete(listener);
  }

  onSubscriptions(listener: SubscriptionListener): () => void {
    this.#subscriptionListeners.add(listener);
    return () => this.#subscriptionListeners.delete(listener);
  }

  onErase(eraser: Eraser): void {
    this.#erasers.push(eraser);
  }

  importOrders(by: Actor, text: string, options: ImportOptions): Promise<ImportResult> {
    return importCustomers(this.#core, by, text, options);
  }

  importRecipients(
    by: Actor,
    customer: CustomerId,
    list: RecipientImport & { text: string },
  ): Promise<RecipientResult> {
    return importRecipients(this.#core, by, customer, list);
  }

  close(): Promise<void> {
    return this.trial.close();
  }

  get #db() {
    return this.#core.database.reads;
  }

  #tell(change: StageChange): void {
    for (const listener of this.#stageListeners) this.#safely(change.customer, () => listener(change));
  }

  #tellSubscriptions(customer: CustomerId): void {
    for (const listener of this.#subscriptionListeners) this.#safely(customer, () => listener(customer));
  }

  #safely(customer: CustomerId, call: () => void): void {
    try {
      call();
    } catch (err) {
      this.#core.log.error('a listener of customers failed', { err, customer });
    }
  }

  async #resolve(token: string): Promise<LinkPrincipal | undefined> {
    const found = await resolveLink(this.#db, token, this.#core.clock.now());
    if (found?.noteUse === true) this.#noteUse(found.principal.id);
    return found?.principal;
  }

  /** When it was last used is for people to see, and holds nobody up. */
  #noteUse(id: string): void {
    const note = this.#core.changes.make(RELAY_ACTOR, async (trx, now) => {
      await trx.updateTable('link').set({ used_at: now }).where('id', '=', id).execute();
      return { result: undefined, audit: [] };
    });
    note.catch((err: unknown) => this.#core.log.warn('the use of a link was not noted', { err }));
  }
}
