// What is said of a kind of data: of whom it is, where, what for, for how long, and how it goes.

import type { Config } from '../../platform/config/schema.ts';

/** Stores, as people find them. */
type Store = 'queue' | 'trace' | 'control' | 'recipients' | 'hosts' | 'webhooks' | 'files' | 'backups' | 'log';

/** PRODUCT: whose data they are. */
type Subject = 'end users' | 'customers' | 'employees of the controller' | "operator's staff";

type Category = 'standard identification' | 'electronic identification' | 'authentication' | 'content of messages';

export type Purpose = 'provide the service' | 'detect, prevent and limit fraud' | 'offer, keep up and improve services';

/** How a kind of data goes when its time is over. */
type Drop =
  /** Days of the trace, each whole. */
  | { by: 'days' }
  /** Rows of the control store whose `column` (milliseconds since 1970, with an index) is older; `only` narrows them. */
  | { by: 'rows'; table: string; column: string; only?: string }
  /** The audit, from its beginning on, with an anchor that what is left follows. */
  | { by: 'audit' }
  /** Results of exports. */
  | { by: 'exports' }
  /** The ledger of erasures: rows, and lines of the file beside the backups. */
  | { by: 'ledger' }
  /** Its part of the relay does it, in the course of its work. */
  | { by: 'itself'; how: string };

/** A kind of data. */
export interface DataKind {
  kind: string;
  holds: string;
  of: readonly Subject[];
  categories: readonly Category[];
  store: Store;
  /** File, folder or table. */
  where: string;
  purposes: readonly Purpose[];
  /** Milliseconds; null: there is no fixed time, `until` says when it ends. */
  keptMs: (config: Config) => number | null;
  /** What the time counts from, or when it ends. */
  until: string;
  drop: Drop;
  /** Whether an erasure by address reaches it, and if not, why. */
  erasure: string;
}
