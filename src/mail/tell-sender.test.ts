import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsAnswer, Resolver } from '../network/dns-answer.ts';
import type { Directory } from './authorise/directory.ts';
import type { MessageMeta, QueueId } from './message.ts';
import type { Work } from './queue/queue.ts';
import { noticeContext, type TellOptions } from './tell-sender.ts';
import { sampleMeta } from './trace/sample-events.ts';

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
    ({ 'acme.test': { inbound: true, customer: 'acme' }, 'beta.test': { inbound: true, customer: 'beta' } })[name],
  customer: () => ({ language: 'fr' }),
} as unknown as Directory;

function context(
  meta: Partial<MessageMeta>,
  more: { destination?: string; inbound?: 'none' | 'known' | 'failures'; dns?: Resolver } = {},
) {
  const { destination = 'example.org', inbound = 'known', dns = resolver({}) } = more;
  const work: Work = {
    row: 1,
    meta: sampleMeta(NOON, 1, { size: CONTENT.length, ...meta }),
    destination,
    recipients: [],
    heldMs: 60_000,
    task: 'deliver',
  };
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
  return noticeContext(work, () => ({ kind: 'bytes', bytes: CONTENT }), options);
}

const origin = (ip: string) => ({ ip, helo: 'mail.example.org' });

test('a customer is told in its language, until when, and by whom it was refused', async () => {
  const { allowed, languages, hidden, retryUntil, returned } = await context({});
  assert.deepEqual({ allowed, languages, hidden }, { allowed: 'yes', languages: ['fr'], hidden: false });
  assert.equal(retryUntil, NOON + 3_600_000 + 60_000);
  assert.equal(returned.kind, 'headers');
});

test('the host behind a domain of another customer is hidden, and of one’s own it is not', async () => {
  assert.equal((await context({}, { destination: 'beta.test' })).hidden, true);
  assert.equal((await context({}, { destination: 'acme.test' })).hidden, false);
  assert.equal((await context({ forward: true }, { destination: 'acme.test' })).hidden, true);
  const inbound = await context({ direction: 'inbound' }, { destination: 'acme.test', inbound: 'failures' });
  assert.deepEqual([inbound.hidden, inbound.languages], [true, ['fr', 'en']]);
});

test('the whole message comes back where that was asked, up to the size that may', async () => {
  assert.equal((await context({ dsn: { ret: 'full' } })).returned.kind, 'full');
  assert.equal((await context({ dsn: { ret: 'headers' } })).returned.kind, 'headers');
  assert.equal((await context({ dsn: { ret: 'full' }, size: 101 })).returned.kind, 'headers');
});

test('a stranger is told only where its client is a mail server of its domain', async () => {
  const inbound = { direction: 'inbound', sender: 'a@example.org' } as const;
  const from = async (ip: string, records: Record<string, string[] | 'temporary'>) =>
    (await context({ ...inbound, origin: origin(ip) }, { dns: resolver(records) })).allowed;
  const mx = { 'MX example.org': ['mx1.example.org', 'mx2.example.org'] };
  assert.equal(await from('192.0.2.7', { ...mx, 'A mx2.example.org': ['192.0.2.7'] }), 'yes');
  assert.equal(await from('192.0.2.8', { ...mx, 'A mx2.example.org': ['192.0.2.7'] }), 'unknown-sender');
  assert.equal(await from('192.0.2.7', { 'A example.org': ['192.0.2.7'] }), 'yes');
  assert.equal(await from('2001:db8::7', { ...mx, 'AAAA mx1.example.org': ['2001:DB8:0::7'] }), 'yes');
  assert.equal(
    await from('192.0.2.7', { 'A example.org': 'temporary', 'MX example.org': 'temporary' }),
    'unknown-sender',
  );
  assert.equal(await from('192.0.2.7', { 'MX example.org': [''] }), 'unknown-sender');
});

test('the setting decides for all strangers; a login is none, and the null sender nobody', async () => {
  const inbound = { direction: 'inbound', sender: 'a@example.org' } as const;
  assert.equal((await context(inbound, { inbound: 'none' })).allowed, 'setting');
  assert.equal((await context(inbound, { inbound: 'failures' })).allowed, 'yes');
  assert.equal((await context({ ...inbound, origin: { ...origin('192.0.2.9'), login: 'a' } })).allowed, 'yes');
  const nobody = await context({ ...inbound, sender: '' }, { inbound: 'failures' });
  assert.deepEqual([nobody.allowed, nobody.returned.kind], ['null-sender', 'nothing']);
});
