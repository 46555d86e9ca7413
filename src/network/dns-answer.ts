// What a DNS look-up can say. `temporary` is never treated as an answer: the caller defers (PRODUCT: a DNS time-out is
// never a bounce).

/** RFC 4035 4.3: whether the answer was validated; `insecure` also where the resolver is not trusted to validate. */
export type Security = 'secure' | 'insecure';

export type DnsAnswer<T> =
  | { kind: 'found'; records: T[]; security: Security }
  /** `domain`: NXDOMAIN, the name does not exist. `record`: it exists without such a record. */
  | { kind: 'none'; missing: 'domain' | 'record'; security: Security }
  /** SERVFAIL (bogus data included), time-out, no server, malformed answer. `detail` is for the trace. */
  | { kind: 'temporary'; detail: string };

export interface MxRecord {
  preference: number;
  /** Lower case, without the final dot; empty for a null MX (RFC 7505). */
  exchange: string;
}

/** Names are given without a final dot, in A-labels. CNAMEs are followed. Never rejects. */
export interface Resolver {
  mx(name: string): Promise<DnsAnswer<MxRecord>>;
  a(name: string): Promise<DnsAnswer<string>>;
  aaaa(name: string): Promise<DnsAnswer<string>>;
  txt(name: string): Promise<DnsAnswer<string>>;
  ptr(ip: string): Promise<DnsAnswer<string>>;
}
