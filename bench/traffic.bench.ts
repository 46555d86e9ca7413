// What it costs to show traffic. `node bench/traffic.bench.ts FOLDER [MESSAGES]` counts that many messages of 500 customers
// over 30 days, unless FOLDER has them already, and reads them as the overview does; then counts them anew from the days.

import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomerId } from '../src/mail/message.ts';
import { listDays } from '../src/mail/trace/day-file.ts';
import { deliveredTexts, sampleMeta } from '../src/mail/trace/sample-events.ts';
import type { OutboxRow } from '../src/mail/trace/trace.ts';
import { openTraceWriter, type TraceWriter } from '../src/mail/trace/trace-writer.ts';
import { readTraffic } from '../src/mail/trace/traffic/read-traffic.ts';
import { DAY_MS, TRAFFIC_FILE, type TrafficQuery } from '../src/mail/trace/traffic/traffic.ts';
import { systemClock } from '../src/platform/clock.ts';
import { createTestLog } from '../src/platform/log.ts';

const END = Date.parse('2026-11-21T00:00:00Z');
const DAYS = 30;
const CUSTOMERS = 500;
const BATCH = 4000;
const READS = 20;

const folder = process.argv[2];
const messages = Number(process.argv[3] ?? 1_000_000);
if (folder === undefined) {
  console.error('usage: node bench/traffic.bench.ts FOLDER [MESSAGES]');
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  if (listDays(folder).length === 0) build(folder);
  read(folder);
  recount(folder);
}

function openWriter(folder: string): TraceWriter {
  return openTraceWriter({ folder, clock: systemClock, log: createTestLog(), onSetAside: () => {} });
}

function build(folder: string): void {
  const writer = openWriter(folder);
  for (let n = 0, seq = 1; n < messages; seq++) {
    const texts: string[] = [];
    for (let i = 0; i < BATCH && n < messages; i++, n++) texts.push(...textsOf(n));
    const rows: OutboxRow[] = [{ seq, events: texts.join('\n') }];
    writer.write(rows, []);
  }
  writer.close();
  const octets = statSync(join(folder, TRAFFIC_FILE)).size;
  console.log(`${messages} messages: ${(octets / 1e6).toFixed(1)} MB of counts`);
}

/** Few customers send most of it, to few domains. */
function textsOf(n: number): string[] {
  const [a, b] = [((n * 7919) % 1009) / 1009, ((n * 104_729) % 2003) / 2003];
  const at = END - DAYS * DAY_MS + Math.floor((n / messages) * DAYS * DAY_MS);
  const customer = `cust${Math.floor(a * a * CUSTOMERS)}` as CustomerId;
  return deliveredTexts(sampleMeta(at, n % 32 ** 4, { customer }), [
    `user${n % 1000}@d${Math.floor(b ** 4 * 500)}.example`,
  ]);
}

function read(folder: string): void {
  const month = { from: END - DAYS * DAY_MS, to: END, by: 'day', zone: 'Europe/Luxembourg' } as const;
  const week = { from: END - 7 * DAY_MS, to: END, by: 'hour', zone: 'Europe/Luxembourg' } as const;
  const busiest = 'cust0' as CustomerId;
  time(folder, 'a customer, 7 days by hour', { ...week, customer: busiest });
  time(folder, 'a customer, 30 days by day', { ...month, customer: busiest });
  time(folder, 'all, 30 days by day', month);
}

function time(folder: string, what: string, query: TrafficQuery): void {
  const began = performance.now();
  let counted = 0;
  for (let i = 0; i < READS; i++) counted = readTraffic(folder, query).totals.messages;
  console.log(`${what}: ${((performance.now() - began) / READS).toFixed(1)} ms, ${counted} messages`);
}

function recount(folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, TRAFFIC_FILE + suffix), { force: true });
  const writer = openWriter(folder);
  const began = performance.now();
  let longest = 0;
  while (writer.recounting) {
    const step = performance.now();
    writer.recount();
    longest = Math.max(longest, performance.now() - step);
  }
  writer.close();
  const seconds = (performance.now() - began) / 1000;
  console.log(`counted anew in ${seconds.toFixed(1)} s, the longest step ${longest.toFixed(0)} ms`);
}
