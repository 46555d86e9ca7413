// A webhook as the thread that sends knows it.

import type { SigningKind } from './signing.ts';

export type WebhookState = 'active' | 'paused' | 'disabled';

/** Secrets are open here, and only here: they never leave main's and this thread's memory. */
export interface Endpoint {
  id: string;
  /** Null: the operator's own, which gets the events of all. */
  customer: string | null;
  url: string;
  /** Filters of types. */
  types: readonly string[];
  thin: boolean;
  signing: SigningKind;
  /** The newest first; none where they cannot be opened: nothing is sent then. */
  secrets: readonly Uint8Array[];
  state: WebhookState;
  /** Events from before are none of its. */
  madeAt: number;
}

/** What the thread works by; changes while it runs. */
export interface WebhookSettings {
  allowPrivate: boolean;
  /** PEM. */
  ca?: string;
  /** Events that wait for one webhook, and for all, at most. */
  backlog: number;
  backlogTotal: number;
  pauseAfterMs: number;
  logKeptMs: number;
  /** How long the trace keeps what it has. */
  traceKeptMs: number;
}
