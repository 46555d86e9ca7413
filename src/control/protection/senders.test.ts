import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allowedBy, blockedBy } from '../../mail/inspect/listed-senders.ts';
import type { CustomerId } from '../../mail/message.ts';
import { makeStep } from '../customers/step.ts';
import { listSender } from './senders.ts';
import { ACME, NOW, ProtectionWorld } from './testing/protection-world.ts';

let world: ProtectionWorld;
before(async () => {
  world = new ProtectionWorld();
  await world.provision();
});
after(() => world.end());

describe('listed senders', () => {
  const question = {
    customer: ACME,
    direction: 'inbound' as const,
    sender: 'x@bounces.shop.example',
    headerFrom: 'News@Shop.example',
    recipients: ['anna@acme.test', 'bob@acme.test'],
    at: NOW,
  };
  const proven = new Set(['shop.example']);

  test('an allowed sender counts only where it is proven to be itself', async () => {
    const made = await world.ask('POST', '/listed-senders', {
      customer: 'acme',
      list: 'allow',
      sender: '@Shop.Example',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(allowedBy(world.directory, question, proven)?.id, made.body.id);
    assert.equal(allowedBy(world.directory, question, new Set()), undefined);
    assert.equal(allowedBy(world.directory, question, new Set(['other.example'])), undefined);
    assert.equal(allowedBy(world.directory, { ...question, customer: 'globex' as CustomerId }, proven), undefined);
    assert.equal((await world.ask('DELETE', `/listed-senders/${made.body.id}`)).status, 200);
    assert.equal(allowedBy(world.directory, question, proven), undefined);
  });

  test('one recipient’s friend is no other’s', async () => {
    const entry = { customer: 'acme', list: 'allow', sender: 'news@shop.example', recipient: 'Anna@acme.test' };
    await world.ask('POST', '/listed-senders', entry);
    assert.equal(allowedBy(world.directory, question, proven), undefined);
    assert.ok(allowedBy(world.directory, { ...question, recipients: ['anna@ACME.test'] }, proven));
  });

  test('a blocked sender is blocked by either address, for all that the operator relays', async () => {
    await world.ask('POST', '/listed-senders', { list: 'block', sender: '@.evil.example' });
    for (const address of ['a@evil.example', 'a@b.c.evil.example']) {
      assert.equal(blockedBy(world.directory, { ...question, sender: address })?.list, 'block');
      assert.equal(blockedBy(world.directory, { ...question, headerFrom: address })?.list, 'block');
    }
    assert.equal(blockedBy(world.directory, { ...question, sender: 'a@notevil.example' }), undefined);
    assert.equal(
      blockedBy(world.directory, { ...question, sender: 'a@evil.example', direction: 'outbound' }),
      undefined,
    );
  });

  test('an entry ends by itself, and is replaced by a new word', async () => {
    const until = new Date(NOW + 1000).toISOString();
    const one = await world.ask('POST', '/listed-senders', {
      customer: 'acme',
      list: 'block',
      sender: 'a@b.example',
      until,
    });
    const asked = { ...question, sender: 'a@b.example' };
    assert.ok(blockedBy(world.directory, { ...asked, at: NOW + 999 }));
    assert.equal(blockedBy(world.directory, { ...asked, at: NOW + 1000 }), undefined);
    const two = await world.ask('POST', '/listed-senders', { customer: 'acme', list: 'allow', sender: 'A@b.example' });
    assert.equal(two.body.id, one.body.id);
    assert.equal(blockedBy(world.directory, asked), undefined);
    const past = await world.ask('POST', '/listed-senders', {
      list: 'block',
      sender: 'c@b.example',
      until: '2020-01-01T00:00:00Z',
    });
    assert.equal(past.status, 400);
  });

  test('a customer cannot allow its own spam out, and does not see the lists of others', async () => {
    const outgoing = { list: 'allow', direction: 'outbound', sender: 'a@acme.test' };
    assert.equal((await world.askAsCustomer('POST', '/listed-senders', outgoing)).status, 403);
    const other = await world.ask('POST', '/listed-senders', {
      customer: 'globex',
      list: 'block',
      sender: 'z@y.example',
    });
    const list = (await world.askAsCustomer('GET', '/listed-senders')).body;
    assert.ok(list.entries.every((one: { customer: string }) => one.customer === 'acme'));
    assert.equal((await world.askAsCustomer('DELETE', `/listed-senders/${other.body.id}`)).status, 404);
  });

  test('others list senders within their own change', async () => {
    await makeStep(world.control.control.changes, { who: 'someone' }, (step) =>
      listSender(step, {
        customer: ACME,
        direction: 'inbound',
        list: 'allow',
        sender: 'friend@else.example',
        recipient: '',
        note: 'released',
      }),
    );
    assert.ok(allowedBy(world.directory, { ...question, sender: 'friend@else.example' }, new Set(['else.example'])));
  });
});
