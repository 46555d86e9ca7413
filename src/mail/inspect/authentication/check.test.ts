import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { sealMessage } from '../../../protocol/arc/seal.ts';
import { BodyHash, relaxedField } from '../../../protocol/dkim/relaxed.ts';
import { SigningLane } from '../../../protocol/dkim/sign.ts';
import { parseHeader } from '../../../protocol/mime/header.ts';
import { type CustomerId, type QueueId, RELAY_CUSTOMER } from '../../message.ts';
import type { InspectedMessage } from '../inspection.ts';
import { BUILT_IN, type ProtectionSettings } from '../protection.ts';
import type { CheckResult } from '../verdict.ts';
import { type AuthenticationOptions, createAuthenticationCheck } from './check.ts';
import { provenDomains } from './proven.ts';
import { type Records, resolverOf, signedBy, testKey } from './testing/mail-world.ts';

const AT = 1_795_000_000_000;
const ADDRESS = '192.0.2.25';

const ZONE: Records = {
  'TXT good.test': [`v=spf1 ip4:${ADDRESS} -all`],
  'TXT _dmarc.good.test': ['v=DMARC1; p=reject'],
  'TXT k._domainkey.good.test': [testKey.record],
  'TXT strict.test': ['v=spf1 -all'],
  'TXT _dmarc.strict.test': ['v=DMARC1; p=reject'],
  'TXT k._domainkey.strict.test': [testKey.record],
  'TXT _dmarc.soft.test': ['v=DMARC1; p=quarantine'],
  'TXT _dmarc.watched.test': ['v=DMARC1; p=none'],
  'TXT plain.test': ['v=spf1 -all'],
  'TXT flaky.test': 'TIMEOUT',
  'TXT _dmarc.flaky.test': ['v=DMARC1; p=reject'],
  'TXT _dmarc.dark.test': 'TIMEOUT',
  'TXT dark.test': 'TIMEOUT',
  'TXT list.test': [`v=spf1 ip4:${ADDRESS} -all`],
  'TXT k._domainkey.list.test': [testKey.record],
};

interface Scene {
  /** MAIL FROM. */
  sender?: string;
  message?: string;
  settings?: Partial<ProtectionSettings>;
  customer?: CustomerId;
  records?: Records;
  config?: Partial<AuthenticationOptions['config']>;
  helo?: string;
}

const mailFrom = (address: string, body = 'Hello\r\n') =>
  `From: Ann <${address}>\r\nTo: bob@acme.test\r\nSubject: hi\r\n\r\n${body}`;

function checkFor({ records = ZONE, config }: Scene) {
  return createAuthenticationCheck({
    resolver: resolverOf(records),
    hostname: 'relay.test',
    config: { trusted_sealers: [], policy_unknown: 'note', ...config },
  });
}

function inspected({ sender = 'x@nobody.test', message = '', settings, customer, helo = 'mail.good.test' }: Scene) {
  return {
    id: '1k80dag2700vm0000' as QueueId,
    customer: customer ?? ('acme' as CustomerId),
    direction: 'inbound',
    stream: 'business',
    sender,
    recipients: ['bob@acme.test'],
    origin: { ip: ADDRESS, helo },
    header: parseHeader(Buffer.from(message, 'latin1')),
    settings: { ...BUILT_IN.inbound, ...settings },
    at: AT,
  } satisfies InspectedMessage;
}

async function run(scene: Scene, check = checkFor(scene)): Promise<CheckResult & { proven: string[] }> {
  const message = inspected(scene);
  const octets = Buffer.from(scene.message ?? '', 'latin1');
  const begun = check.begin(message);
  const cut = message.header.end + 2;
  begun?.chunk?.(octets.subarray(0, cut));
  // The body in pieces of any size.
  for (let at = cut; at < octets.length; at += 3) begun?.chunk?.(octets.subarray(at, at + 3));
  const result = await begun?.end({ size: octets.length, bytes: async () => octets, async *stream() {} });
  assert(result !== undefined);
  return { ...result, proven: [...provenDomains(message)] };
}

function fieldOf({ changes }: CheckResult): string {
  const [change] = changes ?? [];
  return change?.kind === 'field' ? change.text : '';
}

