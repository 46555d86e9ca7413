import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerFact, Directory } from './authorise/directory.ts';
import type { Check, CheckRun, InspectedMessage } from './inspect/inspection.ts';
import { type CustomerId, type MessageMeta, type QueueId, RELAY_CUSTOMER } from './message.ts';
import type { Work } from './queue/queue.ts';
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

function workOf(more: Partial<MessageMeta> = {}): Work {
  const recipient = {
    row: 1,
    index: 0,
    address: 'a@acme.test',
    destination: 'acme.test',
    attempts: 0,
    delayTold: false,
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
    trace: { subject: false },
    newId: () => '0123456789abcdef1' as QueueId,
    now: () => 0,
    inspected: () => undefined,
    rejected: unasked,
    accepted: unasked,
    rulesMet: unasked,
  };
  return { takeIn: createTakeIn(options as unknown as TakeInOptions), asked, pieces };
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

test('only mail that customers send to mail hosts of customers comes in', () => {
  const hosts = { mailHostsOf: ACME } as RoutedHosts;
  assert.equal(isToComeIn(meta, hosts), true);
  assert.equal(isToComeIn({ ...meta, customer: ACME }, hosts), true, 'its own too');
  assert.equal(isToComeIn(meta, {}), false);
  assert.equal(isToComeIn({ ...meta, direction: 'inbound' }, hosts), false, 'it came in already');
  assert.equal(isToComeIn({ ...meta, ours: true }, hosts), false);
  assert.equal(isToComeIn({ ...meta, customer: RELAY_CUSTOMER }, hosts), false);
});
