// How mail is protected: settings with defaults of ours, the operator's above them, a customer's above those, and a
// customer's stream's above all; each for one direction. What is inherited, and from whom, is visible key by key.

import type { CustomerId, Direction } from '../message.ts';

/** Settings of protection in force for one message. Scores are those of rspamd; `null` switches the step off. */
export interface ProtectionSettings {
  /** A virus was found. */
  virus: 'reject' | 'quarantine';
  /** No virus scanner answers, or none in time. Never clean. */
  virus_unavailable: 'later' | 'hold';
  /** The message is larger than the virus scanner takes. */
  virus_oversize: 'hold' | 'reject';
  spam_tag: number | null;
  spam_quarantine: number | null;
  spam_reject: number | null;
  /** Put before the subject of mail past `spam_tag`; empty: a header field alone says so. */
  spam_subject: string;
  spam_unavailable: 'later' | 'hold';
  /** Inbound: whether the wish of the domain's owner (DMARC p=) is followed. */
  dmarc: 'follow' | 'note';
  /** Inbound: what becomes of a plain SPF failure without DMARC. */
  spf_fail: 'note' | 'quarantine' | 'reject';
  /** Mail that can be read in two ways (boundaries, headers, encodings, file names, broken archives), or past the limits. */
  ambiguous: 'quarantine' | 'reject';
  /** Archives that cannot be looked into: encrypted, or of a kind that only virus scanners know. */
  unreadable: 'pass' | 'quarantine' | 'reject';
  /** Inbound: strangers' first mail has to come twice. */
  greylist: boolean;
  /** Days after which quarantined mail is removed. */
  quarantine_days: number;
  /** How often people are told what is in quarantine. */
  quarantine_digest: 'off' | 'daily' | 'weekly';
  /** A sender that leaves its habits is slowed and locked. */
  lock_senders: boolean;
}

export type ProtectionKey = keyof ProtectionSettings;

/** Where the value in force comes from. */
export type ProtectionOrigin = 'built-in' | 'operator' | 'customer' | 'stream';

/** What holds where nobody said anything. */
export const BUILT_IN: Record<Direction, ProtectionSettings> = {
  inbound: {
    virus: 'reject',
    virus_unavailable: 'later',
    virus_oversize: 'hold',
    spam_tag: 6,
    spam_quarantine: 12,
    spam_reject: 20,
    spam_subject: '',
    spam_unavailable: 'later',
    dmarc: 'follow',
    spf_fail: 'note',
    ambiguous: 'quarantine',
    unreadable: 'pass',
    greylist: false,
    quarantine_days: 30,
    quarantine_digest: 'daily',
    lock_senders: false,
  },
  outbound: {
    virus: 'reject',
    virus_unavailable: 'later',
    virus_oversize: 'hold',
    spam_tag: null,
    spam_quarantine: 12,
    spam_reject: 20,
    spam_subject: '',
    spam_unavailable: 'later',
    dmarc: 'note',
    spf_fail: 'note',
    ambiguous: 'reject',
    unreadable: 'pass',
    greylist: false,
    quarantine_days: 30,
    quarantine_digest: 'off',
    lock_senders: true,
  },
};

/** Whom settings or rules are of: the operator's are for everybody, a customer's for itself, or for one stream of it. */
export interface ProtectionScope {
  /** Empty: the operator's. */
  customer: CustomerId | '';
  direction: Direction;
  /** Empty: all streams. */
  stream: string;
}

/** Settings as somebody made them: only what differs. */
export type ProtectionOverrides = Partial<ProtectionSettings>;

/** Key of the facts of a scope in the directory (`Directory.protection`). */
export function protectionKey(kind: 'settings' | 'rules' | 'senders' | 'lock', ...names: readonly string[]): string {
  return `${kind} ${names.join(' ')}`;
}

/** What is asked of the directory. */
export interface ProtectionFacts {
  protection(key: string): unknown;
}

/** The settings in force for a message. */
export function settingsFor(facts: ProtectionFacts, scope: ProtectionScope): Readonly<ProtectionSettings> {
  let settings: Readonly<ProtectionSettings> = BUILT_IN[scope.direction];
  forEachLayer(facts, scope, (_origin, values) => {
    settings = { ...settings, ...values };
  });
  return settings;
}

/** Where each of the settings in force comes from. */
export function originsFor(facts: ProtectionFacts, scope: ProtectionScope): Record<ProtectionKey, ProtectionOrigin> {
  const origins = Object.fromEntries(Object.keys(BUILT_IN[scope.direction]).map((key) => [key, 'built-in'])) as Record<
    ProtectionKey,
    ProtectionOrigin
  >;
  forEachLayer(facts, scope, (origin, values) => {
    for (const key of Object.keys(values)) origins[key as ProtectionKey] = origin;
  });
  return origins;
}

/** What somebody made of the settings, from the widest scope to the narrowest. */
function forEachLayer(
  facts: ProtectionFacts,
  { customer, direction, stream }: ProtectionScope,
  use: (origin: ProtectionOrigin, values: ProtectionOverrides) => void,
): void {
  const layer = (origin: ProtectionOrigin, of: string, onlyStream: string) => {
    const values = facts.protection(protectionKey('settings', of, direction, onlyStream));
    if (values !== undefined) use(origin, values as ProtectionOverrides);
  };
  layer('operator', '', '');
  if (customer !== '') layer('customer', customer, '');
  if (customer !== '' && stream !== '') layer('stream', customer, stream);
}
