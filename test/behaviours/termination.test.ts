// A customer leaves: notice, deactivation, removal and certificate, with a running relay, a clock that is moved, a real
// Postfix that people read their mail at, and DNS that the test edits.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exportDocument } from '../../src/control/apply/export.ts';
import { type SignedCertificate, verifyCertificate } from '../../src/control/termination/certificate.ts';
import { CUSTOMER_TABLES } from '../../src/control/termination/erase.ts';
import { type LeavingWorld, leavingWorld } from '../support/leaving-world.ts';
import { countsOf, queued, sendOne } from '../support/mail.ts';
import { skipWithoutPostfix } from '../support/postfix.ts';
import { findProgram, run, skipWithoutPrograms } from '../support/processes.ts';
import { type SeenMail, wordsOf } from '../support/read-mail.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { until } from '../support/until.ts';

const skip = skipWithoutPostfix || skipWithoutPrograms(['python3']);

const ISO_DAY = /^\d{4}-\d\d-\d\d$/;

function out(world: LeavingWorld, to = 'bob@world.test'): Promise<string> {
  return sendOne(world.ports.outbound, to, { ip: '127.0.0.2' });
}

function come(world: LeavingWorld): Promise<string> {
  return sendOne(world.ports.inbound, 'anna@acme.test', { ip: '127.0.0.9', from: 'x@world.test' });
}

async function endsOn(world: LeavingWorld, until: string | null): Promise<void> {
  const answer = await world.api('PATCH', '/customers/acme/subscriptions/1', { until });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  await world.pass(0);
}

async function withSubscription(config = {}): Promise<LeavingWorld> {
  const world = await leavingWorld(config);
  const body = { kind: 'internet', reference: 'X-1', since: '2020-01-01' };
  assert.equal((await world.api('POST', '/customers/acme/subscriptions', body)).status, 201);
  await world.pass(0);
  return world;
}

async function stage(world: LeavingWorld): Promise<string> {
  return ((await world.api('GET', '/customers/acme')).body as { stage: string }).stage;
}

/** Only what came about the end: messages of users are there too. */
function kinds(letters: readonly SeenMail[]): string[] {
  return letters.flatMap(({ headers }) => (headers['auto-submitted'] === undefined ? [] : [headers['subject'] ?? '']));
}

