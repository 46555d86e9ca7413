import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ProtectionWorld } from './testing/protection-world.ts';

let world: ProtectionWorld;
before(async () => {
  world = new ProtectionWorld();
  await world.provision();
});
after(() => world.end());

const MESSAGE = [
  'From: a@else.example',
  'Subject: hello',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  '',
  'the codename is falcon',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Disposition: attachment; filename="run.cmd"',
  '',
  'echo hello',
  '--b--',
  '',
].join('\n');

function question(more: object = {}) {
  return {
    customer: 'acme',
    direction: 'inbound',
    sender: 'a@else.example',
    recipients: ['b@acme.test'],
    message: Buffer.from(MESSAGE).toString('base64'),
    ...more,
  };
}

interface Met {
  name: string;
  rule: string | null;
  enabled: boolean;
  parts: string[];
}

describe('a dry run', () => {
  test('tells which rules a message meets, of the operator and of the customer', async () => {
    const words = { on: 'words', in: ['falcon'], where: 'body' };
    await world.ask('POST', '/rules', { name: 'watched', conditions: [words], actions: [{ do: 'hold' }] });
    for (const customer of ['acme', 'globex']) {
      const conditions = [{ on: 'customer', in: [customer] }];
      await world.ask('POST', '/rules', { name: `mail of ${customer}`, conditions, actions: [{ do: 'pass' }] });
    }
    const name = { on: 'attachment-name', in: ['*.cmd'] };
    const actions = [{ do: 'remove-part' }, { do: 'header', name: 'X-Cut', value: 'yes' }];
    await world.ask('POST', '/rules', { customer: 'acme', name: 'names', conditions: [name], actions });
    await world.ask('POST', '/rules', {
      customer: 'globex',
      name: 'of another',
      conditions: [],
      actions: [{ do: 'reject' }],
    });
    await world.ask('POST', '/rules', {
      customer: 'acme',
      name: 'off',
      enabled: false,
      conditions: [],
      actions: [{ do: 'pass' }],
    });

    const { status, body } = await world.ask('POST', '/rules/test', question());
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(
      body.matches.map((met: Met) => met.name),
      ['watched', 'mail of acme', 'names'],
    );
    assert.equal(body.verdict, 'hold');
    assert.equal(body.note, 'watched');
    assert.deepEqual(body.fields, ['X-Cut: yes\r\n']);
    assert.equal(body.matches[2].parts.length, 1);

    const all = (await world.ask('POST', '/rules/test', question({ off: true }))).body;
    assert.equal(all.matches.find((met: Met) => met.name === 'off').enabled, false);
  });

  test('tries a rule before it is kept, and refuses one that could not be', async () => {
    const draft = { name: 'new', conditions: [{ on: 'sender', in: ['@else.example'] }], actions: [{ do: 'reject' }] };
    const { body } = await world.ask('POST', '/rules/test', question({ draft }));
    assert.equal(body.matches.at(-1).rule, 'draft');
    assert.equal(body.verdict, 'reject');
    const copies = { ...draft, actions: [{ do: 'copy', to: 'a@else.example' }] };
    assert.equal((await world.ask('POST', '/rules/test', question({ draft: copies }))).status, 400);
    assert.equal((await world.ask('GET', '/rules?customer=acme')).body.entries.length, 2);
  });

  test('a customer tries its own, and does not learn which rules of the operator there are', async () => {
    const { body } = await world.askAsCustomer('POST', '/rules/test', { ...question(), customer: undefined });
    assert.equal(body.matches[0].rule, null);
    assert.match(body.matches.at(-1).rule, /^rul_/);
    assert.equal((await world.askAsCustomer('POST', '/rules/test', question({ customer: 'globex' }))).status, 404);
  });

  test('a large message is read, one that is too large is refused', async () => {
    const large = Buffer.from(`${MESSAGE}${'x'.repeat(60)}\r\n`.repeat(1).padEnd(6_000_000, 'y\r\n')).toString(
      'base64',
    );
    assert.equal((await world.ask('POST', '/rules/test', question({ message: large }))).status, 200);
    const larger = Buffer.alloc(10 * 1024 * 1024 + 3, 'x').toString('base64');
    assert.equal((await world.ask('POST', '/rules/test', question({ message: larger }))).status, 413);
    assert.equal((await world.ask('POST', '/rules/test', question({ message: 'no base64!' }))).status, 400);
  });
});
