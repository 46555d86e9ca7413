import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDelivery } from '../../../../test/support/delivery.ts';
import { type Script, type ScriptedReceiver, startReceiver } from '../../../../test/support/scripted-receiver.ts';
import type { Clock } from '../../../platform/clock.ts';
import { createTestLog } from '../../../platform/log.ts';
import { createMetrics } from '../../../platform/metrics.ts';
import { parseAddress } from '../../../protocol/smtp/address.ts';
import type { NamedReply } from '../../accept/replies.ts';
import type { CustomerId } from '../../message.ts';
import type { CustomerFact } from '../directory.ts';
import { buildDirectoryBase, openDirectory } from '../directory-index.ts';
import { createCallAhead } from './call-ahead.ts';
import type { Learned } from './known-recipients.ts';
import { listKey, withoutDetail } from './list-key.ts';
import { readAnswer } from './probe.ts';
import { createRecipientCheck, type RecipientCheck } from './recipient-check.ts';
import { openRecipientStore } from './recipient-store.ts';

const acme = 'acme' as CustomerId;
const HOUR = 3_600_000;
const limits = {
  known_lifetime: 24 * HOUR,
  known_kept: 31 * 24 * HOUR,
  unknown_lifetime: HOUR,
  known: 1000,
  unknown: 1000,
  timeout: 400,
  connections: 2,
};

function customerFact(recipientCheck: CustomerFact['recipientCheck'], port = 1): CustomerFact {
  return {
    id: acme,
    name: 'Acme',
    state: 'live',
    pools: [],
    streams: [],
    mailhosts: [{ host: '127.0.0.1', port, preference: 10, tls: 'none' }],
    foreignFrom: 'refuse',
    language: 'en',
    hide: 'off',
    forwards: 'refuse',
    returnPath: 'sender',
    recipientCheck,
  };
}

const NOTHING = { customers: [], domains: [], sources: [], grants: [], logins: [], pools: [] };

interface Scene extends AsyncDisposable {
  host: ScriptedReceiver;
  check: RecipientCheck;
  learned: Learned[];
  /** The reply to RCPT, and whether a promise was needed. */
  ask(address: string): Promise<string>;
  pass(ms: number): void;
  /** RCPT commands that the host saw, without those for addresses that nobody has. */
  asked(): string[];
}

async function openScene(script: Script, more: Partial<typeof limits> = {}): Promise<Scene> {
  const host = await startReceiver(script);
  const delivery = createTestDelivery();
  let passed = 0;
  const clock: Clock = { now: () => 1_800_000_000_000 + passed, monotonic: () => performance.now() + passed };
  const directory = openDirectory(
    buildDirectoryBase({ ...NOTHING, customers: [customerFact('call-ahead', host.port)] }),
  );
  const learned: Learned[] = [];
  const used = { ...limits, ...more };
  const from = { ip: '0.0.0.0', family: 4, hostname: 'relay.test', pool: 'default' } as const;
  const check = createRecipientCheck({
    directory,
    callAhead: createCallAhead({
      connect: async () => {
        const hosts = [{ name: 'mail.test', port: host.port, addresses: ['127.0.0.1'] }];
        const route = {
          kind: 'hosts',
          site: 's',
          hosts,
          tls: 'none',
          rule: 'customer domain',
          connections: 2,
        } as const;
        const timeouts = { connectMs: 300, commandMs: 300, dotMs: 300 };
        const reached = await delivery.deliverer.open({ ...route, hosts }, { v4: from }, timeouts);
        return reached.kind === 'reached' ? reached.session : 'connect-failed';
      },
      limits: used,
      clock,
      log: createTestLog(),
    }),
    limits: used,
    learned: (news) => learned.push(...news),
    clock,
    metrics: createMetrics(),
  });
  return {
    host,
    check,
    learned,
    async ask(address) {
      const mailbox = parseAddress(address);
      assert(mailbox !== undefined);
      const answer = check.check(acme, mailbox);
      const reply: NamedReply | undefined = await answer;
      return `${reply?.name ?? 'taken'}${answer instanceof Promise ? ' by host' : ''}`;
    },
    pass: (ms) => (passed += ms),
    asked: () =>
      host.commands.filter((line) => /^RCPT TO:<(?![0-9a-f]{20}@)/.test(line)).map((line) => line.slice(9, -1)),
    async [Symbol.asyncDispose]() {
      await delivery[Symbol.asyncDispose]();
      await host.close();
    },
  };
}

