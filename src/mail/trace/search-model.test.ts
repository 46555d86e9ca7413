// The search against a model that reads every event of every message, and the writer against cuts and repeats.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createTestLog } from '../../platform/log.ts';
import type { CustomerId, MessageMeta, Outcome, RemoteReply } from '../message.ts';
import { acceptedEvent } from '../report/events.ts';
import { outcomeText, sampleAttempt, sampleMeta } from './sample-events.ts';
import type { OutboxRow, TraceEntry } from './trace.ts';
import { parseTraceQuery } from './trace-query.ts';
import { openTraceReader, type TraceReader } from './trace-reader.ts';
import { openTraceWriter } from './trace-writer.ts';

const BEGIN = Date.parse('2026-11-20T22:00:00Z');
const HOUR_MS = 3_600_000;
const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 15);

const SENDERS = ['alice@acme.example', 'bob@acme.example', 'Alice@Other.example', ''];
const RECIPIENTS = ['carol@one.example', 'dan@one.example', 'carol@two.example', 'Éva@zwölf.example'];
const CUSTOMERS = ['acme', 'other'];
const SUBJECTS = ['Invoice 12', 'Re: invoice, please', 'Grüße aus Bonn', 'one.example is down', ''];
const HOSTS = ['mx1.one.example', 'mx.two.example'];
const FINALS = ['delivered', 'bounced', 'expired', 'deferred'] as const;

interface Sent {
  meta: MessageMeta;
  recipients: string[];
  /** For each recipient its outcomes, in order. */
  outcomes: { index: number; kind: (typeof FINALS)[number]; host: string }[];
}

type Given = Pick<Sent, 'recipients' | 'outcomes'> & {
  hour: number;
  sender: string;
  customer: string;
  subject: string;
};

const sent: fc.Arbitrary<Given> = fc.record({
  hour: fc.integer({ min: 0, max: 5 }),
  sender: fc.constantFrom(...SENDERS),
  customer: fc.constantFrom(...CUSTOMERS),
  subject: fc.constantFrom(...SUBJECTS),
  recipients: fc.array(fc.constantFrom(...RECIPIENTS), { minLength: 1, maxLength: 3 }),
  outcomes: fc.array(
    fc.record({
      index: fc.integer({ min: 0, max: 2 }),
      kind: fc.constantFrom(...FINALS),
      host: fc.constantFrom(...HOSTS),
    }),
    { maxLength: 4 },
  ),
});

function sentOf(given: Given[]): Sent[] {
  return given
    .toSorted((a, b) => a.hour - b.hour)
    .map(({ hour, sender, customer, subject, recipients, outcomes }, n) => {
      const change: Partial<MessageMeta> = {
        sender,
        customer: customer as CustomerId,
        recipientCount: recipients.length,
      };
      if (subject !== '') change.subject = subject;
      const meta = sampleMeta(BEGIN + hour * HOUR_MS + n, n, change);
      delete meta.headerFrom;
      return { meta, recipients, outcomes: outcomes.filter(({ index }) => index < recipients.length) };
    });
}

function replyOf({ kind, host }: Sent['outcomes'][number]): RemoteReply {
  const text = `mailbox of ${host.slice(0, 3)} is full`;
  return { code: kind === 'bounced' ? 550 : 450, enhanced: '4.2.2', text };
}

function outcomeOf(given: Sent['outcomes'][number], at: number): Outcome {
  const { kind, host } = given;
  const attempt = sampleAttempt(at, host);
  const reply = replyOf(given);
  const cause = { from: 'remote', stage: 'rcpt', host, reply } as const;
  if (kind === 'delivered') return { kind, reply: { code: 250, text: 'Ok' }, attempt };
  if (kind === 'expired') return { kind, lastCause: cause };
  return kind === 'bounced' ? { kind, cause, attempt } : { kind, cause, scope: 'recipient', attempt };
}

