import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { blockedBy } from '../../mail/inspect/listed-senders.ts';
import { originsFor, settingsFor } from '../../mail/inspect/protection.ts';
import { rulesFor } from '../../mail/inspect/rules/rule-set.ts';
import type { CustomerId } from '../../mail/message.ts';
import { makeStep } from '../customers/step.ts';
import { READY_MADE } from './ready-made.ts';
import { ACME, NOW, ProtectionWorld } from './testing/protection-world.ts';

let world: ProtectionWorld;
before(async () => {
  world = new ProtectionWorld();
  await world.provision();
});
after(() => world.end());

describe('settings', () => {
  test('what holds is said with where it comes from, and what would hold without', async () => {
    const { etag } = await world.ask('GET', '/protection?direction=inbound');
    assert.equal(etag, '"0"');
    const operator = await world.ask(
      'PATCH',
      '/protection?direction=inbound',
      { set: { spam_quarantine: 8, virus: 'quarantine' }, reason: 'too much came through' },
      etag,
    );
    assert.equal(operator.status, 200, JSON.stringify(operator.body));
    await world.ask('PATCH', '/protection?customer=acme&direction=inbound', { set: { spam_quarantine: 7 } });
    await world.ask('PATCH', '/protection?customer=acme&direction=inbound&stream=bulk', { set: { spam_tag: null } });

    const shown = (await world.ask('GET', '/protection?customer=acme&direction=inbound&stream=bulk')).body;
    assert.deepEqual(shown.settings.virus, {
      value: 'quarantine',
      origin: 'operator',
      inherited: 'quarantine',
      changeable: true,
    });
    assert.deepEqual(shown.settings.spam_quarantine, { value: 7, origin: 'customer', inherited: 7, changeable: true });
    assert.deepEqual(shown.settings.spam_tag, { value: null, origin: 'stream', inherited: 6, changeable: true });
    assert.deepEqual(shown.settings.dmarc, {
      value: 'follow',
      origin: 'built-in',
      inherited: 'follow',
      changeable: true,
    });

    const settings = settingsFor(world.directory, { customer: ACME, direction: 'inbound', stream: 'bulk' });
    assert.equal(settings.spam_tag, null);
    assert.equal(settings.spam_quarantine, 7);
    const other = settingsFor(world.directory, {
      customer: 'globex' as CustomerId,
      direction: 'inbound',
      stream: 'business',
    });
    assert.equal(other.spam_quarantine, 8);
  });

  test('what is no longer said is inherited again; two people do not undo each other', async () => {
    const scope = '/protection?customer=globex&direction=outbound';
    const first = await world.ask('PATCH', scope, { set: { unreadable: 'reject' } });
    const stale = await world.ask('PATCH', scope, { set: { unreadable: 'pass' } }, '"0"');
    assert.equal(stale.status, 412);
    const back = await world.ask('PATCH', scope, { inherit: ['unreadable'] }, first.etag);
    assert.deepEqual(back.body.settings.unreadable, {
      value: 'pass',
      origin: 'built-in',
      inherited: 'pass',
      changeable: true,
    });
    assert.notEqual(back.etag, first.etag);
  });

  for (const [name, query, set, field] of [
    ['thresholds in the wrong order', 'direction=outbound', { spam_quarantine: 30 }, 'set.spam_quarantine'],
    ['a score that is none', 'direction=inbound', { spam_tag: -1 }, 'set.spam_tag'],
    ['a setting that there is not', 'direction=inbound', { virsu: 'reject' }, 'set.virsu'],
    ['longer than records are kept', 'direction=inbound', { quarantine_days: 300 }, 'set.quarantine_days'],
    ['a stream that there is not', 'customer=acme&direction=inbound&stream=nope', { virus: 'reject' }, 'stream'],
    ['a stream of nobody', 'direction=inbound&stream=bulk', { virus: 'reject' }, 'stream'],
  ] as const) {
    test(`refused: ${name}`, async () => {
      const answer = await world.ask('PATCH', `/protection?${query}`, { set });
      assert.equal(answer.status, 400);
      assert.equal(answer.body.errors[0].field, field, JSON.stringify(answer.body));
    });
  }

  test('a customer may not let its own spam out, nor reach the settings of another', async () => {
    const outbound = '/protection?direction=outbound';
    for (const key of ['spam_reject', 'lock_senders']) {
      const value = key === 'spam_reject' ? null : false;
      assert.equal((await world.askAsCustomer('PATCH', outbound, { set: { [key]: value } })).status, 403);
      assert.equal((await world.askAsCustomer('PATCH', outbound, { inherit: [key] })).status, 403);
    }
    const own = await world.askAsCustomer('PATCH', outbound, { set: { unreadable: 'quarantine' } });
    assert.equal(own.body.customer, 'acme');
    assert.equal((await world.askAsCustomer('GET', '/protection?customer=globex&direction=inbound')).status, 404);
    assert.equal((await world.askAsCustomer('PATCH', '/protection?customer=globex&direction=inbound', {})).status, 404);
  });

  test('every change is audited, told, and survives a restart', async () => {
    const audit = await world.control.control.audit({ limit: 100, object: 'protection operator inbound' });
    assert.equal(audit[0]?.reason, 'too much came through');
    assert.deepEqual(JSON.parse(audit[0]?.after ?? ''), { virus: 'quarantine', spam_quarantine: 8 });
    const events = world.control.control.database.raw
      .prepare("select customer, data from control_event where type = 'protection.changed'")
      .all();
    assert.ok(events.some(({ customer }) => customer === null));
    assert.ok(events.some(({ customer }) => customer === 'acme'));
  });
});

