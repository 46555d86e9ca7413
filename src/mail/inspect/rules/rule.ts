// A rule of the content filter: who, what, when, then. Plain data: kept by control, evaluated where the message is taken
// apart.

import type { Direction } from '../../message.ts';
import type { PartTrait } from '../content/taken-apart.ts';

export interface Rule {
  /** Unique, for the trace and the API. */
  id: string;
  /** In words, for people. */
  name: string;
  /** Rules of a scope run in this order, the operator's first. */
  position: number;
  enabled: boolean;
  /** All must hold; an empty list holds for every message. */
  conditions: readonly Condition[];
  /** In order; the strictest verdict of all rules counts. */
  actions: readonly Action[];
  /** No later rule is looked at once this one is met. */
  last: boolean;
}

/** One condition; several values are alternatives. `not` turns it around. */
export type Condition = { not?: true } & (
  | { on: 'direction'; is: Direction }
  /** Ids; in rules of the operator, which hold for everybody. */
  | { on: 'customer'; in: readonly string[] }
  | { on: 'stream'; in: readonly string[] }
  /** Addresses, `@domain`, or `@.domain` for a domain and all below; of the envelope or of From. */
  | { on: 'sender'; in: readonly string[] }
  | { on: 'recipient'; in: readonly string[] }
  | { on: 'size'; over: number }
  | { on: 'recipients'; over: number }
  | { on: 'header'; name: string; has?: string; matches?: string }
  | { on: 'attachment-type'; in: readonly string[] }
  /** `*.exe`, with `*` and `?`; every reading of the name counts, in archives too. */
  | { on: 'attachment-name'; in: readonly string[] }
  | { on: 'attachment'; has: readonly PartTrait[] }
  | { on: 'attachment-size'; over: number }
  | { on: 'fault' }
  /** Hosts or domains of links. */
  | { on: 'link'; in: readonly string[] }
  /** A link whose text shows another domain. */
  | { on: 'link-mismatch' }
  /** Words or phrases, whatever their case; `min`: so many different ones (default 1). */
  | { on: 'words'; in: readonly string[]; where: TextPlace; min?: number }
  /** A pattern of the linear-time dialect (docs/content-rules.md); `min`: so many different matches. */
  | { on: 'pattern'; matches: string; where: TextPlace; min?: number }
  /** Data with valid check digits; `min`: so many different ones (default 1). */
  | { on: 'data'; is: readonly DataKind[]; min?: number }
  | { on: 'time'; days: readonly number[]; from: string; to: string; zone: string }
);

export type TextPlace = 'subject' | 'body' | 'attachments' | 'anywhere';
export type DataKind = 'iban' | 'card-number' | 'lu-national-id';

export type Action =
  | { do: 'pass' }
  | { do: 'hold'; note?: string }
  | { do: 'quarantine'; note?: string }
  | { do: 'reject' }
  | { do: 'later' }
  /** A field before the header: `X-` names only. */
  | { do: 'header'; name: string; value: string }
  | { do: 'subject-tag'; text: string }
  | { do: 'disclaimer'; text: string; html?: string }
  /** Takes out the parts that met the conditions about attachments; a note stands in their place. */
  | { do: 'remove-part'; note?: string }
  | { do: 'copy'; to: string }
  | { do: 'notify'; to: readonly string[] };
