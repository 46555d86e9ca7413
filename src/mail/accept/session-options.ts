// What a session is given: its connection, the counters, and what all sessions of a listener share.

import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { HeaderMemory } from './content.ts';
import type { Limits, Visitor } from './conversation.ts';
import type { AcceptHandler } from './handler.ts';
import type { LongContents } from './long-contents.ts';
import type { AcceptMetrics } from './metrics.ts';

/** What a session can do to its connection. */
export interface Wire {
  write(text: string): void;
  /** Writes the last reply and ends the connection once the client has it. */
  end(text: string): void;
  /** Handshake; then `tlsStarted`. */
  startTls(): void;
  /** Calls `greet` after a moment in which nothing may come. */
  greetSoon(registered: boolean): void;
  /** Stops and goes on reading octets. */
  pause(): void;
  resume(): void;
}

/** Connections counted over all threads; each answers false, and counts nothing, at its limit. */
export interface SessionCounts {
  /** One more from this address. */
  source(registered: false | 'shared'): boolean;
  customer(id: string): boolean;
}

export interface SessionOptions {
  visitor: Visitor;
  handler: AcceptHandler;
  wire: Wire;
  counts: SessionCounts;
  limits: Limits;
  hostname: string;
  offersTls: boolean;
  clock: Clock;
  log: Log;
  metrics: AcceptMetrics;
  /** So much of what is refused is read before the session ends; asked anew each time. */
  mostDropped: () => number;
  /** Shared with all sessions of its kind on the thread; asked anew for each content. */
  memory: () => HeaderMemory;
  /** Likewise, for long contents that are not whole yet; nothing where they are not counted. */
  long?: () => LongContents | undefined;
}
