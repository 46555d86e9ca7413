import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { statusBit } from './message-state.ts';
import { parseTraceQuery, type TraceQuery } from './trace-query.ts';

const NOW = Date.parse('2026-11-22T12:34:56Z');
const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 2000);

function query(text: string): TraceQuery {
  const parsed = parseTraceQuery(text, NOW);
  assert.equal(parsed.kind, 'query', JSON.stringify(parsed));
  return parsed.kind === 'query' ? parsed.query : assert.fail();
}

function faultOf(text: string): string {
  const parsed = parseTraceQuery(text, NOW);
  assert.equal(parsed.kind, 'fault', text);
  return parsed.kind === 'fault' ? parsed.fault.message : assert.fail();
}

test('times: days are whole, ages count from now, all in UTC', () => {
  const at = (text: string) => Date.parse(text);
  for (const [text, since, until] of [
    ['since:2026-11-20', at('2026-11-20T00:00:00Z'), undefined],
    ['until:2026-11-20', undefined, at('2026-11-20T23:59:59.999Z')],
    ['since:2026-11-20T08:30', at('2026-11-20T08:30:00Z'), undefined],
    ['until:2026-11-20T08:30Z', undefined, at('2026-11-20T08:30:59.999Z')],
    ['until:2026-11-20t08:30:15', undefined, at('2026-11-20T08:30:15.999Z')],
    ['since:2026-11-20T08:30:15.250Z', at('2026-11-20T08:30:15.250Z'), undefined],
    ['since:2h', NOW - 7_200_000, undefined],
    ['since:1W until:30m', NOW - 604_800_000, NOW - 1_800_000],
    ['since:today', at('2026-11-22T00:00:00Z'), undefined],
    ['until:yesterday', undefined, at('2026-11-21T23:59:59.999Z')],
    ['since:2026-11-01 since:2026-11-10', at('2026-11-10T00:00:00Z'), undefined],
  ] as const) {
    const parsed = query(text);
    assert.equal(parsed.since, since, text);
    assert.equal(parsed.until, until, text);
  }
});

test('statuses: alternatives in one term, all terms must fit', () => {
  assert.deepEqual(query('status:bounced,expired status:Held').statuses, [
    statusBit('bounced') | statusBit('expired'),
    statusBit('held'),
  ]);
});

test('a fault names the term and the way to mend it', () => {
  for (const [text, message] of [
    ['id:abc', /"id:abc": a queue id has 17 characters/],
    ['status:sent', /"status:sent": a status is one of queued, deferred/],
    ['since:tomorrow', /"since:tomorrow": write a day \(since:2026-11-22\)/],
    ['since:2026-02-31', /write a day/],
    ['ip:10.0.0', /"ip:10.0.0": not an IP address/],
    ['ip:10.0.0.0/8', /not an IP address/],
    ['sender:x@y', /"sender:x@y": there is no key "sender"; keys are id, from, to/],
    ['direction:up', /must be outbound or inbound/],
    ['from:', /"from:": nothing follows the colon/],
    ['from:""', /nothing follows the colon/],
    ['"open', /a quotation mark has no partner/],
    ['a"b"', /a quotation mark/],
    ['since:1h until:2h', /since: is later than until:/],
    ['id:1k7tme5ve0000zzzz', /a queue id/],
    ['id:1k7tme5ve0000aaaa id:1k7tme5ve0000aaab', /more than one id/],
    ['x '.repeat(51), /more than 50 terms/],
    ['x'.repeat(4001), /longer than 4000/],
  ] as const) {
    assert.match(faultOf(text), message);
  }
});

test('what has a colon but is no key: an address of IPv6, quoted words', () => {
  assert.deepEqual(query('2001:db8::1').match, query('ip:2001:db8::1').match);
  assert.deepEqual(query('fe80::1').match, query('ip:fe80::1').match);
  assert.deepEqual(query('"re: hello"').match.length, 1);
});

test(`no text makes the parser throw or take long, and what it makes is what FTS5 takes (${RUNS} runs)`, () => {
  const db = new DatabaseSync(':memory:');
  db.exec(readFileSync(new URL('../../../migrations/trace/0001-day.sql', import.meta.url), 'utf8'));
  const search = db.prepare('SELECT rowid FROM word WHERE word MATCH ?');
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom(
      'from:',
      'to:',
      'status:',
      'since:',
      'id:',
      '"',
      ' ',
      'AND',
      'OR',
      'NOT',
      'NEAR(',
      '*',
      '^',
      ':',
      'a@b.c',
      '2h',
      '\u0000',
      "'",
    ),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (written) => {
      const parsed = parseTraceQuery(written, NOW);
      if (parsed.kind === 'fault') assert.ok(parsed.fault.message.length > 0);
      else if (parsed.query.match.length > 0) search.all(parsed.query.match.join(' AND '));
    }),
    { numRuns: RUNS },
  );
  db.close();
});
