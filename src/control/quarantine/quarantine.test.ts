import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { CustomerId, InspectionNote } from '../../mail/message.ts';
import { run } from '../../mail/queue/testing/contract-support.ts';
import type { UserPrincipal } from '../access/principal.ts';
import type { Problem } from '../api/problem.ts';
import { readerName } from './links.ts';
import { QuarantineWorld, SPAM, VIRUS } from './testing/world.ts';

const acme = 'acme' as CustomerId;
const BY = { who: 'ann@acme.test' };
const DAY_MS = 86_400_000;
const person = (id: string): UserPrincipal => ({
  kind: 'user',
  id,
  email: `${id}@relay.test`,
  role: 'mail_engineer',
  session: id,
  steppedUpUntil: Number.POSITIVE_INFINITY,
});

/** The problem that a call ends in. */
async function problem(call: Promise<unknown>): Promise<[number, string]> {
  const error = await call.then(
    () => undefined,
    (err: Problem) => err,
  );
  assert.ok(error !== undefined, 'it should be refused');
  return [error.status, error.message];
}

let w: QuarantineWorld;
beforeEach(async () => {
  w = new QuarantineWorld();
  await w.start();
});
afterEach(() => w.end());

const waiting = async () => (await w.engine.totals()).quarantined;
const acts = async () => (await w.quarantine.acts({ limit: 50 })).map(({ who, action }) => `${who} ${action}`);

