// Many messages in a trace: accepted and delivered, 2 % deferred or bounced; few of 500 customers send most of them.

import { statSync } from 'node:fs';
import type { CustomerId, MessageMeta } from '../src/mail/message.ts';
import { dayPath, listDays } from '../src/mail/trace/day-file.ts';
import { deliveredTexts, outcomeText, sampleAttempt, sampleMeta } from '../src/mail/trace/sample-events.ts';
import type { OutboxRow } from '../src/mail/trace/trace.ts';
import { openTraceWriter } from '../src/mail/trace/trace-writer.ts';
import { systemClock } from '../src/platform/clock.ts';
import { createTestLog } from '../src/platform/log.ts';

const DAY_MS = 86_400_000;
const CUSTOMERS = 500;
const MESSAGES_A_COMMIT = 20;
const COMMITS_A_BATCH = 200;
const WORDS = 'offer invoice meeting report update contract quarterly order shipping notice reminder payment'.split(
  ' ',
);

interface Stored {
  messages: number;
  /** Over which they are spread evenly. */
  days: number;
  /** When the last was sent, milliseconds since 1970. */
  end: number;
  /** Of the customers, from 0, which sends most. */
  nameOf?: (customer: number) => string;
}

/** Writes them, and prints what that cost. */
export function storeMessages(folder: string, stored: Stored): void {
  const { messages } = stored;
  const writer = openTraceWriter({ folder, clock: systemClock, log: createTestLog(), onSetAside: () => {} });
  let cpu = 0;
  let events = 0;
  let seq = 0;
  for (let n = 0; n < messages; ) {
    const rows: OutboxRow[] = [];
    for (let c = 0; c < COMMITS_A_BATCH && n < messages; c++) {
      const texts: string[] = [];
      for (let m = 0; m < MESSAGES_A_COMMIT && n < messages; m++, n++) texts.push(...textsOf(n, stored));
      seq += 1;
      rows.push({ seq, source: 'stored', events: texts.join('\n') });
    }
    const before = process.cpuUsage();
    events += writer.write(rows, []).events;
    const used = process.cpuUsage(before);
    cpu += used.user + used.system;
    if (n % 500_000 === 0) console.log(`${n} messages, ${(cpu / n).toFixed(1)} µs CPU a message so far`);
  }
  writer.close();
  const octets = listDays(folder).reduce((sum, day) => sum + statSync(dayPath(folder, day)).size, 0);
  console.log(
    `${messages} messages, ${events} events: ${(cpu / messages).toFixed(1)} µs CPU and ${(octets / messages).toFixed(0)} octets a message`,
  );
}

function textsOf(n: number, { messages, days, end, nameOf = (i) => `cust${i}` }: Stored): string[] {
  const [a, b, c] = [random(n), random(n + 1e8), random(n + 2e8)];
  const customer = Math.floor(a * a * CUSTOMERS);
  const at = end + Math.floor((n / messages - 1) * days * DAY_MS);
  const host = `mx${Math.floor(b * 2000)}.example.org`;
  const to = `user${Math.floor(c * 1e6)}@d${Math.floor(b * 2000)}.example`;
  const change: Partial<MessageMeta> = {
    customer: nameOf(customer) as CustomerId,
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
