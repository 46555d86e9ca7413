import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CustomerId } from '../message.ts';
import { acceptedEvent, rejectedEvent } from '../report/events.ts';
import { outcomeText, sampleAttempt, sampleMeta } from './sample-events.ts';
import { makeWorld, NOON, row, type World } from './testing/trace-world.ts';
import type { TraceRow } from './trace.ts';
import { parseTraceQuery } from './trace-query.ts';
import { openTraceReader } from './trace-reader.ts';

const BOB = { address: 'bob@example.org', index: 0 };
const CAROL = { address: 'carol@example.net', index: 1 };

function attempted(number = 1) {
  return sampleAttempt(NOON + number * 1000, 'mx1.example.org', number);
}

function refusedBy(code: number, text: string) {
  const reply = { code, enhanced: code < 500 ? '4.2.2' : '5.1.1', text };
  return { from: 'remote', stage: 'rcpt', host: 'mx1.example.org', reply } as const;
}

function world(t: TestContext): World {
  const w = makeWorld(t);
  const meta = { ...sampleMeta(NOON, 1), recipientCount: 2, subject: 'Invoice' };
  const writer = w.open();
  const full = refusedBy(452, 'Mailbox full');
  const unknown = refusedBy(550, 'No such user here');
  writer.write(
    [
      row(1, JSON.stringify(acceptedEvent(meta, [BOB.address, CAROL.address]))),
      row(2, outcomeText(meta, BOB, { kind: 'deferred', cause: full, scope: 'recipient', attempt: attempted() })),
      row(3, outcomeText(meta, BOB, { kind: 'bounced', cause: unknown, attempt: attempted(2) })),
      row(4, outcomeText(meta, CAROL, { kind: 'delivered', reply: { code: 250, text: 'Ok' }, attempt: attempted() })),
    ],
    [
      rejectedEvent({
        session: { ip: '192.0.2.9', helo: 'mail.acme.example' },
        reply: { name: 'relayDenied', code: 550, enhanced: '5.7.1' },
        customer: 'acme' as CustomerId,
        sender: 'alice@acme.example',
        recipient: 'dan@example.com',
        at: NOON + 5000,
      }),
    ],
  );
  writer.close();
  return w;
}

function rows(w: World, query: string, most = 50, limit = 100): TraceRow[] {
  const parsed = parseTraceQuery(query, NOON);
  assert.ok(parsed.kind === 'query', JSON.stringify(parsed));
  const reader = openTraceReader(w.folder);
  const page = reader.rows(parsed.query, { limit, most });
  reader.close();
  return page.rows;
}

test('a line a recipient, each with what its own last attempt said', (t) => {
  const [refused, bob, carol] = rows(world(t), '');
  assert.equal(refused?.status, 'rejected');
  assert.equal(refused?.reply, '550 5.7.1 Relaying denied (relayDenied)');
  assert.equal(refused?.refusal, 'relayDenied');
  assert.deepEqual(
    [bob?.to, bob?.status, bob?.class, bob?.permanence, bob?.responsible, bob?.attempts, bob?.reply],
    [BOB.address, 'bounced', 'invalid_address', 'permanent', 'recipient', 2, '550 5.1.1 No such user here'],
  );
  assert.deepEqual([bob?.sent_from, bob?.pool, bob?.subject], ['203.0.113.10', 'standard', 'Invoice']);
  assert.deepEqual([carol?.status, carol?.class, carol?.reply], ['delivered', undefined, '250 Ok']);
});

test('a filter means the recipient, not another one of its message', (t) => {
  const w = world(t);
  const named = (query: string) => rows(w, query).map(({ to }) => to);
  assert.deepEqual(named('status:bounced'), [BOB.address]);
  assert.deepEqual(named('status:delivered to:@example.net'), [CAROL.address]);
  assert.deepEqual(named('status:bounced to:carol@example.net'), []);
  assert.deepEqual(named('class:invalid_address'), [BOB.address]);
  // It was so once, and is no longer.
  assert.deepEqual(named('class:mailbox_unavailable'), []);
  assert.deepEqual(named('domain:example.net'), [CAROL.address]);
  assert.deepEqual(named('domain:acme.example status:bounced,delivered'), [BOB.address, CAROL.address]);
});

test('of a message with many recipients the last line says how many are left out', (t) => {
  const [, first, ...rest] = rows(world(t), '', 1);
  assert.deepEqual([first?.to, first?.more, rest.length], [BOB.address, 1, 0]);
});

test('a page that ends early says up to when it has looked', (t) => {
  const w = world(t);
  const parsed = parseTraceQuery('', NOON);
  assert.ok(parsed.kind === 'query');
  const reader = openTraceReader(w.folder);
  t.after(() => reader.close());
  const page = reader.rows(parsed.query, { limit: 1, most: 50 });
  assert.equal(page.searchedTo, NOON + 5000);
  const last = reader.rows(parsed.query, { limit: 5, most: 50, before: page.next ?? '' });
  assert.equal(last.rows.length, 2);
  assert.equal(last.next, undefined);
  assert.equal(last.searchedTo, undefined);
});

test('classes and domains that are none are named', () => {
  for (const query of ['class:nonsense', 'domain:a@b.example']) {
    const parsed = parseTraceQuery(query, NOON);
    assert.ok(parsed.kind === 'fault' && parsed.fault.message.includes(query), query);
  }
});
