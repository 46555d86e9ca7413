// The language of `trace`: terms with blanks between them, all of which must fit. A fault names the term and what would
// be right.
//
//   id:…  from:a@b.lu  from:@b.lu  to:…  domain:b.lu (either side)  customer:…  status:bounced,expired
//   direction:outbound  class:reputation,policy (of failures)  message-id:…  ip:…
//   since:2026-11-22  since:2026-11-22T08:30  since:2h  until:…        (times are UTC)
//   anything else: words of the subject, host names, reply codes and words of a refusal, addresses; "in quotes" too

import { isIP } from 'node:net';
import type { QueueId } from '../message.ts';
import { parseQueueId } from '../queue/queue-id.ts';
import { BOUNCE_CLASSES, type BounceClassName } from '../report/bounce-class.ts';
import { statusBit } from './message-state.ts';
import { type QueryFault, queryFault } from './query-faults.ts';
import { TRACE_STATUSES, type TraceStatus } from './trace.ts';
import { NULL_SENDER, normal, PREFIX, textWords } from './trace-words.ts';

/** A query as the search uses it. Empty fields match all. */
export interface TraceQuery {
  id?: QueueId;
  /** FTS5 expressions, all of which must match. */
  match: string[];
  /** Masks of statuses: of each, at least one recipient must have one now. */
  statuses: number[];
  /** Milliseconds since 1970, both included. */
  since?: number;
  until?: number;
  /** Words of `to:`; recipients that have them are listed first. */
  to: string[];
  /** Words of `domain:`: of each, sender or recipient must be there. */
  domains?: string[];
  /** Of each list, a recipient's last failure must be of one of these classes. */
  classes?: BounceClassName[][];
  /** Terms without a key. */
  free?: FreeTerm[];
}

/** A term that may fit addresses, hosts, replies and the subject. */
export interface FreeTerm {
  whole: string;
  /** The words of it. */
  words: string[];
}

export type ParsedQuery = { kind: 'query'; query: TraceQuery } | { kind: 'fault'; fault: QueryFault };

/** Longer queries are no people's. */
const QUERY_LENGTH = 4000;
const TERMS = 50;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?)?Z?$/i;
const DAY_MS = 86_400_000;
const KEYS = 'id, from, to, domain, customer, status, direction, class, message-id, ip, since, until';

/** Parses a query. `now`: milliseconds since 1970, for times such as `2h`. Never throws. */
export function parseTraceQuery(text: string, now: number): ParsedQuery {
  if (text.length > QUERY_LENGTH) return fault(queryFault('too-long', { most: QUERY_LENGTH }));
  const terms = splitTerms(text);
  if (!Array.isArray(terms)) return fault(terms);
  if (terms.length > TERMS) return fault(queryFault('too-many-terms', { most: TERMS }));
  const query: TraceQuery = { match: [], statuses: [], to: [] };
  for (const term of terms) {
    const found = addTerm(query, term, now);
    if (found !== undefined) return fault(found);
  }
  if (query.since !== undefined && query.until !== undefined && query.since > query.until) {
    return fault(queryFault('empty-span'));
  }
  return { kind: 'query', query };
}

/** The query, for messages of this customer: what has no word of it is not even looked at. */
export function ofCustomer(query: TraceQuery, customer: string): TraceQuery {
  return { ...query, match: [...query.match, phrase(PREFIX.customer + normal(customer))] };
}

interface Term {
  key: string | undefined;
  value: string;
  /** As it was written, for faults. */
  written: string;
}

const TERM = /([a-z-]+:)?(?:"([^"]*)"|([^\s"]+))(?=\s|$)/giy;

function splitTerms(text: string): Term[] | QueryFault {
  const terms: Term[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    TERM.lastIndex = at;
    const found = TERM.exec(text);
    if (found === null) {
      const rest = text.slice(at).split(/\s/)[0] ?? '';
      return queryFault(rest.includes('"') ? 'lone-quote' : 'nothing-follows', { term: quoted(rest) });
    }
    const key = found[1]?.slice(0, -1).toLowerCase();
    terms.push({ key, value: (found[2] ?? found[3] ?? '').trim(), written: found[0] });
    at = TERM.lastIndex;
  }
  return terms;
}

/** Adds a term, or says what is wrong with it. */
function addTerm(query: TraceQuery, term: Term, now: number): QueryFault | undefined {
  const { key, value, written } = term;
  if (/^[a-z-]+:$/i.test(written)) return queryFault('nothing-follows', { term: quoted(written) });
  if (key === undefined || isIP(written) !== 0) return addFree(query, isIP(written) === 0 ? value : written);
  if (value === '') return queryFault('nothing-follows', { term: quoted(written) });
  switch (key) {
    case 'id':
      return addId(query, value);
    case 'from':
      query.match.push(addressMatch(PREFIX.from, value));
      return undefined;
    case 'to':
      query.match.push(addressMatch(PREFIX.to, value));
      query.to.push(normal(value));
      return undefined;
    case 'domain':
      return addDomain(query, value);
    case 'class':
      return addClass(query, value, written);
    case 'customer':
      query.match.push(phrase(PREFIX.customer + normal(value)));
      return undefined;
    case 'message-id':
      query.match.push(phrase(PREFIX.messageId + normal(value.replace(/^<|>$/g, ''))));
      return undefined;
    case 'ip':
      if (isIP(value) === 0) return queryFault('not-an-ip', { term: quoted(written) });
      query.match.push(phrase(PREFIX.ip + normal(value)));
      return undefined;
    case 'direction':
      if (value !== 'outbound' && value !== 'inbound') return queryFault('not-a-direction', { term: quoted(written) });
      query.match.push(phrase(PREFIX.direction + value));
      return undefined;
    case 'status':
      return addStatus(query, value, written);
    case 'since':
    case 'until':
      return addTime(query, key, { value, now, written });
    default:
      return queryFault('no-key', { term: quoted(written), key, keys: KEYS });
  }
}

