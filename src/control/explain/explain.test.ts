// What `explain` says, held against sessions that ask the very same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListenerRole, SessionView } from '../../mail/accept/handler.ts';
import { type NamedReply, replies } from '../../mail/accept/replies.ts';
import type { CustomerFact, DomainFact } from '../../mail/authorise/directory.ts';
import { buildDirectoryBase, openDirectory } from '../../mail/authorise/directory-index.ts';
import { createRecipientCheck } from '../../mail/authorise/recipients/recipient-check.ts';
import { PLAIN_SETTINGS } from '../../mail/authorise/testing/plain-settings.ts';
import { limitsKey } from '../../mail/identities/limits.ts';
import { createSenders, lockedSender } from '../../mail/identities/senders.ts';
import { protectionKey } from '../../mail/inspect/protection.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { NewMessage } from '../../mail/queue/queue.ts';
import { createReceiver, type ReceiveOptions } from '../../mail/receive.ts';
import { createReturns } from '../../mail/returns.ts';
import { plainReceiveOptions } from '../../mail/testing/receive-options.ts';
import { systemClock } from '../../platform/clock.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { makeScramKeys } from '../../protocol/sasl/scram.ts';
import { type Mailbox, parseAddress } from '../../protocol/smtp/address.ts';
import { reasonOf } from '../api/reasons.ts';
import { type ExplainParts, type Explanation, explain } from './explain.ts';
import { ownExplanation } from './own-questions.ts';

const id = (name: string) => name as CustomerId;
const customer = (name: string, more: Partial<CustomerFact> = {}): CustomerFact => ({
  id: id(name),
  name,
  state: 'live',
  pools: [],
  streams: [],
  mailhosts: [],
  ...PLAIN_SETTINGS,
  ...more,
});
const domain = (name: string, of: string, more: Partial<DomainFact> = {}): DomainFact => ({
  name,
  customer: id(of),
  outbound: true,
  inbound: true,
  subdomains: false,
  verified: true,
  ...more,
});
const scram = makeScramKeys('correct horse battery');
const NOW = Date.parse('2026-11-22T12:00:00Z');
const CLOUD = '40.92.0.1';

const directory = openDirectory(
  buildDirectoryBase({
    customers: [
      customer('acme', { recipientCheck: 'list' }),
      customer('beta', { foreignFrom: 'rewrite' }),
      customer('cloud'),
      customer('fwd', { forwards: 'srs' }),
      customer('fresh', { state: 'verifying', test: { token: 'fresh12345' } }),
      customer('locked', { state: 'suspended' }),
      customer('gone', { state: 'deactivated' }),
    ],
    domains: [
      domain('acme.test', 'acme', { subdomains: true }),
      domain('out.test', 'acme', { inbound: false }),
      domain('new.test', 'acme', { verified: false }),
      ...['beta', 'cloud', 'fwd', 'fresh', 'locked', 'gone'].map((name) => domain(`${name}.test`, name)),
    ],
    sources: [
      ...['acme', 'beta', 'fwd', 'fresh', 'locked', 'gone'].map((name, i) => ({
        network: `192.0.2.${i + 1}/32`,
        customer: id(name),
      })),
      { network: '40.92.0.0/16', customer: id('cloud'), shared: { kind: 'header', name: 'X-Tenant', value: '7' } },
      { network: '40.92.0.0/16', customer: id('acme'), shared: { kind: 'login' } },
    ],
    grants: [{ customer: id('beta'), domain: 'out.test', stream: 'bulk', proof: 'contract' }],
    logins: [
      { name: 'acme-user', customer: id('acme'), scram },
      { name: 'beta-user', customer: id('beta'), scram },
    ],
    pools: [],
    recipients: [{ address: 'a@acme.test', customer: id('acme') }],
    suppressions: ['acme', 'cloud'].map((name) => ({
      customer: id(name),
      address: 'no@outside.test',
      reason: 'complaint' as const,
      at: NOW,
    })),
    protection: [
      { key: limitsKey(id('acme')), value: [{ kind: 'sender', name: 'bad@acme.test', level: 'locked' }] },
      { key: protectionKey('settings', 'beta', 'inbound', ''), value: { greylist: true } },
    ],
  }),
);

const CLIENTS = ['198.51.100.1', CLOUD, ...[1, 2, 3, 4, 5, 6].map((n) => `192.0.2.${n}`)];
const LOGINS = [undefined, 'acme-user', 'beta-user', 'unknown'];
const SENDERS = ['', 'a@acme.test', 'bad@acme.test', 'x@sub.ACME.test', 'o@out.test', 'n@new.test', 'b@beta.test'];
SENDERS.push('c@cloud.test', 'f@fwd.test', 'v@fresh.test', 'l@locked.test', 'g@gone.test', 'x@gmail.test');
const RECIPIENTS = ['x@outside.test', 'no@outside.test', 'NO@Outside.test', 'a@acme.test', 'nobody@acme.test'];
RECIPIENTS.push('postmaster@acme.test', 'b@beta.test', 'f@fwd.test', 'v@fresh.test', 'l@locked.test', 'g@gone.test');
RECIPIENTS.push('x@[192.0.2.1]', 'abuse@relay.test', 'mailer-daemon@relay.test', 'test-fresh12345@relay.test');
RECIPIENTS.push('test-other12345@relay.test', 'x@relay.test', 'x%gmail.test@beta.test');
const AUTHORS = [undefined, 'a@acme.test', 'bad@acme.test', 'b@beta.test', 'c@cloud.test', 'x@gmail.test'];
const LISTENERS: Record<string, ListenerRole[]> = {
  '127.0.0.1:25': ['outbound', 'inbound'],
  '127.0.0.1:26': ['inbound'],
  '127.0.0.1:27': ['outbound'],
  '127.0.0.1:28': ['submission'],
};

