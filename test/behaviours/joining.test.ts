// What the API tells of customers on their way, of what all customers have, and of links that ended.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, type Caller, NEW, OTHER, OWN, RolesWorld } from '../support/roles-world.ts';
import { until } from '../support/until.ts';

const world = new RolesWorld();
let operator: Caller;
let own: Caller;

before(async () => {
  await world.start();
  operator = await world.person('mail_engineer', undefined);
  own = await world.person('customer_administrator', OWN);
});
after(() => world.end());

const get = (caller: Caller, path: string) => world.ask(caller, { method: 'GET', path: `/api/v1${path}` });
const post = (caller: Caller, path: string, body: unknown) =>
  world.ask(caller, { method: 'POST', path: `/api/v1${path}`, body: JSON.stringify(body) });

interface Page {
  entries: Record<string, unknown>[];
  next?: string;
}

function page({ status, body }: Answer): Page {
  assert.equal(status, 200, body);
  return JSON.parse(body) as Page;
}

describe('orders', () => {
  test('the oldest first, with whose turn it is and how long it took, page by page', async () => {
    for (const name of ['Umbrella', 'Hooli']) await world.make('POST', '/customers', { name, invite: false });
    const all = page(await get(operator, '/orders')).entries;
    assert.deepEqual(
      all.map(({ customer, turn }) => [customer, turn]),
      [
        [NEW, 'customer'],
        ['umbrella', 'operator'],
        ['hooli', 'operator'],
      ],
    );
    const [first] = all;
    assert.equal(first?.['stage'], 'invited');
    assert.deepEqual(first?.['entered'], { domains: 1, mailhosts: 0, sources: 0 });
    assert.equal(first?.['target_s'], 86_400);
    assert.ok(Number(first?.['operator_worked_s']) >= 60, 'the order was work');
    assert.ok(first?.['link'] !== undefined);
    const seen: unknown[] = [];
    let next = '';
    do {
      const one = page(await get(operator, `/orders?limit=1${next}`));
      seen.push(...one.entries.map(({ customer }) => customer));
      next = one.next === undefined ? '' : `&after=${one.next}`;
    } while (next !== '');
    assert.deepEqual(seen, [NEW, 'umbrella', 'hooli']);
  });

  test('by turn, stage and text; never for a customer', async () => {
    const ids = async (query: string) =>
      page(await get(operator, `/orders?${query}`)).entries.map((one) => one['customer']);
    assert.deepEqual(await ids('turn=customer'), [NEW]);
    assert.deepEqual(await ids('stage=registered&text=HOO'), ['hooli']);
    assert.deepEqual(await ids('stage=registered&turn=customer'), []);
    assert.equal((await get(own, '/orders')).status, 403);
  });
});