function addId(query: TraceQuery, value: string): QueryFault | undefined {
  const id = parseQueueId(value);
  if (id === undefined) return queryFault('not-an-id', { term: `"id:${value}"` });
  if (query.id !== undefined && query.id !== id) return queryFault('two-ids');
  query.id = id;
  return undefined;
}

function addStatus(query: TraceQuery, value: string, written: string): QueryFault | undefined {
  let mask = 0;
  const phrases: string[] = [];
  for (const name of value.toLowerCase().split(',')) {
    if (!isStatus(name)) return queryFault('not-a-status', { term: quoted(written), known: TRACE_STATUSES.join(', ') });
    mask |= statusBit(name);
    // Every message was queued once, so that word would find nothing out; the mask alone decides.
    if (name !== 'queued') phrases.push(phrase(PREFIX.status + name));
  }
  query.statuses.push(mask);
  if ((mask & statusBit('queued')) === 0) query.match.push(`(${phrases.join(' OR ')})`);
  return undefined;
}

function addDomain(query: TraceQuery, value: string): QueryFault | undefined {
  const name = value.replace(/^@/, '');
  if (name === '' || name.includes('@')) return queryFault('not-a-domain', { term: `"domain:${value.slice(0, 80)}"` });
  query.match.push(`(${addressMatch(PREFIX.from, name)} OR ${addressMatch(PREFIX.to, name)})`);
  (query.domains ??= []).push(`@${normal(name)}`);
  return undefined;
}

function addClass(query: TraceQuery, value: string, written: string): QueryFault | undefined {
  const names = value.toLowerCase().split(',');
  const known = names.filter((name): name is BounceClassName => (BOUNCE_CLASSES as readonly string[]).includes(name));
  if (known.length < names.length)
    return queryFault('not-a-class', { term: quoted(written), known: BOUNCE_CLASSES.join(', ') });
  query.match.push(`(${known.map((name) => phrase(PREFIX.bounceClass + name)).join(' OR ')})`);
  (query.classes ??= []).push(known);
  return undefined;
}

function isStatus(name: string): name is TraceStatus {
  return (TRACE_STATUSES as readonly string[]).includes(name);
}

/** `a@b.lu`, `@b.lu`, `b.lu` (a domain as well), `<>` (the null sender). */
function addressMatch(prefix: string, value: string): string {
  if (value === NULL_SENDER) return phrase(prefix + NULL_SENDER);
  const whole = normal(value.replace(/^<(.*)>$/, '$1'));
  return phrase(prefix + (whole.includes('@') ? whole : `@${whole}`));
}

function addFree(query: TraceQuery, value: string): QueryFault | undefined {
  if (isIP(value) !== 0) {
    query.match.push(phrase(PREFIX.ip + normal(value)));
    return undefined;
  }
  const whole = normal(value);
  if (whole === '') return undefined;
  // A word as it stands (a host, a reply's name), an address or a domain, or words of a text.
  const ways = [phrase(whole)];
  const address = whole.includes('@') ? whole : `@${whole}`;
  ways.push(phrase(PREFIX.from + address), phrase(PREFIX.to + address));
  const words = textWords(value);
  if (words.length > 0) ways.push(`(${words.map(phrase).join(' AND ')})`);
  query.match.push(`(${ways.join(' OR ')})`);
  (query.free ??= []).push({ whole, words });
  return undefined;
}

function addTime(
  query: TraceQuery,
  key: 'since' | 'until',
  term: { value: string; now: number; written: string },
): QueryFault | undefined {
  const time = parseTime(term.value, term.now, key === 'until');
  if (time === undefined) {
    return queryFault('not-a-time', { term: quoted(term.written), key });
  }
  const before = query[key];
  if (before === undefined) query[key] = time;
  else query[key] = key === 'since' ? Math.max(before, time) : Math.min(before, time);
  return undefined;
}

/** `last`: the end of what is named, for `until`: a day is meant as a whole. */
function parseTime(value: string, now: number, last: boolean): number | undefined {
  const age = /^(\d{1,6})([smhdw])$/i.exec(value);
  if (age !== null) return now - Number(age[1]) * (UNITS[(age[2] ?? '').toLowerCase()] ?? 0);
  const word = value.toLowerCase();
  const today = now - (now % DAY_MS);
  if (word === 'today') return last ? today + DAY_MS - 1 : today;
  if (word === 'yesterday') return last ? today - 1 : today - DAY_MS;
  const date = DATE.exec(value);
  if (date === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction] = date;
  const text = `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}Z`;
  const time = Date.parse(text);
  // Date.parse takes 31 February for 3 March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  const part = fraction === undefined ? 0 : Math.round(Number(`0${fraction}`) * 1000);
  if (!last || fraction !== undefined) return time + part;
  return time + (hour === undefined ? DAY_MS : second === undefined ? 60_000 : 1000) - 1;
}

/** One token as an FTS5 string. */
function phrase(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

function quoted(written: string): string {
  return written.startsWith('"') ? written : `"${written.slice(0, 80)}"`;
}

function fault(found: QueryFault): ParsedQuery {
  return { kind: 'fault', fault: found };
}
