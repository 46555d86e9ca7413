// The firewall's questions, joined to directory, resolver and probes.

import type { Control } from '../control/control.ts';
import { createFirewall, type Firewall } from '../control/firewall/firewall.ts';
import { INBOUND_POOL } from '../mail/route/sending-address.ts';
import { hostAddresses } from '../network/host-addresses.ts';
import { isPublicAddress } from '../network/outside-address.ts';
import { probe } from '../network/probe.ts';
import { createResolver } from '../network/resolver.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';

/** Builds it for this configuration; `delivery` is asked anew for each use, since a reload may change it. */
export function openFirewall(config: Config, delivery: () => Config['delivery'], control: Control): Firewall {
  const resolver = createResolver({
    servers: config.dns.servers,
    trustAd: config.dns.trust_ad,
    timeoutMs: config.dns.timeout,
    clock: systemClock,
  });
  return createFirewall({
    directory: control.directory,
    hostname: config.node.hostname,
    listeners: config.listener,
    inboundPool: INBOUND_POOL,
    get port() {
      return delivery().port;
    },
    probe: config.probe,
    get allowPrivate() {
      return delivery().allow_private;
    },
    isPublic: isPublicAddress,
    ask: probe,
    inboundDomain: (id) => control.inboundDomain(id),
    addressesOf: async (host) => {
      const found = await hostAddresses(host, resolver);
      return found.kind === 'found' ? found.addresses : [];
    },
  });
}