describe('what all customers have', () => {
  test('domains with what their checks say, by a part of the name, direction, proof and state', async () => {
    await world.relay.services.checks.look(OWN as never);
    const names = async (query: string) =>
      page(await get(operator, `/domains?${query}`)).entries.map(({ name }) => name);
    assert.deepEqual(await names(''), ['acme.test', 'globex.test']);
    assert.deepEqual(await names('text=LOBE'), ['globex.test']);
    assert.deepEqual(await names('text=acme%25'), [], 'a sign of patterns is a sign like others');
    assert.deepEqual(await names('verified=false'), []);
    assert.deepEqual(await names(`customer=${OTHER}&direction=inbound`), ['globex.test']);
    await until('the checks of the domain', async () =>
      (await names('state=unknown')).includes('acme.test') ? true : undefined,
    );
    const [acme] = page(await get(operator, '/domains?limit=1')).entries;
    assert.equal(acme?.['customer_name'], 'Acme S.A.');
    assert.ok((acme?.['checks'] as { kind: string }[] | undefined)?.some(({ kind }) => kind === 'ownership'));
    assert.deepEqual(
      page(await get(own, '/domains')).entries.map(({ name }) => name),
      ['acme.test'],
      'a customer sees its own',
    );
  });

  test('mail hosts and sources, with those that wait for the operator', async () => {
    const [host] = page(await get(operator, '/mailhosts?text=127.0')).entries;
    assert.deepEqual([host?.['customer'], host?.['host'], host?.['port']], [OWN, '127.0.0.1', 9]);
    assert.deepEqual(page(await get(operator, '/mailhosts?text=nowhere')).entries, []);
    const { database } = world.relay.control;
    await database.db.deleteFrom('check_result').where('kind', 'in', ['mailhost', 'source']).execute();
    await database.db.updateTable('check_subject').set({ looked_at: null }).where('kind', '=', 'source').execute();
    for (const path of ['/mailhosts', '/sources']) {
      const all = page(await get(operator, path)).entries;
      assert.ok(all.length > 0 && all.every(({ state }) => state === 'waiting'), path);
      assert.deepEqual(page(await get(operator, `${path}?state=waiting`)).entries, all, 'never looked at is waiting');
      for (const state of ['ok', 'fail'])
        assert.deepEqual(page(await get(operator, `${path}?state=${state}`)).entries, []);
    }
    const said = { customer: OWN, kind: 'mailhost', object: '127.0.0.1:9', state: 'warn', expected: '' } as const;
    const told = { found: '127.0.0.1, no STARTTLS; postmaster is taken', advice: '', code: null, code_values: null };
    await database.db
      .insertInto('check_result')
      .values({ ...said, ...told, since: 0 })
      .execute();
    const [found] = page(await get(operator, '/mailhosts?text=127.0')).entries;
    const tls = { text: 'no STARTTLS', code: 'tls-none' };
    assert.deepEqual(found?.['words'], { found: { code: 'host-taken', values: { ip: '127.0.0.1', tls } } });
    const added = await post(own, `/customers/${OWN}/sources`, { network: '198.51.100.7' });
    assert.equal(added.status, 201, added.body);
    const waiting = page(await get(operator, '/sources?waiting=true')).entries;
    assert.deepEqual(
      waiting.map((one) => [one['customer'], one['network'], one['waiting']]),
      [[OWN, '198.51.100.7/32', true]],
    );
    const both = page(await get(operator, `/sources?limit=1&customer=${OWN}`));
    assert.equal(both.entries.length, 1);
    assert.equal(page(await get(operator, `/sources?customer=${OWN}&after=${both.next}`)).entries.length, 1);
    assert.deepEqual(page(await get(operator, '/sources?waiting=false&text=198.51')).entries, []);
    const networks = async (query: string) =>
      page(await get(operator, `/sources?${query}`)).entries.map(({ network }) => network as string);
    assert.deepEqual(await networks('text=51.100.7/'), ['198.51.100.7/32'], 'a part of a network');
    assert.deepEqual(await networks('text=198.51&state=waiting'), ['198.51.100.7/32'], 'with a state');
    const theirs = await networks(`customer=${OWN}`);
    assert.deepEqual(await networks(`text=${OWN.toUpperCase()}`), theirs, 'the customer');
    const [first = ''] = theirs;
    const next = page(await get(operator, `/sources?limit=1&text=${OWN}`)).next;
    assert.deepEqual(
      await networks(`text=${OWN}&after=${next}`),
      theirs.filter((one) => one !== first),
      'page by page',
    );
  });
});

