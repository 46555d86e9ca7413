import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import { CustomerWorld, ENTRY, OPERATOR } from './testing/world.ts';

type World = CustomerWorld;

/** What the operator sees of the entry: `kind name change sinceReturn`. */
async function seen(w: World, id: CustomerId): Promise<string[]> {
  const { differences } = await w.customers.approvals.view(id);
  return differences.map(({ kind, name, change, sinceReturn }) => [kind, name, change, sinceReturn].join(' ').trim());
}

async function approve(w: World, id: CustomerId): Promise<void> {
  const version = (await w.customers.entry(id))?.version ?? 0;
  await w.customers.approvals.approve(OPERATOR, id, version);
}

test('what was entered is shown beside what is in force, and beside what was sent back', async () => {
  const w = new CustomerWorld();
  try {
    const { id } = await w.order({}, true);
    await w.enter(id, ENTRY);
    await w.submit(id);
    assert.deepEqual(await seen(w, id), [
      'domain acme.test added',
      'mailhost 127.0.0.1:2525 added',
      'source 127.0.0.2/32 added',
      'administrator ann@acme.test added',
    ]);
    await w.customers.entering.sendBack(OPERATOR, id, 'the mail host is wrong');
    const [host] = ENTRY.mailhosts;
    assert.ok(host);
    const domains = [{ name: 'acme.test', inbound: true, outbound: false, subdomains: false }];
    await w.enter(id, { ...ENTRY, domains, mailhosts: [{ ...host, port: 26 }], portal: true });
    await w.submit(id);
    assert.deepEqual(await seen(w, id), [
      'domain acme.test added changed',
      'mailhost 127.0.0.1:26 added added',
      'mailhost 127.0.0.1:2525 same removed',
      'source 127.0.0.2/32 added same',
      'administrator ann@acme.test added same',
      'portal  added added',
    ]);
    const [domain] = (await w.customers.approvals.view(id)).differences;
    assert.deepEqual(domain?.asked, { inbound: true, outbound: false, subdomains: false });
    assert.deepEqual(domain?.askedBefore, { inbound: true, outbound: true, subdomains: false });

    await approve(w, id);
    await w.customers.holdings.addSource(OPERATOR, id, {
      given: { network: '192.0.2.9', shared: false },
      hand: 'operator',
    });
    assert.deepEqual((await seen(w, id)).slice(0, 4), [
      'domain acme.test same',
      'mailhost 127.0.0.1:26 same',
      'source 127.0.0.2/32 same',
      'source 192.0.2.9/32 removed',
    ]);
  } finally {
    await w.end();
  }
});

test('a secret is not told, nor its hash', async () => {
  const w = new CustomerWorld();
  try {
    const { id } = await w.order({}, true);
    const proof = { secret_header: 'X-Relay', secret: 'correct-horse-battery-staple' };
    await w.enter(id, { ...ENTRY, sources: [{ network: '40.107.0.0/16', shared: true, proof } as never] });
    await w.submit(id);
    const told = { shared: true, proof: 'secret', header: 'X-Relay' };
    const source = async () => (await w.customers.approvals.view(id)).differences.find(({ kind }) => kind === 'source');
    assert.deepEqual((await source())?.asked, told);
    await approve(w, id);
    assert.deepEqual((await source())?.inForce, told);
    assert.equal((await source())?.change, 'same');
  } finally {
    await w.end();
  }
});
