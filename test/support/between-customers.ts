// Mail of one customer (beta) to another (acme) through a relay with scanners, and what both are told of it.

import assert from 'node:assert/strict';
import type { AcceptedEvent } from '../../src/mail/report/events.ts';
import { CLEAN, type Fault, startFaultyClamd } from './faulty-scanners.ts';
import { eventsOf, waitForEvent } from './mail.ts';
import { callApi, type Relay, type Table } from './relay.ts';
import { GTUBE } from './rspamd.ts';
import type { ScriptedReceiver } from './scripted-receiver.ts';
import { SmtpClient } from './smtp-client.ts';
import { until } from './until.ts';

/** Where beta's servers are. */
const BETA_IP = '127.0.0.8';
const BETA_SENDER = 'b@beta.test';

/** The second customer; both have their mail hosts at `port`. */
export function beta(port: number): Table {
  return {
    id: 'beta',
    name: 'Beta',
    pools: ['standard'],
    sources: [BETA_IP],
    mailhosts: [{ host: '127.0.0.1', port }],
    domains: [{ name: 'beta.test', outbound: true, inbound: true, subdomains: false, verified: true }],
  };
}

export interface BetweenCustomers {
  relay: () => Relay;
  /** The mail hosts of both. */
  hosts: ScriptedReceiver;
}

/** The mail of beta; `subject` is what acme's rule goes by. Gives the id, or the refusal. */
async function fromBeta(
  { relay }: BetweenCustomers,
  to: string | string[],
  more: { subject?: string; body?: string; type?: string } = {},
): Promise<string> {
  const { subject = 'hello', body = 'The committee meets on Thursday.\r\n', type = '' } = more;
  await using client = await SmtpClient.connect({ port: relay().ports.outbound, from: BETA_IP });
  await client.hello();
  const header = `From: B <${BETA_SENDER}>\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\n${type}`;
  const content = Buffer.from(`${header}Message-ID: <${[to].flat()[0]}>\r\n\r\n${body}`);
  const reply = await client.message({ from: BETA_SENDER, to: [to].flat(), content });
  await client.quit();
  return /queued as (\S+)/.exec(reply.text)?.[1] ?? reply.text;
}

const arrivedAt = ({ hosts }: BetweenCustomers, to: string) =>
  hosts.messages.filter(({ rcpts }) => rcpts.some((one) => one.includes(to)));

