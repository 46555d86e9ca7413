// Work in the hands of a relay thread: whatever goes wrong, it is settled.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../platform/clock.ts';
import { configSchema } from '../platform/config/schema.ts';
import { createTestLog } from '../platform/log.ts';
import type { Directory } from './authorise/directory.ts';
import { createDelivery, type DeliveryOptions } from './delivery.ts';
import type { MessageMeta, Outcome } from './message.ts';
import type { Settlement, Work } from './queue/queue.ts';

const config = configSchema.parse({
  node: { hostname: 'relay.test', data_dir: '/nowhere' },
  listener: [{ address: '127.0.0.1:2525', roles: ['outbound'] }],
  route: [{ domain: '*', hosts: ['127.0.0.1:9'] }],
  notices: { inbound: 'failures' },
});

const work: Work = {
  row: 1,
  destination: 'example.org',
  recipients: [
    { row: 1, index: 0, address: 'x@example.org', destination: 'example.org', attempts: 0, delayTold: false },
  ],
  heldMs: 0,
  task: 'deliver',
  meta: {
    id: '0123456789abcdef0' as MessageMeta['id'],
    customer: 'acme' as MessageMeta['customer'],
    direction: 'inbound',
    stream: 'business',
    sender: 'a@acme.test',
    acceptedAt: systemClock.now(),
    size: 1,
    origin: { ip: '192.0.2.1', helo: 'x' },
    received: '',
    eightBit: false,
    smtpUtf8: false,
    recipientCount: 1,
  },
};

/** A relay thread's work, with these parts instead of real ones. */
function open(fakes: unknown) {
  return createDelivery({
    config,
    memory: 1000,
    resolver: {} as DeliveryOptions['resolver'],
    own: {} as DeliveryOptions['own'],
    reader: { open: async () => ({ kind: 'bytes', bytes: Buffer.from('Subject: x\r\n\r\n') }) },
    newId: () => '0123456789abcdef1' as MessageMeta['id'],
    clock: systemClock,
    log: createTestLog(),
    noAddress: () => {},
    notice: () => {},
    suppress: () => {},
    outcome: () => {},
    takeIn: { ask: async () => ({ kind: 'pass' }), close: () => {} },
    ...(fakes as { directory: Directory } & Pick<DeliveryOptions, 'deliverer' | 'queue'>),
  });
}

/** All that is under way without a timer has happened. */
const settledDown = () => new Promise((resolve) => setImmediate(resolve));

/** The settlements of one piece of work, with a part of the relay broken. */
async function settled(broken: Partial<Record<'directory' | 'deliver' | 'outcome', true>>, outcome?: Outcome) {
  const settlements: Settlement[] = [];
  let give: (works: Work[]) => void = () => assert.fail('nobody takes work');
  const fault = (): never => {
    throw new Error('broken');
  };
  let told = 0;
  const fakes = {
    directory: { domain: broken.directory ? fault : () => undefined, customer: () => ({}), pool: () => undefined },
    deliverer: { deliver: async () => (broken.deliver ? fault() : [outcome]), close: async () => {} },
    queue: {
      onWork: (take: typeof give) => (give = take),
      room: () => {},
      news: () => {},
      settle: async (settlement: Settlement) => settlements.push(settlement) > 0,
    },
    outcome: () => (broken.outcome && told++ === 0 ? fault() : undefined),
  };
  const delivery = open(fakes);
  give([work]);
  await delivery.close();
  return settlements.flatMap(({ recipients }) => recipients.map(({ outcome }) => outcome));
}

test('a fault of ours in route, deliver or report defers: work is never left in the hands of the thread', async () => {
  const later = [{ kind: 'deferred', cause: { from: 'us', cause: 'internal' }, scope: 'message' }];
  assert.deepEqual(await settled({ directory: true }), later);
  assert.deepEqual(await settled({ deliver: true }), later);
  const bounced: Outcome = { kind: 'bounced', cause: { from: 'us', cause: 'too-large' } };
  assert.deepEqual(await settled({ outcome: true }, bounced), later);
});