/** A host that knows only these. */
function knows(...names: string[]): Script {
  return {
    rcpt: (to) =>
      names.some((name) => to.includes(`<${name}@`))
        ? '250 2.1.5 ok'
        : '550 5.1.1 <x>: Recipient address rejected: User unknown',
  };
}

test('known and unknown recipients are asked for once, and answered at once from then on', async () => {
  await using scene = await openScene(knows('ann'));
  assert.equal(await scene.ask('ann@acme.test'), 'taken by host');
  assert.equal(await scene.ask('bob@acme.test'), 'recipientUnknown by host');
  assert.equal(await scene.ask('ann@acme.test'), 'taken');
  assert.equal(await scene.ask('bob@acme.test'), 'recipientUnknown');
  assert.deepEqual(scene.asked(), ['ann@acme.test', 'bob@acme.test']);
  // Once for both: that the host tells its recipients apart is remembered too.
  assert.equal(scene.host.commands.filter((line) => line.startsWith('RCPT')).length, 3);
  assert.ok(scene.host.commands.every((line) => !line.startsWith('DATA')));
  assert.ok(scene.host.commands.some((line) => line === 'MAIL FROM:<>'));
});

test('an unknown recipient is asked for again after its time, and may have come', async () => {
  const script = knows('ann');
  await using scene = await openScene(script);
  assert.equal(await scene.ask('bob@acme.test'), 'recipientUnknown by host');
  scene.host.script = knows('ann', 'bob');
  scene.pass(HOUR - 1000);
  assert.equal(await scene.ask('bob@acme.test'), 'recipientUnknown');
  scene.pass(2000);
  assert.equal(await scene.ask('bob@acme.test'), 'taken by host');
});

test('a known one is asked for anew behind the sender’s back, and one that has gone is refused then', async () => {
  await using scene = await openScene(knows('ann'));
  await scene.ask('ann@acme.test');
  scene.pass(13 * HOUR);
  assert.equal(await scene.ask('ann@acme.test'), 'taken');
  for (let turn = 0; turn < 100 && scene.learned.length < 3; turn++) await new Promise((done) => setTimeout(done, 5));
  assert.equal(scene.asked().length, 2);
  scene.pass(23 * HOUR);
  assert.equal(await scene.ask('ann@acme.test'), 'taken');
  scene.host.script = knows();
  scene.pass(2 * HOUR);
  assert.equal(await scene.ask('ann@acme.test'), 'recipientUnknown by host');
});

test('a host that takes everybody is found out, and asked no more', async () => {
  await using scene = await openScene({});
  assert.equal(await scene.ask('ann@acme.test'), 'taken by host');
  assert.equal(await scene.ask('bob@acme.test'), 'taken');
  assert.equal(await scene.ask('carl@other.acme.test'), 'taken by host');
  assert.deepEqual(scene.asked(), ['ann@acme.test', 'carl@other.acme.test']);
  scene.host.script = knows('ann');
  scene.pass(25 * HOUR);
  assert.equal(await scene.ask('bob@acme.test'), 'recipientUnknown by host');
});

test('a host that is down: known ones pass, unknown ones are put off, postmaster is taken', async () => {
  await using scene = await openScene(knows('ann', 'dora'), { connections: 1 });
  await scene.ask('ann@acme.test');
  const { port } = scene.host;
  await scene.host.close();
  scene.pass(25 * HOUR);
  assert.equal(await scene.ask('ann@acme.test'), 'taken by host');
  // It is known to be down now: nobody waits for it.
  assert.equal(await scene.ask('ann@acme.test'), 'taken');
  assert.equal(await scene.ask('dora@acme.test'), 'recipientUnchecked');
  assert.equal(await scene.ask('Postmaster@acme.test'), 'taken');
  assert.equal(await scene.ask('"postmaster"@acme.test'), 'taken');
  await using again = await startReceiver(knows('ann', 'dora'), '127.0.0.1', port);
  scene.pass(16_000);
  assert.equal(await scene.ask('dora@acme.test'), 'taken by host');
  assert.ok(again.connections() > 0);
  scene.pass(40 * 24 * HOUR);
  await again.close();
  assert.equal(await scene.ask('ann@acme.test'), 'recipientUnchecked by host');
});

