// The questions the mail path asks about customers. Control answers them with facts; threads look the facts up in
// memory (directory-index.ts). Everything here is plain data, so that it can cross threads.

import type { CustomerId } from '../message.ts';

/** What the operator registered, flattened for the mail path. */
export interface DirectoryFacts {
  customers: CustomerFact[];
  domains: DomainFact[];
  sources: SourceFact[];
  grants: GrantFact[];
  logins: LoginFact[];
  pools: PoolFact[];
  certificates?: CertificateFact[];
  /** Of customers that gave a list; a million of them is nothing unusual. */
  recipients?: RecipientFact[];
  suppressions?: SuppressionFact[];
  /** Settings, rules and lists of protection (inspect/protection.ts). */
  protection?: ProtectionFact[];
}

export interface CustomerFact {
  id: CustomerId;
  name: string;
  /**
   * `verifying` takes the test message only, other mail has to come later; `suspended` refuses new mail and holds queued
   * mail; `deactivated` refuses new mail.
   */
  state: 'verifying' | 'live' | 'suspended' | 'deactivated';
  /** Where the customer tries out its way through the relay; absent before and long after. */
  test?: CustomerTest;
  /** Pools in order of preference. */
  pools: string[];
  streams: StreamFact[];
  mailhosts: MailHostFact[];
  /** What happens to a From header of another customer or of an unknown domain. */
  foreignFrom: 'refuse' | 'rewrite';
  /** Language of notices, such as `en`. */
  language: string;
  /** How much of the customer's own network is taken out of the header of outbound mail. */
  hide: 'off' | 'usual' | 'strict';
  /** Outbound mail with a foreign MAIL FROM, as users' automatic forwards have: refused, or passed with SRS. */
  forwards: 'refuse' | 'srs';
  /** Whose bounces are read: `sender` leaves MAIL FROM as it is, `relay` puts a signed address of ours in its place. */
  returnPath: 'sender' | 'relay';
  /** How inbound recipients are checked: with the customer's mail host, against its list, or not at all. */
  recipientCheck: 'none' | 'list' | 'call-ahead';
}

export interface CustomerTest {
  /** `test-TOKEN@` our host name takes mail of this customer, and of no other. Lower-case letters and digits. */
  token: string;
  /** Recipient of our test message: goes to the mail hosts before other mail does. */
  to?: string;
}

export interface StreamFact {
  name: string;
  pools: string[];
  /** A message belongs to the stream when this header has this value. */
  match: { header: string; value: string };
}

export interface MailHostFact {
  host: string;
  port: number;
  /** Lower is tried first. */
  preference: number;
  tls: 'opportunistic' | 'verify' | 'none';
  /** The customer named it, so that it may lead to no private or loopback address; else it is the operator's word. */
  guarded?: true;
}

export interface DomainFact {
  /** Lower-case A-labels. */
  name: string;
  customer: CustomerId;
  outbound: boolean;
  inbound: boolean;
  subdomains: boolean;
  /** Only a verified domain counts for anything. */
  verified: boolean;
  /** The proof is what the checks saw in DNS, and they go on looking; absent: the operator's word. */
  verifiedBy?: 'checks';
  /** How mail From this domain is signed (DKIM); absent: not at all. */
  dkim?: DomainSigning;
}

/** RFC 6376. Private keys are never here: this lies in memory that all threads share, and they are asked for by id. */
export interface DomainSigning {
  /** Keys that the relay makes by itself, of each of these algorithms; with none only what was imported or made by hand. */
  make: DkimAlgorithm[];
  /** Streams that have keys of their own; the others use the domain's. */
  streams: string[];
  /** The operator's word that records are published: a new key signs without a look into DNS. */
  published: boolean;
  /** Keys that sign now. */
  keys: SigningKeyFact[];
}

export type DkimAlgorithm = 'rsa' | 'ed25519';

export interface SigningKeyFact {
  /** Never used for another key. */
  id: number;
  selector: string;
  algorithm: DkimAlgorithm;
  /** Stream whose mail it signs; empty for all that have none of their own. */
  stream: string;
}

export interface SourceFact {
  /** CIDR, canonical. */
  network: string;
  customer: CustomerId;
  /** Absent: this customer's alone. Present: a network of many tenants, which never authorises by itself. */
  shared?: SharedProof;
}

/** What a customer behind a shared source must show besides; AUTH always will do. */
export type SharedProof =
  /** A header that the provider itself overwrites on each message. */
  | { kind: 'header'; name: string; value: string }
  /** 128 bits or more in a header that is taken out before delivery; only its SHA-256 is known here (hex). */
  | { kind: 'secret'; name: string; sha256: string }
  | { kind: 'login' };

/** Customer may send for a domain that belongs to another. */
export interface GrantFact {
  customer: CustomerId;
  domain: string;
  /** `*` for every stream. */
  stream: string;
  proof: string;
}