const REJECT = [{ do: 'reject' }];

describe('rules', () => {
  test('run in their order, the operator’s first, and can be moved', async () => {
    const made: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const rule = { customer: 'acme', name, conditions: [{ on: 'size', over: 10 }], actions: REJECT };
      const answer = await world.ask('POST', '/rules', rule);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      made.push(answer.body.id);
    }
    await world.ask('POST', '/rules', { name: 'for all', conditions: [], actions: [{ do: 'pass' }] });
    await world.ask('PATCH', `/rules/${made[2]}`, { position: 1 });
    const inOrder = () => rulesFor(world.directory, ACME).flatMap(({ rules }) => rules.map(({ name }) => name));
    assert.deepEqual(inOrder(), ['for all', 'three', 'one', 'two']);

    const before = rulesFor(world.directory, ACME)[1]?.version;
    await world.ask('PATCH', `/rules/${made[0]}`, { enabled: false });
    assert.deepEqual(inOrder(), ['for all', 'three', 'two']);
    assert.notEqual(rulesFor(world.directory, ACME)[1]?.version, before);
    assert.equal((await world.ask('DELETE', `/rules/${made[2]}`)).status, 200);
    assert.equal((await world.ask('GET', `/rules/${made[1]}`)).body.position, 2);
    assert.deepEqual(rulesFor(world.directory, 'globex' as CustomerId).length, 1);
  });

  test('two people do not undo each other', async () => {
    const made = await world.ask('POST', '/rules', { name: 'edited', conditions: [], actions: [{ do: 'pass' }] });
    assert.equal((await world.ask('PATCH', `/rules/${made.body.id}`, { name: 'by one' }, made.etag)).status, 200);
    assert.equal((await world.ask('PATCH', `/rules/${made.body.id}`, { name: 'by two' }, made.etag)).status, 412);
    assert.equal((await world.ask('DELETE', `/rules/${made.body.id}`, undefined, made.etag)).status, 412);
    assert.equal((await world.ask('DELETE', `/rules/${made.body.id}`)).status, 200);
  });

  test('lists of all rules together have an end, also where a rule grows', async () => {
    const long = (mark: string) =>
      Array.from({ length: 1000 }, (_, index) => `${mark}${index}`.padEnd(199, 'x').slice(0, 199));
    const words = (mark: string) => ({ on: 'words', in: long(mark), where: 'body' });
    const many = (mark: string) => [1, 2, 3, 4].map((index) => words(`${mark}${index}-`));
    const small = await world.ask('POST', '/rules', {
      customer: 'globex',
      name: 'grows',
      conditions: [],
      actions: REJECT,
    });
    const first = { customer: 'globex', name: 'long', conditions: many('a'), actions: REJECT };
    const made = await world.ask('POST', '/rules', first);
    assert.equal(made.status, 201);
    assert.equal((await world.ask('POST', '/rules', first)).status, 409);
    assert.equal((await world.ask('PATCH', `/rules/${small.body.id}`, { conditions: many('b') })).status, 409);
    for (const { id } of [made.body, small.body]) await world.ask('DELETE', `/rules/${id}`);
  });

  test('a page goes on behind the one before', async () => {
    const first = (await world.ask('GET', '/rules?limit=2')).body;
    const second = (await world.ask('GET', `/rules?limit=2&after=${first.next}`)).body;
    const ids = [...first.entries, ...second.entries].map(({ id }: { id: string }) => id);
    assert.equal(new Set(ids).size, 3);
  });

  const faults: [string, object, string][] = [
    [
      'a pattern that cannot be read',
      { conditions: [{ on: 'pattern', matches: 'a(b', where: 'body' }] },
      'conditions.0.matches',
    ],
    ['a condition that there is not', { conditions: [{ on: 'moon' }] }, 'conditions.0.on'],
    ['an address that is none', { conditions: [{ on: 'sender', in: ['acme'] }] }, 'conditions.0.in.0'],
    [
      'a zone that is none',
      { conditions: [{ on: 'time', days: [], from: '08:00', to: '18:00', zone: 'Moon/Sea' }] },
      'conditions.0.zone',
    ],
    ['a customer, in a rule of one', { conditions: [{ on: 'customer', in: ['globex'] }] }, 'conditions.0.on'],
    ['no action', { actions: [] }, 'actions'],
    ['a field that is not for rules', { actions: [{ do: 'header', name: 'Received', value: 'x' }] }, 'actions.0.name'],
    ['a field of the relay', { actions: [{ do: 'header', name: 'X-Easymail-Loop', value: 'x' }] }, 'actions.0.name'],
    [
      'a field with a line break',
      { actions: [{ do: 'header', name: 'X-A', value: 'x\r\nBcc: y' }] },
      'actions.0.value',
    ],
    ['a removal without anything to remove', { actions: [{ do: 'remove-part' }] }, 'actions.0.do'],
    ['a copy to a stranger', { actions: [{ do: 'copy', to: 'a@elsewhere.test' }] }, 'actions.0.to'],
    ['a copy to another customer', { actions: [{ do: 'copy', to: 'a@globex.test' }] }, 'actions.0.to'],
    [
      'a notice to a stranger',
      { actions: [{ do: 'notify', to: ['it@acme.test', 'a@elsewhere.test'] }] },
      'actions.0.to',
    ],
  ];
  for (const [name, more, field] of faults) {
    test(`refused: ${name}`, async () => {
      const rule = { customer: 'acme', name: 'faulty', conditions: [], actions: REJECT, ...more };
      const answer = await world.ask('POST', '/rules', rule);
      assert.equal(answer.status, 400);
      const fields = answer.body.errors.map((one: { field: string }) => one.field.replace(/^body\./, ''));
      assert.ok(fields.includes(field), JSON.stringify(answer.body));
    });
  }

  test('copies go to the customer, or to the operator by the operator’s word', async () => {
    const rule = (to: string, customer?: string) => ({
      customer,
      name: 'copies',
      conditions: [],
      actions: [{ do: 'copy', to }],
    });
    assert.equal((await world.ask('POST', '/rules', rule('Archive@ACME.test', 'acme'))).status, 201);
    assert.equal((await world.ask('POST', '/rules', rule('it@operator.test', 'acme'))).status, 201);
    assert.equal((await world.ask('POST', '/rules', rule('it@operator.test'))).status, 201);
    assert.equal((await world.ask('POST', '/rules', rule('it@acme.test'))).status, 400);
    assert.equal((await world.askAsCustomer('POST', '/rules', rule('it@operator.test'))).status, 400);
    assert.equal((await world.askAsCustomer('POST', '/rules', rule('it@acme.test'))).status, 201);
  });

  test('a customer sees what it inherits, not whom the operator looks for', async () => {
    const words = { on: 'words', in: ['codename'], where: 'body' };
    const operators = await world.ask('POST', '/rules', {
      name: 'watch',
      conditions: [words],
      actions: [{ do: 'hold' }],
    });
    const list = await world.askAsCustomer('GET', '/rules');
    assert.ok(!JSON.stringify(list.body).includes('codename'));
    assert.ok(list.body.inherited.some(({ name }: { name: string }) => name === 'watch'));
    const { id } = operators.body;
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? { enabled: false } : undefined;
      assert.equal((await world.askAsCustomer(method, `/rules/${id}`, body)).status, 404);
    }
    assert.equal(
      (await world.askAsCustomer('GET', '/rules?of=operator')).body.entries.every(
        (one: { customer: string }) => one.customer === 'acme',
      ),
      true,
    );
  });

  test('every ready-made set can be taken over, once, in the language asked for', async () => {
    for (const set of Object.keys(READY_MADE)) {
      const taken = await world.ask('POST', `/rule-sets/${set}/adopt`, { customer: 'globex', language: 'de' });
      assert.equal(taken.status, 201, JSON.stringify(taken.body));
      assert.equal((await world.ask('POST', `/rule-sets/${set}/adopt`, { customer: 'globex' })).status, 409);
      const shown = (await world.ask('GET', '/rule-sets?language=de')).body.entries;
      assert.deepEqual(
        taken.body.entries.map(({ name }: { name: string }) => name),
        shown.find((one: { set: string }) => one.set === set).rules.map(({ name }: { name: string }) => name),
      );
      for (const { id, ...rule } of taken.body.entries) {
        const { name, conditions, actions } = rule;
        const same = await world.ask('PATCH', `/rules/${id}`, { name, conditions, actions });
        assert.equal(same.status, 200, `${name} is no rule that people could write: ${JSON.stringify(same.body)}`);
      }
    }
    assert.equal((await world.ask('GET', '/rule-sets')).body.entries.length, 3);
  });
});