describe('a customer leaves', { skip }, () => {
  test('from the end of its subscription to the certificate', async () => {
    await using world = await withSubscription();
    world.zone['acme.test'] = { TXT: ['v=spf1 a include:_spf.relay.test -all'], MX: ['relay.test'] };
    assert.match(await out(world), /^[0-9a-v]{17}$/);

    // The end is announced before it comes: nothing happens until the day.
    await endsOn(world, world.day(5));
    assert.equal(await stage(world), 'live');
    await world.pass(5);
    const noticed = await world.end();
    assert.equal(noticed.state, 'noticed');
    assert.deepEqual(
      [noticed.noticed, noticed.deactivation, noticed.removal],
      [world.day(5), world.day(35), world.day(125)],
    );
    const letters = await world.letters(2);
    const notice = letters.find(({ headers }) => headers['from']?.includes('postmaster@relay.test'));
    assert.ok(notice);
    assert.match(notice.headers['from'] ?? '', /^"?Télécom \\?"Test\\?""? <postmaster@relay\.test>$/);
    assert.equal(notice.headers['to'], 'anna@world.test');
    assert.equal(notice.headers['auto-submitted'], 'auto-generated');
    assert.match(notice.headers['return-path'] ?? '', /^<bounce-[0-9a-v]{17}-0-[a-z2-7]{12}@relay\.test>$/);
    assert.deepEqual(notice.defects, []);
    assert.deepEqual(
      notice.parts.map(({ type }) => type),
      ['text/plain', 'text/html'],
    );
    assert.match(wordsOf(notice, 'text/plain'), /Der letzte von Acme S\.à r\.l\. endete am/);

    // Until the day everything works; a week before it the customer is reminded.
    await world.pass(29);
    assert.equal(await stage(world), 'notice');
    assert.match(await out(world), /^[0-9a-v]{17}$/);
    assert.equal((await world.end()).mails.filter(({ kind }) => kind === 'termination_reminder').length, 1);

    // Mail that waits when the day comes, in both directions.
    const waiting = await out(world, 'carl@later.test');
    const inbound = await come(world);
    await world.pass(1);
    const deactivated = await world.end();
    assert.equal(deactivated.state, 'deactivated');
    assert.equal(await out(world), '550 5.7.1 The mail service of this customer has ended; ask postmaster@relay.test');
    assert.match(await come(world), /^550 5\.7\.1 This domain takes no mail here any more; ask postmaster@relay\.test/);
    await using later = await startReceiver({}, '127.0.0.1', world.laterPort);
    await using mailhost = await startReceiver({}, '127.0.0.1', world.mailhostPort);
    await world.relay.threads.store.apply({ verb: 'retry', query: {} });
    await until('what was queued to be delivered', () =>
      later.messages.length === 1 && mailhost.messages.length === 1 ? true : undefined,
    );
    // The receiver has them before the queue knows.
    for (const id of [waiting, inbound]) {
      await until('the queue to know', async () =>
        (await queued(world.dataDir, id)) === undefined ? true : undefined,
      );
    }

    // It is asked to take its records out, and DNS is looked at until they are gone.
    assert.deepEqual(
      deactivated.records.filter(({ state }) => state === 'present').map(({ purpose }) => purpose),
      ['mx', 'spf'],
    );
    delete world.zone['acme.test'];
    await world.pass(2);
    assert.ok((await world.end()).records.every(({ state }) => state === 'gone'));

    await removedWithCertificate(world);
  });

  test('removal waits for held mail, and nothing of it is lost', async () => {
    await using world = await withSubscription();
    const id = await out(world, 'carl@later.test');
    await world.relay.threads.store.apply({ verb: 'hold', query: { id: id as never }, reason: { kind: 'operator' } });
    await endsOn(world, world.day(0));
    await world.pass(30);
    await world.pass(90);
    const waits = await world.end();
    assert.equal(waits.state, 'deactivated');
    assert.match(waits.waits_for ?? '', /the queue holds mail of the customer: 1 held/);
    const early = await world.api('POST', '/customers/acme/termination/proceed', { to: 'removed', reason: 'at once' });
    assert.equal(early.status, 409);
    assert.equal((await countsOf(world.dataDir)).held, 1);
    await using later = await startReceiver({}, '127.0.0.1', world.laterPort);
    await world.relay.threads.store.apply({ verb: 'release', query: {}, kind: 'operator' });
    await until('the held mail to be delivered', () => (later.messages.length === 1 ? true : undefined));
    await until('the removal', async () => {
      await world.pass(0);
      return (await world.end()).state === 'removed' ? true : undefined;
    });
  });

  test('it can be taken back at every step until the removal', async () => {
    await using world = await withSubscription();
    await endsOn(world, world.day(0));
    assert.equal(await stage(world), 'notice');
    // By a new subscription, during the notice.
    await world.api('POST', '/customers/acme/subscriptions', { kind: 'mobile', reference: 'M', since: world.day(0) });
    await world.pass(0);
    assert.equal(await stage(world), 'live');
    assert.equal((await world.end()).state, 'stopped');
    await world.api('PATCH', '/customers/acme/subscriptions/2', { until: world.day(0) });
    await world.pass(0);
    // By hand, when it is deactivated.
    await world.pass(30);
    assert.equal(await stage(world), 'deactivated');
    assert.match(await out(world), /^550 /);
    await endsOn(world, null);
    assert.equal(await stage(world), 'live', 'by its subscription that goes on');
    assert.match(await out(world), /^[0-9a-v]{17}$/);
    const begun = await world.api('POST', '/customers/acme/termination', { reason: 'the customer wishes so' });
    assert.equal(begun.status, 201, JSON.stringify(begun.body));
    await world.pass(30);
    assert.equal(await stage(world), 'deactivated', 'begun by hand, it does not hang on subscriptions');
    const back = await world.api('POST', '/customers/acme/reinstate', { reason: 'the customer stays' });
    assert.equal(back.status, 200, JSON.stringify(back.body));
    assert.equal(await stage(world), 'live');
    assert.match(await out(world), /^[0-9a-v]{17}$/);
    assert.equal((await world.api('POST', '/customers/acme/reinstate', { reason: 'once more' })).status, 404);
  });

  test('what was taken back by hand is not begun again by the same end, but by the next', async () => {
    await using world = await withSubscription();
    await endsOn(world, world.day(0));
    assert.equal(await stage(world), 'notice');
    assert.equal((await world.api('POST', '/customers/acme/reinstate', { reason: 'a gesture' })).status, 200);
    await world.pass(40);
    assert.equal(await stage(world), 'live');
    await endsOn(world, world.day(50));
    await world.pass(10);
    assert.equal(await stage(world), 'notice');
    assert.equal((await world.end()).deactivation, world.day(80));
  });

  test('a relay that was off for months gives notice first, with its full time', async () => {
    await using world = await withSubscription();
    await world.api('PATCH', '/customers/acme/subscriptions/1', { until: world.day(3) });
    await world.offFor(200);
    const noticed = await world.end();
    assert.deepEqual(
      [noticed.state, noticed.noticed, noticed.deactivation],
      ['noticed', world.day(200), world.day(230)],
    );
    await world.offFor(200);
    const deactivated = await world.end();
    assert.equal(deactivated.state, 'deactivated');
    assert.equal(deactivated.removal, world.day(490), 'the months are counted from the deactivation');
  });

  test('who cannot be told is not cut off', async () => {
    await using world = await withSubscription();
    await world.api('PATCH', '/customers/acme', { contacts: [] });
    await endsOn(world, world.day(0));
    await world.pass(60);
    const waits = await world.end();
    assert.deepEqual([waits.state, waits.deactivation], ['begun', null]);
    assert.match(waits.waits_for ?? '', /nobody is known who could be told/);
    assert.match(await out(world), /^[0-9a-v]{17}$/);
    const contacts = [{ name: 'Bert', email: 'bert@world.test' }];
    await world.api('PATCH', '/customers/acme', { contacts });
    await world.pass(0);
    assert.deepEqual([(await world.end()).state, (await world.end()).deactivation], ['noticed', world.day(90)]);
  });

  test('whoever reads mail at the customer’s own domain is told after the deactivation too', async () => {
    await using world = await withSubscription();
    await using mailhost = await startReceiver({}, '127.0.0.1', world.mailhostPort);
    world.zone['acme.test'] = { MX: ['relay.test'] };
    await world.api('PATCH', '/customers/acme', { contacts: [{ name: 'Anna', email: 'anna@acme.test' }] });
    await endsOn(world, world.day(0));
    await world.pass(30);
    assert.equal(await stage(world), 'deactivated');
    await until('both letters', () => (mailhost.messages.length === 2 ? true : undefined));
  });

  test('inbound mail is put off where the operator wants it so, and names whom to ask', async () => {
    await using world = await withSubscription({ termination: { inbound: 'defer', contact: '+352 123 456' } });
    await endsOn(world, world.day(0));
    await world.pass(30);
    assert.match(await come(world), /^450 4\.7\.1 This domain is moving away from here, try later; ask \+352 123 456/);
    assert.match(await out(world), /^550 5\.7\.1 The mail service of this customer has ended; ask \+352 123 456/);
  });
});