/** `reject dmarcRefused`, `quarantine`, `pass`, … */
function said({ verdict, result }: CheckResult): string {
  const reply = verdict.kind === 'reject' ? ` ${verdict.reply.name}` : '';
  return `${verdict.kind}${reply}: ${result}`;
}

describe('what follows', () => {
  const CASES: [name: string, scene: Scene, wanted: string][] = [
    ['SPF passes for the author', { sender: 'a@good.test', message: mailFrom('a@good.test') }, 'pass: pass'],
    [
      'SPF passes for somebody else',
      { sender: 'a@good.test', message: mailFrom('a@strict.test') },
      'reject dmarcRefused: fail',
    ],
    ['nothing passes', { sender: 'a@strict.test', message: mailFrom('a@strict.test') }, 'reject dmarcRefused: fail'],
    ['a name below', { message: mailFrom('a@www.strict.test') }, 'reject dmarcRefused: fail'],
    ['the owner wishes quarantine', { message: mailFrom('a@soft.test') }, 'quarantine: fail'],
    ['the owner wishes nothing', { message: mailFrom('a@watched.test') }, 'pass: fail'],
    ['only noted', { message: mailFrom('a@strict.test'), settings: { dmarc: 'note' } }, 'pass: fail'],
    ['no policy', { message: mailFrom('a@nobody.test') }, 'pass: none'],
    [
      'two authors, one of them strict',
      { sender: 'a@good.test', message: mailFrom('a@good.test>, <b@strict.test') },
      'reject dmarcRefused: fail',
    ],
    ['two From fields', { message: `From: <a@strict.test>\r\n${mailFrom('a@good.test')}` }, 'quarantine: ambiguous'],
    [
      'two From fields, refused',
      { message: `From: <b@strict.test>\r\n${mailFrom('a@good.test')}`, settings: { ambiguous: 'reject' } },
      'reject fromUnreadable: ambiguous',
    ],
    [
      'the same From twice',
      { sender: 'a@good.test', message: `From: Ann <a@good.test>\r\n${mailFrom('a@good.test')}` },
      'pass: pass',
    ],
    [
      'another name for the same author on top',
      { sender: 'a@good.test', message: `From: Your bank <a@good.test>\r\n${mailFrom('a@good.test')}` },
      'quarantine: ambiguous',
    ],
    ['an address in quotes alone', { message: 'From: "ceo@strict.test"\r\n\r\nx' }, 'quarantine: ambiguous'],
    [
      'two From fields of one domain',
      { sender: 'a@good.test', message: `From: b@good.test\r\n${mailFrom('a@good.test')}` },
      'quarantine: ambiguous',
    ],
    ['From that cannot be read', { message: 'From: "Ann <a@strict.test>\r\n\r\nx' }, 'quarantine: ambiguous'],
    [
      'From too many',
      { message: mailFrom('a@a.test>, <a@b.test>, <a@c.test>, <a@d.test>, <a@e.test') },
      'quarantine: ambiguous',
    ],
    ['From that names nobody', { message: 'From: MAILER-DAEMON (Mail System)\r\n\r\nx' }, 'pass: none'],
    ['no From', { message: 'Subject: x\r\n\r\nx' }, 'pass: none'],
    ['From at an address literal', { message: mailFrom('a@[192.0.2.1]') }, 'pass: none'],
    ['SPF fails without DMARC, noted', { sender: 'a@plain.test', message: mailFrom('a@plain.test') }, 'pass: fail'],
    [
      'SPF fails without DMARC, refused',
      { sender: 'a@plain.test', message: mailFrom('a@plain.test'), settings: { spf_fail: 'reject' } },
      'reject spfRefused: fail',
    ],
    [
      'SPF fails without DMARC, kept',
      { sender: 'a@plain.test', message: mailFrom('a@plain.test'), settings: { spf_fail: 'quarantine' } },
      'quarantine: fail',
    ],
    [
      'SPF fails, and a policy holds',
      { sender: 'a@plain.test', message: mailFrom('a@watched.test'), settings: { spf_fail: 'reject' } },
      'pass: fail',
    ],
    [
      'SPF cannot be said, and would count',
      { sender: 'a@flaky.test', message: mailFrom('a@nobody.test'), settings: { spf_fail: 'reject' } },
      'later: temperror',
    ],
    [
      'SPF cannot be said, and would not count',
      { sender: 'a@flaky.test', message: mailFrom('a@nobody.test') },
      'pass: temperror',
    ],
    [
      'DNS fails where a refusal hangs on it',
      { sender: 'a@flaky.test', message: mailFrom('a@flaky.test') },
      'later: temperror',
    ],
    [
      '… but not where another sends',
      { sender: 'a@good.test', message: mailFrom('a@flaky.test') },
      'reject dmarcRefused: fail',
    ],
    ['the policy is not known', { message: mailFrom('a@dark.test') }, 'pass: temperror'],
    [
      'the policy is not known, strictly',
      { message: mailFrom('a@dark.test'), config: { policy_unknown: 'later' } },
      'later: temperror',
    ],
    ['the relay’s own addresses', { message: mailFrom('a@strict.test'), customer: RELAY_CUSTOMER }, 'pass: fail'],
    [
      'the relay’s own addresses, and no one to read',
      { message: `From: <a@strict.test>\r\n${mailFrom('a@good.test')}`, customer: RELAY_CUSTOMER },
      'pass: ambiguous',
    ],
    [
      'the null sender counts by its host',
      { sender: '', helo: 'good.test', message: mailFrom('mailer-daemon@good.test') },
      'pass: pass',
    ],
    [
      '… and fails by it',
      { sender: '', helo: 'strict.test', message: mailFrom('mailer-daemon@strict.test') },
      'reject dmarcRefused: fail',
    ],
  ];
  for (const [name, scene, wanted] of CASES) test(name, async () => assert.equal(said(await run(scene)), wanted));

  test('a signature of the author passes wherever it comes from', async () => {
    const message = await signedBy('strict.test', mailFrom('a@www.strict.test'));
    const result = await run({ sender: 'a@list.test', message });
    assert.equal(said(result), 'pass: pass');
    assert.deepEqual(result.proven.toSorted(), ['list.test', 'strict.test']);
    const changed = await run({ message: `${message}more\r\n` });
    assert.equal(said(changed), 'reject dmarcRefused: fail');
    assert.deepEqual(changed.proven, []);
  });

  test('only inbound mail is asked', () => {
    const message: InspectedMessage = { ...inspected({ message: mailFrom('a@strict.test') }), direction: 'outbound' };
    assert.equal(checkFor({}).begin(message), undefined);
  });

  test('a fault of ours is no pass where somebody may be refused', () => {
    const check = checkFor({});
    assert.equal(check.unavailable(inspected({})).kind, 'later');
    assert.equal(check.unavailable(inspected({ settings: { dmarc: 'note' } })).kind, 'pass');
    assert.equal(check.unavailable(inspected({ settings: { dmarc: 'note', spf_fail: 'reject' } })).kind, 'later');
  });

  test('a strict policy that was seen counts while DNS fails, for a week', async () => {
    const records: Records = { ...ZONE };
    const scene = { message: mailFrom('a@strict.test'), records };
    const check = checkFor(scene);
    assert.equal(said(await run(scene, check)), 'reject dmarcRefused: fail');
    records['TXT _dmarc.strict.test'] = 'TIMEOUT';
    assert.equal(said(await run(scene, check)), 'later: temperror');
    records['TXT _dmarc.strict.test'] = ['v=DMARC1; p=none'];
    assert.equal(said(await run(scene, check)), 'pass: fail');
    records['TXT _dmarc.strict.test'] = 'TIMEOUT';
    assert.equal(said(await run(scene, check)), 'pass: temperror');
  });
});

