// What the trace costs and how fast it searches. `node bench/trace.bench.ts FOLDER [MESSAGES] [DAYS]` writes that many
// messages (accepted and delivered, 2 % deferred or bounced) into one day or many, unless FOLDER has them already, and then
// searches: whole pages, and how soon the first rows come as the portal asks for them. 5,000,000 messages are 10 million
// events and about 8 GB.

import { mkdirSync } from 'node:fs';
import { listDays } from '../src/mail/trace/day-file.ts';
import type { TraceSight } from '../src/mail/trace/read-messages.ts';
import { createQuestions } from '../src/mail/trace/read-questions.ts';
import { createReader, type Reader } from '../src/mail/trace/reader.ts';
import type { TracePage } from '../src/mail/trace/trace.ts';
import { createTestLog } from '../src/platform/log.ts';
import { storeMessages } from './stored-messages.ts';

const END = Date.parse('2026-11-21T00:00:00Z');

const folder = process.argv[2];
const messages = Number(process.argv[3] ?? 5_000_000);
const days = Number(process.argv[4] ?? 1);
if (folder === undefined) {
  console.error('usage: node bench/trace.bench.ts FOLDER [MESSAGES]');
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  if (listDays(folder).length === 0) storeMessages(folder, { messages, days, end: END });
  search(folder);
  await firstRows(folder);
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

/** What people type, as the portal asks: answers within 700 ms, and goes on where that was not enough. */
async function firstRows(folder: string): Promise<void> {
  const reader = createReader({ traceFolder: folder, queueFile: '', log: createTestLog() });
  const queries = {
    everything: '',
    'a common word': 'invoice',
    'two common words': 'quarterly report',
    'a common status of a customer': 'customer:cust3 status:delivered',
    'a rare address': 'to:user77777@d1234.example',
    'a sender': 'from:person7@cust7.example',
    'a rare address among the bounced': 'to:@d1234.example status:bounced',
    'a class of failures': 'class:invalid_address',
    'a word among one class': 'class:invalid_address customer:cust400 invoice',
    'a long stretch of time': 'since:2026-11-01 until:2026-11-05 customer:cust100',
    'half of what everything is': 'direction:outbound status:delivered customer:cust0 meeting',
    'nothing found': 'nothingthere',
    'nothing found among what is common': 'nothingthere direction:outbound status:delivered',
    'nothing found, common words alone': 'from:@cust1.example customer:cust2 direction:outbound',
    'nothing found, an address that is none': 'to:nobody@nowhere.example',
  };
  for (const [name, query] of Object.entries(queries)) {
    await timeRows(reader, name, query);
    await timeRows(reader, `${name}, without subjects`, query, { subjects: false });
  }
  await reader.close();
}

async function timeRows(reader: Reader, name: string, query: string, sight: TraceSight = {}): Promise<void> {
  const page = { limit: 50, most: 20, withinMs: 700, sight };
  const began = performance.now();
  const answers: number[] = [];
  let [first, rows] = [0, 0];
  let before: string | undefined;
  do {
    const answer = await reader.searchRows(query, before === undefined ? page : { ...page, before });
    if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
    answers.push(performance.now() - began);
    if (rows === 0 && answer.value.rows.length > 0) first = answers.at(-1) ?? 0;
    rows += answer.value.rows.length;
    before = answer.value.next;
  } while (before !== undefined && rows < 50);
  const [answered = 0, all = 0] = [answers[0], answers.at(-1)];
  const soon = rows === 0 ? 'none' : `${first.toFixed(0)} ms`;
  console.log(
    `first answer ${answered.toFixed(0).padStart(5)} ms, first row ${soon.padStart(8)}, ${String(rows).padStart(3)} rows after ${all.toFixed(0).padStart(6)} ms in ${answers.length} answers  ${name}: ${query}`,
  );
}
