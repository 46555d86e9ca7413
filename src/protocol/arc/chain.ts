// RFC 8617 4.1, 4.2: the ARC sets of a message, put together from its fields.

import { fieldNameOf } from '../dkim/relaxed.ts';
import { parseTagList } from '../dkim/tag-list.ts';

/** One set: its whole fields, one character an octet. */
export interface ArcSet {
  /** From 1 on; the highest is the newest. */
  instance: number;
  /** ARC-Authentication-Results, ARC-Message-Signature, ARC-Seal. */
  results: string;
  message: string;
  seal: string;
}

/** `broken`: there are fields of ARC, and they are no chain. `sets` count from 1 without a gap. */
export type ArcChain = { kind: 'none' } | { kind: 'broken'; reason: string } | { kind: 'sets'; sets: ArcSet[] };

/** RFC 8617 4.2.1. */
export const MOST_SETS = 50;

const PART = {
  'arc-authentication-results': 'results',
  'arc-message-signature': 'message',
  'arc-seal': 'seal',
} as const;

/** Puts the sets together. Never throws. */
export function readChain(fields: readonly string[]): ArcChain {
  const sets: (Partial<ArcSet> & { instance: number })[] = [];
  for (const field of fields) {
    const name = fieldNameOf(field);
    const part = name in PART ? PART[name as keyof typeof PART] : undefined;
    if (part === undefined) continue;
    const instance = instanceOf(field, part);
    if (instance === undefined) return { kind: 'broken', reason: `${name} has no instance from 1 to ${MOST_SETS}` };
    const set = sets[instance - 1] ?? { instance };
    // RFC 8617 4.2.1: each set has exactly one field of each kind.
    if (set[part] !== undefined) return { kind: 'broken', reason: `set ${instance} has ${name} twice` };
    set[part] = field;
    sets[instance - 1] = set;
  }
  if (sets.length === 0) return { kind: 'none' };
  const whole: ArcSet[] = [];
  // A gap in the list is a set that is not there at all.
  for (const [index, set] of Array.from(sets).entries()) {
    if (set === undefined || !isWhole(set)) return { kind: 'broken', reason: `set ${index + 1} is not whole` };
    whole.push(set);
  }
  return { kind: 'sets', sets: whole };
}

function isWhole(set: Partial<ArcSet> & { instance: number }): set is ArcSet {
  return set.results !== undefined && set.message !== undefined && set.seal !== undefined;
}

function instanceOf(field: string, part: (typeof PART)[keyof typeof PART]): number | undefined {
  const value = field.slice(field.indexOf(':') + 1);
  // RFC 8617 4.1.1: in ARC-Authentication-Results the instance comes first, the rest is no list of tags.
  const text =
    part === 'results' ? /^[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*(\d{1,2})[ \t\r\n]*;/.exec(value)?.[1] : tagOf(value, 'i');
  if (text === undefined || !/^\d{1,2}$/.test(text)) return undefined;
  const instance = Number(text);
  return instance >= 1 && instance <= MOST_SETS ? instance : undefined;
}

function tagOf(value: string, name: string): string | undefined {
  return parseTagList(value)?.get(name);
}

/** What stands in ARC-Authentication-Results behind the instance. */
export function resultsPayload({ results }: ArcSet): string {
  return results.slice(results.indexOf(';') + 1);
}
