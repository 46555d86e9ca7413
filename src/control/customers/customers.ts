// Customers, for everybody else in the control plane: who they are, how far they have come, and the one way to move them.

import type { CustomerId } from '../../mail/message.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import type { Changes } from '../changes.ts';
import type { ServiceParts } from '../services.ts';
import { type Account, findAccount, type ListedAccount } from './accounts.ts';
import { findEntry, type KeptEntry } from './entries.ts';
import { type LinkPrincipal, resolveLink } from './links.ts';
import { type AccountQuery, listAccounts } from './list-accounts.ts';
import { type MoveOptions, moveWithin, type StageChange } from './moves.ts';
import type { Mover, Stage } from './stages.ts';
import { makeStep, type Step } from './step.ts';

/** Told of a move once it is in force; must not throw, and is not waited for. */
export type StageListener = (change: StageChange) => void;

/** Told, within the transaction, of a customer that is being removed: takes its objects away with it. */
export type Eraser = (step: Step, customer: CustomerId) => Promise<void>;

/** Told once subscriptions of a customer have changed. */
export type SubscriptionListener = (customer: CustomerId) => void;

export interface Customers {
  get(id: CustomerId): Promise<Account | undefined>;
  /** `limit` customers and one more, where there are more. */
  list(query: AccountQuery): Promise<ListedAccount[]>;
  stage(id: CustomerId): Promise<Stage | undefined>;
  /** What was entered over the link; nothing where the customer never had one. */
  entry(id: CustomerId): Promise<KeptEntry | undefined>;
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
  /** What has to go with a customer that is removed. */
  onErase(eraser: Eraser): void;
  links: {
    /** Whom the token of `Authorization: Link TOKEN` stands for; nothing where it counts for nothing (any longer). */
    resolve(token: string): Promise<LinkPrincipal | undefined>;
  };
  close(): Promise<void>;
}

export type CustomerParts = Pick<
  ServiceParts,
  'database' | 'changes' | 'directory' | 'clock' | 'log' | 'config' | 'store' | 'reader' | 'sendMail'
>;

/** Makes the service. */
export function openCustomers(parts: CustomerParts): Customers {
  return new CustomerService(parts);
}

class CustomerService implements Customers {
  readonly links: Customers['links'];
  readonly #parts: CustomerParts;
  readonly #stageListeners = new Set<StageListener>();
  readonly #subscriptionListeners = new Set<SubscriptionListener>();
  readonly #erasers: Eraser[] = [];

  constructor(parts: CustomerParts) {
    this.#parts = parts;
    this.links = { resolve: (token) => this.#resolve(token) };
  }

  get(id: CustomerId): Promise<Account | undefined> {
    return findAccount(this.#db, id);
  }

  list(query: AccountQuery): Promise<ListedAccount[]> {
    return listAccounts(this.#db, this.#parts.directory, query);
  }

  async stage(id: CustomerId): Promise<Stage | undefined> {
    return (await this.get(id))?.stage;
  }

  entry(id: CustomerId): Promise<KeptEntry | undefined> {
    return findEntry(this.#db, id);
  }

  move(by: Actor, id: CustomerId, to: Stage, why: string): Promise<StageChange> {
    const mover: Mover = by.who === RELAY_ACTOR.who ? 'relay' : 'operator';
    return makeStep(this.#changes, by, (step) => this.moveWithin(step, { id, to, why, mover }));
  }

  async moveWithin(step: Step, move: MoveOptions): Promise<StageChange> {
    const change = await moveWithin(step, move);
    if (move.to === 'removed') for (const erase of this.#erasers) await erase(step, move.id);
    step.after.push(async () => this.#tell(change));
    return change;
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

  async close(): Promise<void> {}

  get #db() {
    return this.#parts.database.db;
  }

  get #changes(): Changes {
    return this.#parts.changes;
  }

  #tell(change: StageChange): void {
    for (const listener of this.#stageListeners) {
      try {
        listener(change);
      } catch (err) {
        this.#parts.log.error('a listener of stages failed', { err, customer: change.customer });
      }
    }
  }

  async #resolve(token: string): Promise<LinkPrincipal | undefined> {
    const now = this.#parts.clock.now();
    const found = await resolveLink(this.#db, token, now);
    if (found?.noteUse === true) this.#noteUse(found.principal.id);
    return found?.principal;
  }

  /** When it was last used is for people to see, and holds nobody up. */
  #noteUse(id: string): void {
    const note = this.#changes.make(RELAY_ACTOR, async (trx, now) => {
      await trx.updateTable('link').set({ used_at: now }).where('id', '=', id).execute();
      return { result: undefined, audit: [] };
    });
    note.catch((err: unknown) => this.#parts.log.warn('the use of a link was not noted', { err }));
  }
}
