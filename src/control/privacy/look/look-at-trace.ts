// The days of the trace, those that were put aside, and what is half made beside them.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TRAFFIC_FILE } from '../../../mail/trace/traffic/traffic.ts';
import type { Finding, LookLimits, LookRun } from './look.ts';
import { withDatabase } from './read-only.ts';

const DAY_MS = 86_400_000;
const DAY_FILE = /^(\d{4}-\d{2}-\d{2})\.db$/;
/** Put aside because it could not be read; the number is when. */
const ASIDE_FILE = /^(\d{4}-\d{2}-\d{2})\.db\.unreadable-(\d+)$/;
/** What SQLite keeps beside a file, the sums, the counts, and copies that are being made. */
const BESIDE =
  /^(?:sums|traffic|\d{4}-\d{2}-\d{2})\.db(?:\.unreadable-\d+)?(?:-wal|-shm|-journal|\.clean(?:-wal|-shm|-journal)?)?$/;

/** Days whose time is over, by their name; a day that was begun anew later counts from then. */
export function lookAtTrace(folder: string, limits: LookLimits, now: number): LookRun {
  const run: LookRun = { findings: [], unknown: [] };
  const before = now - limits.trace - limits.margin;
  for (const name of readdirSync(folder).sort()) {
    const day = DAY_FILE.exec(name)?.[1];
    const [, aside, at] = ASIDE_FILE.exec(name) ?? [];
    if (name === TRAFFIC_FILE) addTraffic(run, join(folder, name), before);
    else if (day !== undefined) addDay(run, { folder, name, day, before });
    else if (aside !== undefined) {
      if (Math.max(endOf(aside), Number(at)) < before)
        run.findings.push(findingOf(name, 'a day that was put aside', aside));
    } else if (!BESIDE.test(name)) run.unknown.push(`trace/${name} is nothing that belongs there`);
  }
  return run;
}

function addDay(
  run: LookRun,
  { folder, name, day, before }: { folder: string; name: string; day: string; before: number },
): void {
  const named = endOf(day);
  const path = join(folder, name);
  const { begun, youngest } = withDatabase(path, (db) => ({
    begun: Number(db.prepare("select value from about where name = 'begun'").get()?.['value'] ?? 0),
    youngest: Number(db.prepare('select max(at) as at from message').get()?.['at'] ?? named),
  }));
  if (named < before && begun < before) run.findings.push(findingOf(name, 'a day of the trace', day));
  // The name is a promise: what lies in a day must be of that day.
  else if (youngest >= named + DAY_MS) run.unknown.push(`trace/${name} holds messages of later days`);
}

/** Hours that were counted, past the time of the trace: a whole day more, as days go whole. */
function addTraffic(run: LookRun, path: string, before: number): void {
  const oldest = withDatabase(path, (db) => Number(db.prepare('select min(at) as at from hour').get()?.['at'] ?? 0));
  if (oldest === 0 || oldest >= before - DAY_MS) return;
  const what = 'counts of the traffic';
  run.findings.push({
    store: 'trace',
    where: `trace/${TRAFFIC_FILE}`,
    what,
    count: 1,
    oldest: new Date(oldest).toISOString(),
  });
}

function endOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS;
}

function findingOf(name: string, what: string, day: string): Finding {
  return { store: 'trace', where: `trace/${name}`, what, count: 1, oldest: `${day}T00:00:00.000Z` };
}
