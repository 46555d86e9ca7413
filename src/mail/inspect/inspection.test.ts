import assert from 'node:assert/strict';
import test from 'node:test';
import type { HeaderSection } from '../../protocol/mime/header.ts';
import { replies } from '../accept/replies.ts';
import type { CustomerId, QueueId } from '../message.ts';
import { beginInspection, type Check, type InspectedMessage, refusalOf, type WholeContent } from './inspection.ts';
import { BUILT_IN } from './protection.ts';
import { type CheckResult, strictest } from './verdict.ts';

const message: InspectedMessage = {
  id: '0000000000000001' as QueueId,
  customer: 'acme' as CustomerId,
  direction: 'outbound',
  stream: 'business',
  sender: 'a@acme.test',
  recipients: ['b@example.org'],
  origin: { ip: '127.0.0.1', helo: 'mail.acme.test' },
  header: {} as HeaderSection,
  settings: BUILT_IN.outbound,
  at: 0,
};

const content: WholeContent = {
  size: 3,
  bytes: () => Promise.resolve(Buffer.from('abc')),
  async *stream() {
    yield Buffer.from('abc');
  },
};

const clean: CheckResult = { verdict: { kind: 'pass' }, result: 'clean' };

function check(name: string, end: () => Promise<CheckResult>, more: Partial<Check> & { seen?: string[] } = {}): Check {
  return {
    name,
    turn: 'rest',
    deadlineMs: 1000,
    begin: () => ({
      chunk: (bytes) => void more.seen?.push(Buffer.from(bytes).toString()),
      end,
      abort: () => void more.seen?.push('aborted'),
    }),
    unavailable: () => ({ kind: 'later' }),
    ...more,
  };
}

test('every check sees every octet, and the strictest verdict wins; changes and effects of all are kept', async () => {
  const seen: string[] = [];
  const inspection = beginInspection(
    [
      check('one', async () => ({ ...clean, changes: [{ kind: 'field', text: 'X-A: 1\r\n' }] }), { seen }),
      check(
        'two',
        async () => ({
          verdict: { kind: 'hold', reason: { kind: 'content' } },
          result: 'held',
          details: { rule: 'r' },
          effects: [{ kind: 'copy', to: 'c@acme.test' }],
        }),
        { seen },
      ),
    ],
    message,
  );
  inspection?.chunk(Buffer.from('abc'));
  const result = await inspection?.end(content);
  assert.deepEqual(seen, ['abc', 'abc']);
  assert.equal(result?.verdict.kind, 'hold');
  assert.deepEqual(result?.changes, [{ kind: 'field', text: 'X-A: 1\r\n' }]);
  assert.deepEqual(result?.effects, [{ kind: 'copy', to: 'c@acme.test' }]);
  assert.deepEqual(
    result?.notes.map((note) => [note.check, note.result, note.verdict, note.details]),
    [
      ['one', 'clean', 'pass', undefined],
      ['two', 'held', 'hold', { rule: 'r' }],
    ],
  );
});

test('a check that breaks or misses its deadline is unavailable, never clean', async () => {
  const broken = check('broken', async () => {
    throw new Error('scanner gone');
  });
  const late = check('late', () => new Promise(() => {}), {
    deadlineMs: 10,
    unavailable: () => ({ kind: 'hold', reason: { kind: 'content' } }),
  });
  const first = await beginInspection([broken], message)?.end(content);
  assert.deepEqual([first?.verdict.kind, first?.notes[0]?.result], ['later', 'unavailable']);
  assert.equal((await beginInspection([late], message)?.end(content))?.verdict.kind, 'hold');
});

test('what a cheap check refuses costs no dear one', async () => {
  const seen: string[] = [];
  const refuses = check(
    'cheap',
    async () => ({ verdict: { kind: 'reject', reply: replies.contentRefused }, result: 'x' }),
    {
      turn: 'first',
    },
  );
  const dear = check('dear', () => Promise.reject(new Error('must not run')), { seen });
  const result = await beginInspection([dear, refuses], message)?.end(content);
  assert.equal(result?.verdict.kind, 'reject');
  assert.deepEqual(seen, ['aborted']);
  assert.deepEqual(
    result?.notes.map((note) => note.check),
    ['cheap'],
  );
});

test('the strictest verdict is a table, and so is its answer', () => {
  assert.equal(strictest([]).kind, 'pass');
  assert.equal(strictest([{ kind: 'tag' }, { kind: 'pass' }, { kind: 'strip' }]).kind, 'strip');
  assert.equal(
    strictest([{ kind: 'later' }, { kind: 'quarantine', reason: { kind: 'quarantine' } }]).kind,
    'quarantine',
  );
  assert.equal(strictest([{ kind: 'strip' }, { kind: 'later' }]).kind, 'later');
  assert.equal(refusalOf({ kind: 'later' }), replies.inspectLater);
  assert.equal(refusalOf({ kind: 'reject', reply: replies.contentRefused }), replies.contentRefused);
  assert.equal(refusalOf({ kind: 'tag' }), undefined);
});

test('without checks, or with none for this message, there is no inspection to pay for', () => {
  assert.equal(beginInspection([], message), undefined);
  assert.equal(beginInspection([check('none', async () => clean, { begin: () => undefined })], message), undefined);
});