describe('what a stranger makes us ask hides nobody’s policy', () => {
  /** Each look-up of the victim's takes its time; those of the stranger are answered at once. */
  function slowly(records: Records, victim: string): AuthenticationOptions['resolver'] {
    const resolver = resolverOf(records);
    return {
      ...resolver,
      txt: async (name) => {
        for (let turn = 0; turn < 2000 && name.endsWith(victim); turn++) await Promise.resolve();
        return resolver.txt(name);
      },
    };
  }

  /** An SPF policy that asks as much as may be asked. */
  function greedy(domain: string): Records {
    const hosts = Array.from({ length: 10 }, (_, list) =>
      Array.from({ length: 10 }, (_, host) => `h${list}${host}.${domain}`),
    );
    const lists = hosts.map((_, list) => `m${list}.${domain}`);
    return {
      [`TXT ${domain}`]: [`v=spf1 ${lists.map((list) => `mx:${list}`).join(' ')} -all`],
      ...Object.fromEntries(lists.map((list, index) => [`MX ${list}`, hosts[index] ?? []])),
      ...Object.fromEntries(hosts.flat().map((host) => [`A ${host}`, ['198.51.100.1']])),
    };
  }

  /** Sets of ARC, each with a key of its own to ask for. */
  const chain = Array.from(
    { length: 50 },
    (_, index) =>
      `ARC-Seal: i=${index + 1}; a=rsa-sha256; cv=${index === 0 ? 'none' : 'pass'}; d=s${index}.evil.test; s=k; b=AAAA\r\n` +
      `ARC-Message-Signature: i=${index + 1}; a=rsa-sha256; d=evil.test; s=k; h=from; bh=AAAA; b=AAAA\r\n` +
      `ARC-Authentication-Results: i=${index + 1}; evil.test; none\r\n`,
  ).join('');

  const records: Records = { ...ZONE, ...greedy('evil.test'), 'TXT _dmarc.evil.test': ['v=DMARC1; p=none'] };
  const message = (from: string) => `${chain}${mailFrom(from)}`;
  const SCENES: [name: string, from: string][] = [
    ['one author far below the policy', 'ceo@x.y.www.strict.test'],
    ['an author behind another', 'a@evil.test>, <ceo@strict.test'],
  ];
  for (const [name, from] of SCENES) {
    test(name, async () => {
      const check = createAuthenticationCheck({
        resolver: slowly(records, 'strict.test'),
        hostname: 'relay.test',
        config: { trusted_sealers: [], policy_unknown: 'note' },
      });
      const result = await run({ sender: 'a@evil.test', message: message(from) }, check);
      assert.equal(said(result), 'reject dmarcRefused: fail');
    });
  }
});