interface Question {
  ip: string;
  login: string | undefined;
  listener: string;
  from: string;
  to: string;
  author: string | undefined;
}

/** Every so many of all combinations, so that a run takes a second. */
const STEP = 11;

function* questions(): Generator<Question> {
  const listeners = Object.keys(LISTENERS);
  const all = [listeners, CLIENTS, LOGINS, SENDERS, RECIPIENTS, AUTHORS].reduce((n, { length }) => n * length, 1);
  for (let at = 0; at < all; at += STEP) {
    let rest = at;
    const pick = <T>(choices: readonly T[]): T => {
      const choice = choices[rest % choices.length] as T;
      rest = Math.floor(rest / choices.length);
      return choice;
    };
    const [author, to, from] = [pick(AUTHORS), pick(RECIPIENTS), pick(SENDERS)];
    yield { author, to, from, login: pick(LOGINS), ip: pick(CLIENTS), listener: pick(listeners) };
  }
}

const clock = { ...systemClock, now: () => NOW };
const returns = () => {
  const made = createReturns({
    config: {
      node: { hostname: 'relay.test', data_dir: '', id: 0 },
      bounces: { valid_for: 14 * 86_400_000 },
      operator: { postmaster: ['it@ops.test'], names: [] },
    },
    directory,
    key: new Uint8Array(32),
    now: clock.now,
    accepted: () => undefined,
  });
  // As `explain` takes them: there is no header to show them.
  return { ...made, checks: { prove: made.checks.prove, cameIn: () => 'assumed' } };
};

const parts: ExplainParts = {
  directory,
  listeners: Object.entries(LISTENERS).map(([address, roles]) => {
    const [host = '', port] = address.split(':');
    return { address: { host, port: Number(port) }, roles };
  }),
  ended: () => ({ hostname: 'relay.test', termination: { inbound: 'refuse' } }),
  own: () => returns().own,
  limited: (message) => lockedSender(directory, message, clock.now),
  route: async () => ({ kind: 'bounce', cause: { from: 'us', cause: 'null-mx' } }),
  addresses: () => 'none',
};

function receiveOptions(kept: NewMessage[]): ReceiveOptions {
  return {
    ...plainReceiveOptions(kept),
    directory,
    returns: returns(),
    recipients: createRecipientCheck({
      directory,
      callAhead: { ask: () => Promise.reject(new Error('asked')), isDown: () => false, isSlow: () => {} },
      limits: { known: 1, known_for: 1, unknown: 1, unknown_for: 1, timeout: 1 } as never,
      learned: () => {},
      clock,
      metrics: createMetrics(),
    }),
    now: clock.now,
    senders: createSenders({ directory, threads: 1, now: clock.now, send: () => {} }),
  };
}

const said = ({ code, enhanced, lines }: NamedReply) => `${code} ${enhanced ?? ''} ${lines.join(' ')}`;

/** What a session comes to: `mail|rcpt|header REPLY`, or `DIRECTION CUSTOMER STREAM`. */
async function session(
  { ip, login, listener, from, to, author }: Question,
  closed: ReceiveOptions['closed'] = () => undefined,
): Promise<string> {
  const kept: NewMessage[] = [];
  const view: SessionView = {
    ip,
    port: 1,
    listener: { address: listener, roles: LISTENERS[listener] ?? [] },
    helo: 'client.test',
    esmtp: true,
    login,
    tls: undefined,
  };
  const connected = createReceiver({ ...receiveOptions(kept), closed }).connect(view);
  assert(!(connected instanceof Promise) && connected.kind === 'take');
  const handler = connected.session;
  const parameters = { size: undefined, eightBit: false, smtpUtf8: false };
  const atMail = await handler.mail(from === '' ? undefined : mailbox(from), parameters);
  if (atMail !== undefined) return `mail ${said(atMail)}`;
  const atRcpt = await handler.rcpt(mailbox(to));
  if (atRcpt !== undefined) return `rcpt ${said(atRcpt)}`;
  const field = author ?? from;
  const atHeader = await handler.header(Buffer.from(field === '' ? '\r\n' : `From: <${field}>\r\nX-Tenant: 7\r\n\r\n`));
  if (atHeader !== undefined) return `header ${said(atHeader)}`;
  assert.equal((await handler.end()).code, 250);
  const meta = kept[0]?.meta;
  return `${meta?.direction} ${meta?.customer} ${meta?.stream}`;
}

