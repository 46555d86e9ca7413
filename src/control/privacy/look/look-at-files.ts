// Files: bodies that no message names, results of exports, backups, and what lies in the data folder that nobody knows.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, LookLimits, LookRun } from './look.ts';
import { withDatabase } from './read-only.ts';

const HOUR_MS = 3_600_000;
/** A body is written before its message is committed, and removed after the commit that ends it; a start sweeps the rest. */
const BODY_MS = 26 * HOUR_MS;

/** What the relay keeps in its folder (`caught`: in the sandbox); anything else there is none of its, and may hold anything. */
const KNOWN =
  /^(?:(?:queue|control|recipients|hosts|habits|webhooks)\.db(?:-wal|-shm|-journal)?|(?:loop-mark|return-path|master|previous-master-\d+)\.key(?:\.new)?|instance\.lock(?:-journal)?|audit-heads\.jsonl(?:\.new)?|api\.sock|bodies|trace|exports|copying|caught)$/;

/** Bodies of messages that are final. */
export function lookAtBodies(folder: string, queue: string, now: number): LookRun {
  let count = 0;
  let oldest = Number.POSITIVE_INFINITY;
  withDatabase(queue, (db) => {
    const named = db.prepare('select 1 from message where body_file = ? and id = ?');
    for (const sub of readdirSync(folder)) {
      for (const file of readdirSync(join(folder, sub))) {
        const written = statSync(join(folder, sub, file), { throwIfNoEntry: false })?.mtimeMs ?? now;
        if (written > now - BODY_MS || named.get(`${sub}/${file}`, file.replace(/\.sealed$/, '')) !== undefined)
          continue;
        count += 1;
        oldest = Math.min(oldest, written);
      }
    }
  });
  if (count === 0) return { findings: [], unknown: [] };
  const what = 'bodies of messages that are final';
  return { findings: [fileFinding('queue', 'bodies/', { what, count, oldest })], unknown: [] };
}

/** Results of exports past their time. */
export function lookAtExports(folder: string, limits: LookLimits, now: number): LookRun {
  return olderFiles(folder, now - limits.exports - limits.margin, { where: 'exports/', what: 'results of exports' });
}

/** Backups past their time; the newest may stay. */
export function lookAtBackups(folder: string, limits: LookLimits, now: number): LookRun {
  const run: LookRun = { findings: [], unknown: [] };
  const copies = readdirSync(folder).flatMap((name) => {
    const [, day, hour, minute, second] =
      /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z(?:\.unfinished)?$/.exec(name) ?? [];
    if (day === undefined) {
      if (name === 'erasures.jsonl') lookAtLedger(run, join(folder, name), now - limits.ledger - limits.margin);
      else run.unknown.push(`${name} in the folder of the backups is none`);
      return [];
    }
    return [{ name, at: Date.parse(`${day}T${hour}:${minute}:${second}Z`) }];
  });
  const newest = Math.max(...copies.map(({ at }) => at));
  for (const { name, at } of copies) {
    if (at === newest || at >= now - limits.backups - limits.margin) continue;
    const finding = { what: 'a backup', count: 1, oldest: at };
    run.findings.push(fileFinding('backups', name, finding));
  }
  return run;
}

/** Lines of the ledger of erasures; one that cannot be read has no time. */
function lookAtLedger(run: LookRun, path: string, before: number): void {
  const times = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => /"at":(\d+)/.exec(line)?.[1] ?? [])
    .map(Number)
    .filter((at) => at < before);
  if (times.length === 0) return;
  const finding = { what: 'entries of the ledger of erasures', count: times.length, oldest: Math.min(...times) };
  run.findings.push(fileFinding('backups', 'erasures.jsonl', finding));
}

/** Names in the data folder that are not the relay's. */
export function lookAtFolder(folder: string): LookRun {
  const strange = readdirSync(folder).filter((name) => !KNOWN.test(name));
  return { findings: [], unknown: strange.map((name) => `${name} in the data folder is none of the relay's files`) };
}

function olderFiles(folder: string, before: number, { where, what }: { where: string; what: string }): LookRun {
  const times = readdirSync(folder).flatMap((name) => {
    const written = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
    return written === undefined || written >= before ? [] : [written];
  });
  if (times.length === 0) return { findings: [], unknown: [] };
  const finding = { what, count: times.length, oldest: Math.min(...times) };
  return { findings: [fileFinding('files', where, finding)], unknown: [] };
}

function fileFinding(
  store: string,
  where: string,
  { what, count, oldest }: { what: string; count: number; oldest: number },
): Finding {
  return { store, where, what, count, oldest: new Date(oldest).toISOString() };
}
