// Against a real rspamd where there is one; what no real one does is played.

import assert from 'node:assert/strict';
import test from 'node:test';
import { type Fault, http, NO_SPAM, startFaultyRspamd } from '../../../test/support/faulty-scanners.ts';
import { freePort } from '../../../test/support/ports.ts';
import { GTUBE, skipWithoutRspamd, startRspamd } from '../../../test/support/rspamd.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { until } from '../../../test/support/until.ts';
import type { ScannerNews } from '../scanner-health.ts';
import { createSpamLearner } from './spam-learner.ts';
import { createSpamScanner, type SpamQuestion, type SpamScanner, type SpamScannerOptions } from './spam-scanner.ts';

type Entry = SpamScannerOptions['scanners'][number];

interface Opened extends Disposable {
  scanner: SpamScanner;
  news: ScannerNews[];
}

function open(ports: number[], more: Partial<Entry> & { probeEveryMs?: number } = {}): Opened {
  const { probeEveryMs, ...entry } = more;
  const news: ScannerNews[] = [];
  const scanner = createSpamScanner({
    scanners: ports.map((port, i) => ({
      address: { host: '127.0.0.1', port },
      name: `rspamd-${i}`,
      connections: 4,
      timeoutMs: 5000,
      maxSize: 1024 ** 2,
      settingsIds: {},
      ...entry,
    })),
    news: (one) => void news.push(one),
    ...(probeEveryMs !== undefined && { probeEveryMs }),
  });
  return { scanner, news, [Symbol.dispose]: () => scanner.close() };
}

const QUESTION: SpamQuestion = {
  ip: '198.51.100.7',
  helo: 'mail.example.org',
  sender: 'a@example.org',
  recipients: ['b@acme.test'],
  queueId: '1',
  direction: 'inbound',
};

const WORDS = 'The committee meets on Thursday to look at the figures of the last quarter and to plan the move';

function mail(text: string, from = 'a@example.org'): Buffer {
  const header = `From: A <${from}>\r\nTo: b@acme.test\r\nSubject: hello\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n`;
  return Buffer.from(
    `${header}Message-ID: <${Buffer.from(text).toString('hex').slice(0, 30)}@example.org>\r\n\r\n${text}\r\n`,
  );
}

