// What was hidden, as the trace keeps it: before and after, within bounds.

import type { HeaderField, HeaderSection } from '../../protocol/mime/header.ts';

/** One line of `hidden` in the event of an accept. */
export interface HiddenField {
  /** Name as it was written. */
  field: string;
  /** Value before, unfolded; cut where it is long. */
  before: string;
  /** Value after; absent where the field was taken out. */
  after?: string;
  /** It would have been hidden, but a signature of the sender covers it. */
  kept?: 'signed';
}

/** Fields listed; the rest is only counted. Real messages have 10 to 40 that are hidden. */
const MOST_FIELDS = 60;
/** Characters of one value; a Received field has 200 to 300. */
const VALUE_LENGTH = 320;
/** Characters of all values together: the trace keeps them for months. */
const ALL_LENGTH = 6000;

/** Gathers the lines. */
export class HiddenFields {
  readonly list: HiddenField[] = [];
  /** Fields past the bounds. */
  more = 0;
  readonly #header: HeaderSection;
  #length = 0;

  constructor(header: HeaderSection) {
    this.#header = header;
  }

  /** Notes a field that was taken out, or what its value became. */
  add(field: HeaderField, outcome: { after?: string } | { kept: 'signed' } = {}): void {
    if (this.list.length >= MOST_FIELDS || this.#length >= ALL_LENGTH) {
      this.more++;
      return;
    }
    const { octets } = this.#header;
    const before = shown(octets.toString('utf8', field.value, Math.min(field.end, field.value + 2 * VALUE_LENGTH)));
    const hidden: HiddenField = {
      field: octets.toString('latin1', field.start, field.value - 1).trimEnd(),
      before,
      ...('kept' in outcome && outcome),
      ...('after' in outcome && outcome.after !== undefined && { after: shown(outcome.after) }),
    };
    this.#length += hidden.field.length + before.length + (hidden.after?.length ?? 0);
    this.list.push(hidden);
  }
}

function shown(value: string): string {
  const text = value.replaceAll(/\r?\n/g, '').trim();
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH - 1)}…` : text;
}
