// What the API asks about customers' firewalls.

import type { CustomerId } from '../../mail/message.ts';
import { type CheckParts, checkPorts, type PortFinding } from './check.ts';
import { type Published, type PublishedParts, published } from './published.ts';

export interface Firewall {
  /** What the customer's firewall should let through; nothing where there is no such customer. */
  published(id: CustomerId): Promise<Published | undefined>;
  /** Whether port 25 of its mail hosts is shut to everyone else; nothing where there is no such customer. */
  check(id: CustomerId): Promise<PortFinding[] | undefined>;
}

export interface FirewallParts extends PublishedParts, CheckParts {
  /** A domain whose postmaster the customer's mail hosts take mail for. */
  inboundDomain(id: CustomerId): Promise<string | undefined>;
}

/** Answers from what is registered now. */
export function createFirewall(parts: FirewallParts): Firewall {
  return {
    published: (id) => published(parts, id),
    async check(id) {
      const known = await published(parts, id);
      const customer = parts.directory.customer(id);
      if (known === undefined || customer === undefined) return undefined;
      return checkPorts(parts, customer, { published: known, domain: await parts.inboundDomain(id) });
    },
  };
}