test('a real rspamd', { skip: skipWithoutRspamd }, async (t) => {
  await using folder = temporaryFolder('rspamd');
  await using rspamd = await startRspamd({ folder: folder.path });
  using one = open([rspamd.ports.scan], { probeEveryMs: 200, timeoutMs: 4000 });
  const score = async (question: Partial<SpamQuestion>, content: Buffer) => {
    const answer = await one.scanner.check({ ...QUESTION, ...question }, content);
    assert.equal(answer.kind, 'scored', JSON.stringify(answer));
    return answer.kind === 'scored' ? answer : undefined;
  };
  const names = async (question: Partial<SpamQuestion>, content = mail(WORDS)) =>
    (await score(question, content))?.symbols.map(({ name }) => name) ?? [];

  await t.test('ham and GTUBE', async () => {
    const ham = await score({}, mail(WORDS));
    assert.ok(ham !== undefined && ham.score < 6 && !ham.forced, JSON.stringify(ham));
    const spam = await score({}, mail(GTUBE));
    assert.deepEqual([spam?.action, spam?.forced], ['reject', true]);
  });

  await t.test('it hears who sends to whom', async () => {
    assert.ok((await names({})).includes('FROM_EQ_ENVFROM'));
    assert.ok((await names({ sender: 'other@example.net' })).includes('FROM_NEQ_ENVFROM'));
    assert.ok((await names({})).includes('TO_MATCH_ENVRCPT_ALL'));
    const many = Array.from({ length: 1500 }, (_, i) => `b${i}@acme.test`);
    assert.ok(!(await names({ recipients: many })).includes('TO_MATCH_ENVRCPT_ALL'));
    const log = () => rspamd.log();
    await score(
      { ip: '203.0.113.9', helo: 'x.test\r\nUser: boss', user: 'acme', queueId: 'seen-by-rspamd' },
      mail('again'),
    );
    await until('the log', () => (log().includes('seen-by-rspamd') ? true : undefined));
    assert.match(log(), /ip: 203\.0\.113\.9/);
    assert.match(log(), /user: acme/);
    assert.doesNotMatch(log(), /user: boss/, 'what a stranger says ends no field');
  });

  await t.test('of a large message it gets the beginning', async () => {
    const large = Buffer.concat([
      mail(WORDS),
      Buffer.alloc(3 * 1024 ** 2, 'some words and more\r\n'),
      Buffer.from(GTUBE),
    ]);
    assert.equal((await score({}, large))?.forced, false);
  });

  await t.test('many at a time each get their own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => score({}, mail(i % 4 === 0 ? GTUBE : `${WORDS} ${i}`))),
    );
    assert.deepEqual(
      answers.map((answer) => answer?.forced),
      answers.map((_, i) => i % 4 === 0),
    );
  });

  await t.test('it learns what people say', async () => {
    const controllers = [
      { address: { host: '127.0.0.1', port: rspamd.ports.controller }, name: 'right', password: () => rspamd.password },
      { address: { host: '127.0.0.1', port: rspamd.ports.controller }, name: 'wrong', password: () => 'no' },
      { address: { host: '127.0.0.1', port: await freePort() }, name: 'gone', password: () => undefined },
    ];
    const learner = createSpamLearner({ controllers, timeoutMs: 10_000 });
    const spam = 'cheap pills casino lottery winner click urgent million viagra bonus guaranteed inheritance wire';
    for (let i = 0; i < 4; i++) {
      const learned = await learner.learn('ham', mail(`${WORDS} and so on ${'abcd'[i]}`));
      assert.equal(learned.get('right')?.kind, 'learned');
      assert.deepEqual(learned.get('wrong'), { kind: 'failed', detail: 'refuses our password' });
      assert.equal(learned.get('gone')?.kind, 'failed');
      await learner.learn('spam', mail(`${spam} ${'efgh'[i]}`));
    }
    assert.equal((await learner.learn('ham', mail(`${WORDS} and so on a`))).get('right')?.kind, 'known');
    learner.close();
    await until('the scanner knows', async () => ((await names({})).includes('BAYES_HAM') ? true : undefined));
    assert.ok(!(await names({}, mail(spam))).includes('BAYES_HAM'));
  });

  await t.test('hung, and going on', async () => {
    rspamd.hang();
    const began = performance.now();
    assert.equal((await one.scanner.check(QUESTION, mail(WORDS))).kind, 'unavailable');
    assert.ok(performance.now() - began < 4500, 'within its time');
    rspamd.goOn();
    await until('it is asked again', async () =>
      (await one.scanner.check(QUESTION, mail(WORDS))).kind === 'scored' ? true : undefined,
    );
  });

  await t.test('another takes over what one breaks off; without any there is no answer', async () => {
    await using bad = await startFaultyRspamd({ fault: 'close' });
    using both = open([bad.port, rspamd.ports.scan]);
    for (let i = 0; i < 6; i++) assert.equal((await both.scanner.check(QUESTION, mail(WORDS))).kind, 'scored');
    assert.ok(bad.contents > 0, 'it had its turn');
    await rspamd.kill();
    for (let i = 0; i < 4; i++) assert.equal((await one.scanner.check(QUESTION, mail(WORDS))).kind, 'unavailable');
  });
});

test('what it breaks off over, or is not through with, is told apart from what only waited', async () => {
  const sound: Fault = { say: http(NO_SPAM) };
  const fault = (content: string): Fault =>
    content.includes('slow') ? 'hang' : content.includes('deadly') ? 'close' : sound;
  await using faulty = await startFaultyRspamd({ fault });
  using one = open([faulty.port], { timeoutMs: 400, connections: 1 });
  const brokeOver = async (text: string) => {
    const answer = await one.scanner.check(QUESTION, mail(text));
    assert.equal(answer.kind, 'unavailable', text);
    return answer.kind === 'unavailable' && answer.broke === true;
  };
  assert.equal(await brokeOver('deadly'), true);
  await until('it to be known as sound', async () =>
    (await one.scanner.check(QUESTION, mail('x'))).kind === 'scored' ? true : undefined,
  );
  assert.deepEqual(await Promise.all([brokeOver('slow'), brokeOver('innocent')]), [true, false]);
});