describe('a customer and a file', { skip }, () => {
  test('a customer that a file removes leaves nothing that opens whoever comes with the same id', async () => {
    await using world = await withSubscription();
    const file = await exported(world);
    const { raw } = world.relay.control.database;
    const made = [
      await world.api('POST', '/users', {
        email: 'anna@world.test',
        name: 'Anna',
        role: 'customer_administrator',
        customer: 'acme',
      }),
      await world.api('POST', '/keys', { name: 'k', scopes: ['messages:read'], customer: 'acme' }),
      await world.api('POST', '/webhooks', { url: 'https://hooks.example.org/', customer: 'acme', types: ['*'] }),
      await world.api('POST', '/customers/acme/suppressions', { entries: [{ address: 'gone@world.test' }] }),
    ];
    for (const { status, body } of made) assert.ok(status < 300, JSON.stringify(body));
    await endsOn(world, world.day(0));
    assert.equal(await stage(world), 'notice');
    const apply = (text: string, prune = false) =>
      world.relay.control.apply(text, { prune, dryRun: false, who: 'test' });
    assert.equal((await apply('', true)).kind, 'applied');
    assert.equal(await stage(world), 'removed');
    assert.equal((await world.end()).state, 'stopped');
    const left = () =>
      Object.entries(CUSTOMER_TABLES).flatMap(([table, fate]) =>
        fate === 'erased' ? raw.prepare(`select '${table}' as name from "${table}" where customer = 'acme'`).all() : [],
      );
    assert.deepEqual(left(), []);
    assert.deepEqual(raw.prepare('select id from dkim_key').all(), []);
    // The same file brings it back, with what the file says and nothing else.
    assert.equal((await apply(file)).kind, 'applied');
    assert.equal(await stage(world), 'live');
    // Checks look at what came back whenever their turn is.
    const ofChecks = ['check_subject', 'check_result', 'domain_ownership'];
    const back = new Set(left().map((row) => String(row['name'])));
    assert.deepEqual(back.difference(new Set(ofChecks)), new Set(['domain', 'source']));
  });

  test('a file that is older than the certificate does not bring a customer back', async () => {
    await using world = await withSubscription();
    const file = await exported(world);
    await endsOn(world, world.day(0));
    await world.pass(30);
    await world.pass(90);
    const { certificate } = await world.end();
    assert.equal(await stage(world), 'removed');
    const outcome = await world.relay.control.apply(file, { prune: false, dryRun: false, who: 'test' });
    assert.equal(outcome.kind, 'refused');
    const [fault] = outcome.kind === 'refused' ? outcome.faults : [];
    assert.equal(fault?.key, 'customer.0.id');
    assert.match(fault.message, new RegExp(`was removed, with certificate ${certificate}`));
    assert.equal(await stage(world), 'removed');
  });
});