test('where others take all room for look-ups a policy is not unknown: the check could not be made', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const resolver = resolverOf(ZONE);
  const check = createAuthenticationCheck({
    resolver: { ...resolver, txt: (name) => (name.endsWith('evil.test') ? new Promise(() => {}) : resolver.txt(name)) },
    hostname: 'relay.test',
    config: { trusted_sealers: [], policy_unknown: 'note' },
    // So many share it that one look-up is all that this one has.
    threads: 200,
  });
  check.begin(inspected({ message: mailFrom('a@evil.test') }));
  const octets = Buffer.from(mailFrom('a@strict.test'));
  const begun = check.begin(inspected({ message: octets.toString() }));
  await new Promise(setImmediate);
  t.mock.timers.tick(20_000);
  const result = begun?.end({ size: octets.length, bytes: async () => octets, async *stream() {} });
  await assert.rejects(async () => result, /too many look-ups at once/);
});

test('a message that comes in slowly is judged like any other', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const message = inspected({ message: await signedBy('news.list.test', mailFrom('a@list.test')) });
  const records: Records = {
    ...ZONE,
    'TXT _dmarc.list.test': ['v=DMARC1; p=reject'],
    'TXT k._domainkey.news.list.test': [testKey.record],
  };
  const begun = checkFor({ records }).begin(message);
  const octets = message.header.octets;
  begun?.chunk?.(octets.subarray(0, message.header.end + 2));
  // Look-ups of the header are answered, then the line is slow.
  await new Promise(setImmediate);
  t.mock.timers.tick(60_000);
  begun?.chunk?.(octets.subarray(message.header.end + 2));
  const result = await begun?.end({ size: octets.length, bytes: async () => octets, async *stream() {} });
  assert.equal(result && said(result), 'pass: pass');
});

test('the field tells what was found, and the trace', async () => {
  const message = await signedBy('good.test', mailFrom('a@good.test'));
  const result = await run({ sender: 'a@good.test', message });
  const unfolded = fieldOf(result)
    .replaceAll('\r\n\t', ' ')
    .replace(/header\.b=[^\s;]+/, 'header.b=B');
  assert.equal(
    unfolded,
    'Authentication-Results: relay.test; spf=pass smtp.mailfrom=good.test; ' +
      'dkim=pass header.d=good.test header.s=k header.a=rsa-sha256 header.b=B; ' +
      'dmarc=pass (p=reject) header.from=good.test; arc=none\r\n',
  );
  assert.deepEqual(result.details, {
    spf: 'pass',
    spf_domain: 'good.test',
    dkim: ['pass k._domainkey.good.test'],
    signed_by: ['good.test'],
    dmarc: 'pass',
    author: 'good.test',
    policy: 'p=reject of good.test',
  });
});

