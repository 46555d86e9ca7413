// A receiver in a test: it takes what it is given, keeps nothing on the disk and tells nobody.

import { createMessageIds } from '../hide/message-ids.ts';
import type { QueueId } from '../message.ts';
import type { NewMessage } from '../queue/queue.ts';
import type { ReceiveOptions } from '../receive.ts';

/** What a test has its own of. */
type Own = 'directory' | 'returns' | 'recipients' | 'senders' | 'now';

/** The rest of a receiver's options. `kept` gets each message that it takes. */
export function plainReceiveOptions(kept: NewMessage[]): Omit<ReceiveOptions, Own> {
  return {
    hostname: 'relay.test',
    resultsId: () => 'relay.test',
    checks: () => [],
    limits: { hops: 30 },
    inlineBody: 1024,
    trace: { subject: true },
    termination: { inbound: 'refuse' },
    loopSecret: new Uint8Array(32),
    hosts: { isKnown: () => false, greylist: () => undefined, passed: () => {}, learn: () => {} },
    messageIds: createMessageIds(new Uint8Array(32), 'relay.test'),
    bodies: {
      create: () => Promise.reject(new Error('the disk refuses')),
      seal: async (_id, body) => body,
      sealCopy: async (_id, body) => body,
      remove: async () => {},
    },
    newId: () => '1k80dag2700vm0000' as QueueId,
    closed: () => undefined,
    enqueue: async (message) => {
      kept.push(message);
      return { kind: 'accepted', row: 1, claimed: [] };
    },
    accepted: () => {},
    rejected: () => {},
    returned: () => {},
    rulesMet: () => {},
    inspected: () => {},
  };
}