test('what says nothing about the recipient refuses nobody for good', async () => {
  const answers: Script[] = [
    { rcpt: '450 4.7.1 Greylisted, try again later' },
    { rcpt: '451 4.3.0 busy' },
    { rcpt: '550 5.7.1 Client host blocked by policy' },
    { rcpt: '554 5.7.1 Relay access denied' },
    { rcpt: '421 4.3.2 closing' },
    { rcpt: 'silence' },
    { rcpt: 'hang up' },
    { rcpt: { raw: 'nonsense\r\n' } },
    { mail: '550 5.7.1 null sender not wanted', rcpt: '503 5.5.1 no MAIL' },
    { mail: '421 4.7.0 too many' },
    { ehlo: '550 5.7.1 not you', helo: '550 5.7.1 not you' },
    { greeting: '554 5.7.1 go away' },
    { greeting: 'silence' },
  ];
  for (const script of answers) {
    await using scene = await openScene(script, { timeout: 150 });
    assert.equal(await scene.ask('ann@acme.test'), 'recipientUnchecked by host', JSON.stringify(script));
  }
});

test('replies to RCPT', () => {
  const table: [number, string | undefined, string, string][] = [
    [250, undefined, 'ok', 'known'],
    [251, undefined, 'will forward', 'known'],
    [550, '5.1.1', 'User unknown', 'unknown'],
    [550, '5.1.10', 'RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup', 'unknown'],
    [550, undefined, 'No such user here', 'unknown'],
    [552, '5.2.2', 'Mailbox full', 'known'],
    [452, '4.2.2', 'Over quota', 'known'],
    [450, '4.1.1', 'User unknown in local recipient table', 'later'],
    [550, '5.7.1', 'Access denied', 'later'],
    [554, '5.7.1', 'Service unavailable; client host blocked using a list', 'later'],
    [553, '5.7.1', 'Sender address rejected', 'later'],
    [503, '5.5.1', 'Bad sequence', 'later'],
  ];
  for (const [code, enhanced, text, answer] of table) {
    const reply = { code, text, lines: [text], ...(enhanced !== undefined && { enhanced }) };
    assert.equal(readAnswer(reply), answer, `${code} ${enhanced ?? ''} ${text}`);
  }
});

test('many who ask the same are one question, and many questions few connections', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `u${i}`);
  await using scene = await openScene(knows('ann', ...names), { timeout: 20_000 });
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => scene.ask('ann@acme.test')),
    ...Array.from({ length: 60 }, (_, i) => scene.ask(`u${i}@acme.test`)),
  ]);
  assert.equal(answers.filter((answer) => answer === 'taken by host').length, 50);
  assert.equal(answers.filter((answer) => answer === 'recipientUnknown by host').length, 30);
  assert.equal(scene.asked().length, 61);
  // Fifty questions a connection at most, two connections at a time.
  assert.ok(scene.host.connections() <= 4, String(scene.host.connections()));
});

test('a slow host lets no sender wait longer than the time set, and its answer counts for the next', async () => {
  const host = Promise.withResolvers<{ answer: 'known' }>();
  const slow: string[] = [];
  const directory = openDirectory(buildDirectoryBase({ ...NOTHING, customers: [customerFact('call-ahead')] }));
  const check = createRecipientCheck({
    directory,
    callAhead: { ask: () => host.promise, isDown: () => slow.length > 0, isSlow: (site) => slow.push(site) },
    limits: { ...limits, timeout: 30 },
    learned: () => {},
    clock: { now: () => 0, monotonic: () => 0 },
    metrics: createMetrics(),
  });
  const ann = parseAddress('ann@acme.test');
  assert(ann !== undefined);
  assert.equal((await check.check(acme, ann))?.name, 'recipientUnchecked');
  // Nor does the next one wait at all.
  assert.equal(slow.length, 1);
  const next = check.check(acme, ann);
  assert(!(next instanceof Promise));
  assert.equal(next?.name, 'recipientUnchecked');
  host.resolve({ answer: 'known' });
  await new Promise((done) => setImmediate(done));
  assert.equal(check.check(acme, ann), undefined);
});

test('addresses beyond ASCII: the domain goes in A-labels, the local part needs SMTPUTF8', async () => {
  await using scene = await openScene({ ...knows('ann', 'zo\u00c3\u00a9'), extensions: ['PIPELINING'] });
  assert.equal(await scene.ask('ann@b\u00fccher.test'), 'taken by host');
  assert.deepEqual(scene.asked(), ['ann@xn--bcher-kva.test']);
  assert.equal(await scene.ask('ann@xn--bcher-kva.test'), 'taken');
  assert.equal(await scene.ask('zo\u00e9@acme.test'), 'recipientUnknown by host');
  await using modern = await openScene(knows('zo\u00c3\u00a9'));
  assert.equal(await modern.ask('zo\u00e9@acme.test'), 'taken by host');
  assert.ok(modern.host.commands.includes('MAIL FROM:<> SMTPUTF8'));
});