test('a signature that leaves a part of the body open proves nothing', async () => {
  const bodyHash = new BodyHash('relaxed', 0).digest();
  const field = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=strict.test; s=k; l=0; h=from; bh=${bodyHash}; b=`;
  const covered = `${relaxedField('From: Ann <a@strict.test>\r\n')}\r\n${relaxedField(field)}`;
  const signature = sign('sha256', Buffer.from(covered, 'latin1'), testKey.key).toString('base64');
  const result = await run({ message: `${field}${signature}\r\n${mailFrom('a@strict.test')}` });
  assert.equal(said(result), 'reject dmarcRefused: fail');
  assert.match(fieldOf(result), /dkim=policy \(only a part of the body is signed\)/);
  assert.deepEqual(result.proven, []);
});

describe('ARC', () => {
  interface Mailauth {
    authenticate: (message: Buffer, options: object) => Promise<{ headers: string }>;
  }
  const { authenticate } = createRequire(import.meta.url)('mailauth') as Mailauth;

  /** As a list does it: seen by a stranger's software, changed, and sealed. */
  async function throughList(message: string): Promise<string> {
    const resolver = async (name: string, type: string) => {
      const found = ZONE[`${type} ${name}`];
      if (found === undefined || found === 'TIMEOUT') throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
      return found.map((text) => [text]);
    };
    const seen = { ip: ADDRESS, helo: 'mail.strict.test', mta: 'mx.list.test', sender: 'a@strict.test', resolver };
    const found = await authenticate(Buffer.from(message, 'latin1'), seen);
    const results = /^Authentication-Results: ([^]*?)\r\n(?![ \t])/m.exec(found.headers)?.[1] ?? '';
    const changed = Buffer.from(`${message}-- \r\nthe list\r\n`, 'latin1');
    const header = parseHeader(changed);
    const hash = new BodyHash();
    hash.update(changed.subarray(header.end + 2));
    const request = { header, bodyHash: hash.digest(), sets: [], results, domain: 'list.test', at: AT / 1000 };
    const set = await sealMessage(request, { selector: 'k', key: testKey.key }, new SigningLane(1, 2048));
    return (set ?? '') + changed.toString('latin1');
  }

  test('a sealer that is trusted vouches for what it changed', async () => {
    const message = await throughList(await signedBy('strict.test', mailFrom('a@strict.test')));
    const scene = { sender: 'bounces@list.test', message };
    assert.equal(said(await run(scene)), 'reject dmarcRefused: fail');
    const trusted = await run({ ...scene, config: { trusted_sealers: ['list.test'] } });
    assert.equal(said(trusted), 'pass: fail');
    assert.equal(trusted.details?.['sealer'], 'list.test');
    assert.match(fieldOf(trusted), /dmarc=fail \(as list\.test found before it was changed\)/);
  });

  test('not for what it saw fail, nor once somebody else changed it', async () => {
    const config = { trusted_sealers: ['list.test'] };
    const forged = await throughList(mailFrom('a@strict.test'));
    assert.equal(said(await run({ message: forged, config })), 'reject dmarcRefused: fail');
    const changed = `${await throughList(await signedBy('strict.test', mailFrom('a@strict.test')))}more\r\n`;
    const result = await run({ message: changed, config });
    assert.equal(said(result), 'reject dmarcRefused: fail');
    assert.match(String(result.details?.['arc']), /^fail: the newest signature: the body was changed/);
  });

  test('where the key of a seal cannot be had it waits', async () => {
    const message = await throughList(await signedBy('strict.test', mailFrom('a@strict.test')));
    const records: Records = { ...ZONE, 'TXT k._domainkey.list.test': 'TIMEOUT' };
    const scene = { message, records, config: { trusted_sealers: ['list.test'] } };
    assert.equal(said(await run(scene)), 'later: temperror');
    assert.equal(said(await run({ message, records })), 'reject dmarcRefused: fail');
  });
});
