// Reads the counts over a connection that cannot write: hours are summed to what was asked for.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  ALL,
  addCounts,
  COUNTED,
  type Counts,
  DAY_MS,
  HOUR_MS,
  noCounts,
  TRAFFIC_FILE,
  type Traffic,
  type TrafficBucket,
  type TrafficDomain,
  type TrafficQuery,
} from './traffic.ts';

/** Domains and reasons of an answer; the rest is summed. */
const LISTED = 20;

/** The counts that a query means; nothing of everything where none are kept yet. Throws what SQLite says. */
export function readTraffic(folder: string, query: TrafficQuery): Traffic {
  const path = join(folder, TRAFFIC_FILE);
  const traffic = { ...emptyTraffic(), buckets: bucketsOf(query) };
  if (!existsSync(path)) return traffic;
  // Opened anew each time: a file that could not be read may have been replaced.
  const db = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
  try {
    readHours(db, query, traffic);
    traffic.bounces = readDetail(db, query, 'bounce').map(({ name, count }) => ({ class: name, count }));
    traffic.refusals = readDetail(db, query, 'refusal').map(({ name, count }) => ({ reply: name, count }));
    Object.assign(traffic, readDomains(db, query));
    traffic.recounting = db.prepare("SELECT 1 FROM about WHERE name = 'recounting'").get() !== undefined;
    return traffic;
  } finally {
    db.close();
  }
}

function emptyTraffic(): Traffic {
  return {
    buckets: [],
    totals: noCounts(),
    inbound: noCounts(),
    outbound: noCounts(),
    bounces: [],
    refusals: [],
    domains: [],
    other_domains: 0,
    recounting: false,
  };
}

/** All stretches of the time that is asked for, also those in which nothing happened. */
function bucketsOf(query: TrafficQuery): TrafficBucket[] {
  const name = namer(query);
  const buckets: TrafficBucket[] = [];
  let last: string | undefined;
  for (let at = firstHour(query); at < query.to; at += HOUR_MS) {
    const bucket = name(at);
    if (bucket === last) continue;
    last = bucket;
    buckets.push({ at: new Date(at).toISOString(), counts: noCounts(), inbound: 0, outbound: 0 });
  }
  return buckets;
}

function readHours(db: DatabaseSync, query: TrafficQuery, traffic: Traffic): void {
  const { customer = ALL, direction, to } = query;
  const name = namer(query);
  const byName = new Map(traffic.buckets.map((bucket) => [name(Date.parse(bucket.at)), bucket]));
  const rows = db
    .prepare(`SELECT at, direction, ${COUNTED.join(', ')} FROM hour WHERE customer = ? AND at >= ? AND at < ?`)
    .iterate(customer, firstHour(query), to);
  for (const row of rows) {
    const side = row['direction'];
    if (direction !== undefined && side !== direction) continue;
    const counts = countsOf(row);
    const bucket = byName.get(name(Number(row['at'])));
    addCounts(traffic.totals, counts);
    if (bucket !== undefined) addCounts(bucket.counts, counts);
    if (side !== 'inbound' && side !== 'outbound') continue;
    addCounts(traffic[side], counts);
    if (bucket !== undefined) bucket[side] += counts.messages;
  }
}

function readDetail(db: DatabaseSync, query: TrafficQuery, kind: 'bounce' | 'refusal') {
  const { customer = ALL, direction = '%', to } = query;
  return db
    .prepare(`SELECT name, sum(count) AS count FROM detail WHERE customer = ? AND at >= ? AND at < ?
      AND direction LIKE ? AND kind = ? GROUP BY name ORDER BY count DESC, name LIMIT ${LISTED}`)
    .all(customer, firstHour(query), to, direction, kind)
    .map((row) => ({ name: String(row['name']), count: Number(row['count']) }));
}

/** Of whole UTC days: those that the time that is asked for touches. */
function readDomains(db: DatabaseSync, query: TrafficQuery): Pick<Traffic, 'domains' | 'other_domains'> {
  const { customer = ALL, from, to } = query;
  const rows = db
    .prepare(`SELECT domain, sum(recipients) AS recipients, sum(delivered) AS delivered, sum(deferred) AS deferred,
      sum(bounced) AS bounced FROM domain WHERE customer = ? AND at >= ? AND at < ? GROUP BY domain
      ORDER BY sum(recipients) DESC, domain LIMIT ${LISTED + 1}`)
    .all(customer, from - (from % DAY_MS), to);
  const domains = rows.map(
    (row): TrafficDomain => ({
      domain: String(row['domain']),
      recipients: Number(row['recipients']),
      delivered: Number(row['delivered']),
      deferred: Number(row['deferred']),
      bounced: Number(row['bounced']),
    }),
  );
  const total = db
    .prepare('SELECT coalesce(sum(recipients), 0) AS n FROM domain WHERE customer = ? AND at >= ? AND at < ?')
    .get(customer, from - (from % DAY_MS), to);
  const listed = domains.filter(({ domain }) => domain !== '').slice(0, LISTED);
  const shown = listed.reduce((sum, { recipients }) => sum + recipients, 0);
  return { domains: listed, other_domains: Number(total?.['n']) - shown };
}

function countsOf(row: Record<string, unknown>): Counts {
  return Object.fromEntries(COUNTED.map((name) => [name, Number(row[name])])) as Counts;
}

function firstHour({ from }: TrafficQuery): number {
  return from - (from % HOUR_MS);
}

/** What the stretch is called in which an hour lies. Throws a RangeError where there is no such zone. */
function namer({ by, zone }: TrafficQuery): (at: number) => string {
  if (by === 'hour') return String;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  return (at) => format.format(at);
}
