import assert from 'node:assert/strict';
import test from 'node:test';
import type { CustomerId } from '../message.ts';
import { beginInspection, type Check, combine, type InspectedEnvelope, type Verdict } from './inspection.ts';

const envelope: InspectedEnvelope = {
  customer: 'acme' as CustomerId,
  direction: 'outbound',
  stream: 'business',
  sender: 'a@acme.test',
  recipients: ['b@example.org'],
  origin: { ip: '127.0.0.1', helo: 'mail.acme.test' },
};

function check(name: string, end: () => Promise<Verdict>, seen: string[] = [], deadlineMs = 1000): Check {
  return {
    name,
    deadlineMs,
    begin: () => ({ chunk: (bytes) => void seen.push(Buffer.from(bytes).toString()), end, abort: () => {} }),
  };
}

test('every check sees every octet, and the strictest verdict wins', async () => {
  const seen: string[] = [];
  const inspection = beginInspection(
    [
      check('one', async () => ({ kind: 'pass' }), seen),
      check('two', async () => ({ kind: 'hold', reason: { kind: 'content' } }), seen),
    ],
    envelope,
  );
  inspection?.chunk(Buffer.from('abc'));
  const result = await inspection?.end();
  assert.deepEqual(seen, ['abc', 'abc']);
  assert.equal(result?.verdict.kind, 'hold');
  assert.deepEqual(
    result?.notes.map((note) => [note.check, note.result]),
    [
      ['one', 'pass'],
      ['two', 'hold'],
    ],
  );
});

test('a check that breaks or misses its deadline means later, never clean', async () => {
  const broken = beginInspection(
    [
      check('broken', async () => {
        throw new Error('scanner gone');
      }),
    ],
    envelope,
  );
  assert.equal((await broken?.end())?.verdict.kind, 'later');
  const hung = beginInspection([check('hung', () => new Promise(() => {}), [], 10)], envelope);
  assert.equal((await hung?.end())?.verdict.kind, 'later');
});

test('combining verdicts is a table', () => {
  assert.equal(combine([]).kind, 'pass');
  assert.deepEqual(
    combine([{ kind: 'tag', fields: 'X-A: 1\r\n' }, { kind: 'pass' }, { kind: 'tag', fields: 'X-B: 2\r\n' }]),
    {
      kind: 'tag',
      fields: 'X-A: 1\r\nX-B: 2\r\n',
    },
  );
  assert.equal(combine([{ kind: 'later' }, { kind: 'quarantine', reason: { kind: 'virus' } }]).kind, 'quarantine');
  assert.equal(combine([{ kind: 'tag', fields: '' }, { kind: 'later' }]).kind, 'later');
});

test('without checks there is no inspection to pay for', () => {
  assert.equal(beginInspection([], envelope), undefined);
});