const RUBBISH: Record<string, Fault> = {
  nothing: 'hang',
  'the end of the connection': 'close',
  'no HTTP': { say: 'OK\r\n\r\n' },
  'half a head': { say: 'HTTP/1.1 200 OK\r\nContent-Le' },
  'half a body': { say: 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"score":0.0' },
  'more than it said': { say: `${http(NO_SPAM)}x` },
  'no JSON': { say: http('pong') },
  'an error': { say: http('{"error":"Cannot scan"}', '500 Internal') },
  'an error as 200': { say: http('{"error":"Cannot scan"}') },
  'an endless head': { say: `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}` },
  chunks: { say: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${NO_SPAM}` },
  'a length that is none': { say: `HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n${NO_SPAM}` },
};

for (const [what, fault] of Object.entries(RUBBISH)) {
  test(`no score: ${what} as the answer`, async () => {
    await using faulty = await startFaultyRspamd({ fault });
    using one = open([faulty.port], { timeoutMs: 300 });
    assert.equal((await one.scanner.check(QUESTION, mail(WORDS))).kind, 'unavailable');
    faulty.answer({ say: http(NO_SPAM) });
    await until('a sound answer', async () =>
      (await one.scanner.check(QUESTION, mail(WORDS))).kind === 'scored' ? true : undefined,
    );
  });
}

test('connections are kept where the server keeps them, and a closed one is made anew', async () => {
  const kept = `HTTP/1.1 200 OK\r\nContent-Length: ${NO_SPAM.length}\r\n\r\n${NO_SPAM}`;
  await using server = await startFaultyRspamd({ fault: { say: kept } });
  using one = open([server.port]);
  for (let i = 0; i < 5; i++) assert.equal((await one.scanner.check(QUESTION, mail(WORDS))).kind, 'scored');
  assert.ok(server.connections <= 3, `${server.connections} connections for 5 questions and a probe`);
  server.hangUp();
  assert.equal((await one.scanner.check(QUESTION, mail(WORDS))).kind, 'scored');
});

test('a question that is given up ends at once', async () => {
  await using faulty = await startFaultyRspamd({ fault: 'hang' });
  using one = open([faulty.port]);
  const givenUp = new AbortController();
  const answer = one.scanner.check(QUESTION, mail(WORDS), givenUp.signal);
  await until('it is asked', () => (faulty.contents > 0 ? true : undefined));
  const began = performance.now();
  givenUp.abort();
  assert.equal((await answer).kind, 'unavailable');
  assert.ok(performance.now() - began < 1000);
});

test('who waits for its turn holds no content; one that cannot be read leaves the scanner alone', async () => {
  await using hanging = await startFaultyRspamd({ fault: 'hang' });
  using one = open([hanging.port], { connections: 2 });
  const givenUp = new AbortController();
  let read = 0;
  const content = async () => {
    read += 1;
    return mail(WORDS);
  };
  const asked = Array.from({ length: 10 }, () => one.scanner.check(QUESTION, content, givenUp.signal));
  await until('two are asked', () => (hanging.contents === 2 ? true : undefined));
  assert.equal(read, 2);
  givenUp.abort();
  for (const answer of await Promise.all(asked)) assert.equal(answer.kind, 'unavailable');
  assert.equal(read, 2, 'what is given up is not read any more');
  await using sound = await startFaultyRspamd({ fault: { say: http(NO_SPAM) } });
  using other = open([sound.port]);
  const broken = await other.scanner.check(QUESTION, () => Promise.reject(new Error('disk')));
  assert.equal(broken.kind === 'unavailable' && broken.detail, 'the content could not be read');
  assert.equal((await other.scanner.check(QUESTION, mail(WORDS))).kind, 'scored');
  assert.deepEqual(
    other.news.map(({ state }) => state),
    ['up'],
  );
});
