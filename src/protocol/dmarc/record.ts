// RFC 9989 4.7: the text of a DMARC policy record. What RFC 7489 allowed besides (pct, rf, ri, a size behind an address)
// is read over: receivers of both kinds are out there.

import { withoutSpaceAround } from '../dkim/tag-list.ts';

export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

export interface DmarcRecord {
  policy: DmarcPolicy;
  /** For names below, and for those below that do not exist; absent: as the one before. */
  subdomains?: DmarcPolicy;
  missing?: DmarcPolicy;
  /** `strict`: the very domain; `relaxed`: any of the same organisation. */
  dkim: 'strict' | 'relaxed';
  spf: 'strict' | 'relaxed';
  /** Where aggregate reports go. */
  reports: string[];
  /** `t=y`: the policy is only being tried (RFC 9989 4.7). */
  testing: boolean;
  /** Whether the name is a public suffix; absent: `u`, to be found out by the walk. */
  publicSuffix?: boolean;
  /** What is wrong, and does not make the record useless. */
  warnings: string[];
}

/** Whether a TXT record is a DMARC record at all: `v` comes first, with exactly this value (RFC 9989 4.7). */
export function isDmarcRecord(text: string): boolean {
  return /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}

/** Tags of RFC 7489 that are passed over now. */
const FORMER_TAGS = ['pct', 'rf', 'ri'];
const KNOWN_TAGS = new Set(['v', 'p', 'sp', 'np', 'adkim', 'aspf', 'rua', 'ruf', 'fo', 't', 'psd', ...FORMER_TAGS]);

/** Why receivers pass a record over. `empty`: it stands there all the same, and hides what lies above it. */
export interface DmarcFault {
  fault: string;
  empty?: Pick<DmarcRecord, 'publicSuffix'>;
}

/** Reads a record that `isDmarcRecord`, or says why receivers pass it over. Never throws. */
export function parseDmarcRecord(text: string): DmarcRecord | DmarcFault {
  const tags = readTags(text);
  if (typeof tags === 'string') return { fault: tags };
  const warnings: string[] = [];
  const policies = readPolicies(tags, warnings);
  const reports = readReports(tags.get('rua'), warnings);
  const suffix = readWord(tags, 'psd', ['y', 'n', 'u'] as const, warnings);
  const publicSuffix = (suffix === 'y' || suffix === 'n') && { publicSuffix: suffix === 'y' };
  if (policies === undefined) {
    if (reports.length === 0) {
      return { fault: 'it has no policy (p=none, p=quarantine or p=reject)', empty: { ...publicSuffix } };
    }
    warnings.push('it has no valid policy, which counts as p=none');
  }
  for (const tag of tags.keys()) {
    if (!KNOWN_TAGS.has(tag)) warnings.push(`the tag ${tag.slice(0, 40)} is not known`);
  }
  return {
    ...(policies ?? { policy: 'none' }),
    dkim: readWord(tags, 'adkim', ['r', 's'] as const, warnings) === 's' ? 'strict' : 'relaxed',
    spf: readWord(tags, 'aspf', ['r', 's'] as const, warnings) === 's' ? 'strict' : 'relaxed',
    reports,
    testing: readWord(tags, 't', ['y', 'n'] as const, warnings) === 'y' || tags.get('pct') === '0',
    warnings,
    ...publicSuffix,
  };
}

/**
 * RFC 9989 4.10.1: a record without a valid p, or with an sp or np that is none, counts as p=none where it asks for
 * reports, and else not at all.
 */
function readPolicies(
  tags: ReadonlyMap<string, string>,
  warnings: string[],
): Pick<DmarcRecord, 'policy' | 'subdomains' | 'missing'> | undefined {
  const [policy, subdomains, missing] = ['p', 'sp', 'np'].map((tag) =>
    readWord(tags, tag, ['none', 'quarantine', 'reject'] as const, warnings),
  );
  if (policy === undefined) return undefined;
  if ((tags.has('sp') && subdomains === undefined) || (tags.has('np') && missing === undefined)) return undefined;
  return { policy, ...(subdomains !== undefined && { subdomains }), ...(missing !== undefined && { missing }) };
}

/** Tags in lower case with their values; a fault where the text is no list of tags. */
function readTags(text: string): Map<string, string> | string {
  const tags = new Map<string, string>();
  const parts = text.split(';');
  for (const [index, part] of parts.entries()) {
    if (part.trim() === '' && index === parts.length - 1) continue;
    const [, name, rest] = /^[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*=(.*)$/s.exec(part) ?? [];
    // No pattern with white space at its end: it takes a time that grows with the square of a long run of it.
    const value = rest === undefined ? undefined : withoutSpaceAround(rest);
    if (name === undefined || value === undefined) return `"${part.trim().slice(0, 60)}" is no tag with a value`;
    if (/[^ -~\t]/.test(value)) return `the value of ${name} holds characters beyond ASCII`;
    const tag = name.toLowerCase();
    if (tags.has(tag)) return `the tag ${tag} stands there twice`;
    tags.set(tag, value);
  }
  return tags;
}

function readWord<T extends string>(
  tags: ReadonlyMap<string, string>,
  tag: string,
  words: readonly T[],
  warnings: string[],
): T | undefined {
  const value = tags.get(tag)?.toLowerCase();
  if (value === undefined) return undefined;
  const word = words.find((one) => one === value);
  if (word === undefined) warnings.push(`${tag}=${value.slice(0, 40)} is none of ${words.join(', ')}`);
  return word;
}

function readReports(value: string | undefined, warnings: string[]): string[] {
  if (value === undefined) return [];
  const reports: string[] = [];
  for (const uri of value.split(',').map((one) => one.trim())) {
    const [, address] = /^mailto:([^\s!,;@]+@[^\s!,;@]+)(?:!\d{1,10}[kmgt]?)?$/i.exec(uri) ?? [];
    if (address !== undefined) reports.push(address);
    else if (!/^https?:\/\/\S+$/i.test(uri)) warnings.push(`"${uri.slice(0, 60)}" in rua is no mailto: address`);
  }
  return reports;
}
