// Networks of services whose addresses many tenants share: the best known ones as the relay brings them along, and what the
// services' own SPF records name besides.

import { containsNetwork, formatNetwork, type IpNetwork } from '../../../protocol/ip/network.ts';
import { countSpf, type SpfNode } from '../../../protocol/spf/count.ts';
import { parseSpfRecord } from '../../../protocol/spf/record.ts';
import type { SpfDns } from '../../../protocol/spf/spf-dns.ts';
import { sharedCloudOf } from '../../sources/shared-clouds.ts';

export interface Cloud {
  name: string;
  /** Name of its SPF record. */
  include: string;
}

const KEPT_MS = 24 * 3_600_000;
/** After DNS failed. */
const RETRY_MS = 10 * 60_000;

/** Where a network lies. `unknown`: what that service names was never heard, since DNS failed. */
export type CloudAnswer = { kind: 'cloud' | 'unknown'; name: string } | { kind: 'none' };

export class Clouds {
  /** `networks` absent: never heard. */
  readonly #kept = new Map<string, { networks: IpNetwork[] | undefined; until: number }>();
  #reading: Promise<void> | undefined;

  /** The service that the network overlaps with; `monotonic` milliseconds decide what is still fresh. */
  async nameOf(
    network: IpNetwork,
    { clouds, dns, monotonic }: { clouds: readonly Cloud[]; dns: () => SpfDns; monotonic: number },
  ): Promise<CloudAnswer> {
    const stale = clouds.filter(({ include }) => (this.#kept.get(include)?.until ?? 0) <= monotonic);
    if (stale.length > 0) {
      this.#reading ??= this.#read(stale, dns(), monotonic).finally(() => (this.#reading = undefined));
      await this.#reading;
    }
    const known = sharedCloudOf(formatNetwork(network));
    if (known !== undefined) return { kind: 'cloud', name: known };
    const heard = ({ include }: Cloud) => this.#kept.get(include)?.networks;
    const cloud = clouds.find((one) => heard(one)?.some((its) => overlap(its, network)));
    if (cloud !== undefined) return { kind: 'cloud', name: cloud.name };
    const unheard = clouds.find((one) => heard(one) === undefined);
    return unheard === undefined ? { kind: 'none' } : { kind: 'unknown', name: unheard.name };
  }

  async #read(stale: readonly Cloud[], dns: SpfDns, monotonic: number): Promise<void> {
    await Promise.all(stale.map(({ include }) => this.#readOne(include, dns, monotonic)));
  }

  async #readOne(include: string, dns: SpfDns, monotonic: number): Promise<void> {
    const count = await countSpf(dns, include);
    const before = this.#kept.get(include)?.networks;
    const whole = count.kind === 'ok' || count.kind === 'over';
    // What DNS does not say now is kept as it was said last; a record that is not there, or wrong, names what it names.
    const last = count.kind === 'unknown' ? before : (before ?? networksOf(count.tree));
    const networks = whole ? networksOf(count.tree) : last;
    this.#kept.set(include, { networks, until: monotonic + (whole ? KEPT_MS : RETRY_MS) });
  }
}

function networksOf(node: SpfNode): IpNetwork[] {
  const record = node.text === undefined ? undefined : parseSpfRecord(node.text);
  const own = record === undefined || 'faults' in record ? [] : record.directives;
  const networks = own.flatMap(({ mechanism }) => ('network' in mechanism ? [mechanism.network] : []));
  return [...networks, ...node.terms.flatMap(({ record: inner }) => (inner === undefined ? [] : networksOf(inner)))];
}

function overlap(one: IpNetwork, other: IpNetwork): boolean {
  return containsNetwork(one, other) || containsNetwork(other, one);
}
