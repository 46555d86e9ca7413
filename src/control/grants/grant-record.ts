// The record by which the owner of a domain lets somebody else send for it, and takes that back by removing it:
//   _easymail-grant.example.lu TXT "easymail-grant=TOKEN; stream=bulk; from=2026-12-01; until=2027-03-01"
// The token names the customer that may send. It is no secret; it is random, so that no other customer is named by chance.

/** What one record grants. Times in milliseconds since 1970. */
export interface GrantRecord {
  /** `*` is every stream. */
  stream: string;
  /** Absent: from always, and for ever. */
  from?: number;
  until?: number;
}

const PREFIX = 'easymail-grant';
const STREAM = /^(?:\*|[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/;

/** Name and text of the record. */
export function grantRecord(
  domain: string,
  { token, stream }: { token: string; stream: string },
): {
  name: string;
  text: string;
} {
  return { name: `_${PREFIX}.${domain}`, text: `${PREFIX}=${token}${stream === '*' ? '' : `; stream=${stream}`}` };
}

/** What the texts under the name grant to the token, and what is wrong with those that name it. */
export function readGrants(texts: readonly string[], token: string): { grants: GrantRecord[]; faults: string[] } {
  const grants: GrantRecord[] = [];
  const faults: string[] = [];
  for (const text of texts) {
    const [first = '', ...tags] = text.split(';').map((part) => part.trim());
    const { name, value } = readTag(first);
    if (name !== PREFIX || value.toLowerCase() !== token) continue;
    const grant = readTags(tags);
    if (typeof grant === 'string') faults.push(grant);
    else grants.push(grant);
  }
  return { grants, faults };
}

/** Whatever is not understood grants nothing: a word that is written wrong must not grant more than was meant. */
function readTags(tags: readonly string[]): GrantRecord | string {
  const grant: GrantRecord = { stream: '*' };
  const seen = new Set<string>();
  for (const tag of tags) {
    if (tag === '') continue;
    const { name: key, value } = readTag(tag);
    if (seen.has(key)) return `"${key}" stands there twice`;
    seen.add(key);
    if (key === 'stream') {
      if (!STREAM.test(value)) return `"${value}" is no name of a stream`;
      grant.stream = value;
    } else if (key === 'from' || key === 'until') {
      const time = readTime(value, key);
      if (time === undefined) return `"${value}" is no day such as 2026-12-01`;
      grant[key] = time;
    } else {
      return `"${key}" is not known; stream, from and until are`;
    }
  }
  if (grant.from !== undefined && grant.until !== undefined && grant.until <= grant.from)
    return 'it ends before it begins';
  return grant;
}

/** Name in lower case and all that is behind the first "=". */
function readTag(tag: string): { name: string; value: string } {
  const [name = '', ...rest] = tag.split('=');
  return { name: name.trim().toLowerCase(), value: rest.join('=').trim() };
}

const DAY_MS = 86_400_000;

/** A day (UTC; the last one counts whole), or a time with its zone. */
function readTime(text: string, which: 'from' | 'until'): number | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  if (!day && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  // 30 February is not 2 March.
  const date = text.slice(0, 10);
  if (!new Date(Date.parse(date)).toISOString().startsWith(date)) return undefined;
  return day && which === 'until' ? time + DAY_MS : time;
}

/** What is in force at a time, and when that changes next by what the records say. */
export interface GrantNow {
  /** The one stream that may be sent in, or `*`; absent: nothing is granted now. */
  stream?: string;
  /** Two records grant different streams at the same time: neither counts. */
  clash: boolean;
  changesAt?: number;
}

/** The records at a time. */
export function grantAt(records: readonly GrantRecord[], now: number): GrantNow {
  const current = records.filter(
    ({ from, until }) => (from ?? now) <= now && (until ?? Number.POSITIVE_INFINITY) > now,
  );
  const streams = new Set(current.map(({ stream }) => stream));
  const times = records.flatMap(({ from, until }) => [from, until]).filter((time) => time !== undefined && time > now);
  const changes = times.length === 0 ? {} : { changesAt: Math.min(...(times as number[])) };
  if (streams.has('*')) return { stream: '*', clash: false, ...changes };
  const [stream] = streams;
  if (stream === undefined) return { clash: false, ...changes };
  return streams.size > 1 ? { clash: true, ...changes } : { stream, clash: false, ...changes };
}
