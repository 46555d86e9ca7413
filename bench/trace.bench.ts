// What the trace costs and how fast it searches. `node bench/trace.bench.ts FOLDER [MESSAGES]` writes that many
// messages (accepted and delivered, 2 % deferred or bounced) into one day, unless FOLDER has them already, and then
// searches. 5,000,000 messages are 10 million events and about 8 GB.

import { mkdirSync, statSync } from 'node:fs';
import type { CustomerId, MessageMeta } from '../src/mail/message.ts';
import { dayPath, listDays } from '../src/mail/trace/day-file.ts';
import { createQuestions } from '../src/mail/trace/read-questions.ts';
import { deliveredTexts, outcomeText, sampleAttempt, sampleMeta } from '../src/mail/trace/sample-events.ts';
import type { OutboxRow, TracePage } from '../src/mail/trace/trace.ts';
import { openTraceWriter } from '../src/mail/trace/trace-writer.ts';
import { systemClock } from '../src/platform/clock.ts';
import { createTestLog } from '../src/platform/log.ts';

const DAY = Date.parse('2026-11-20T00:00:00Z');
const DAY_MS = 86_400_000;
const MESSAGES_A_COMMIT = 20;
const COMMITS_A_BATCH = 200;
const WORDS = 'offer invoice meeting report update contract quarterly order shipping notice reminder payment'.split(
  ' ',
);

const folder = process.argv[2];
const messages = Number(process.argv[3] ?? 5_000_000);
if (folder === undefined) {
  console.error('usage: node bench/trace.bench.ts FOLDER [MESSAGES]');
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  if (listDays(folder).length === 0) build(folder, messages);
  search(folder);
}

function build(folder: string, messages: number): void {
  const writer = openTraceWriter({ folder, clock: systemClock, log: createTestLog(), onSetAside: () => {} });
  let cpu = 0;
  let events = 0;
  let seq = 0;
  for (let n = 0; n < messages; ) {
    const rows: OutboxRow[] = [];
    for (let c = 0; c < COMMITS_A_BATCH && n < messages; c++) {
      const texts: string[] = [];
      for (let m = 0; m < MESSAGES_A_COMMIT && n < messages; m++, n++) texts.push(...textsOf(n, messages));
      seq += 1;
      rows.push({ seq, events: texts.join('\n') });
    }
    const before = process.cpuUsage();
    events += writer.write(rows, []).events;
    const used = process.cpuUsage(before);
    cpu += used.user + used.system;
    if (n % 500_000 === 0) console.log(`${n} messages, ${(cpu / n).toFixed(1)} µs CPU a message so far`);
  }
  writer.close();
  const octets = statSync(dayPath(folder, '2026-11-20')).size;
  console.log(
    `${messages} messages, ${events} events: ${(cpu / messages).toFixed(1)} µs CPU and ${(octets / messages).toFixed(0)} octets a message`,
  );
}

function textsOf(n: number, messages: number): string[] {
  const [a, b, c] = [random(n), random(n + 1e8), random(n + 2e8)];
  const customer = Math.floor(a * a * 500);
  const at = DAY + Math.floor((n / messages) * DAY_MS);
  const host = `mx${Math.floor(b * 2000)}.example.org`;
  const to = `user${Math.floor(c * 1e6)}@d${Math.floor(b * 2000)}.example`;
  const change: Partial<MessageMeta> = {
    customer: `cust${customer}` as CustomerId,
    sender: `person${Math.floor(c * 50)}@cust${customer}.example`,
    subject: `${WORDS[Math.floor(a * WORDS.length)]} ${WORDS[Math.floor(b * WORDS.length)]} number ${Math.floor(c * 1e5)}`,
    origin: { ip: `10.0.${customer % 250}.${Math.floor(a * 250)}`, helo: `mail.cust${customer}.example` },
  };
  const meta = sampleMeta(at, n % 32 ** 4, { ...change, headerFrom: change.sender ?? '' });
  const texts = deliveredTexts(meta, [to], host);
  if (n % 50 !== 0) return texts;
  const reply = { code: n % 100 === 0 ? 550 : 451, enhanced: '5.1.1', text: 'No such user here, said the server' };
  const cause = { from: 'remote', stage: 'rcpt', host, reply } as const;
  const attempt = sampleAttempt(at, host);
  const outcome =
    n % 100 === 0
      ? ({ kind: 'bounced', cause, attempt } as const)
      : ({ kind: 'deferred', cause, scope: 'recipient', attempt } as const);
  return [texts[0] ?? '', outcomeText(meta, { address: to, index: 0 }, outcome)];
}

/** The same number for the same n, 0 up to 1. */
function random(n: number): number {
  let x = Math.imul((n % 2 ** 31) ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

function search(folder: string): void {
  const questions = createQuestions({ traceFolder: folder, queueFile: '' });
  const seen = questions.answer({ kind: 'search', query: '', limit: 1 });
  const last = seen.kind === 'ok' ? (seen.value as TracePage).entries[0] : undefined;
  const queries = [
    '',
    `id:${last?.id ?? ''}`,
    `message-id:${last?.message_id ?? ''}`,
    'from:@cust7.example',
    'from:person7@cust7.example',
    'to:user77777@d1234.example',
    'to:@d1234.example',
    'to:user123456@d246.example status:delivered',
    'customer:cust3',
    'customer:cust3 status:bounced',
    'customer:cust3 to:@d77.example',
    'customer:cust499 status:queued',
    'status:delivered',
    'status:bounced',
    'status:deferred customer:cust100',
    'status:expired',
    'ip:10.0.3.7',
    'since:2026-11-20T10:00 until:2026-11-20T10:05',
    'since:2026-11-20T10:00 until:2026-11-20T10:05 from:@cust3.example',
    'since:2026-11-20T03:00 until:2026-11-20T03:01 status:bounced',
    'invoice',
    'quarterly report',
    'mx77.example.org',
    'd77.example quarterly',
    '"no such user"',
    '451 customer:cust7',
    'direction:outbound customer:cust0 invoice',
    'direction:outbound status:delivered to:@d5.example customer:cust400',
    'nothingthere direction:outbound',
  ];
  for (const query of queries) {
    const [first, again] = [timed(query), timed(query)];
    console.log(
      `${first.ms.toFixed(1).padStart(8)} ms, again ${again.ms.toFixed(1).padStart(7)} ms ${String(first.found).padStart(4)} found  ${query}`,
    );
  }

  /** A page of 50, continued until it is full or the days are through. */
  function timed(query: string): { ms: number; found: number } {
    const began = performance.now();
    let found = 0;
    let before: string | undefined;
    do {
      const request = { kind: 'search', query, limit: 50 - found } as const;
      const answer = questions.answer(before === undefined ? request : { ...request, before });
      if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
      found += (answer.value as TracePage).entries.length;
      before = (answer.value as TracePage).next;
    } while (before !== undefined && found < 50);
    return { ms: performance.now() - began, found };
  }
}
