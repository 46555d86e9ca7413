// What protection keeps of people; part of the table in retention.ts.

import type { DataKind, Purpose } from './data-kind.ts';

const DAY_MS = 86_400_000;
const SAFETY: readonly Purpose[] = ['provide the service', 'detect, prevent and limit fraud'];

export const PROTECTION_KINDS: readonly DataKind[] = [
  {
    kind: 'listed senders',
    holds: 'addresses whose mail is never spam, or never taken, with who said so; perhaps the recipient it is said for',
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: protection_sender',
    purposes: SAFETY,
    // `until` is when an entry ends.
    keptMs: () => 0,
    until: 'the entry is taken off, its time is over, or the customer is removed',
    drop: { by: 'rows', table: 'protection_sender', column: 'until' },
    erasure: 'as the request says about suppressions: without the entry the sender is taken for any other',
  },
  {
    kind: 'habits of senders',
    holds:
      'how much senders of customers usually send, when, and how much of it was refused or spam; hashes of domains',
    of: ['end users', 'employees of the controller'],
    categories: ['electronic identification'],
    store: 'files',
    where: 'habits.db',
    purposes: SAFETY,
    keptMs: () => 60 * DAY_MS,
    until: 'the sender was last heard of; what is locked stays until it is unlocked',
    drop: { by: 'itself', how: 'once a day' },
    erasure: 'yes',
  },
  {
    kind: 'limits of senders',
    holds: 'senders that are slowed, locked, or known to do unusual things, with who said so',
    of: ['end users', 'employees of the controller'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: identity_limit, identity_tolerance',
    purposes: SAFETY,
    keptMs: () => null,
    until: 'the limit ends or is lifted, the tolerance ends, or the customer is removed',
    drop: { by: 'itself', how: 'at its end, and with the customer' },
    erasure: 'no: without the limit a mailbox that was broken into sends on',
  },
  {
    kind: 'rules of the content filter',
    holds: 'what people look for in mail; addresses, where they write some into a rule',
    of: ['end users', 'employees of the controller'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: protection_rule',
    purposes: SAFETY,
    keptMs: () => null,
    until: 'the rule is taken away, or the customer is removed',
    drop: { by: 'itself', how: 'by hand, and with the customer' },
    erasure: 'no: a rule does what its author wrote; who wrote the address takes it out',
  },
];
