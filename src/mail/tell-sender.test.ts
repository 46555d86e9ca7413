import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsAnswer, Resolver } from '../network/dns-answer.ts';
import type { Directory } from './authorise/directory.ts';
import type { MessageMeta, Outcome, QueueId } from './message.ts';
import type { Work } from './queue/queue.ts';
import { isToBeTold, type TellOptions, tellSender } from './tell-sender.ts';
import { sampleAttempt, sampleMeta } from './trace/sample-events.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const CONTENT = Buffer.from('Subject: x\r\n\r\nHello.\r\n');

/** Records by `TYPE name`; a missing one is an answer without records, `temporary` a time-out. */
function resolver(records: Record<string, string[] | 'temporary'>): Resolver {
  const look = async <T>(question: string, read: (text: string) => T): Promise<DnsAnswer<T>> => {
    const found = records[question];
    if (found === 'temporary') return { kind: 'temporary', detail: 'timed out' };
    if (found === undefined) return { kind: 'none', missing: 'record', security: 'insecure' };
    return { kind: 'found', records: found.map(read), security: 'insecure' };
  };
  return {
    mx: (name) => look(`MX ${name}`, (exchange) => ({ preference: 10, exchange })),
    a: (name) => look(`A ${name}`, (ip) => ip),
    aaaa: (name) => look(`AAAA ${name}`, (ip) => ip),
    txt: () => assert.fail('no TXT is asked'),
    ptr: () => assert.fail('no PTR is asked'),
  };
}

const directory = {
  domain: (name: string) =>
    ({
      'acme.test': { inbound: true, verified: true, customer: 'acme' },
      'beta.test': { inbound: true, customer: 'beta' },
    })[name],
  customer: () => ({ language: 'fr' }),
  recipient: (address: string) => (address === 'old%site@acme.test' ? 'acme' : undefined),
} as unknown as Directory;

interface Scene {
  meta?: Partial<MessageMeta>;
  /** One piece of work each, all refused. */
  destinations?: string[];
  inbound?: 'none' | 'known' | 'failures';
  dns?: Resolver;
  task?: 'tell-delay';
  content?: Buffer;
}

/** What is made of mail that was refused: the first notice as text, and what is noted. */
async function told(scene: Scene) {
  const {
    meta = {},
    destinations = ['example.org'],
    inbound = 'known',
    dns = resolver({}),
    task = 'deliver' as const,
    content = CONTENT,
  } = scene;
  const options = {
    config: {
      node: { hostname: 'relay.test' },
      delivery: { expire_after: 3_600_000 },
      notices: { inbound, delay_after: 0, return_size: 100 },
    },
    directory,
    resolver: dns,
    newId: () => '1k7tme5ve0000zzzz' as QueueId,
    now: NOON,
  } as unknown as TellOptions;
  const reply = { code: 550, enhanced: '5.1.1', text: 'inside.mail.host says no' };
  const cause = { from: 'remote', stage: 'rcpt', host: 'inside.mail.host', reply } as const;
  const ended = destinations.map((destination, index) => ({
    work: { ...workFor(meta, destination, index), task } satisfies Work,
    outcomes: [task === 'deliver' ? ({ kind: 'bounced', cause } as const) : ({ kind: 'untouched' } as const)],
  }));
  assert.equal(isToBeTold(ended, 3_600_000, NOON), true);
  const made = await tellSender(ended, () => ({ kind: 'bytes', bytes: content }), options);
  const messages = made.flatMap((one) => one.messages);
  const body = messages[0]?.body;
  const text = body?.kind === 'inline' ? Buffer.from(body.bytes).toString('latin1') : '';
  const notes = made.flatMap((one) => one.notes);
  const [note] = notes;
  return { text, notes, count: messages.length, why: note !== undefined && 'none' in note ? note.none : 'told' };
}

