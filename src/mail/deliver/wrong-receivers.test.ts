// Wrong receivers, each fault at each step: nothing is lost, nothing is taken twice in one attempt, nothing hangs, and
// the next message goes on. What may happen is decided by rules here, not case by case.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createAuthority } from '../../../test/support/certificates.ts';
import { createTestDelivery, type TestDelivery } from '../../../test/support/delivery.ts';
import { saidOf, told } from '../../../test/support/outcomes.ts';
import { type Answer, type Script, type Step, startReceiver } from '../../../test/support/scripted-receiver.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';
import type { Outcome } from '../message.ts';

const folder = temporaryFolder('deliver-wrong');
let tls = { cert: '', key: '' };
let delivery: TestDelivery;
const LIMIT_MS = 400;

before(async () => {
  const authority = await createAuthority(folder.path);
  const files = await authority.issue('receiver.test', ['receiver.test']);
  tls = { cert: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  delivery = createTestDelivery({
    connect_timeout: LIMIT_MS,
    command_timeout: LIMIT_MS,
    dot_timeout: LIMIT_MS,
    messages_per_connection: 2,
    chunking: 'always',
  });
});
after(async () => {
  await delivery.deliverer.close();
  folder.remove();
});

const CODES = `0 100 150 199 200 211 220 221 235 250 251 252 260 299 300 334 354 399 421 422 431 450 451 452 471 499
  500 501 502 503 504 521 530 535 550 552 553 554 555 571 599 600 650 999`
  .split(/\s+/)
  .map(Number);

const FAULTS: Record<string, Answer> = {
  ...Object.fromEntries(CODES.map((code) => [`code ${code}`, `${String(code).padStart(3, '0')} 2.0.0 what`])),
  'hang up': 'hang up',
  reset: 'reset',
  silence: 'silence',
  'stops reading': 'stop reading',
  '421 and hangs up': { reply: '421 4.3.2 closing', last: 'hang up' },
  '250 and hangs up': { reply: '250 ok', last: 'hang up' },
  '354 and hangs up': { reply: '354 ok', last: 'hang up' },
  '550 and hangs up': { reply: '550 5.1.1 no', last: 'hang up' },
  'no code': { raw: 'hello there\r\n' },
  'half a code': { raw: '25\r\n' },
  'code in words': { raw: 'two fifty ok\r\n' },
  'code with a letter': { raw: '25O ok\r\n' },
  'a space in front': { raw: ' 250 ok\r\n' },
  'four digits': { raw: '2500 ok\r\n' },
  'odd separator': { raw: '250_ok\r\n' },
  'code alone': { raw: '250\r\n' },
  'bare LF': { raw: '250 ok\n' },
  'bare CR': { raw: '250 ok\r250 ok\r\n' },
  'an empty line': { raw: '\r\n' },
  'an empty line before': { raw: '\r\n250 ok\r\n' },
  NUL: { raw: '2\x0050 ok\r\n' },
  'eight bits': { raw: '250 \xe9\xff\xfe\r\n' },
  'escape sequences': { raw: '250 \x1b[2J\x07\r\n' },
  'never ends its line': { raw: '250 ok' },
  'never ends its reply': { raw: '250-ok\r\n' },
  'codes that differ': { raw: '250-a\r\n550 b\r\n' },
  'codes that differ, good last': { raw: '550-a\r\n250 b\r\n' },
  'continuation without code': { raw: '250-a\r\n-b\r\n250 c\r\n' },
  'continuation in words': { raw: '250-a\r\nmore\r\n250 c\r\n' },
  'continuation with plus': { raw: '250-a\r\n250+b\r\n' },
  'many lines': { raw: `${'250-more\r\n'.repeat(300)}250 end\r\n` },
  'a few lines': { raw: `${'250-more\r\n'.repeat(30)}250 end\r\n` },
  'a long line': { raw: `250 ${'x'.repeat(5000)}\r\n` },
  'a megabyte': { raw: `250 ${'x'.repeat(1_000_000)}\r\n` },
  'endless lines': { endless: '250-more\r\n'.repeat(50) },
  'an endless line': { endless: 'x'.repeat(500) },
  'endless replies': { endless: '250 ok\r\n'.repeat(50) },
  'octet by octet': { dribble: '250-o\r\n250 k' },
  'two at once': { raw: '250 a\r\n250 b\r\n' },
  'two refusals at once': { raw: '550 a\r\n550 b\r\n' },
  'all in advance': { raw: '250 a\r\n250 b\r\n354 c\r\n250 d\r\n250 e\r\n' },
  'the end in advance': { raw: '354 go\r\n250 taken\r\n' },
  'TLS instead': { raw: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  'HTTP instead': { raw: 'HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n' },
};

const STEPS: Step[] = ['greeting', 'ehlo', 'helo', 'starttls', 'rset', 'mail', 'rcpt', 'data', 'bdat', 'dot', 'quit'];

interface Case {
  step: Step;
  fault: string;
  answer: Answer;
  extensions: string[];
}

function casesOf(step: Step): Case[] {
  const offers = [['PIPELINING'], []];
  if (step === 'bdat' || step === 'dot') offers.push(['PIPELINING', 'CHUNKING']);
  return Object.entries(FAULTS).flatMap(([fault, answer]) =>
    offers.map((extensions) => ({ step, fault, answer, extensions })),
  );
}

/** The script: the fault at its step, and what leads there. */
function scriptOf({ step, answer, extensions }: Case): Script {
  return {
    extensions,
    [step]: answer,
    ...(step === 'helo' && { ehlo: '502 5.5.1 what?' }),
    ...(step === 'starttls' && { tls, extensions: [...extensions, 'STARTTLS'] }),
    ...(step === 'rset' && { rcpt: (line: string) => (line.includes('before@') ? '550 5.1.1 no' : '250 ok') }),
  };
}

let sites = 0;

/** What one case showed to be wrong; nothing where all was well. */
async function faultsOf(one: Case): Promise<string[]> {
  await using receiver = await startReceiver(scriptOf(one));
  const wrong: string[] = [];
  const site = `site ${++sites}`;
  const send = async (name: string) => {
    const began = performance.now();
    const content = `Subject: ${name} ${site}\r\n\r\n.\r\nbody\r\n`;
    const [outcome] = await delivery.send({
      to: receiver.port,
      content,
      route: { site },
      recipients: [`${name}@r.test`],
    });
    const took = performance.now() - began;
    if (took > 20 * LIMIT_MS) wrong.push(`${name} took ${Math.round(took)} ms`);
    const times = receiver.messages.filter(({ content: got, refused }) => !refused && got.endsWith(content)).length;
    return { outcome, times };
  };
  // RSET is said after a transaction that was refused, QUIT after the second message.
  if (one.step === 'rset' || one.step === 'quit') await send('before');
  const { outcome, times } = await send('first');
  wrong.push(...judged(one, outcome, times));
  receiver.script = one.step === 'quit' ? { quit: one.answer } : {};
  const next = await send('next');
  if (told(next.outcome) !== 'delivered 250' || next.times !== 1) {
    wrong.push(
      `the next message: ${told(next.outcome)}, ${next.times} times at the receiver; ${saidOf(next.outcome).join('; ')}`,
    );
  }
  return wrong.map(
    (text) => `${one.step}, ${one.fault}, ${one.extensions.join('+')}: ${text}; ${saidOf(outcome).join('; ')}`,
  );
}

/** The rules. `times`: contents that the receiver got whole and did not refuse. */
function judged({ step, answer }: Case, outcome: Outcome | undefined, times: number): string[] {
  const what = `${told(outcome)}, ${times} times at the receiver`;
  if (outcome === undefined) return ['no outcome'];
  if (times > 1) return [`sent more than once: ${what}`];
  const text = JSON.stringify(answer);
  if (outcome.kind === 'delivered') {
    const said = typeof answer === 'string' ? answer : (Object.values(answer)[0] ?? '');
    return times === 1 && (step !== 'dot' || /^2\d\d[ \r\n-]/.test(said)) ? [] : [`told as delivered: ${what}`];
  }
  if (outcome.kind === 'bounced') {
    const remote = outcome.cause.from === 'remote' && outcome.cause.reply.code >= 500;
    return remote && (/5\d\d/.test(text) || MAY_SHIFT.has(text)) && times === 0 ? [] : [`bounced: ${what}`];
  }
  if (outcome.kind !== 'deferred') return [what];
  // Only an answer to the end of the content, or one that never came, leaves in doubt whether it was taken.
  const doubtful = step === 'dot' || MAY_SHIFT.has(text) || text.includes('hang up');
  return times === 0 || doubtful ? [] : [`taken and yet deferred: ${what}`];
}

/** Answers of more than one reply, or of less than one, shift all that follow: it is answered by what was for others. */
const MAY_SHIFT = new Set(
  [
    'two at once',
    'two refusals at once',
    'all in advance',
    'the end in advance',
    'endless replies',
    'never ends its line',
    'never ends its reply',
  ].map((name) => JSON.stringify(FAULTS[name])),
);

const AT_ONCE = 24;

for (const step of STEPS) {
  test(`wrong at ${step}: ${casesOf(step).length} cases`, async () => {
    const cases = casesOf(step);
    const wrong: string[] = [];
    const worker = async () => {
      for (let one = cases.pop(); one !== undefined; one = cases.pop()) wrong.push(...(await faultsOf(one)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    assert.deepEqual(wrong, []);
  });
}

test('a receiver that stops reading in the middle of a large content is given up in time', async () => {
  const chunk = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(64));
  async function* chunks() {
    for (let i = 0; i < 400; i++) yield chunk;
  }
  for (const content of [
    () => ({ kind: 'stream', chunks: chunks() }) as const,
    () => ({ kind: 'bytes', bytes: Buffer.concat(Array.from({ length: 200 }, () => chunk)) }) as const,
  ]) {
    await using receiver = await startReceiver({ data: { reply: '354 go', last: 'stop reading' } });
    const began = performance.now();
    const [outcome] = await delivery.send({ to: receiver.port, content, route: { site: `site ${++sites}` } });
    assert.equal(told(outcome), 'deferred reply-timeout (message)');
    assert.ok(performance.now() - began < 5000);
    receiver.script = {};
    assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'delivered 250');
  }
});

test('a receiver that does not notice that we close holds nothing up', async () => {
  await using receiver = await startReceiver({ halfOpen: true, quit: 'silence', dot: '550 5.7.1 no' });
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => delivery.send({ to: receiver.port, route: { site: 'half open' } })),
  );
  assert.ok(outcomes.flat().every((outcome) => told(outcome) === 'bounced dot 550'));
});

test('octets before we said anything, and a banner of many lines', async () => {
  const flood = `${'220-welcome to the machine\r\n'.repeat(100)}220 end`;
  const table: [Script, RegExp][] = [
    [{ greeting: flood }, /^delivered 250$/],
    [{ greeting: { raw: '220 a\r\n250 b\r\n' } }, /^deferred bad-reply/],
    [{ greeting: { raw: `${'220-x\r\n'.repeat(1000)}220 end\r\n` } }, /^deferred bad-reply/],
  ];
  for (const [script, expected] of table) {
    await using receiver = await startReceiver(script);
    const [outcome] = await delivery.send({ to: receiver.port, route: { site: `site ${++sites}` } });
    assert.match(told(outcome), expected);
  }
});

test('EHLO keywords are read whatever they say', async () => {
  const word = fc.oneof(
    fc.constantFrom('PIPELINING', 'CHUNKING', '8BITMIME', 'SMTPUTF8', 'SIZE', 'LIMITS', 'DSN', 'AUTH', 'STARTTLS'),
    fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    fc.constantFrom('=', '-1', '0', '99999999999999999999', 'MAILMAX=1', 'RCPTMAX=0', 'RCPTDOMAINMAX=1', 'SIZE=5'),
  );
  const line = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (extensions) => {
      await using receiver = await startReceiver({ extensions });
      const [outcome] = await delivery.send({ to: receiver.port, route: { site: `site ${++sites}` } });
      const size = extensions.some((text) => /^\s*SIZE\s+\d/i.test(text));
      assert.ok(told(outcome) === 'delivered 250' || (size && told(outcome) === 'bounced too-large'), told(outcome));
    }),
    { numRuns: 60 },
  );
});

