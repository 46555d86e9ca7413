// What was learned from mail hosts about recipients: who is there, who is not, and domains where everybody is. Each relay
// thread has all of it; what one learns the others are told through main, which keeps those that are there over a restart.

/** One thing learned. `@example.lu` as address stands for the whole domain. */
export interface Learned {
  /** Of `recipientKey`. */
  key: string;
  /** `several`: the domain tells its recipients apart, so each is asked for. */
  what: 'known' | 'unknown' | 'several';
  /** Milliseconds since 1970. */
  at: number;
}

export interface KnownLimits {
  /** For so long an answer counts without asking again, milliseconds. */
  known_lifetime: number;
  unknown_lifetime: number;
  /** For so long a known recipient passes while the host cannot be asked. */
  known_kept: number;
  /** Most of each kind. */
  known: number;
  unknown: number;
}

/**
 * `known`: taken. `ageing`: taken, and asked for anew behind the sender's back. `unknown`: refused. `known-once`: to be
 * asked for, and taken where nobody answers. `nothing`: to be asked for.
 */
export type Memory = 'known' | 'ageing' | 'unknown' | 'known-once' | 'nothing';

/** What an answer is remembered under: another host of the customer may have others. */
export function recipientKey(customer: string, hosts: string, address: string): string {
  return `${customer} ${hosts} ${address}`;
}

export class KnownRecipients {
  readonly #limits: KnownLimits;
  readonly #known = new Map<string, number>();
  readonly #unknown = new Map<string, number>();
  /** Domains that tell their recipients apart. */
  readonly #several = new Map<string, number>();

  constructor(limits: KnownLimits) {
    this.#limits = limits;
  }

  /** What is remembered of an address, by its own key and that of its domain. */
  look(key: string, domainKey: string, now: number): Memory {
    const known = this.#known.get(domainKey) ?? this.#known.get(key);
    const age = known === undefined ? Number.POSITIVE_INFINITY : now - known;
    const { known_lifetime, known_kept, unknown_lifetime } = this.#limits;
    if (age < known_lifetime / 2) return 'known';
    if (age < known_lifetime) return 'ageing';
    if (now - (this.#unknown.get(key) ?? Number.NEGATIVE_INFINITY) < unknown_lifetime) return 'unknown';
    return age < known_kept ? 'known-once' : 'nothing';
  }

  /** Whether it has lately been seen that the host does not take just everybody at the domain. */
  tellsApart(domainKey: string, now: number): boolean {
    return now - (this.#several.get(domainKey) ?? Number.NEGATIVE_INFINITY) < this.#limits.known_lifetime;
  }

  learn({ key, what, at }: Learned): void {
    switch (what) {
      case 'known':
        this.#unknown.delete(key);
        return put(this.#known, key, at, this.#limits.known);
      case 'unknown':
        this.#known.delete(key);
        return put(this.#unknown, key, at, this.#limits.unknown);
      case 'several':
        this.#known.delete(key);
        return put(this.#several, key, at, this.#limits.known);
      default:
        return what satisfies never;
    }
  }
}

/** The longest known goes where there are too many. */
function put(map: Map<string, number>, key: string, at: number, most: number): void {
  map.delete(key);
  map.set(key, at);
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
