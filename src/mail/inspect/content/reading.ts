// What a reader of one kind of content says of it. Readers know nothing of mail; what they find inside is looked into
// by `look-into.ts`.

import type { ContentFault, Link, PartTrait } from './taken-apart.ts';
import type { Work } from './work.ts';

/** Something inside of an archive or a document. */
export interface Entry {
  /** Every reading of its name; empty where it has none. */
  names: readonly string[];
  traits: readonly PartTrait[];
  /** Lower case, where its container says one. */
  declaredType?: string;
  /** Octets as unpacked, as far as known. */
  size: number;
  /** Unpacks it, within what is left of the work. */
  open?: () => Unpacked;
  /** Only some readers find or unpack it: scanners of the whole message may not. */
  hidden?: true;
}

/** `bytes` with traits: what came out before it broke, or the limit was reached. */
export interface Unpacked {
  bytes?: Uint8Array;
  traits: readonly PartTrait[];
  /** Only some programs unpack it so: scanners of the whole message may not. */
  hidden?: true;
}

export interface Reading {
  traits: readonly PartTrait[];
  /** Type where the reader knows better than the first octets. */
  type?: string;
  /** One packed file, which programs call as its package without the last ending. */
  single?: true;
  /** Entries in order; taken one by one, so that a limit ends the reading. */
  entries?: Iterable<Entry>;
  text?: string;
  links?: readonly Link[];
  /** Of a mail: why it can be read in two ways. */
  faults?: readonly ContentFault[];
}

/** Reads one kind of content; never throws for what the content is. */
export type Reader = (bytes: Uint8Array, work: Work) => Reading;

export const UNREADABLE: Reading = { traits: ['unreadable'] };
