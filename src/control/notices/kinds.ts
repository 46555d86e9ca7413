// Every notice that the relay writes to people, with what it says of the case at hand. Times are milliseconds since 1970,
// days `YYYY-MM-DD` in the operator's time zone; what is left out takes its sentence along.

import type { Language } from './languages.ts';

/** Who reads a notice. */
export interface Reader {
  address: string;
  language: Language;
}

/** A record that somebody is to put into DNS, or to take out. */
export interface NoticeRecord {
  /** `TXT`, `MX` … */
  type: string;
  host: string;
  value: string;
}

/** Who did something about an account, and from where. */
interface Act {
  at: number;
  /** Address of the client. */
  from?: string;
  /** What the client calls itself. */
  agent?: string;
  /** Whose account it is, as its owner signs in with. */
  account: string;
}

/** A message in quarantine. */
export interface QuarantineEntry {
  from: string;
  to: string;
  subject: string;
  /** When it came. */
  at: number;
  /** Why it is there, in the reader's language. */
  reason: string;
  /** Leads to a page on which it can be seen and released; absent where the reader may not. */
  open?: string;
}

/** The kinds, with their values. */
export interface NoticeValues {
  // Access.
  invitation: { inviter: string; customer?: string; link: string; until: number };
  password_reset: { link: string; until: number; from?: string };
  new_sign_in: Act;
  password_changed: Act;
  /** `what` as the person sees it: `TOTP`, the name of a passkey … */
  second_factor_added: Act & { what: string };
  second_factor_removed: Act & { what: string };
  recovery_code_used: Act & { left: number };
  recovery_codes_renewed: Act;

  // Onboarding. `customer` is the customer's name.
  onboarding_link: { customer: string; link: string; until: number };
  records_for_colleague: { customer: string; sender: string; link: string; until: number; message?: string };
  entry_submitted: { customer: string; by: string; link?: string };
  entry_returned: { customer: string; reason: string; link?: string };
  entry_approved: { customer: string; link?: string };
  customer_live: { customer: string; domains: string; link?: string };

  // Checks.
  /** `what`: the proof, such as `the TXT record of the domain's ownership`, in words of the record itself. */
  proof_missing: { customer: string; domain: string; records: readonly NoticeRecord[]; since: number; stops: number };
  proof_returned: { customer: string; domain: string };
  domain_stopped: { customer: string; domain: string; records: readonly NoticeRecord[] };

  // Webhooks.
  webhook_failing: { customer?: string; url: string; since: number; answer: string; pauses: number };
  webhook_paused: { customer?: string; url: string; since: number; answer: string; link?: string };

  // Termination.
  termination_notice: { customer: string; ended: string; deactivation: string; removal: string; contact: string };
  termination_reminder: { customer: string; deactivation: string; removal: string; contact: string };
  termination_stopped: { customer: string };
  deactivated: { customer: string; removal: string; contact: string; records: readonly NoticeRecord[] };
  /** With the certificate attached. */
  removed: { customer: string; number: string; contact: string; records: readonly NoticeRecord[] };
  records_remain: { customer: string; contact: string; records: readonly NoticeRecord[] };
  records_gone: { customer: string };

  // Quarantine.
  quarantine_digest: {
    customer: string;
    count: number;
    entries: readonly QuarantineEntry[];
    /** Those that are not named. */
    more?: number;
    link?: string;
  };
  quarantine_expiring: { customer: string; count: number; until: number; entries: readonly QuarantineEntry[] };

  // Content filter. `outcome` in the reader's language.
  /** `why`: what was seen, in the reader's language. */
  sender_slowed: { sender: string; why: string; at: number };
  sender_locked_for_now: { sender: string; why: string; at: number; until: number };
  sender_locked: { sender: string; why: string; at: number };
  rule_met: { rule: string; from: string; to: string; at: number; outcome: string; message: string };

  // Privacy.
  privacy_answered: { request: string; asked: string; answer: string; link?: string };

  /** In place of notices that were too many in an hour. */
  summary: { count: number; about: string; from: number; to: number; customer?: string };
}

export type NoticeKind = keyof NoticeValues;