function workFor(meta: Partial<MessageMeta>, destination: string, index: number): Work {
  const address = `bob@${destination}`;
  return {
    row: 1,
    meta: sampleMeta(NOON, 1, { size: CONTENT.length, ...meta }),
    destination,
    recipients: [{ row: 2 + index, index, address, destination, attempts: 0, delayTold: false }],
    heldMs: 60_000,
    task: 'deliver',
  };
}

const origin = (ip: string) => ({ ip, helo: 'mail.example.org' });

test('a sender that somebody else chose is told of nothing through the mail host of a customer', async () => {
  for (const foreign of [{ forward: true }, { direction: 'inbound' }] as const) {
    const sent = async (sender: string) => (await told({ meta: { ...foreign, sender }, inbound: 'failures' })).why;
    assert.equal(await sent('x%outside.test@acme.test'), 'unknown-sender');
    assert.equal(await sent('outside.test!x@acme.test'), 'unknown-sender');
    assert.equal(await sent('old%site@acme.test'), 'told', 'a mailbox on its list');
    assert.equal(await sent('x%y@example.org'), 'told', 'nobody there trusts us');
    assert.equal(await sent('x@acme.test'), 'told');
  }
  assert.equal((await told({ meta: { sender: 'x%y@acme.test' } })).why, 'told', 'its own sender is its own affair');
});

test('a customer is told in its language, and by whom it was refused', async () => {
  const { text, why } = await told({});
  assert.equal(why, 'told');
  assert.match(text, /Content-Language: fr\r\n/);
  assert.match(text, /inside\.mail\.host says no/);
  assert.match(text, /Content-Type: text\/rfc822-headers\r\n\r\nSubject: x\r\n/);
});

test('the host behind a domain of another customer is hidden, and of one’s own it is not', async () => {
  const names = async (scene: Scene) => (await told(scene)).text.includes('inside.mail.host');
  assert.equal(await names({ destinations: ['beta.test'] }), false);
  assert.equal(await names({ destinations: ['acme.test'] }), true);
  assert.equal(await names({ meta: { forward: true }, destinations: ['acme.test'] }), false);
  const scene: Scene = { meta: { direction: 'inbound' }, destinations: ['acme.test'], inbound: 'failures' };
  assert.equal(await names(scene), false);
  assert.match((await told(scene)).text, /Content-Language: fr, en\r\n/);
});

test('ids that were turned back for a customer are not told to the stranger whose mail fails', async () => {
  const content = Buffer.from(
    'References: <1@web01.corp>\r\n <2@x>\r\nSubject: x\r\nIn-Reply-To: <1@web01.corp>\r\n\r\nHi\r\n',
  );
  const scene: Scene = { destinations: ['acme.test'], inbound: 'failures', content };
  const { text } = await told({ ...scene, meta: { direction: 'inbound', revealed: true } });
  assert.match(text, /text\/rfc822-headers\r\n\r\nSubject: x\r\n/);
  assert.ok(!text.includes('web01'));
  const whole = await told({
    ...scene,
    meta: { direction: 'inbound', sentHere: true, revealed: true, dsn: { ret: 'full' } },
  });
  assert.match(whole.text, /message\/rfc822\r\n\r\nSubject: x\r\n\r\nHi\r\n/);
  assert.ok(!whole.text.includes('web01'));
  assert.match((await told({ ...scene, meta: { direction: 'inbound' } })).text, /References: <1@web01/);
});

test('destinations that end together are in one notice, in which of each is told what may be told', async () => {
  const { count, notes, text } = await told({ destinations: ['one.test', 'beta.test', 'two.test'] });
  assert.equal(count, 1);
  const [, one, beta, two] = text.split('\r\nFinal-Recipient: ');
  for (const shown of [one, two]) assert.match(shown ?? '', /Remote-MTA: dns; inside\.mail\.host/);
  assert.doesNotMatch(beta ?? 'inside', /inside/);
  assert.ok(notes.every((note) => note !== undefined && 'id' in note));
});