test('all of it survives a restart, and goes with its customer', async () => {
  await world.ask('POST', '/listed-senders', { list: 'block', sender: '@.evil.example' });
  await world.ask('POST', '/listed-senders', { customer: 'acme', list: 'allow', sender: 'a@b.example' });
  const { raw } = world.control.control.database;
  const rows = () =>
    ['protection_settings', 'protection_rule', 'protection_sender'].map((table) =>
      Number(raw.prepare(`select count(*) as n from ${table} where customer = 'acme'`).get()?.['n']),
    );
  assert.ok(rows().every((count) => count > 0));
  const reopened = world.control.open();
  try {
    const scope = { customer: ACME, direction: 'inbound', stream: 'bulk' } as const;
    assert.deepEqual(settingsFor(reopened.directory, scope), settingsFor(world.directory, scope));
    assert.deepEqual(rulesFor(reopened.directory, ACME), rulesFor(world.directory, ACME));
    assert.ok(
      blockedBy(reopened.directory, {
        customer: ACME,
        direction: 'inbound',
        sender: 'a@evil.example',
        recipients: [],
        at: NOW,
      }),
    );
  } finally {
    await reopened.close();
  }
  await makeStep(world.control.control.changes, { who: 'someone' }, (step) => world.protection.erase(step, 'acme'));
  assert.deepEqual(rows(), [0, 0, 0]);
  assert.equal(rulesFor(world.directory, ACME).length, 1);
  const left = originsFor(world.directory, { customer: ACME, direction: 'inbound', stream: 'bulk' });
  assert.equal(left.spam_tag, 'built-in');
});