function mailbox(text: string): Mailbox {
  const read = parseAddress(text);
  assert(read !== undefined, text);
  return read;
}

function outcome({ verdict, refused, customer, stream }: Explanation): string {
  if (refused === undefined) return `${verdict} ${customer} ${stream}`;
  return `${refused.at} ${refused.reply}`;
}

test('a session comes to what explain said of it, whoever sends what to whom', async () => {
  const outcomes = new Map<string, number>();
  for (const question of questions()) {
    const { from, to, author, ...rest } = question;
    const explained = await explain(parts, {
      ...rest,
      from: from === '' ? undefined : mailbox(from),
      to: mailbox(to),
      headerFrom: author === undefined ? undefined : mailbox(author),
    });
    const came = await session(question);
    assert.equal(outcome(explained), came, JSON.stringify(question));
    outcomes.set(came, (outcomes.get(came) ?? 0) + 1);
  }
  // It would say nothing if all were refused at once.
  assert(outcomes.size > 30, [...outcomes].map((one) => one.join(': ')).join('\n'));
});

test('while the relay drains, or its disk is full, the refusal that everybody gets is said', async () => {
  const asked = { ip: '192.0.2.1', login: undefined, listener: '127.0.0.1:25', from: 'a@acme.test' };
  const question: Question = { ...asked, to: 'x@outside.test', author: undefined };
  for (const [why, reply, reason] of [
    ['draining', replies.draining, 'the relay drains its queue and takes no new mail'],
    ['disk', replies.storageFull, 'disk space is short: no new mail is taken'],
  ] as const) {
    const { ip, listener } = asked;
    const to = { from: mailbox(question.from), to: mailbox(question.to) };
    const explained = await explain({ ...parts, closed: async () => why }, { ip, listener, ...to });
    assert.equal(outcome(explained), await session(question, () => reply));
    assert.equal(explained.steps.at(-1), `refused at mail: ${reason}`);
    assert.equal(reasonOf(explained.refused?.reason ?? '')?.code, why === 'disk' ? 'disk-short' : 'relay-drains');
  }
});

test('what is left to the message is said: a proof, and that a first mail comes twice', async () => {
  const ask = async (ip: string, from: string, to: string) =>
    (await explain(parts, { ip, from: mailbox(from), to: mailbox(to) })).trail.map(({ step }) => step);
  assert((await ask(CLOUD, 'c@cloud.test', 'x@outside.test')).includes('proof_assumed'));
  assert((await ask('198.51.100.1', 'x@gmail.test', 'b@beta.test')).includes('greylisted'));
  assert(!(await ask('192.0.2.1', 'x@gmail.test', 'b@beta.test')).includes('greylisted'), 'a registered source');
});

test('mail between customers meets the protection of the other one, which is named to the operator alone', async () => {
  const route: ExplainParts['route'] = async (name) => {
    const receiver = directory.domain(name)?.customer;
    const to = { kind: 'hosts', site: name, tls: 'none', rule: '', connections: 1 } as const;
    return { ...to, hosts: [], ...(receiver !== undefined && { receiver }) };
  };
  const ask = async (from: string, to: string, ip = '192.0.2.1') => {
    const question = { ip, from: mailbox(from), to: mailbox(to) };
    const explanation = await explain({ ...parts, route }, question);
    const { verdict, customer: asker = id('nobody') } = explanation;
    assert.notEqual(verdict, 'refused', JSON.stringify(explanation));
    return { explanation, shown: ownExplanation(directory, id(asker), { question, explanation }) };
  };
  const { explanation, shown } = await ask('a@acme.test', 'x@cloud.test');
  const [last] = explanation.trail.slice(-1);
  assert.deepEqual([last?.step, last?.values], ['protection_of', { customer: 'cloud' }]);
  assert.deepEqual(explanation.steps.slice(-1), ['before its mail hosts: the inbound protection of cloud']);
  assert.equal(shown?.trail.at(-1)?.step, 'recipient_protection');
  assert.equal(shown.steps.length, explanation.steps.length);
  assert(!JSON.stringify(shown).replaceAll('x@cloud.test', '').includes('cloud'), JSON.stringify(shown));
  const own = await ask('a@acme.test', 'a@acme.test');
  assert.equal(own.shown?.trail.at(-1)?.step, 'protection_of', 'its own');
  const locked = await ask('a@acme.test', 'l@locked.test');
  assert.deepEqual(locked.explanation.route, { ends: 'defer', cause: 'recipient-paused' });
  assert(!JSON.stringify(locked.shown).includes('paused'));
  const asksNobody = async (from: string, to: string, ip?: string) =>
    assert(!(await ask(from, to, ip)).explanation.steps.some((text) => text.includes('inbound protection')), to);
  await asksNobody('a@acme.test', 'x@outside.test');
  await asksNobody('x@gmail.test', 'b@beta.test', '198.51.100.1');
});
