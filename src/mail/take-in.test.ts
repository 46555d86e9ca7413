import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerFact, Directory } from './authorise/directory.ts';
import { UNSIGNED } from './deliver/sign.ts';
import { createMessageIds } from './hide/message-ids.ts';
import type { Check, CheckRun, InspectedMessage } from './inspect/inspection.ts';
import { type CustomerId, type MessageMeta, type QueueId, RELAY_CUSTOMER } from './message.ts';
import type { ClaimedRecipient, Work } from './queue/queue.ts';
import type { RejectedEvent } from './report/events.ts';
import type { RoutedHosts } from './route/route.ts';
import { contentInMemory } from './stored-content.ts';
import { createTakeIn, isToComeIn, type TakeInOptions } from './take-in.ts';

const ACME = 'acme' as CustomerId;
const meta: MessageMeta = {
  id: '0123456789abcdef0' as QueueId,
  customer: 'beta' as CustomerId,
  direction: 'outbound',
  stream: 'bulk',
  sender: 'b@beta.test',
  acceptedAt: 0,
  size: 100,
  origin: { ip: '192.0.2.1', helo: 'inside' },
  received: '',
  eightBit: false,
  smtpUtf8: false,
  recipientCount: 1,
};
const CONTENT = Buffer.from('From: B <b@beta.test>\r\nSubject: x\r\n\r\nbody\r\n');

const KEY = Buffer.alloc(32, 1);
const ids = createMessageIds(KEY, 'relay.test');

function workOf(more: Partial<MessageMeta> = {}, before: Partial<ClaimedRecipient> = {}): Work {
  const recipient = {
    row: 1,
    index: 0,
    address: 'a@acme.test',
    destination: 'acme.test',
    attempts: 0,
    delayTold: false,
    ...before,
  };
  return {
    row: 1,
    destination: 'acme.test',
    recipients: [recipient],
    heldMs: 0,
    task: 'deliver',
    meta: { ...meta, ...more },
  };
}

/** The way in with one check, which ends as it is told. */
function open(end: CheckRun['end'], state: CustomerFact['state'] = 'live') {
  const asked: InspectedMessage[] = [];
  const pieces: Buffer[] = [];
  const places: boolean[] = [];
  const refused: RejectedEvent[] = [];
  const check: Check = {
    name: 'check',
    turn: 'rest',
    deadlineMs: 2000,
    begin(message) {
      asked.push(message);
      return { chunk: (bytes) => void pieces.push(Buffer.from(bytes)), end, abort: () => undefined };
    },
    unavailable: () => ({ kind: 'later' }),
  };
  const beta = { customer: 'beta', verified: true, outbound: true, name: 'beta.test' };
  const directory = {
    protection: () => undefined,
    grant: () => undefined,
    customer: () => ({ state }),
    domain: (name: string) => (name === 'beta.test' ? beta : undefined),
  } as unknown as Directory;
  const unasked = (): never => assert.fail('nothing is taken in');
  const options = {
    hostname: 'relay.test',
    directory,
    checks: () => [check],
    signer: { sign: () => UNSIGNED },
    inlineBody: 10_000,
    loopSecret: KEY,
    returnKey: KEY,
    messageIds: ids,
    aside: (_work: Work, aside: boolean) => void places.push(aside),
    trace: { subject: false },
    newId: () => '0123456789abcdef1' as QueueId,
    now: () => 0,
    inspected: () => undefined,
    rejected: (event: RejectedEvent) => void refused.push(event),
    accepted: unasked,
    rulesMet: unasked,
  };
  return { takeIn: createTakeIn(options as unknown as TakeInOptions), asked, pieces, places, refused };
}

const pass = async () => ({ verdict: { kind: 'pass' }, result: 'clean' }) as const;

test('the checks are asked as of inbound mail of the receiving customer, by a sender that is known', async () => {
  const { takeIn, asked, pieces } = open(pass);
  assert.deepEqual(await takeIn.ask(workOf(), ACME, contentInMemory(CONTENT)), { kind: 'pass' });
  const [message] = asked;
  assert.deepEqual([message?.customer, message?.direction, message?.stream], ['acme', 'inbound', 'business']);
  assert.deepEqual([message?.sentHere?.user, [...(message?.sentHere?.domains ?? [])]], ['beta', ['beta.test']]);
  assert.deepEqual(pieces.map(String), ['From: B <b@beta.test>\r\nSubject: x\r\n\r\n', 'body\r\n']);
});

test('an answer shows the receiving customer the ids of its own server, and stays as it is for all others', async () => {
  const { takeIn, pieces } = open(pass);
  const hidden = ids.hide(ACME, '7@mail01.acme.local');
  const header = `From: B <b@beta.test>\r\nReferences: <${hidden}>\r\n <${ids.hide('beta' as CustomerId, '8@beta.local')}>\r\n`;
  const stored = Buffer.from(`${header}Subject: x\r\n\r\nbody\r\n`);
  const seen = header.replace(hidden, '7@mail01.acme.local');
  const asked = await takeIn.ask(workOf({ size: stored.length }), ACME, contentInMemory(stored));
  assert.ok(asked.kind === 'pass' && asked.shown !== undefined);
  const content = await asked.shown.content();
  assert.ok(content.kind === 'bytes');
  assert.equal(Buffer.from(content.bytes).toString(), `${seen}Subject: x\r\n\r\nbody\r\n`);
  assert.equal(asked.shown.meta.size, content.bytes.length);
  assert.equal(Buffer.concat(pieces).length, content.bytes.length, 'it is looked at in this form');
});