describe('links', () => {
  const look = async (token: string) => {
    const answer = await post({ name: 'nobody', headers: {} }, '/links/look', { token });
    return page(answer) as unknown as { state: string; kind?: string; language?: string };
  };
  const tokenOf = (caller: Caller) => caller.headers['authorization']?.replace('Link ', '') ?? '';

  test('whoever holds the token hears why it opens nothing any more; nobody else hears anything', async () => {
    assert.deepEqual(await look('x'.repeat(43)), { state: 'unknown' });
    const first = tokenOf(await world.link('onboarding'));
    const { state, kind, language } = await look(first);
    assert.deepEqual([state, kind, language], ['open', 'onboarding', 'en']);
    const second = tokenOf(await world.link('onboarding'));
    assert.equal((await look(first)).state, 'replaced');
    const links = page(await world.ask(world.owner, { method: 'GET', path: `/api/v1/customers/${NEW}/links` })).entries;
    await world.make('DELETE', `/customers/${NEW}/links/${String(links[0]?.['id'])}`);
    assert.equal((await look(second)).state, 'revoked');
    const third = tokenOf(await world.link('records'));
    await world.relay.control.database.db
      .updateTable('link')
      .set({ expires_at: 1 })
      .where('kind', '=', 'records')
      .execute();
    assert.equal((await look(third)).state, 'expired');
  });

  test('a draft is checked without being saved, and each fault has a name', async () => {
    const link = await world.link('onboarding');
    const before = await get(link, '/onboarding');
    const draft = {
      domains: [{ name: 'globex.test' }, { name: 'no domain' }],
      sources: [{ network: '40.92.1.1' }, { network: '127.0.0.0/24' }],
      administrators: [{ name: '', email: 'nobody' }],
    };
    const faults = async (body: unknown) => {
      const answer = await post(link, '/onboarding/faults', body);
      assert.equal(answer.status, 200, answer.body);
      return (JSON.parse(answer.body) as { faults: { field: string; code?: string; message: string }[] }).faults;
    };
    const wrong = await faults(draft);
    const codes = new Map(wrong.map(({ field, code }) => [field, code]));
    assert.equal(codes.get('domains.1.name'), 'domain_wrong');
    assert.equal(codes.get('sources.0.proof'), 'source_shared');
    assert.equal(codes.get('administrators.0.email'), 'email_wrong');
    assert.equal(codes.get('mailhosts'), 'mailhost_needed');
    // Once each value is of its kind it is held against what others have.
    const clashes = await faults({
      domains: [{ name: 'globex.test' }],
      sources: [{ network: '127.0.0.0/24' }],
      mailhosts: [{ host: 'mail.initech.test' }],
      administrators: [{ name: 'Ann', email: 'ann@initech.test' }],
    });
    assert.deepEqual(
      clashes.map(({ field, code }) => [field, code]),
      [
        ['domains.0.name', 'domain_taken'],
        ['sources.0.network', 'source_taken'],
      ],
    );
    assert.ok(
      clashes.every(({ message }) => !/globex|acme/.test(message)),
      'no names of others',
    );
    assert.equal((await get(link, '/onboarding')).headers['etag'], before.headers['etag'], 'nothing is saved');
  });

  test('a colleague hears what DNS says, and nothing of servers and sources', async () => {
    await world.relay.services.checks.look(NEW as never);
    const link = await world.link('records');
    const kinds = page(await get(link, '/onboarding/checks')).entries.map(({ kind }) => kind);
    assert.ok(kinds.includes('ownership') && kinds.includes('spf'), JSON.stringify(kinds));
    assert.ok(!kinds.includes('source') && !kinds.includes('mailhost'));
    assert.equal((await get(link, '/onboarding')).status, 403);
  });
});

test('a dry run answers in parts, which others can say in their language', async () => {
  const question = `ip=127.0.0.1&from=ann@acme.test&to=bob@elsewhere.test`;
  const { body } = await get(own, `/explain?${question}`);
  const { verdict, trail, steps } = JSON.parse(body) as {
    verdict: string;
    steps: string[];
    trail: { step: string; text: string; values: Record<string, string>; words?: Record<string, { code: string }> }[];
  };
  assert.equal(verdict, 'outbound');
  assert.deepEqual(
    trail.map(({ step }) => step),
    ['listener', 'source', 'sender', 'recipient', 'way', 'hidden'],
  );
  assert.equal(trail[1]?.values['network'], '127.0.0.0/8');
  assert.equal(trail[4]?.words?.['rule']?.code, 'way-source');
  assert.deepEqual(
    steps,
    trail.map(({ text }) => text),
  );
  const refused = await get(own, '/explain?ip=127.0.0.1&from=eve@elsewhere.test&to=bob@elsewhere.test');
  const last = (JSON.parse(refused.body) as { trail: { step: string; values: Record<string, string> }[] }).trail.at(-1);
  assert.equal(last?.step, 'refused');
  assert.match(last?.values['reply'] ?? '', /^550 5\.7\.1/);
});