async function exported(world: LeavingWorld): Promise<string> {
  let text = '';
  for await (const piece of exportDocument(world.relay.control.database)) text += piece;
  return text;
}

async function removedWithCertificate(world: LeavingWorld): Promise<void> {
  const { raw } = world.relay.control.database;
  const keys = raw.prepare('select sealed from dkim_key').all();
  assert.ok(keys.length > 0);
  await world.pass(88);
  const removed = await world.end();
  assert.equal(removed.state, 'removed', JSON.stringify(removed));
  assert.match(removed.certificate ?? '', /^EM-\d{8}-[0-9A-F]{8}$/);
  assert.match(await out(world), /^5\d\d 5\.7\.1 /, 'a stranger now');
  assert.match(await come(world), /^5\d\d 5\.7\.1 /);
  assert.equal(world.relay.control.directory.domain('acme.test'), undefined);
  assert.deepEqual(raw.prepare('select * from dkim_key').all(), []);

  // The sealed keys are not in the files of the database either.
  for (const name of ['control.db', 'control.db-wal']) {
    const octets = readFileSync(join(world.dataDir, name));
    for (const { sealed } of keys) assert.equal(octets.includes(Buffer.from(sealed as Uint8Array)), false, name);
  }

  const { body } = await world.api('GET', '/customers/acme/certificate');
  const { certificate } = body as SignedCertificate;
  const { removed: gone } = certificate;
  assert.deepEqual(
    [gone.domains, gone.sources, gone.mail_hosts, gone.dkim_keys, gone.contacts].map((one) => one.count),
    [1, 1, 1, keys.length, 1],
  );
  assert.match(certificate.noticed, ISO_DAY);
  const letters = await until('the certificate to arrive', async () => {
    const all = await world.letters(1);
    return all.some(({ parts }) => parts.length === 4) ? all : undefined;
  });
  const letter = letters.find(({ parts }) => parts.length === 4);
  const [, , pdf, json] = letter?.parts ?? [];
  assert.deepEqual(JSON.parse(Buffer.from(json?.data ?? '', 'base64').toString()), body);
  await verifies(world, Buffer.from(json?.data ?? '', 'base64').toString());
  await readable(world, Buffer.from(pdf?.data ?? '', 'base64'), removed.certificate ?? '');
  assert.equal(kinds(letters).filter((subject) => subject.includes('abgeschaltet')).length, 1);
}

async function verifies(world: LeavingWorld, text: string): Promise<void> {
  const keys = await world.relay.services.termination.publicKeys();
  assert.equal(verifyCertificate(text, keys).ok, true);
  const changed = text.replace('acme.test', 'evil.test');
  assert.notEqual(changed, text);
  const verdict = verifyCertificate(changed, keys);
  assert.deepEqual([verdict.ok, !verdict.ok && verdict.fault], [false, 'changed']);
}

async function readable(world: LeavingWorld, pdf: Buffer, number: string): Promise<void> {
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  if (findProgram('pdftotext') === undefined) return;
  const file = world.temp.file('certificate.pdf');
  writeFileSync(file, pdf);
  const { stdout } = await run('pdftotext', ['-layout', file, '-']);
  assert.ok(stdout.includes(number));
  assert.match(stdout, /Zertifikat über die Entfernung/);
  assert.match(stdout, /_domainkey\.acme\.test/);
}