test('the whole message comes back where that was asked, up to the size that may', async () => {
  const whole = async (meta: Partial<MessageMeta>) => (await told({ meta })).text.includes('Hello.');
  assert.equal(await whole({ dsn: { ret: 'full' } }), true);
  assert.equal(await whole({ dsn: { ret: 'headers' } }), false);
  assert.equal(await whole({ dsn: { ret: 'full' }, size: 101 }), false);
  // Its sender may be another customer's, whose protection has not seen it.
  assert.equal(await whole({ dsn: { ret: 'full' }, forward: true }), false);
  const sender = { direction: 'inbound', origin: { ...origin('192.0.2.9'), login: 'a' } } as const;
  assert.equal(await whole({ dsn: { ret: 'full' }, ...sender }), false);
  assert.equal(await whole({ dsn: { ret: 'full' }, ...sender, sentHere: true }), true);
});

test('a stranger is told only where its client is a mail server of its domain', async () => {
  const from = async (ip: string, records: Record<string, string[] | 'temporary'>) => {
    const meta = { direction: 'inbound', sender: 'a@example.org', origin: origin(ip) } as const;
    return (await told({ meta, dns: resolver(records) })).why;
  };
  const mx = { 'MX example.org': ['mx1.example.org', 'mx2.example.org'] };
  assert.equal(await from('192.0.2.7', { ...mx, 'A mx2.example.org': ['192.0.2.7'] }), 'told');
  assert.equal(await from('192.0.2.8', { ...mx, 'A mx2.example.org': ['192.0.2.7'] }), 'unknown-sender');
  assert.equal(await from('192.0.2.7', { 'A example.org': ['192.0.2.7'] }), 'told');
  assert.equal(await from('2001:db8::7', { ...mx, 'AAAA mx1.example.org': ['2001:DB8:0::7'] }), 'told');
  const down = { 'A example.org': 'temporary', 'MX example.org': 'temporary' } as const;
  assert.equal(await from('192.0.2.7', down), 'unknown-sender');
  assert.equal(await from('192.0.2.7', { 'MX example.org': [''] }), 'unknown-sender');
});

test('the setting decides for all strangers; a login is none, and the null sender nobody', async () => {
  const meta = { direction: 'inbound', sender: 'a@example.org' } as const;
  assert.equal((await told({ meta, inbound: 'none' })).why, 'setting');
  assert.equal((await told({ meta, inbound: 'failures' })).why, 'told');
  const login = { ...meta, origin: { ...origin('192.0.2.9'), login: 'a' } };
  assert.equal((await told({ meta: login })).why, 'told');
  assert.equal((await told({ meta: { ...meta, sender: '' }, inbound: 'failures' })).why, 'null-sender');
});

test('mail that is delivered as usual is nothing to tell of', () => {
  const attempt = sampleAttempt(NOON, 'mx.example.org');
  const delivered: Outcome = { kind: 'delivered', reply: { code: 250, text: 'Ok' }, attempt };
  const deferred: Outcome = { kind: 'deferred', cause: { from: 'us', cause: 'connect-failed' }, scope: 'message' };
  const ended = (outcome: Outcome) => [{ work: workFor({}, 'example.org', 0), outcomes: [outcome] }];
  assert.equal(isToBeTold(ended(delivered), 3_600_000, NOON), false);
  assert.equal(isToBeTold(ended(deferred), 3_600_000, NOON), false);
  assert.equal(isToBeTold(ended(deferred), 3_600_000, NOON + 3_660_000), true);
});

test('the sender of forwarded mail is a stranger: told of a failure unless nobody is, and never of a delay', async () => {
  const meta = { direction: 'outbound', forward: true, sender: 'a@example.org' } as const;
  assert.equal((await told({ meta })).why, 'told');
  assert.equal((await told({ meta, inbound: 'none' })).why, 'setting');
  assert.equal((await told({ meta, task: 'tell-delay' })).why, 'setting');
  assert.equal((await told({ meta: {}, task: 'tell-delay' })).why, 'told');
});