describe('what people do in quarantine', () => {
  test('a release is written down, lets it go once, and teaches', async () => {
    const id = await w.keep({ to: ['a@acme.test', 'b@acme.test'] });
    const message = await w.quarantine.find(id);
    assert.equal(await w.quarantine.release(BY, message, { side: 'customer' }), 2);
    assert.equal(await waiting(), 0);
    assert.deepEqual(await acts(), ['ann@acme.test released']);
    assert.equal(await w.quarantine.release(BY, message, { side: 'customer' }), 0, 'what goes on is not let go twice');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(w.learned[0], ['ham', 'From']);
    assert.deepEqual(await problem(w.quarantine.find(id)), [404, 'There is no such message.']);
    const [entry] = await w.customers.control.audit({ limit: 1 });
    assert.equal(entry?.action, 'quarantine.released');
  });

  test('some recipients go on, the others wait; who is no recipient is named', async () => {
    const id = await w.keep({ to: ['a@acme.test', 'b@acme.test', 'c@acme.test'] });
    const message = await w.quarantine.find(id);
    const [status] = await problem(
      w.quarantine.release(BY, message, { side: 'customer', recipients: ['a@acme.test', 'z@acme.test'] }),
    );
    assert.equal(status, 422);
    assert.equal(await waiting(), 3, 'nothing is done of what cannot be done whole');
    assert.equal(await w.quarantine.release(BY, message, { side: 'customer', recipients: ['B@acme.test'] }), 1);
    assert.deepEqual((await w.quarantine.find(id)).recipients, ['a@acme.test', 'c@acme.test']);
    assert.equal(await w.quarantine.remove(BY, await w.quarantine.find(id)), 2);
    assert.equal((await w.engine.totals()).queued, 1, 'what was let go is not removed with the rest');
  });

  test('who gets a copy by a rule is not shown, and goes with the last of the others', async () => {
    const id = await w.keep({ to: ['a@acme.test', 'b@acme.test', 'law@operator.test'] }, { copies: 1 });
    const message = await w.quarantine.find(id);
    assert.deepEqual([message.recipients, message.recipientCount], [['a@acme.test', 'b@acme.test'], 2]);
    await w.quarantine.release(BY, message, { side: 'customer', recipients: ['a@acme.test'] });
    assert.equal(await waiting(), 2);
    const rest = await w.quarantine.find(id);
    assert.equal(await w.quarantine.release(BY, rest, { side: 'customer', recipients: ['b@acme.test'] }), 2);
    assert.equal(await waiting(), 0);
  });

  test('release and allow: the From of inbound mail, in the same change; nobody allows what cannot be released', async () => {
    const id = await w.keep({}, { headerFrom: 'Shop@Strange.test' });
    await w.quarantine.release(BY, await w.quarantine.find(id), { side: 'customer', allow: true });
    const { raw } = w.customers.control.database;
    const rows = raw.prepare('select customer, direction, list, sender, recipient from protection_sender').all();
    assert.deepEqual(
      { ...rows[0] },
      { customer: 'acme', direction: 'inbound', list: 'allow', sender: 'shop@strange.test', recipient: '' },
    );
    const virus = await w.quarantine.find(await w.keep({ notes: [VIRUS] }, { headerFrom: 'x@virus.test' }));
    assert.equal((await problem(w.quarantine.release(BY, virus, { side: 'customer', allow: true })))[0], 409);
    assert.equal(raw.prepare('select count(*) as n from protection_sender').get()?.['n'], 1);
    const outbound = await w.quarantine.find(await w.keep({}, { direction: 'outbound' }));
    assert.equal((await problem(w.quarantine.release(BY, outbound, { side: 'customer', allow: true })))[0], 403);
  });

  /** People of the operator who are there. */
  function addPeople(...ids: string[]): void {
    const add = w.customers.control.database.raw.prepare(`
      insert into person (id, name, email, display_name, language, role, state, made_at, made_by, version)
      values (?1, ?1 || '@relay.test', ?1 || '@relay.test', ?1, 'en', 'mail_engineer', 'active', 0, 'tester', 1)`);
    for (const id of ids) add.run(id);
  }

  test('a virus goes with two different people within a day, and in no other way', async () => {
    addPeople('eve', 'bob');
    const id = await w.keep({ notes: [VIRUS, SPAM] });
    const message = await w.quarantine.find(id);
    assert.match((await problem(w.quarantine.release(BY, message, { side: 'operator' })))[1], /two different people/);
    const asked = await w.quarantine.releaseVirus(person('eve'), message, 'a sample for research');
    assert.equal(asked.kind, 'asked');
    assert.equal((await problem(w.quarantine.releaseVirus(person('eve'), message, 'again')))[0], 409);
    assert.equal((await w.quarantine.virusAsked(id))?.who, 'eve@relay.test');
    w.customers.now += DAY_MS + 1;
    assert.equal(await w.quarantine.virusAsked(id), undefined);
    assert.equal(
      (await w.quarantine.releaseVirus(person('bob'), message, 'later')).kind,
      'asked',
      'the first one’s time is over',
    );
    assert.equal(await waiting(), 1);
    const bulk = await w.quarantine.changeMany(
      { who: 'op' },
      { query: {}, action: 'release' },
      { side: 'operator', dryRun: false },
    );
    assert.deepEqual([bulk.messages, bulk.skipped.virus, bulk.done], [0, 1, false]);
    assert.equal(await waiting(), 1);
    const released = await w.quarantine.releaseVirus(person('eve'), message, 'a sample for research');
    assert.deepEqual(released, { kind: 'released', recipients: 1 });
    assert.equal(await waiting(), 0);
    const spam = await w.quarantine.find(await w.keep());
    assert.equal((await problem(w.quarantine.releaseVirus(person('eve'), spam, 'no virus')))[0], 409);
  });

  test('the word of whoever may no longer give it does not count as the first of two', async () => {
    addPeople('eve', 'bob', 'cy');
    const { raw } = w.customers.control.database;
    const id = await w.keep({ notes: [VIRUS] });
    const message = await w.quarantine.find(id);
    const asks = async (who: string) => (await w.quarantine.releaseVirus(person(who), message, 'a sample')).kind;
    for (const change of ["state = 'disabled'", "role = 'auditor'", "customer = 'acme'"]) {
      raw.exec("update person set state = 'active', role = 'mail_engineer', customer = null");
      raw.exec('delete from quarantine_virus');
      assert.equal(await asks('eve'), 'asked');
      raw.exec(`update person set ${change} where id = 'eve'`);
      assert.equal(await w.quarantine.virusAsked(id), undefined, change);
      assert.equal(await asks('bob'), 'asked', change);
      assert.equal((await w.quarantine.virusAsked(id))?.who, 'bob@relay.test');
    }
    raw.exec("delete from person where id = 'bob'");
    assert.equal(await asks('cy'), 'asked', 'bob was removed');
    assert.equal(await waiting(), 1);
    raw.exec("update person set customer = null where id = 'eve'");
    assert.equal(await asks('eve'), 'released');
  });

  test('what was not looked into as a whole is the operator’s to let go', async () => {
    for (const note of [
      { ...VIRUS, result: 'oversize', verdict: 'hold' },
      { ...VIRUS, result: 'unavailable', verdict: 'later' },
      { check: 'content', result: 'ambiguous', verdict: 'quarantine', ms: 1 },
      { check: 'content', result: 'died', verdict: 'hold', ms: 1 },
    ] satisfies InspectionNote[]) {
      const message = await w.quarantine.find(await w.keep({ notes: [note, SPAM], kind: 'content' }));
      assert.match((await problem(w.quarantine.release(BY, message, { side: 'customer' })))[1], /Only the operator/);
      assert.equal(await w.quarantine.release({ who: 'op' }, message, { side: 'operator' }), 1);
    }
  });

  test('what a person of the operator holds besides is not the customer’s to let go', async () => {
    const id = await w.keep();
    await run(
      w.engine,
      { verb: 'hold', query: { id }, reason: { kind: 'content', note: 'phishing', by: 'op@relay.test' } },
      w.customers.now,
    );
    const message = await w.quarantine.find(id);
    assert.deepEqual(message.reasons, ['spam', 'person']);
    const [status] = await problem(w.quarantine.release(BY, message, { side: 'customer' }));
    assert.equal(status, 409);
    assert.equal(await w.quarantine.release(BY, message, { side: 'operator' }), 1);
    assert.equal(await waiting(), 0);
  });

  test('many at once: first seen, then done, once they are what was seen', async () => {
    for (let i = 0; i < 5; i++) await w.keep({ sender: `s${i}@strange.test` });
    await w.keep({ customer: 'other' });
    await w.keep({ notes: [VIRUS] });
    const what = { query: { customer: acme }, action: 'release' } as const;
    const seen = await w.quarantine.changeMany(BY, what, { side: 'customer', dryRun: true });
    assert.deepEqual([seen.messages, seen.recipients, seen.skipped.virus, seen.done], [5, 5, 1, false]);
    assert.equal(await waiting(), 7);
    await w.keep();
    const [status] = await problem(w.quarantine.changeMany(BY, what, { side: 'customer', dryRun: false, expected: 5 }));
    assert.equal(status, 409);
    const done = await w.quarantine.changeMany(BY, what, { side: 'customer', dryRun: false, expected: 6 });
    assert.equal(done.done, true);
    assert.equal(await waiting(), 2, 'the other customer’s, and the virus');
    assert.equal((await w.quarantine.acts({ limit: 50 })).length, 6, 'each message is written down');
    const [entry] = await w.customers.control.audit({ limit: 1 });
    assert.equal(entry?.after, '{"messages":6}');
    const all = await w.quarantine.changeMany(BY, { query: {}, action: 'delete' }, { side: 'operator', dryRun: false });
    assert.equal(all.messages, 2);
    assert.equal(await waiting(), 0);
  });

  test('a store thread that is gone is told, and nothing was let go', async () => {
    const message = await w.quarantine.find(await w.keep());
    w.storeGone = true;
    assert.equal((await problem(w.quarantine.release(BY, message, { side: 'customer' })))[0], 503);
    w.storeGone = false;
    assert.equal(await waiting(), 1);
    assert.deepEqual(await acts(), ['ann@acme.test failed', 'ann@acme.test released']);
  });
});

