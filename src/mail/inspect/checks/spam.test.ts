import assert from 'node:assert/strict';
import test from 'node:test';
import type { SpamAnswer, SpamQuestion, SpamScanner } from '../../../network/rspamd/spam-scanner.ts';
import { parseHeader } from '../../../protocol/mime/header.ts';
import type { CustomerId, Direction, QueueId } from '../../message.ts';
import { beginInspection, type InspectedMessage, type WholeContent } from '../inspection.ts';
import { type ListedSender, listedSenderKey } from '../listed-senders.ts';
import { BUILT_IN, type ProtectionFacts, type ProtectionSettings } from '../protection.ts';
import { spamCheck, spamKey } from './spam.ts';

const NO_FACTS: ProtectionFacts = { protection: () => undefined };
const MAIL = Buffer.from('From: a@example.org\r\nsubject: hello\r\nTo: b@acme.test\r\n\r\nhello\r\n');

function message(settings: Partial<ProtectionSettings> = {}, more: Partial<InspectedMessage> = {}): InspectedMessage {
  const direction: Direction = more.direction ?? 'inbound';
  return {
    id: '0000000000000001' as QueueId,
    customer: 'acme' as CustomerId,
    direction,
    stream: 'business',
    sender: 'a@example.org',
    recipients: ['b@acme.test'],
    origin: { ip: '127.0.0.1', helo: 'mail.example.org' },
    header: parseHeader(MAIL),
    headerFrom: 'a@example.org',
    settings: { ...BUILT_IN[direction], ...settings },
    at: 0,
    ...more,
  };
}

