// What a relay has counted of its mail, compared with the days that it counts. They may differ in what has no state behind
// it (refusals, which nobody waits for) and, for some seconds, in domains; in nothing else, whatever ended in the middle.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { listDays } from '../../src/mail/trace/day-file.ts';
import { openRecount } from '../../src/mail/trace/traffic/recount.ts';
import { Tally } from '../../src/mail/trace/traffic/tally.ts';
import { COUNTED, TRAFFIC_FILE } from '../../src/mail/trace/traffic/traffic.ts';

const COMPARED = COUNTED.filter((name) => name !== 'rejected');

/** Counts that are not those of the days, each in a line; of a relay whose events have all reached its trace. */
export function miscounted(dataDir: string): string[] {
  const folder = join(dataDir, 'trace');
  const days = countsOfDays(folder);
  const kept = keptCounts(folder);
  return [...new Set([...days.keys(), ...kept.keys()])]
    .filter((line) => days.get(line) !== kept.get(line))
    .map((line) => `${line}: days ${days.get(line) ?? 0}, counted ${kept.get(line) ?? 0}`);
}

/** `customer hour direction column`, and how many; nothing where there are none. */
type Lines = Map<string, number>;

function countsOfDays(folder: string): Lines {
  const tally = new Tally();
  for (const day of listDays(folder)) {
    const recount = openRecount(folder, day);
    while (recount.step((event) => tally.add(event)));
    recount.close();
  }
  const lines: Lines = new Map();
  for (const { customer, at, direction, counts } of tally.hours()) {
    if (customer !== undefined) addLines(lines, `${customer} ${at} ${direction}`, counts);
  }
  return lines;
}

function keptCounts(folder: string): Lines {
  const db = new DatabaseSync(join(folder, TRAFFIC_FILE), { readOnly: true });
  try {
    const lines: Lines = new Map();
    for (const row of db.prepare('select * from hour').iterate()) {
      addLines(lines, [row['customer'], row['at'], row['direction']].join(' '), row);
    }
    return lines;
  } finally {
    db.close();
  }
}

function addLines(lines: Lines, place: string, counts: Record<string, unknown>): void {
  for (const name of COMPARED) if (Number(counts[name]) !== 0) lines.set(`${place} ${name}`, Number(counts[name]));
}