/** Rows of the outbox: accepts in order, each outcome some rows later. */
function rowsOf(messages: Sent[]): OutboxRow[] {
  const rows: string[][] = [];
  messages.forEach((one, n) => {
    (rows[n] ??= []).push(JSON.stringify(acceptedEvent(one.meta, one.recipients)));
    one.outcomes.forEach((outcome, k) => {
      const recipient = { address: one.recipients[outcome.index] ?? '', index: outcome.index };
      (rows[n + k * 2] ??= []).push(outcomeText(one.meta, recipient, outcomeOf(outcome, one.meta.acceptedAt)));
    });
  });
  return Array.from(rows, (texts, n) => ({ seq: n + 1, events: (texts ?? []).join('\n') }));
}

/** Status of each recipient: the first final outcome stays. */
function statusesOf(one: Sent): string[] {
  const statuses = one.recipients.map(() => 'queued');
  for (const { index, kind } of one.outcomes) {
    const now = statuses[index] ?? '';
    if (now === 'queued' || now === 'deferred') statuses[index] = kind;
  }
  return statuses;
}

type Term = { text: string; fits: (one: Sent) => boolean };

const lower = (text: string) => text.toLowerCase();
const domain = (address: string) => lower(address).split('@')[1];
/** Each of these words is in the subject or in what a receiver said. */
function hasWords(one: Sent, words: string): boolean {
  const said = one.outcomes.filter(({ kind }) => kind !== 'delivered').map((outcome) => replyOf(outcome).text);
  const has = wordsOf([one.meta.subject ?? '', ...said].join(' '));
  return wordsOf(words).every((word) => has.includes(word));
}
const wordsOf = (text: string) => lower(text).split(/[^\p{L}\p{N}]+/u);

const term: fc.Arbitrary<Term> = fc.oneof(
  fc.constantFrom(...SENDERS.filter((sender) => sender !== '')).map(
    (address): Term => ({
      text: `from:${address}`,
      fits: (one) => lower(one.meta.sender) === lower(address),
    }),
  ),
  fc.constant<Term>({ text: 'from:<>', fits: (one) => one.meta.sender === '' }),
  fc.constantFrom('acme.example', '@OTHER.example').map(
    (name): Term => ({
      text: `from:${name}`,
      fits: (one) => domain(one.meta.sender) === lower(name).replace('@', ''),
    }),
  ),
  fc.constantFrom(...RECIPIENTS).map(
    (address): Term => ({
      text: `to:${address}`,
      fits: (one) => one.recipients.some((to) => lower(to) === lower(address)),
    }),
  ),
  fc.constantFrom('one.example', 'zwölf.example', 'none.example').map(
    (name): Term => ({
      text: `to:@${name}`,
      fits: (one) => one.recipients.some((to) => domain(to) === name),
    }),
  ),
  fc.constantFrom(...CUSTOMERS).map(
    (customer): Term => ({
      text: `customer:${customer}`,
      fits: (one) => one.meta.customer === customer,
    }),
  ),
  fc.constantFrom('queued', 'deferred', 'delivered', 'bounced', 'expired', 'bounced,expired', 'queued,deferred').map(
    (names): Term => ({
      text: `status:${names}`,
      fits: (one) => statusesOf(one).some((status) => names.split(',').includes(status)),
    }),
  ),
  fc.constantFrom('invoice', 'grüße', 'INVOICE', 'bonn', '"re invoice"').map(
    (words): Term => ({
      text: words,
      fits: (one) => hasWords(one, words.replaceAll('"', '')),
    }),
  ),
  fc.constantFrom(...HOSTS).map(
    (host): Term => ({
      text: host,
      // An expiry names no host: it has no attempt of its own.
      fits: (one) =>
        one.outcomes.some((outcome) => outcome.host === host && outcome.kind !== 'expired') || hasWords(one, host),
    }),
  ),
  fc.integer({ min: 0, max: 5 }).map(
    (hour): Term => ({
      text: `since:${new Date(BEGIN + hour * HOUR_MS).toISOString()}`,
      fits: (one) => one.meta.acceptedAt >= BEGIN + hour * HOUR_MS,
    }),
  ),
  fc.integer({ min: 0, max: 5 }).map(
    (hour): Term => ({
      text: `until:${new Date(BEGIN + hour * HOUR_MS).toISOString()}`,
      fits: (one) => one.meta.acceptedAt <= BEGIN + hour * HOUR_MS,
    }),
  ),
);

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-trace-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const clock = { now: () => BEGIN + 6 * HOUR_MS, monotonic: () => 0 };