test('a receiver that says it pipelines and does not is answered by a time-out, not a loss', async () => {
  // It forgets what came behind the first command of a group.
  await using receiver = await startReceiver({ extensions: ['PIPELINING'], forgetsGroups: true });
  const [outcome] = await delivery.send({ to: receiver.port, route: { site: `site ${++sites}` } });
  assert.match(told(outcome), /^deferred reply-timeout/);
  assert.equal(receiver.messages.length, 0);
});

const answers = fc.constantFrom(...Object.values(FAULTS));
const goodOrBad = (good: string) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant<Answer>(good) }, { weight: 1, arbitrary: answers });

test('receivers that do anything at any step', async () => {
  const script = fc.record({
    greeting: goodOrBad('220 hi'),
    mail: goodOrBad('250 ok'),
    rcpt: goodOrBad('250 ok'),
    data: goodOrBad('354 go'),
    bdat: goodOrBad('250 ok'),
    dot: goodOrBad('250 taken'),
    quit: goodOrBad('221 bye'),
    rset: goodOrBad('250 ok'),
    extensions: fc.subarray(['PIPELINING', 'CHUNKING', '8BITMIME', 'LIMITS RCPTMAX=1', 'LIMITS MAILMAX=1']),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(script, { minLength: 16, maxLength: 16 }), async (scripts) => {
      await Promise.all(scripts.map(anything));
    }),
    { numRuns: Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 240) / 16, endOnFailure: true },
  );
});

async function anything(script: Script): Promise<void> {
  await using receiver = await startReceiver(script);
  const site = `site ${++sites}`;
  const began = performance.now();
  const recipients = ['a@r.test', 'b@r.test', 'c@r.test'];
  const content = `Subject: ${site}\r\n\r\nx\r\n`;
  const outcomes = await delivery.send({ to: receiver.port, content, recipients, route: { site } });
  assert.ok(performance.now() - began < 40 * LIMIT_MS, 'it takes too long');
  for (const [i, outcome] of outcomes.entries()) {
    const rcpt = `RCPT TO:<${recipients[i]}>`;
    const times = receiver.messages.filter(({ rcpts, refused }) => !refused && rcpts.includes(rcpt)).length;
    const name = `${rcpt} ${told(outcome)} ${times} ${JSON.stringify(script).slice(0, 2000)} ${saidOf(outcome).join('; ')}`;
    assert.ok(times <= 1, `twice: ${name}`);
    if (outcome.kind === 'delivered') assert.equal(times, 1, `never taken: ${name}`);
    else if (outcome.kind === 'bounced') assert.match(JSON.stringify(script), /5\d\d/, name);
    else assert.equal(outcome.kind, 'deferred', name);
  }
}
