import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause, Outcome, QueueId } from '../message.ts';
import type { Work } from '../queue/queue.ts';
import { sampleAttempt, sampleMeta } from '../trace/sample-events.ts';
import { makeNotices } from './notices/notices.ts';
import { endOfLifeOf, type SettleOptions, settlementFor, withinLife } from './settle.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const LIFE = 5 * 86_400_000;

function work(change: Partial<Work> = {}, addresses = ['bob@example.org']): Work {
  return {
    row: 7,
    meta: sampleMeta(NOON, 1),
    destination: 'example.org',
    recipients: addresses.map((address, index) => ({
      row: 100 + index,
      index,
      address,
      destination: 'example.org',
      attempts: 2,
      delayTold: false,
    })),
    heldMs: 0,
    task: 'deliver',
    ...change,
  };
}

function options(now: number, change: Partial<SettleOptions> = {}): SettleOptions {
  return {
    now,
    retryDelay: (attempts) => attempts * 1000,
    expireAfterMs: LIFE,
    ...change,
  };
}

/** The settlement with its notices, as they are made for a customer of ours. */
function settled(of: Work, outcomes: readonly Outcome[], now: number) {
  const retryUntil = endOfLifeOf(of, LIFE);
  const told = outcomes.map((outcome) => ({ outcome: withinLife(outcome, retryUntil, now) }));
  const [notices] = makeNotices([{ work: of, told, retryUntil, hidden: false }], {
    allowed: 'yes',
    hostname: 'relay.example',
    newId: () => '1k7tme5ve0000zzzz' as QueueId,
    now,
    languages: ['en'],
    returned: { kind: 'nothing' },
  });
  return settlementFor(of, outcomes, options(now, notices === undefined ? {} : { notices }));
}

const refused: Cause = {
  from: 'remote',
  stage: 'rcpt',
  host: 'mx.example.org',
  reply: { code: 550, enhanced: '5.1.1', text: 'No such user' },
};
const deferred: Outcome = {
  kind: 'deferred',
  cause: { from: 'us', cause: 'connect-failed' },
  scope: 'destination',
  attempt: sampleAttempt(NOON, 'mx.example.org', 3),
};

function typesOf(events: string[]): string[] {
  return events.map((text) => (JSON.parse(text) as { type: string }).type.split('.').at(-1) ?? '');
}

test('a deferral is due again by the schedule, counted from the attempts made', () => {
  const settlement = settlementFor(work(), [deferred], options(NOON + 5000));
  assert.equal(settlement.recipients[0]?.dueAt, NOON + 5000 + 3000);
  assert.deepEqual(typesOf(settlement.events), ['deferred']);
  assert.equal((JSON.parse(settlement.events[0] ?? '') as { nextAttemptAt: number }).nextAttemptAt, NOON + 8000);
  assert.deepEqual(settlement.messages, []);
});

test('the last attempt falls on the end of life, which time held makes later', () => {
  const end = NOON + LIFE + 60_000;
  const last = settlementFor(work({ heldMs: 60_000 }), [deferred], options(end - 10));
  assert.equal(last.recipients[0]?.dueAt, end);
});

test('a deferral after the end of life expires; the attempt is told of as well, and the sender', () => {
  const settlement = settled(work(), [deferred], NOON + LIFE);
  assert.equal(settlement.recipients[0]?.outcome.kind, 'expired');
  assert.deepEqual(typesOf(settlement.events), ['deferred', 'expired']);
  assert.equal(settlement.messages.length, 1);
});

test('work handed out as expired ends without an attempt', () => {
  const old = work({ task: 'expire' });
  const settlement = settled(old, [{ kind: 'expired' }], NOON + LIFE);
  assert.deepEqual(typesOf(settlement.events), ['expired']);
  assert.equal(settlement.messages.length, 1);
});

test('one notice for all that failed, none for what was delivered or not touched', () => {
  const outcomes: Outcome[] = [
    { kind: 'bounced', cause: refused },
    { kind: 'delivered', reply: { code: 250, text: 'Ok' }, attempt: sampleAttempt(NOON, 'mx.example.org') },
    { kind: 'bounced', cause: { from: 'us', cause: 'null-mx' } },
    { kind: 'untouched' },
  ];
  const settlement = settled(work({}, ['a@x.org', 'b@x.org', 'c@x.org', 'd@x.org']), outcomes, NOON);
  assert.deepEqual(typesOf(settlement.events), ['bounced', 'delivered', 'bounced']);
  const [notice, ...more] = settlement.messages;
  assert.deepEqual(more, []);
  assert.deepEqual(notice?.recipients, [{ address: 'alice@acme.example', destination: 'acme.example' }]);
  assert.equal(notice.meta.sender, '');
  assert.equal(notice.meta.direction, 'inbound');
  assert.deepEqual(typesOf(notice.events), ['accepted']);
});

test('never a notice for the null sender: a notice that fails ends as an event', () => {
  const bounce = work({ meta: sampleMeta(NOON, 1, { sender: '' }) });
  const settlement = settled(bounce, [{ kind: 'bounced', cause: refused }], NOON);
  assert.deepEqual(settlement.messages, []);
  assert.deepEqual(typesOf(settlement.events), ['bounced']);
  const { notice } = JSON.parse(settlement.events[0] ?? '') as { notice: unknown };
  assert.deepEqual(notice, { subject: 'failure', none: 'null-sender' });
});

test('a delay is told once: the mark is kept whether somebody was told or not', () => {
  const late = work({ task: 'tell-delay' });
  const settlement = settled(late, [{ kind: 'untouched' }], NOON + 14_400_000);
  assert.deepEqual(settlement.recipients, [{ row: 100, outcome: { kind: 'untouched' }, delayTold: true }]);
  assert.deepEqual(typesOf(settlement.events), ['delay_told']);
  assert.equal(settlement.messages.length, 1);
  const dsn = { recipients: [{ notify: ['failure' as const] }] };
  const unwanted = work({ task: 'tell-delay', meta: sampleMeta(NOON, 1, { dsn }) });
  const unasked = settled(unwanted, [{ kind: 'untouched' }], NOON);
  assert.equal(unasked.recipients[0]?.delayTold, true);
  assert.deepEqual(unasked.events, []);
  assert.deepEqual(unasked.messages, []);
});