test('while a message is looked at it takes no place at the mail hosts', async () => {
  const looking = Promise.withResolvers<undefined>();
  const { takeIn, places } = open(async () => {
    await looking.promise;
    return pass();
  });
  const asking = Array.from({ length: 300 }, () => takeIn.ask(workOf(), ACME, contentInMemory(CONTENT)));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([places.length, places.includes(false)], [200, false], 'no more than a part of the thread');
  looking.resolve(undefined);
  await Promise.all(asking);
  assert.equal(places.filter((aside) => !aside).length, 200);
});

const later = async () => ({ verdict: { kind: 'later' }, result: 'unavailable' }) as const;

test('a message that waits for a scanner is told of once, however often it is tried', async () => {
  const { takeIn, refused } = open(later);
  const ask = async (before: Partial<ClaimedRecipient>) => {
    const asked = await takeIn.ask(workOf({}, before), ACME, contentInMemory(CONTENT));
    assert.ok(asked.kind === 'ended' && asked.outcome.kind === 'deferred');
    return asked.outcome.cause;
  };
  const lastCause = await ask({});
  assert.deepEqual(
    refused.map(({ reply, customer }) => [reply, customer]),
    [['inspectLater', 'acme']],
  );
  await ask({ attempts: 1, lastCause });
  await ask({ attempts: 2, lastCause });
  assert.equal(refused.length, 1);
  // Where something else was in the way meanwhile it is news again.
  await ask({ attempts: 3, lastCause: { from: 'us', cause: 'connect-failed' } });
  assert.equal(refused.length, 2);
});

const copied = async () =>
  ({ verdict: { kind: 'tag' }, result: 'met', effects: [{ kind: 'copy', to: 'boss@acme.test' }] }) as const;

test('a copy by a rule is made once: of what is a copy itself, or came in before, there is none', async () => {
  const copies = async (more: Partial<MessageMeta>) => {
    const { takeIn, asked } = open(copied);
    const ended = await takeIn.ask(workOf(more), ACME, contentInMemory(CONTENT));
    assert.ok(ended.kind === 'ended' && ended.takenIn !== undefined);
    const { message } = ended.takenIn;
    return { message, sentHere: asked[0]?.sentHere, to: message.recipients.map(({ address }) => address) };
  };
  const sent = await copies({});
  assert.deepEqual(sent.to, ['a@acme.test', 'boss@acme.test']);
  assert.deepEqual([sent.message.meta.sentHere, sent.message.meta.origin.ip], [true, '127.0.0.1']);
  const cameIn = await copies({ direction: 'inbound' });
  assert.deepEqual(cameIn.to, ['a@acme.test']);
  // A stranger sent it, and is asked about as one.
  assert.deepEqual([cameIn.sentHere, cameIn.message.meta.sentHere], [undefined, undefined]);
  assert.equal(cameIn.message.meta.origin.ip, '192.0.2.1');
});

test('what a customer forwards for others proves nothing, though From says one of its own', async () => {
  for (const how of [{ forward: true }, { cameIn: true }] as const) {
    const { takeIn, asked } = open(pass);
    await takeIn.ask(workOf(how), ACME, contentInMemory(CONTENT));
    assert.deepEqual([...(asked[0]?.sentHere?.domains ?? ['none'])], []);
  }
});

test('mail to a customer that is suspended waits, and nothing of it is looked at nor said of the suspension', async () => {
  const { takeIn, asked } = open(pass, 'suspended');
  const outcome = { kind: 'deferred', cause: { from: 'us', cause: 'recipient-paused' }, scope: 'message' };
  assert.deepEqual(await takeIn.ask(workOf(), ACME, contentInMemory(CONTENT)), { kind: 'ended', outcome });
  assert.equal(asked.length, 0);
});

test('a stop gives back untouched what is being asked, and asks nothing any more', async () => {
  const { takeIn, asked } = open(() => new Promise(() => {}));
  const asking = Array.from({ length: 40 }, () => takeIn.ask(workOf(), ACME, contentInMemory(CONTENT)));
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(asked.length > 0 && asked.length < 40, `${asked.length} at once`);
  takeIn.close();
  const untouched = { kind: 'ended', outcome: { kind: 'untouched' } };
  for (const answer of await Promise.all(asking)) assert.deepEqual(answer, untouched);
  const before = asked.length;
  assert.deepEqual(await takeIn.ask(workOf(), ACME, contentInMemory(CONTENT)), untouched);
  assert.equal(asked.length, before);
});

test('all mail for a customer comes in there but what came in there already, and what the relay writes', () => {
  const hosts = { receiver: ACME } as RoutedHosts;
  assert.equal(isToComeIn(meta, hosts), true);
  assert.equal(isToComeIn({ ...meta, customer: ACME }, hosts), true, 'its own too');
  assert.equal(isToComeIn(meta, {}), false);
  const cameIn = { ...meta, direction: 'inbound' } as const;
  assert.equal(isToComeIn({ ...cameIn, customer: ACME }, hosts), false, 'it came in already');
  assert.equal(isToComeIn(cameIn, hosts), true, 'at another customer: a copy, or what goes back');
  assert.equal(isToComeIn({ ...meta, ours: true }, hosts), false);
  assert.equal(isToComeIn({ ...meta, customer: RELAY_CUSTOMER }, hosts), false);
});