function open(folder: string) {
  return openTraceWriter({ folder, clock, log: createTestLog(), onSetAside: () => assert.fail() });
}

function findAll(reader: TraceReader, text: string, limit: number): TraceEntry[] {
  const parsed = parseTraceQuery(text, clock.now());
  // Two times that exclude each other are refused: nothing would be found.
  if (parsed.kind === 'fault') {
    assert.match(parsed.fault.message, /since: is later/);
    return [];
  }
  const found: TraceEntry[] = [];
  let before: string | undefined;
  do {
    const page = reader.search(parsed.query, before === undefined ? { limit } : { limit, before });
    assert.ok(page.entries.length <= limit);
    found.push(...page.entries);
    before = page.next;
  } while (before !== undefined);
  return found;
}

test(`every query finds what a look at every event would find, page by page, newest first (${RUNS} runs)`, () => {
  fc.assert(
    fc.property(
      fc.array(sent, { maxLength: 25 }),
      fc.array(fc.array(term, { maxLength: 3 }), { minLength: 15, maxLength: 15 }),
      fc.integer({ min: 1, max: 9 }),
      (given, queries, size) =>
        inFolder((folder) => {
          const messages = sentOf(given);
          const rows = rowsOf(messages);
          const writer = open(folder);
          for (let i = 0; i < rows.length; i += size) writer.write(rows.slice(i, i + size), []);
          writer.close();
          const reader = openTraceReader(folder);
          for (const terms of queries) {
            const text = terms.map((one) => one.text).join(' ');
            const expected = messages.filter((one) => terms.every(({ fits }) => fits(one))).toReversed();
            const found = findAll(reader, text, size);
            assert.deepEqual(
              found.map(({ id }) => id),
              expected.map(({ meta }) => meta.id),
              text,
            );
            for (const [i, entry] of found.entries()) {
              const one = expected[i];
              assert.deepEqual(
                entry.recipients.map(({ status }) => status),
                one === undefined ? [] : statusesOf(one),
              );
            }
          }
          reader.close();
        }),
    ),
    { numRuns: RUNS },
  );
});

test(`rows that come again after any cut change nothing (${RUNS} runs)`, () => {
  const cut = fc.record({ from: fc.nat(), rows: fc.integer({ min: 1, max: 8 }), restart: fc.boolean() });
  fc.assert(
    fc.property(fc.array(sent, { minLength: 1, maxLength: 20 }), fc.array(cut, { maxLength: 12 }), (given, cuts) =>
      inFolder((folder) => {
        const messages = sentOf(given);
        const rows = rowsOf(messages);
        let writer = open(folder);
        let synced = 0;
        // The queue hands out rows from any place at or before the first that was never written.
        for (const { from, rows: count, restart } of cuts) {
          const begin = from % (synced + 1);
          writer.write(rows.slice(begin, begin + count), []);
          synced = Math.max(synced, Math.min(begin + count, rows.length));
          if (restart) {
            writer.close();
            writer = open(folder);
          }
        }
        writer.write(rows.slice(synced), []);
        writer.write(rows, []);
        const accepted = messages.reduce((sum, { recipients }) => sum + recipients.length, 0);
        const final = messages.flatMap(statusesOf).filter((one) => one !== 'queued' && one !== 'deferred').length;
        const totals = writer.totalsAt();
        assert.deepEqual([totals?.accepted, totals?.final], [accepted, final]);
        writer.close();
        const reader = openTraceReader(folder);
        assert.equal(findAll(reader, '', 7).length, messages.length);
        for (const one of messages) {
          assert.equal(reader.show(one.meta.id)?.events.length, 1 + one.outcomes.length);
        }
        reader.close();
      }),
    ),
    { numRuns: RUNS },
  );
});