/** Asks the API as the operator. */
async function ask(world: BetweenCustomers, method: string, path: string, body?: unknown): Promise<string> {
  const headers = { 'if-match': '*' };
  const answer = await callApi(world.relay().dataDir, { method, path, headers, ...(body !== undefined && { body }) });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.body}`);
  return answer.body;
}

/** What beta is told of its message once it came in: the id of acme's. */
async function takenInAs(world: BetweenCustomers, id: string): Promise<string> {
  const events = await waitForEvent(world.relay().dataDir, id, 'message.recipient.delivered');
  const delivered = events.find(({ type }) => type === 'message.recipient.delivered') as { reply?: { text: string } };
  return /queued as (\S+)/.exec(delivered.reply?.text ?? '')?.[1] ?? assert.fail(JSON.stringify(events));
}

/** Clean mail goes on as beta's, once; what acme's settings mark comes in as acme's, and says nothing of beta's servers. */
async function passesOrIsMarked(world: BetweenCustomers): Promise<void> {
  const { dataDir } = world.relay();
  const clean = await fromBeta(world, 'inside@acme.test');
  const events = await waitForEvent(dataDir, clean, 'message.recipient.delivered');
  assert.equal(arrivedAt(world, 'inside@acme.test').length, 1);
  assert.doesNotMatch(JSON.stringify(events), /taken in/);
  assert.doesNotMatch(await ask(world, 'GET', '/api/v1/trace?q=to:inside@acme.test&customer=acme'), /inside@/);

  const sent = await fromBeta(world, 'marked@acme.test', { body: 'This is worth seven points.\r\n' });
  const id = await takenInAs(world, sent);
  const marked = await until('the marked mail', () => arrivedAt(world, 'marked@acme.test')[0]);
  assert.match(marked.content, /^X-Spam-Flag: YES\r$/m);
  assert.match(marked.content, new RegExp(`id ${id};[^]*id ${sent}`), 'both hops are in the header');
  const accepted = (await eventsOf(dataDir, id)).find(
    (event): event is AcceptedEvent => event.type === 'message.accepted',
  );
  assert.deepEqual([accepted?.customer, accepted?.meta.direction], ['acme', 'inbound']);
  assert.deepEqual(accepted?.meta.inspection?.map(({ check }) => check).toSorted(), ['content', 'spam', 'virus']);
  assert.doesNotMatch(JSON.stringify(accepted), new RegExp(`${BETA_IP}|"beta"`));
}

/** What acme refuses comes back to beta's sender, and stands in acme's trace. */
async function isRefused(world: BetweenCustomers): Promise<void> {
  const { dataDir } = world.relay();
  const id = await fromBeta(world, 'refused@acme.test', { body: GTUBE });
  const events = await waitForEvent(dataDir, id, 'message.recipient.bounced');
  assert.match(JSON.stringify(events), /"protection-refused"/);
  const notice = await until('the notice', () =>
    arrivedAt(world, BETA_SENDER).find(({ content }) => content.includes('refused@acme.test')),
  );
  assert.match(notice.content, /Status: 5\.7\.1\r\n/);
  assert.match(notice.content.replaceAll(/\s+/g, ' '), /recipient's mail protection refused the mail/);
  await until('the refusal in the trace of acme', async () => {
    const found = await ask(world, 'GET', '/api/v1/trace?q=to:refused@acme.test%20status:rejected&customer=acme');
    return found.includes('spamRefused') ? true : undefined;
  });
  assert.deepEqual(arrivedAt(world, 'refused@acme.test'), []);
}

/** Answers refer to what acme's mail is called outside; acme's own server gets the ids that it gave. */
async function threadsHold(world: BetweenCustomers): Promise<void> {
  const own = '<first@mail01.acme.local>';
  const content = `From: A <a@acme.test>\r\nSubject: a thread\r\nMessage-ID: ${own}\r\n\r\nHello.\r\n`;
  await using client = await SmtpClient.connect({ port: world.relay().ports.outbound });
  await client.hello();
  await client.message({ from: 'a@acme.test', to: ['thread@beta.test'], content: Buffer.from(content) });
  await client.quit();
  const first = await until('the first mail', () => arrivedAt(world, 'thread@beta.test')[0]);
  const [, hidden = assert.fail(first.content)] = /^Message-ID: (<em1\..+>)\r$/m.exec(first.content) ?? [];
  await fromBeta(world, 'thread@acme.test', { type: `References: ${hidden}\r\n` });
  const answer = await until('the answer', () => arrivedAt(world, 'thread@acme.test')[0]);
  assert.match(answer.content, new RegExp(`^References: ${own}\r$`, 'm'));
  assert.doesNotMatch(answer.content, /em1\./);
}

/**
 * Acme is suspended: what beta sends waits, and beta is not told why; lifted, it goes on. Led to other hosts meanwhile, it
 * is looked at all the same.
 */
export async function waitsForSuspension(world: BetweenCustomers): Promise<void> {
  const { dataDir } = world.relay();
  const suspensions = '/api/v1/customers/acme/suspensions';
  const made = JSON.parse(await ask(world, 'POST', suspensions, { reason: 'a test' })) as { id: string };
  const triedAt = async (to: string, body: string) => {
    const id = await fromBeta(world, to, { body });
    const events = await until('an attempt', async () => {
      const all = await eventsOf(dataDir, id);
      return all.length > 1 ? all : undefined;
    });
    return { to, id, events };
  };
  let sent = 0;
  // The threads hear of it a moment later.
  const waiting = await until('mail to wait', async () => {
    const tried = await triedAt(`paused${sent++}@acme.test`, 'This can wait.\r\n');
    return tried.events.some(({ type }) => type === 'message.recipient.deferred') ? tried : undefined;
  });
  assert.match(JSON.stringify(waiting.events), /"recipient-paused"/);
  assert.doesNotMatch(JSON.stringify(waiting.events), /suspend/);
  const spam = await triedAt('led@acme.test', GTUBE);
  await ask(world, 'POST', '/api/v1/queue/reroute', {
    query: { id: spam.id },
    hosts: [`127.0.0.1:${world.hosts.port}`],
  });
  await until('it to be tried there', async () => {
    const all = await eventsOf(dataDir, spam.id);
    return all.filter(({ type }) => type === 'message.recipient.deferred').length > 1 ? true : undefined;
  });
  assert.deepEqual([...arrivedAt(world, waiting.to), ...arrivedAt(world, 'led@acme.test')], []);
  await ask(world, 'POST', `${suspensions}/${made.id}/lift`, { reason: 'the test is over' });
  const goesOn = async (id: string) => ask(world, 'POST', '/api/v1/queue/retry', { query: { id } });
  await until('it to go on', async () => {
    await goesOn(waiting.id);
    return arrivedAt(world, waiting.to)[0];
  });
  await goesOn(spam.id);
  const ended = await waitForEvent(dataDir, spam.id, 'message.recipient.bounced');
  assert.match(JSON.stringify(ended), /"protection-refused"/);
  await world.relay().settled();
  assert.equal(arrivedAt(world, waiting.to).length, 1);
  assert.deepEqual(arrivedAt(world, 'led@acme.test'), []);
}

/** Beta sends what it likes; acme's inbound settings and rules say what becomes of it. */
export async function meetsInboundProtection(world: BetweenCustomers): Promise<void> {
  const set = { spam_tag: null, spam_quarantine: null, spam_reject: null };
  await ask(world, 'PATCH', '/api/v1/protection?customer=beta&direction=outbound', { set });
  await passesOrIsMarked(world);
  await isRefused(world);
  await holdByRule(world);
  await isHeldByRule(world);
  await threadsHold(world);
}

/** Ids in acme's quarantine, by the recipients of each. */
async function quarantined(world: BetweenCustomers): Promise<Map<string, string[]>> {
  const body = await ask(world, 'GET', '/api/v1/quarantine?customer=acme&limit=100');
  const { entries } = JSON.parse(body) as { entries: { id: string; to: string[] }[] };
  return new Map(entries.map(({ id, to }) => [id, to]));
}

/** A rule of acme's for what comes in, by the subject. */
async function holdByRule(world: BetweenCustomers): Promise<void> {
  await ask(world, 'POST', '/api/v1/rules', {
    customer: 'acme',
    name: 'Words of the board',
    conditions: [
      { on: 'direction', is: 'inbound' },
      { on: 'header', name: 'Subject', has: 'board' },
    ],
    actions: [{ do: 'quarantine' }],
  });
}

/** What acme's rule holds is in its quarantine, and not beta's matter; released it arrives, and is not held again. */
async function isHeldByRule(world: BetweenCustomers): Promise<void> {
  const to = ['held@acme.test', 'also-held@acme.test'];
  const sent = await until('the rule to be in force', async () => {
    const id = await fromBeta(world, to, { subject: 'board: secret' });
    await takenInAs(world, id).catch(() => undefined);
    return (await quarantined(world)).size > 0 ? id : undefined;
  });
  const id = await takenInAs(world, sent);
  assert.deepEqual((await quarantined(world)).get(id)?.toSorted(), to.toSorted());
  assert.equal(arrivedAt(world, 'held@acme.test').length, 0);
  const { code, stderr } = await world.relay().cli('quarantine', 'release', id);
  assert.equal(code, 0, stderr);
  await until('the released mail', () => (arrivedAt(world, 'held@acme.test').length > 0 ? true : undefined));
  await world.relay().settled();
  assert.equal(arrivedAt(world, 'held@acme.test').length, 1);
  assert.deepEqual([...(await quarantined(world)).keys()], []);
}

/** A scanner that acme's protection needs is gone: the mail waits, is not sent back, and goes on once the scanner is there. */
export async function waitsForScanner(
  world: BetweenCustomers,
  scanner: { stop: () => Promise<unknown>; start: () => Promise<unknown> },
): Promise<void> {
  await scanner.stop();
  // Of a content that was seen before the result is remembered.
  const id = await fromBeta(world, 'waits@acme.test', { body: 'Nobody has looked at this yet.\r\n' });
  const events = await waitForEvent(world.relay().dataDir, id, 'message.recipient.deferred');
  assert.match(JSON.stringify(events), /"protection-later"/);
  assert.deepEqual(arrivedAt(world, 'waits@acme.test'), []);
  await until('another attempt', async () => {
    await ask(world, 'POST', '/api/v1/queue/retry', { query: { id } });
    const all = await eventsOf(world.relay().dataDir, id);
    return all.filter(({ type }) => type === 'message.recipient.deferred').length > 2 ? true : undefined;
  });
  const path = '/api/v1/trace?q=to:waits@acme.test%20status:rejected&customer=acme';
  const { entries: told } = JSON.parse(await ask(world, 'GET', path)) as { entries: unknown[] };
  assert.equal(told.length, 1, 'acme is told once, not at each attempt');
  await scanner.start();
  // Each thread finds out by itself that the scanner is back.
  await until('it to go on', async () => {
    await ask(world, 'POST', '/api/v1/queue/retry', { query: { id } });
    return arrivedAt(world, 'waits@acme.test')[0];
  });
  await world.relay().settled();
  assert.equal(arrivedAt(world, 'waits@acme.test').length, 1);
}

/** What acme's virus scanner finds is acme's matter, also where beta's mail was clean a moment before. No clamd is at `port`. */
export async function isFoundByVirusPolicy(world: BetweenCustomers, port: number): Promise<void> {
  let seen = 0;
  const fault = (content: string): Fault =>
    content.includes('turns out to be bad') && ++seen > 1 ? { say: '#: stream: Known.By.Now FOUND\0' } : CLEAN;
  await using _scanner = await startFaultyClamd({ fault, port });
  await ask(world, 'PATCH', '/api/v1/protection?customer=acme&direction=inbound', { set: { virus: 'quarantine' } });
  const id = await until('the scanner to be known', async () => {
    const reply = await fromBeta(world, 'virus@acme.test', { body: 'This turns out to be bad.\r\n' });
    return reply.startsWith('451') ? undefined : reply;
  });
  const held = await takenInAs(world, id);
  const shown = JSON.parse(await ask(world, 'GET', `/api/v1/quarantine/${held}`)) as { reasons: string[] };
  assert.deepEqual(shown.reasons, ['virus']);
  assert.deepEqual(arrivedAt(world, 'virus@acme.test'), []);
  await deleteQuarantined(world);
}

async function deleteQuarantined({ relay }: BetweenCustomers): Promise<void> {
  const { code, stderr } = await relay().cli('quarantine', 'delete', 'customer:acme', '--yes');
  assert.equal(code, 0, stderr);
}

/** The relay is killed while mail comes in: whatever it took is in quarantine once, and in beta's queue no more. */
export async function survivesKill(world: BetweenCustomers, restart: () => Promise<unknown>): Promise<void> {
  const taken: string[] = [];
  const enough = Promise.withResolvers<undefined>();
  const send = async (to: string) => {
    const id = await fromBeta(world, to, { subject: 'board: figures' }).catch(() => '');
    if (id === '') return;
    taken.push(to);
    if (taken.length === KILLED_AFTER) enough.resolve(undefined);
  };
  const sending = Array.from({ length: 2 * KILLED_AFTER }, (_, n) => send(`killed${n}@acme.test`));
  await enough.promise;
  await world.relay().kill();
  await Promise.all(sending);
  await restart();
  await world.relay().settled();
  const found = [...(await quarantined(world)).values()].flat();
  assert.equal(new Set(found).size, found.length, 'none is there twice');
  for (const to of taken) assert.ok(found.includes(to), to);
  const { queued, deferred } = JSON.parse(await ask(world, 'GET', '/api/v1/queue')) as Record<string, number>;
  assert.deepEqual([queued, deferred], [0, 0]);
  await deleteQuarantined(world);
}

/** Messages that were taken when the relay is killed; as many again are on their way. */
const KILLED_AFTER = 30;