function contentOf(bytes: Buffer): WholeContent {
  return {
    size: bytes.length,
    bytes: () => Promise.resolve(bytes),
    async *stream() {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
}

interface Played extends SpamScanner {
  asked: { question: SpamQuestion; octets: number }[];
}

function play(answer: SpamAnswer, maxSize = 10_000): Played {
  const asked: Played['asked'] = [];
  return {
    asked,
    maxSize,
    timeoutMs: 1000,
    check: async (question, content) => {
      const { byteLength } = typeof content === 'function' ? await content() : content;
      asked.push({ question, octets: byteLength });
      return answer;
    },
    states: () => [],
    close() {},
  };
}

const scored = (score: number, more: Partial<Extract<SpamAnswer, { kind: 'scored' }>> = {}): SpamAnswer => ({
  kind: 'scored',
  scanner: 'rspamd',
  score,
  action: 'no action',
  forced: false,
  symbols: [{ name: 'BAYES_SPAM', score }],
  ...more,
});

async function inspect(scanner: SpamScanner, of: InspectedMessage, facts = NO_FACTS, bytes = MAIL) {
  const inspection = beginInspection(
    [
      spamCheck({
        scanner,
        facts,
        answered: () => undefined,
        chokedOn: { before: () => undefined, now: () => undefined },
      }),
    ],
    of,
  );
  const result = await inspection?.end(contentOf(bytes));
  const kind = result?.verdict.kind === 'reject' ? result.verdict.reply.name : result?.verdict.kind;
  return { kind, note: result?.notes[0], changes: result?.changes ?? [], verdict: result?.verdict };
}

const BY_SCORE: [score: number, settings: Partial<ProtectionSettings>, becomes: string][] = [
  [5.9, {}, 'pass'],
  [6, {}, 'tag'],
  [12, {}, 'quarantine'],
  [20, {}, 'spamRefused'],
  [30, { spam_reject: null }, 'quarantine'],
  [30, { spam_reject: null, spam_quarantine: null }, 'tag'],
  [30, { spam_reject: null, spam_quarantine: null, spam_tag: 31 }, 'pass'],
  [-5, { spam_tag: -6, spam_quarantine: 3 }, 'tag'],
];

for (const [score, settings, becomes] of BY_SCORE) {
  test(`a score of ${score} with ${JSON.stringify(settings)} becomes ${becomes}`, async () => {
    assert.equal((await inspect(play(scored(score)), message(settings))).kind, becomes);
  });
}

test('what a rule of the scanner says outweighs the score', async () => {
  const forced = scored(2, { action: 'reject', forced: true });
  assert.equal((await inspect(play(forced), message())).kind, 'spamRefused');
  assert.equal((await inspect(play(forced), message({ spam_reject: null }))).kind, 'quarantine');
  const later = scored(1, { action: 'soft reject', forced: true });
  assert.equal((await inspect(play(later), message())).kind, 'later');
  const discard = scored(1, { action: 'discard', forced: true });
  assert.equal((await inspect(play(discard), message())).kind, 'quarantine', 'nothing disappears');
});

test('rspamd’s own thresholds decide nothing', async () => {
  const rejects = scored(15, { action: 'reject' });
  assert.equal((await inspect(play(rejects), message())).kind, 'quarantine');
});

test('no answer is no pass', async () => {
  const gone: SpamAnswer = { kind: 'unavailable', detail: 'broke off' };
  const later = await inspect(play(gone), message());
  assert.deepEqual([later.kind, later.note?.result], ['later', 'unavailable']);
  assert.equal((await inspect(play(gone), message({ spam_unavailable: 'hold' }))).kind, 'hold');
});

test('where every step is switched off nothing is asked', async () => {
  const scanner = play(scored(99));
  const off = { spam_tag: null, spam_quarantine: null, spam_reject: null };
  assert.equal((await inspect(scanner, message(off))).kind, undefined);
  assert.equal(scanner.asked.length, 0);
});

test('a tag says the score, and stands before the subject where the settings say so', async () => {
  const plain = await inspect(play(scored(7.21)), message());
  assert.deepEqual(plain.changes, [{ kind: 'field', text: 'X-Spam-Flag: YES\r\nX-Spam-Score: 7.2\r\n' }]);
  const tagged = async (tag: string, bytes = MAIL) => {
    const { changes } = await inspect(play(scored(7)), message({ spam_subject: tag }), NO_FACTS, bytes);
    let fields = '';
    let text = bytes.toString('latin1');
    for (const change of changes) {
      if (change.kind === 'field') fields += change.text;
      else text = text.slice(0, change.at) + Buffer.from(change.insert).toString('latin1') + text.slice(change.at);
    }
    return (fields + text).split('\r\n');
  };
  assert.ok((await tagged('[SPAM]')).includes('subject: [SPAM] hello'));
  assert.ok(
    (await tagged('Ünerwünscht')).includes(
      `subject: =?UTF-8?B?${Buffer.from('Ünerwünscht ').toString('base64')}?= hello`,
    ),
  );
  const none = Buffer.from('From: a@example.org\r\n\r\nhello\r\n');
  assert.ok((await tagged('[SPAM]', none)).includes('Subject: [SPAM]'));
});

test('the scanner is told who sends; customers’ own mail has a user', async () => {
  const scanner = play(scored(1));
  await inspect(scanner, message());
  await inspect(scanner, message({}, { direction: 'outbound' }));
  await inspect(scanner, message({}, { direction: 'outbound', origin: { ip: '::1', helo: 'x', login: 'app' } }));
  const [inbound, outbound, withLogin] = scanner.asked.map(({ question }) => question);
  assert.deepEqual(inbound, {
    ip: '127.0.0.1',
    helo: 'mail.example.org',
    sender: 'a@example.org',
    recipients: ['b@acme.test'],
    queueId: '0000000000000001',
    direction: 'inbound',
  });
  assert.equal(outbound?.user, 'acme');
  assert.equal(withLogin?.user, 'app');
});

test('of a large message the beginning is asked about, and the trace says so', async () => {
  const scanner = play(scored(1), 5000);
  const { note } = await inspect(scanner, message(), NO_FACTS, Buffer.alloc(20_000, 'x'));
  assert.equal(scanner.asked[0]?.octets, 5000);
  assert.equal(note?.details?.['only_beginning'], true);
  assert.deepEqual(note?.details?.['symbols'], ['BAYES_SPAM(1.00)']);
});

const ALLOWED: ListedSender = { id: 'lst_1', list: 'allow' };

function allows(sender: string): ProtectionFacts {
  const key = listedSenderKey({ customer: 'acme', direction: 'outbound', recipient: '', sender });
  return { protection: (asked) => (asked === key ? ALLOWED : undefined) };
}

test('who is allowed is not rated, and its result is nobody else’s', async () => {
  const scanner = play(scored(99));
  const facts = allows('a@example.org');
  const of = message({}, { direction: 'outbound' });
  const { kind, note } = await inspect(scanner, of, facts);
  assert.deepEqual([kind, note?.result, scanner.asked.length], ['pass', 'allowed', 0]);
  assert.equal(spamKey(facts)(of, 'digest'), undefined);
  // Anybody can write that address into an inbound mail.
  assert.equal((await inspect(scanner, message(), allows('a@example.org'))).kind, 'spamRefused');
});

test('a clean name serves nobody but its own', () => {
  const key = (of: InspectedMessage, digest = 'digest') => spamKey(NO_FACTS)(of, digest);
  const header = parseHeader(Buffer.from(MAIL.toString().replace('a@example.org', 'b@example.org')));
  const subject = parseHeader(Buffer.from(MAIL.toString().replace('hello', 'cheap pills')));
  const different: InspectedMessage[] = [
    message({ spam_reject: 5 }),
    message({}, { sender: 'other@example.org' }),
    message({}, { header }),
    message({}, { header: subject }),
    message({}, { origin: { ip: '127.0.0.2', helo: 'mail.example.org' } }),
    message({}, { origin: { ip: '127.0.0.1', helo: 'mail.example.org', login: 'app' } }),
    message({}, { customer: 'globex' as CustomerId }),
    message({}, { stream: 'bulk' }),
    message({}, { direction: 'outbound' }),
  ];
  for (const [i, other] of different.entries()) assert.notEqual(key(other), key(message()), String(i));
  assert.notEqual(key(message(), 'other'), key(message()));
  assert.equal(key(message({}, { recipients: ['c@acme.test'] })), key(message()), 'a bulk mail is rated once');
});
