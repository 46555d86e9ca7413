import assert from 'node:assert/strict';
import test from 'node:test';
import type { HeaderSection } from '../../../protocol/mime/header.ts';
import type { CustomerId, QueueId } from '../../message.ts';
import { beginInspection, type Check, type InspectedMessage, type WholeContent } from '../inspection.ts';
import { BUILT_IN } from '../protection.ts';
import type { CheckResult } from '../verdict.ts';
import { remembered, VerdictMemory } from './verdict-memory.ts';

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
const clean: CheckResult = { verdict: { kind: 'pass' }, result: 'clean', details: { scanner: 'one' } };

function world(end: () => Promise<CheckResult> = async () => clean) {
  const asked = { scans: 0, aborts: 0 };
  const time = { now: 0 };
  const check: Check = {
    name: 'virus',
    turn: 'rest',
    deadlineMs: 1000,
    unavailable: () => ({ kind: 'later' }),
    begin: () => ({
      end: () => {
        asked.scans++;
        return end();
      },
      abort: () => void asked.aborts++,
    }),
  };
  const memory = new VerdictMemory({
    clock: { now: () => time.now, monotonic: () => time.now },
    keptMs: () => 60_000,
    most: () => 3,
  });
  const checks = [
    remembered(check, memory, ({ sender }, digest) => (sender === '' ? undefined : `${sender} ${digest}`)),
  ];
  const inspect = async (body: string, header = 'Subject: x\r\n\r\n', about = message) => {
    const pieces = [header, body].map((text) => Buffer.from(text));
    const bytes = Buffer.concat(pieces);
    const content: WholeContent = {
      size: bytes.length,
      bytes: async () => bytes,
      async *stream() {
        yield* pieces;
      },
    };
    const inspection = beginInspection(checks, about);
    for (const piece of pieces) inspection?.chunk(piece);
    return inspection?.end(content);
  };
  return { asked, time, inspect };
}

test('the same content is scanned once, for minutes; another, or another sender, is scanned', async () => {
  const { asked, time, inspect } = world();
  await inspect('body');
  const again = await inspect('body', 'Subject: y\r\nX-Id: 77\r\nMessage-ID: <2@x>\r\nTo: c@d.test\r\n\r\n');
  assert.equal(asked.scans, 1);
  assert.equal(asked.aborts, 1, 'what had begun to take the content is given up');
  assert.deepEqual(again?.notes[0]?.details, { scanner: 'one', remembered: true });
  await inspect('another body');
  await inspect('body', 'Subject: x\r\nContent-Type: text/html\r\n\r\n');
  await inspect('body', 'Subject: x\r\n\r\n', { ...message, sender: 'other@acme.test' });
  assert.equal(asked.scans, 4);
  time.now = 60_001;
  await inspect('body');
  assert.equal(asked.scans, 5);
});

test('copies that come at the same time wait for one scan', async () => {
  const scan = Promise.withResolvers<CheckResult>();
  const { asked, inspect } = world(() => scan.promise);
  const all = Array.from({ length: 5 }, () => inspect('body'));
  scan.resolve(clean);
  const verdicts = await Promise.all(all);
  assert.deepEqual(
    [asked.scans, ...verdicts.map((one) => one?.verdict.kind)],
    [1, 'pass', 'pass', 'pass', 'pass', 'pass'],
  );
});

test('who waits for a scan that fails scans for itself; no failure is remembered', async () => {
  const results = [Promise.reject(new Error('gone')), Promise.resolve(clean), Promise.resolve(clean)];
  results[0]?.catch(() => {});
  const { asked, inspect } = world(() => results.shift() ?? Promise.resolve(clean));
  const [first, second] = await Promise.all([inspect('body'), inspect('body')]);
  assert.deepEqual([first?.verdict.kind, second?.verdict.kind], ['later', 'pass']);
  await inspect('body');
  assert.equal(asked.scans, 2);
});

test('what a scanner could not say, what is put off, and what changes the content is asked again', async () => {
  const results: CheckResult[] = [
    { verdict: { kind: 'pass' }, result: 'unavailable' },
    { verdict: { kind: 'later' }, result: 'died' },
    {
      verdict: { kind: 'tag' },
      result: 'spam',
      changes: [{ kind: 'edit', at: 0, remove: 0, insert: Buffer.from('x') }],
    },
    { verdict: { kind: 'tag' }, result: 'spam', changes: [{ kind: 'field', text: 'X: 1\r\n' }] },
  ];
  for (const result of results) {
    const { asked, inspect } = world(async () => result);
    await inspect('body');
    await inspect('body');
    assert.equal(asked.scans, result.changes?.[0]?.kind === 'field' ? 1 : 2, result.result);
  }
});

test('a key that says no is never remembered, and memory has its bounds', async () => {
  const { asked, inspect } = world();
  await inspect('body', 'Subject: x\r\n\r\n', { ...message, sender: '' });
  await inspect('body', 'Subject: x\r\n\r\n', { ...message, sender: '' });
  assert.equal(asked.scans, 2);
  for (const body of ['1', '2', '3', '4', '1']) await inspect(body);
  assert.equal(asked.scans, 7, 'the oldest of four was forgotten');
});
