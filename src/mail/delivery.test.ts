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
  const delivery = createDelivery({
    config,
    memory: 1000,
    resolver: {} as DeliveryOptions['resolver'],
    own: { hostnames: new Set(), addresses: new Set() },
    reader: { open: async () => ({ kind: 'bytes', bytes: Buffer.from('Subject: x\r\n\r\n') }) },
    newId: () => '0123456789abcdef1' as MessageMeta['id'],
    clock: systemClock,
    log: createTestLog(),
    noAddress: () => {},
    notice: () => {},
    suppress: () => {},
    ...(fakes as unknown as { directory: Directory } & Pick<DeliveryOptions, 'deliverer' | 'queue' | 'outcome'>),
  });
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
