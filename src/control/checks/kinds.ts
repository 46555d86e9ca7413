// Which checks a customer needs to pass before it goes live, and which only tell it something: one table, with the reason
// of each line. A warning passes everywhere: it works, and should be better.

import type { CheckKind, SubjectKind } from './tables.ts';

export interface Need {
  kind: CheckKind;
  /** Whose check it is. */
  of: SubjectKind;
  /** Mail in that direction needs it; nothing: it is never needed. */
  for: readonly ('inbound' | 'outbound')[];
  /** `each` of them has to pass, or only `one`. */
  how: 'each' | 'one';
  why: string;
}

export const NEEDS: readonly Need[] = [
  {
    kind: 'ownership',
    of: 'domain',
    for: ['inbound', 'outbound'],
    how: 'each',
    why: 'Nothing is sent as a domain, and no mail of it is taken, without its owner’s proof.',
  },
  {
    kind: 'spf',
    of: 'domain',
    // Only where `checks.spf` is `required`.
    for: ['outbound'],
    how: 'each',
    why: 'Without our include, receivers refuse what we send as the domain.',
  },
  {
    kind: 'mx',
    of: 'domain',
    for: [],
    how: 'each',
    why: 'The MX is changed last, once everything else works: until then mail goes on as before.',
  },
  {
    kind: 'dkim',
    of: 'domain',
    for: [],
    how: 'each',
    why: 'A key signs only once its record is seen; until then mail goes out unsigned, as it did before.',
  },
  {
    kind: 'dmarc',
    of: 'domain',
    for: [],
    how: 'each',
    why: 'The policy is the owner’s affair.',
  },
  {
    kind: 'mailhost',
    of: 'mailhost',
    for: ['inbound'],
    how: 'one',
    why: 'Inbound mail needs one host that takes it; the others may be down.',
  },
  {
    kind: 'source',
    of: 'source',
    for: ['outbound'],
    how: 'each',
    why: 'A source that others send from too would make their mail this customer’s.',
  },
  {
    kind: 'grant',
    of: 'grant',
    for: [],
    how: 'each',
    why: 'The owner of the other domain decides, whenever it likes.',
  },
];

/** Kinds of checks of each kind of subject. */
export const KINDS_OF = {
  domain: ['ownership', 'spf', 'mx', 'dkim', 'dmarc'],
  mailhost: ['mailhost'],
  source: ['source'],
  grant: ['grant'],
} as const satisfies Record<SubjectKind, readonly CheckKind[]>;
