import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DispatchSteps, dispatch, type Routed } from './dispatch.ts';
import type { Work } from './queue/queue.ts';
import { outcomes, sampleMessage } from './queue/testing/queue-samples.ts';

const { meta } = sampleMessage({ to: ['a@inside.test', 'b@outside.test'] });

function workFor(destination: string): Work {
  const recipient = { row: 1, index: 0, address: `u@${destination}`, destination, attempts: 0, delayTold: false };
  return { row: 1, meta, destination, recipients: [recipient], heldMs: 0, task: 'deliver' };
}

type ToHosts = Extract<Routed, { kind: 'hosts' }>;

function hosts(site: string, receiver?: string): ToHosts {
  const route = { kind: 'hosts', site, tls: 'none', ...(receiver !== undefined && { receiver }) };
  return { kind: 'hosts', route, addresses: {}, otherAddresses: () => [] } as unknown as ToHosts;
}

test('what leaves does not wait for the protection of a customer that is looking at its own part', async () => {
  const looking = Promise.withResolvers<undefined>();
  const left = Promise.withResolvers<undefined>();
  const delivered: string[] = [];
  const steps: DispatchSteps = {
    route: async ({ destination }) => (destination === 'inside.test' ? hosts('inside', 'acme') : hosts('outside')),
    takeIn: async (_, to) => {
      await looking.promise;
      return to;
    },
    deliver: async ({ destination }) => {
      delivered.push(destination);
      left.resolve(undefined);
      return [outcomes.delivered];
    },
    report: async () => {},
  };
  const content = () => ({ kind: 'bytes', bytes: new Uint8Array() }) as const;
  const all = dispatch([workFor('inside.test'), workFor('outside.test')], content, steps);
  const tooLong = setTimeout(() => left.resolve(undefined), 2000);
  await left.promise;
  clearTimeout(tooLong);
  assert.deepEqual(delivered, ['outside.test']);
  looking.resolve(undefined);
  await all;
  assert.deepEqual(delivered, ['outside.test', 'inside.test']);
});

test('what one customer sees of a message is sent to no other, though both are led to the same hosts', async () => {
  const sent: { to: string[]; shown: boolean }[] = [];
  const content = () => ({ kind: 'bytes', bytes: new Uint8Array() }) as const;
  const steps: DispatchSteps = {
    route: async ({ destination }) => hosts('same', destination.slice(0, destination.indexOf('.'))),
    takeIn: async (_, to) => (to.route.receiver === 'inside' ? { ...to, shown: { meta, content } } : to),
    deliver: async ({ recipients }, { shown }) => {
      sent.push({ to: recipients.map(({ destination }) => destination), shown: shown !== undefined });
      return recipients.map(() => outcomes.delivered);
    },
    report: async () => {},
  };
  await dispatch(['inside.test', 'beta.test', 'gamma.test'].map(workFor), content, steps);
  const [shown, plain] = sent.toSorted((a, b) => a.to.length - b.to.length);
  assert.deepEqual(shown, { to: ['inside.test'], shown: true });
  assert.deepEqual(plain, { to: ['beta.test', 'gamma.test'], shown: false });
});