test('what is learned is told, and what is told counts', async () => {
  await using scene = await openScene(knows('ann'));
  await scene.ask('ann@acme.test');
  await scene.ask('bob@acme.test');
  assert.deepEqual(
    scene.learned.map(({ key, what }) => `${key.replace(/ [0-9a-f]+ /, ' ')} ${what}`),
    ['acme ann@acme.test known', 'acme @acme.test several', 'acme bob@acme.test unknown'],
  );
  await using other = await openScene({ rcpt: 'silence' });
  // Answers of other hosts count for nothing here.
  other.check.learn(scene.learned);
  assert.equal(await other.ask('ann@acme.test'), 'recipientUnchecked by host');
});

test('known recipients are kept over a restart, within bounds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recipients-'));
  try {
    const path = join(folder, 'recipients.db');
    let now = 1_800_000_000_000;
    const options = { path, limits: () => ({ known: 3, known_kept: HOUR }), now: () => now, log: createTestLog() };
    const store = openRecipientStore(options);
    store.learned([1, 2, 3, 4].map((n) => ({ key: `k${n}`, what: 'known', at: now + n })));
    store.learned([{ key: 'k1', what: 'unknown', at: now + 5 }]);
    store.learned([{ key: '@d', what: 'several', at: now + 6 }]);
    assert.deepEqual(
      store.all().map(({ key, what }) => `${key} ${what}`),
      ['k2 known', 'k3 known', 'k4 known', '@d several'],
    );
    store.close();
    const bounded = openRecipientStore(options);
    assert.deepEqual(
      bounded.all().map(({ key }) => key),
      ['k3', 'k4', '@d'],
    );
    bounded.close();
    now += 2 * HOUR;
    const later = openRecipientStore(options);
    assert.deepEqual(later.all(), []);
    later.close();
    writeFileSync(path, 'no database');
    const said: string[] = [];
    const broken = openRecipientStore({ ...options, log: createTestLog((line) => said.push(line)) });
    assert.deepEqual(broken.all(), []);
    assert.equal(said.length, 1);
    broken.learned([{ key: 'k', what: 'known', at: now }]);
    assert.equal(broken.all().length, 1);
    broken.close();
    const nowhere = openRecipientStore({ ...options, path: join(folder, 'no', 'folder') });
    nowhere.learned([{ key: 'k', what: 'known', at: now }]);
    assert.deepEqual(nowhere.all(), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a list: addresses in any case, details, whole domains, and nobody else’s', () => {
  const other = 'other' as CustomerId;
  const recipients = [
    { address: 'ann@acme.test', customer: acme },
    { address: '@all.acme.test', customer: acme },
    { address: 'zoé@acme.test', customer: acme },
    { address: 'eve@acme.test', customer: other },
  ];
  const directory = openDirectory(buildDirectoryBase({ ...NOTHING, customers: [customerFact('list')], recipients }));
  const callAhead = { ask: () => Promise.reject(new Error('asked')), isDown: () => false, isSlow: () => {} };
  const clock = { now: () => 0, monotonic: () => 0 };
  const check = createRecipientCheck({
    directory,
    callAhead,
    limits,
    learned: () => {},
    clock,
    metrics: createMetrics(),
  });
  const replyTo = (address: string) => {
    const mailbox = parseAddress(address);
    assert(mailbox !== undefined, address);
    const reply = check.check(acme, mailbox);
    assert(!(reply instanceof Promise));
    return reply?.name;
  };
  for (const taken of [
    'ann@acme.test',
    'ANN@ACME.test',
    '"ann"@acme.test',
    'ann+news@acme.test',
    'x@all.acme.test',
    'ZOÉ@acme.test',
    'postmaster@acme.test',
  ]) {
    assert.equal(replyTo(taken), undefined, taken);
  }
  for (const refused of ['bob@acme.test', 'ann@all.acme', 'eve@acme.test', '+news@acme.test', 'ann.x@acme.test']) {
    assert.equal(replyTo(refused), 'recipientUnknown', refused);
  }
  directory.update({
    kind: 'changes',
    changes: [{ kind: 'recipient', address: 'ann@acme.test', customer: acme, fact: null }],
  });
  assert.equal(replyTo('ann@acme.test'), 'recipientUnknown');
});

test('forms of an address on a list', () => {
  assert.equal(listKey('"a\\b"', 'x.test'), 'ab@x.test');
  assert.equal(listKey('Zoe\u0301', 'x.test'), 'zo\u00e9@x.test');
  assert.equal(withoutDetail('a+b@x.test'), 'a@x.test');
  assert.equal(withoutDetail('a@x+y.test'), undefined);
  assert.equal(withoutDetail('+b@x.test'), undefined);
});
