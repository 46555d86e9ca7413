// All that has to do with return paths of ours, joined for a relay thread: what MAIL FROM says, which recipients are ours,
// how a forward is known, and what is read from mail that comes back.

import { setTimeout } from 'node:timers/promises';
import type { Config } from '../platform/config/schema.ts';
import type { HeaderChecks } from './authorise/authorise.ts';
import type { Directory } from './authorise/directory.ts';
import { createForwardCheck } from './authorise/forward.ts';
import { createOwnAddresses, type OwnAddresses } from './authorise/own-addresses.ts';
import { provesItself } from './authorise/shared-proof.ts';
import { envelopeFrom, type OutboundEnvelope } from './deliver/envelope-from.ts';
import type { QueueId } from './message.ts';
import type { AcceptedEvent } from './report/events.ts';

export interface ReturnsOptions {
  config: Pick<Config, 'bounces' | 'node'> & { operator: Pick<Config['operator'], 'postmaster' | 'names'> };
  directory: Directory;
  /** Key of return paths and stamps, the same on every node. */
  key: Uint8Array;
  now: () => number;
  /** The acceptance of a message, from the trace. */
  accepted: (id: QueueId) => AcceptedEvent | undefined;
}

export interface Returns {
  readonly own: OwnAddresses;
  readonly checks: HeaderChecks;
  /** What MAIL FROM says of an outbound message where that is not its sender. */
  envelopeFrom(message: OutboundEnvelope): string | undefined;
}

/** Domain of our return paths. */
export function bounceDomain(config: Pick<Config, 'bounces' | 'node'>): string {
  return (config.bounces.domain ?? config.node.hostname).toLowerCase();
}

/** Joins the parts. */
export function createReturns(options: ReturnsOptions): Returns {
  const { config, directory, key, now } = options;
  const domain = bounceDomain(config);
  const validMs = config.bounces.valid_for;
  return {
    own: createOwnAddresses({
      directory,
      names: [config.node.hostname.toLowerCase(), ...config.operator.names],
      bounceDomain: domain,
      testDomain: config.node.hostname.toLowerCase(),
      postmaster: config.operator.postmaster,
      key,
      validMs,
      now,
      accepted: options.accepted,
      wait: (ms) => setTimeout(ms),
    }),
    checks: { prove: provesItself, cameIn: createForwardCheck({ directory, key, validMs, now }) },
    envelopeFrom: (message) => envelopeFrom(message, { key, domain, now: now() }),
  };
}