export interface LoginFact {
  name: string;
  customer: CustomerId;
  /** RFC 5803 / RFC 7677 SCRAM-SHA-256 keys, base64; PLAIN and LOGIN are checked against the same. */
  scram: { salt: string; iterations: number; storedKey: string; serverKey: string };
}

/** A client certificate that stands for a customer, as a login does. */
export interface CertificateFact {
  /** `fingerprint:` or `public_key:` with SHA-256 in hexadecimal, or `name:` with a host name (a `DNS` subjectAltName). */
  key: string;
  customer: CustomerId;
}

/** An address on a customer's list of recipients. */
export interface RecipientFact {
  /** In lower case, domain in A-labels; `@example.lu` is every address of the domain. */
  address: string;
  customer: CustomerId;
}

export interface PoolFact {
  name: string;
  addresses: PoolAddressFact[];
  /** Name of the SPF include that covers its addresses; empty: none does; absent: the usual one. Not for the mail path. */
  spf?: string;
}

export interface PoolAddressFact {
  ip: string;
  /** Said in EHLO from this address. */
  hostname: string;
  state: 'active' | 'draining' | 'out';
}

/** An address that a customer's mail is not sent to. */
export interface SuppressionFact {
  customer: CustomerId;
  /** As `suppressedAddress` (suppression.ts) writes it. */
  address: string;
  reason: SuppressionReason;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * `invalid_address`: a receiver said that it is gone for good. `complaint`: the recipient called mail of this customer
 * unwanted. `manual`: put there by hand.
 */
export type SuppressionReason = 'invalid_address' | 'complaint' | 'manual';

/** Something that `inspect` or `accept` looks up by its key (`protectionKey`); what it is, its reader knows. */
export interface ProtectionFact {
  key: string;
  value: unknown;
}

/** A registered network, as the mail path needs it. */
export interface NetworkMatch {
  /** CIDR, canonical. */
  network: string;
  /** The only holder; absent for a shared network, whose holders must prove themselves. */
  customer?: CustomerId;
}

/** Look-ups on the mail path; each is synchronous and takes microseconds. */
export interface Directory {
  /** The longest registered network that contains the address; nothing for a stranger. */
  network(ip: string): NetworkMatch | undefined;
  /** What the customer registered for the network of `network(ip)`: a look-up, however many share the network. */
  holder(ip: string, customer: CustomerId): SourceFact | undefined;
  /**
   * All holders of the longest registered network that contains the address; empty for a stranger. A shared network
   * may have a hundred thousand: for people and tools, not for the mail path.
   */
  sources(ip: string): readonly SourceFact[];
  /** The domain itself, or the nearest parent that is registered with `subdomains`. */
  domain(name: string): DomainFact | undefined;
  customer(id: CustomerId): CustomerFact | undefined;
  /** The grant that lets this customer send for this domain, if there is one. */
  grant(customer: CustomerId, domain: string): GrantFact | undefined;
  /** Customers that a grant lets send for this domain. */
  grantees(domain: string): readonly CustomerId[];
  login(name: string): LoginFact | undefined;
  /** Whose client certificate it is, by one of its keys. */
  certificate(key: string): CertificateFact | undefined;
  /** The customer that has exactly this on its list: an address in lower case, or `@` and a domain. */
  recipient(address: string): CustomerId | undefined;
  pool(name: string): PoolFact | undefined;
  /** False where no customer has a suppressed address: then nothing need be looked up. */
  readonly hasSuppressions: boolean;
  /** Whether, and since when, the customer's mail is not sent to this address (`suppressedAddress` of it). */
  suppression(customer: CustomerId, address: string): SuppressionFact | undefined;
  /** The value of a `ProtectionFact`. */
  protection(key: string): unknown;
  /** Names (lower case) of the header fields that hold a secret of any customer: none of them may be passed on. */
  secretFields(): ReadonlySet<string>;
  /** Names (lower case) of our sending addresses, in all pools. */
  poolHostnames(): ReadonlySet<string>;
}

/** A change on top of the base; a `null` fact removes what the key names. Every relay thread gets the same in order. */
export type DirectoryChange =
  | { kind: 'customer'; id: CustomerId; fact: CustomerFact | null }
  | { kind: 'domain'; name: string; fact: DomainFact | null }
  /** One holder of a network: a shared network may have 100,000, so they are never sent together. */
  | { kind: 'source'; network: string; customer: CustomerId; fact: SourceFact | null }
  | { kind: 'grant'; customer: CustomerId; domain: string; fact: GrantFact | null }
  | { kind: 'login'; name: string; fact: LoginFact | null }
  | { kind: 'certificate'; key: string; fact: CertificateFact | null }
  | { kind: 'recipient'; address: string; customer: CustomerId; fact: RecipientFact | null }
  | { kind: 'suppression'; customer: CustomerId; address: string; fact: SuppressionFact | null }
  | { kind: 'pool'; name: string; fact: PoolFact | null }
  | { kind: 'protection'; key: string; fact: ProtectionFact | null };