test('the queue is told of room again though the thread is never idle', async () => {
  const finish: (() => void)[] = [];
  const rooms: number[] = [];
  let give: (works: Work[]) => void = () => assert.fail('nobody takes work');
  const fakes = {
    directory: { domain: () => undefined, customer: () => ({}), pool: () => undefined },
    deliverer: {
      deliver: () => new Promise<Outcome[]>((resolve) => finish.push(() => resolve([{ kind: 'untouched' }]))),
      close: async () => {},
    },
    queue: {
      onWork: (take: typeof give) => (give = take),
      room: (messages: number) => rooms.push(messages),
      news: () => {},
      settle: async () => true,
    },
  };
  const delivery = open(fakes);
  // One message that takes long, and behind it others, which come and go.
  for (let i = 0; i < 150; i++) {
    give([work]);
    await settledDown();
    if (i > 0) finish.splice(1, 1)[0]?.();
    await settledDown();
  }
  assert.equal(delivery.inHand, 1);
  // Of what was handed out the queue knows; that it is done it learns from these words alone.
  const [first = 0, ...later] = rooms;
  assert.deepEqual(later, [first - 1, first - 1]);
  for (const done of finish) done();
  await delivery.close();
});

test('mail that an operator leads to other hosts comes in at the customer of each domain all the same', async () => {
  const to = (row: number, address: string) => ({ ...work.recipients[0], row, index: row - 1, address });
  const rerouted = {
    ...work,
    destination: '>127.0.0.1:9',
    reroute: ['127.0.0.1:9'],
    recipients: [to(1, 'x@Acme.test'), to(2, 'y@beta.test'), to(3, 'z@example.org')],
    meta: { ...work.meta, direction: 'outbound', customer: 'gamma' },
  } as Work;
  const settlements: Settlement[] = [];
  let give: (works: Work[]) => void = () => assert.fail('nobody takes work');
  const asked: string[] = [];
  const delivered: string[][] = [];
  const later: Outcome = { kind: 'deferred', cause: { from: 'us', cause: 'protection-later' }, scope: 'message' };
  const refused: Outcome = { kind: 'bounced', cause: { from: 'us', cause: 'protection-refused' } };
  const inbound = { inbound: true, outbound: true, verified: true, subdomains: false };
  const fakes = {
    directory: {
      domain: (name: string) =>
        name === 'example.org' ? undefined : { ...inbound, name, customer: name.slice(0, name.indexOf('.')) },
      customer: (id: string) => ({ id, pools: ['standard'], streams: [] }),
      pool: () => ({ name: 'standard', addresses: [{ ip: '127.0.0.1', hostname: 'out.test', state: 'active' }] }),
      hasSuppressions: false,
    },
    deliverer: {
      deliver: async ({ work: { recipients } }: { work: Work }) => {
        delivered.push(recipients.map(({ address }) => address));
        return recipients.map(() => refused);
      },
      close: async () => {},
    },
    takeIn: {
      ask: async ({ recipients }: Work, customer: string) => {
        asked.push(`${customer}: ${recipients.map(({ address }) => address).join()}`);
        return customer === 'acme' ? { kind: 'ended', outcome: later } : { kind: 'pass' };
      },
      close: () => {},
    },
    queue: {
      onWork: (take: typeof give) => (give = take),
      room: () => {},
      news: () => {},
      settle: async (settlement: Settlement) => settlements.push(settlement) > 0,
    },
  };
  const delivery = open(fakes);
  give([rerouted]);
  await delivery.close();
  assert.deepEqual(asked.toSorted(), ['acme: x@Acme.test', 'beta: y@beta.test']);
  assert.deepEqual(delivered.flat().toSorted(), ['y@beta.test', 'z@example.org']);
  const ends = settlements.flatMap(({ destination, recipients }) =>
    recipients.map(({ row, outcome }) => `${destination} ${row} ${outcome.kind}`),
  );
  assert.deepEqual(ends.toSorted(), ['>127.0.0.1:9 1 deferred', '>127.0.0.1:9 2 bounced', '>127.0.0.1:9 3 bounced']);
});