describe('what the quarantine tells, and what goes by itself', () => {
  test('a digest a day names what is new, in the reader’s words, with links where the reader may', async () => {
    await w.keep({ subject: 'Gagnez' }, { headerFrom: 'shop@strange.test' });
    await w.keep({ notes: [VIRUS] });
    await w.keep({}, { direction: 'outbound' });
    await w.pass(0.1);
    assert.equal(w.told.length, 1);
    const { kind, to, values } = w.told[0] ?? assert.fail();
    assert.deepEqual([kind, to.address, to.language, values.count], ['quarantine_digest', 'ann@acme.test', 'fr', 2]);
    const spam = values.entries.find(({ from }) => from === 'shop@strange.test');
    assert.match(spam?.reason ?? '', /ressemble à du courrier indésirable \(14\.2 points\)/);
    assert.equal(spam?.subject, 'Gagnez');
    assert.match(spam?.open ?? '', /^https:\/\/relay\.test\/api\/v1\/quarantine\/links\//);
    assert.equal(values.entries.find(({ reason }) => /virus/.test(reason))?.open, undefined);
    await w.pass(0.1);
    assert.equal(w.told.length, 1, 'once a day');
    await w.pass(1);
    assert.equal(w.told.length, 1, 'nothing is new');
    await w.keep();
    await w.pass(1);
    assert.equal(w.told.length, 2);
    assert.equal(w.told[1]?.values.count, 1);
  });

  test('a link opens its message for its reader until it ends; nobody makes one up', async () => {
    await w.keep();
    await w.pass(0.01);
    const token = w.told[0]?.values.entries[0]?.open?.split('/').at(-1) ?? '';
    const opened = await w.quarantine.openLink(token);
    assert.equal(opened?.target.reader, readerName('ann@acme.test'));
    assert.equal(opened?.reader.language, 'fr');
    for (const at of [0, 10, 60, token.length - 2]) {
      const other = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      assert.equal(await w.quarantine.openLink(other), undefined, `changed at ${at}`);
    }
    assert.equal(await w.quarantine.openLink(''), undefined);
    w.customers.now += 7 * DAY_MS;
    assert.equal(await w.quarantine.openLink(token), undefined, 'it is over');
    w.customers.now -= DAY_MS;
    assert.notEqual(await w.quarantine.openLink(token), undefined);
    w.customers.control.database.raw.exec("update account set contacts = '[]' where id = 'acme'");
    assert.equal(await w.quarantine.openLink(token), undefined, 'whoever is no longer told may no longer');
  });

  test('days that are over: told before, removed then, never without a word', async () => {
    const id = await w.keep();
    await w.pass(26);
    const expiring = () => w.told.filter(({ kind }) => kind === 'quarantine_expiring');
    assert.equal(expiring().length, 0);
    await w.pass(1.5);
    assert.equal(expiring().length, 1);
    const { database } = w.customers.control;
    const event = database.raw.prepare("select data from control_event where type = 'quarantine.expiring'").get();
    assert.deepEqual(JSON.parse(String(event?.['data'])).ids, [id]);
    await w.pass(1);
    assert.equal(expiring().length, 1, 'once');
    assert.equal(await waiting(), 1);
    await w.pass(2);
    assert.equal(await waiting(), 0);
    assert.equal((await acts())[0], 'easymail expired');
    assert.equal(database.raw.prepare('select count(*) as n from quarantine_told').get()?.['n'], 0);
    // The trace hears it; a notice to the sender is not made.
    const rows = await w.engine.outbox(0, 1e9);
    const last = rows.flatMap(({ events }) => events.split('\n')).at(-1) ?? '';
    assert.match(last, /"message\.recipient\.removed".*its time in quarantine is over/);
  });

  test('a relay that was off past the time tells first, and waits another day', async () => {
    await w.keep();
    w.customers.now += 60 * DAY_MS;
    await w.quarantine.look();
    assert.equal(await waiting(), 1);
    await w.pass(0.5);
    assert.equal(await waiting(), 1);
    await w.pass(1);
    assert.equal(await waiting(), 0);
  });

  test('what could not be told is not removed, and told later', async () => {
    await w.keep();
    w.noticesGone = true;
    await w.pass(28);
    await w.pass(10);
    assert.equal(await waiting(), 1);
    w.noticesGone = false;
    await w.pass(0.1);
    assert.equal(w.told.filter(({ kind }) => kind === 'quarantine_expiring').length, 1);
    assert.equal(await waiting(), 1);
    await w.pass(1);
    assert.equal(await waiting(), 0);
  });

  test('what is released meanwhile is not removed, and forgotten', async () => {
    const id = await w.keep();
    await w.pass(28);
    await w.quarantine.release(BY, await w.quarantine.find(id), { side: 'customer' });
    await w.pass(3);
    assert.equal((await w.engine.totals()).queued, 1);
    assert.doesNotMatch((await acts()).join(), /expired/);
  });
});
