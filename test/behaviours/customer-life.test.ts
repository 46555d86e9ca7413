// The whole life of a customer, with real DNS and real mail: order, link, entry, checks red then green, test messages both
// ways, live, notice, deactivated, removed, certificate.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyCertificate } from '../../src/control/termination/certificate.ts';
import { DNS_PROGRAMS } from '../support/dns-zone.ts';
import { type ApiAnswer, type LifeWorld, lifeWorld, SOURCE, ZONE } from '../support/life-world.ts';
import { sendOne } from '../support/mail.ts';
import { skipWithoutPostfix } from '../support/postfix.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import type { SeenMail } from '../support/read-mail.ts';
import { until } from '../support/until.ts';

const skip = skipWithoutPostfix || skipWithoutPrograms([...DNS_PROGRAMS, 'python3']);
const DOMAIN = `acme.${ZONE}`;

interface ShownRecord {
  domain: string;
  purpose: string;
  type: string;
  host: string;
  value: string;
}
interface ShownCheck {
  kind: string;
  object: string;
  state: string;
  advice: string;
}
interface ShownTest {
  passed: boolean;
  outbound: { state: string; to: string; journey: { type: string }[] };
  inbound: { state: string; to: string; journey: { type: string }[] };
}

function ok(answer: ApiAnswer, status = 200): Record<string, unknown> {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

/** A line of the zone file: texts past 255 octets in several strings. */
function zoneLine({ host, type, value }: ShownRecord): string {
  if (type === 'MX')
    return `${host}. MX ${value.includes(' ') ? value.replace(/\.?$/, '.') : `10 ${value.replace(/\.?$/, '.')}`}`;
  const strings = value.match(/.{1,255}/g) ?? [];
  return `${host}. TXT ${strings.map((text) => `"${text.replaceAll('"', '\\"')}"`).join(' ')}`;
}

const BASE = [
  'world MX 10 mx.world',
  'mx.world A 127.0.0.1',
  'mx.relay A 127.0.0.1',
  '_spf.relay TXT "v=spf1 ip4:127.0.0.1 -all"',
].join('\n');

test('the whole life of a customer', { skip, timeout: 240_000 }, async () => {
  await using world = await lifeWorld();
  const { link } = await order(world);
  await enter(world, link);
  const records = await checksTurnGreen(world, link);
  await approve(world, link);
  await tested(world, link);
  await live(world, link, records);
  await ends(world);
});

async function order({ relay, api }: LifeWorld): Promise<{ link: string }> {
  const pool = '[[pool]]\nname = "standard"\naddresses = [{ ip = "127.0.0.1", hostname = "out1.relay.lux.test" }]\n';
  const applied = await relay.control.apply(pool, { prune: false, dryRun: false, who: 'test' });
  assert.equal(applied.kind, 'applied', JSON.stringify(applied));
  const made = ok(
    await api('POST', '/customers', {
      name: 'Acme S.à r.l.',
      language: 'fr',
      domain: DOMAIN,
      pools: ['standard'],
      contract: { number: 'C-2026-1', sla: 'standard', starts: '2026-12-01' },
      subscriptions: [{ kind: 'internet', reference: 'I-1', since: '2020-01-01' }],
      contacts: [{ name: 'Anna', email: `anna@world.${ZONE}` }],
    }),
    201,
  );
  assert.equal(made['id'], 'acme-s-a-r-l');
  return { link: (made['link'] as { url: string }).url };
}

/** The customer enters half of it, comes back, and submits only once nothing is wrong. */
async function enter({ link: over, mailhostPort }: LifeWorld, link: string): Promise<void> {
  const first = await over(link, 'GET', '/onboarding');
  assert.deepEqual((ok(first)['customer'] as { stage: string }).stage, 'invited');
  const etag = first.etag ?? '';
  const domains = [{ name: DOMAIN, inbound: true, outbound: true, subdomains: false }];
  const half = await over(link, 'PUT', '/onboarding', { body: { domains, portal: true }, etag });
  ok(half);
  assert.equal((await over(link, 'PUT', '/onboarding', { body: {}, etag })).status, 412, 'somebody was faster');
  const refused = await over(link, 'POST', '/onboarding/submit', { etag: half.etag ?? '' });
  assert.equal(refused.status, 422);
  const fields = (refused.body['errors'] as { field: string }[]).map(({ field }) => field);
  assert.deepEqual(fields.toSorted(), ['administrators', 'mailhosts', 'sources']);
  const rest = {
    mailhosts: [{ host: '127.0.0.1', port: mailhostPort, tls: 'none' }],
    sources: [{ network: SOURCE }],
    administrators: [{ name: 'Anna', email: `anna@world.${ZONE}`, language: 'fr' }],
  };
  ok(await over(link, 'PATCH', '/onboarding', { body: rest, etag: half.etag ?? '' }));
}

/** Red, then the colleague publishes the records that its own link shows, then green. */
async function checksTurnGreen({ link: over, dns, relay }: LifeWorld, link: string): Promise<ShownRecord[]> {
  await dns.edit(BASE);
  const look = async () =>
    (ok(await over(link, 'POST', '/onboarding/checks'))['entries'] as ShownCheck[]).filter(({ kind }) =>
      ['ownership', 'spf', 'mailhost'].includes(kind),
    );
  const red = await look();
  const stateOf = (checks: ShownCheck[], kind: string) => checks.find((check) => check.kind === kind)?.state;
  assert.equal(stateOf(red, 'ownership'), 'fail', JSON.stringify(red));
  assert.equal(stateOf(red, 'spf'), 'fail');
  assert.equal(stateOf(red, 'mailhost'), 'warn', 'it has no STARTTLS');
  assert.ok(red.every(({ state, advice }) => state === 'ok' || advice !== ''));

  const shared = ok(await over(link, 'POST', '/onboarding/share'), 201)['url'] as string;
  assert.equal((await over(shared, 'GET', '/onboarding')).status, 403, 'the colleague sees the records alone');
  const records = ok(await over(shared, 'GET', '/onboarding/records'))['entries'] as ShownRecord[];
  const published = records.filter(({ purpose }) => purpose === 'ownership' || purpose === 'spf');
  assert.deepEqual(published.map(({ purpose }) => purpose).toSorted(), ['ownership', 'spf']);
  await dns.edit(`${BASE}\n${published.map(zoneLine).join('\n')}`);
  const green = await until('green checks', async () => {
    const checks = await relay.services.checks.look('acme-s-a-r-l' as never);
    return checks.every(({ state, required }) => !required || state === 'ok' || state === 'warn') ? checks : undefined;
  });
  assert.ok(green.some(({ kind, state }) => kind === 'ownership' && state === 'ok'));
  return published;
}

async function approve({ api, link: over, ports, customerSends }: LifeWorld, link: string): Promise<void> {
  const now = await over(link, 'GET', '/onboarding');
  assert.deepEqual(now.body['faults'], []);
  ok(await over(link, 'POST', '/onboarding/submit', { etag: now.etag ?? '' }));
  assert.equal((await over(link, 'POST', '/onboarding/share')).status, 409, 'once submitted, the link only reads');
  const late = await over(link, 'PATCH', '/onboarding', { body: { portal: false }, etag: now.etag ?? '' });
  assert.equal(late.status, 409, 'the link only reads now');
  const view = ok(await api('GET', '/customers/acme-s-a-r-l/approval'));
  assert.deepEqual(view['faults'], []);
  assert.ok((view['changes'] as string[]).includes(`domain ${DOMAIN} added`), JSON.stringify(view));
  const done = ok(await api('POST', '/customers/acme-s-a-r-l/approval', { entry_version: view['entry_version'] }));
  assert.equal(done['stage'], 'verifying');
  // What comes too early is put off, and comes again once the customer is live.
  await customerSends(`early@world.${ZONE}`);
  const early = await sendOne(ports.inbound, `ann@${DOMAIN}`, { ip: '127.0.0.9', from: 'x@elsewhere.test' });
  assert.match(early, /^(?:451 4\.7\.1|5\d\d 5\.7\.1)/);
}

/** The customer's server sends to the test address; ours comes to its mail host. */
async function tested({ api, link: over, customerSends, atMailHost, relay }: LifeWorld, link: string): Promise<void> {
  const test = async () => ok(await over(link, 'GET', '/onboarding/test')) as unknown as ShownTest;
  const { outbound, inbound } = await test();
  assert.equal(outbound.state, 'waiting');
  assert.equal(inbound.to, `postmaster@${DOMAIN}`);
  await relay.services.checks.look('acme-s-a-r-l' as never);
  await customerSends(outbound.to);
  await until('the customer to be live', async () => {
    const { stage } = ok(await api('GET', '/customers/acme-s-a-r-l')) as { stage: string };
    return stage === 'live' ? true : undefined;
  });
  const seen = ok(await api('GET', '/customers/acme-s-a-r-l/test')) as unknown as ShownTest;
  assert.ok(seen.passed, JSON.stringify(seen));
  for (const way of [seen.outbound, seen.inbound]) {
    assert.equal(way.state, 'passed');
    const journey = way.journey.map(({ type }) => type);
    assert.deepEqual([journey[0], journey.at(-1)], ['message.accepted', 'message.recipient.delivered']);
  }
  const [arrived] = await atMailHost(1);
  assert.match(arrived?.headers['subject'] ?? '', /Test de votre serveur/);
}

async function live(world: LifeWorld, link: string, published: ShownRecord[]): Promise<void> {
  const { api, link: over, ports, atMailHost, customerSends, customerWaits, retry, dns } = world;
  assert.equal((await over(link, 'GET', '/onboarding')).status, 401, 'its work is done');
  const times = ok(await api('GET', '/customers/acme-s-a-r-l/times'));
  assert.equal(times['complete'], true);
  assert.equal(times['within_target'], true);
  // The rest of the records, MX last of all.
  const rest = await until('the record of a key, which is made meanwhile', async () => {
    const records = ok(await api('GET', '/customers/acme-s-a-r-l/records'))['entries'] as ShownRecord[];
    const found = records.filter(({ purpose }) => purpose === 'dkim' || purpose === 'mx');
    return found.some(({ purpose }) => purpose === 'dkim') ? found : undefined;
  });
  await dns.edit(`${BASE}\n${[...published, ...rest].map(zoneLine).join('\n')}`);
  await world.relay.control.dkimKeeper.check(DOMAIN);
  await retry();
  await customerSends(`bob@world.${ZONE}`);
  await arrival(world, `early@world.${ZONE}`);
  const signed = await arrival(world, `bob@world.${ZONE}`);
  assert.match(signed.headers['dkim-signature'] ?? '', new RegExp(`d=${DOMAIN.replaceAll('.', '\\.')}`));
  assert.match(
    await sendOne(ports.inbound, `ann@${DOMAIN}`, { ip: '127.0.0.9', from: 'x@elsewhere.test' }),
    /^[0-9a-v]{17}$/,
  );
  assert.equal((await atMailHost(2)).length, 2);
  assert.equal(await customerWaits(), 0);
}

/** The message to this address, once it is in the world. */
function arrival({ inTheWorld }: LifeWorld, to: string): Promise<SeenMail> {
  return until(`mail to ${to}`, async () => {
    const all = await inTheWorld(1);
    return all.find(({ headers }) => headers['to']?.includes(to) === true);
  });
}

/** Its last subscription ends: notice, deactivated, removed, and a certificate that says so. */
async function ends(world: LifeWorld): Promise<void> {
  const { api, ports, dns, relay } = world;
  const stage = async () => (ok(await api('GET', '/customers/acme-s-a-r-l')) as { stage: string }).stage;
  const today = Temporal.Now.zonedDateTimeISO('Europe/Luxembourg').toPlainDate().toString();
  ok(await api('PATCH', '/customers/acme-s-a-r-l/subscriptions/1', { until: today }));
  await world.pass(0);
  assert.equal(await stage(), 'notice');
  const letters = await world.inTheWorld(3);
  assert.ok(
    letters.some(({ headers }) => headers['to'] === `anna@world.${ZONE}`),
    'the customer is told',
  );
  assert.match(
    await sendOne(ports.outbound, `bob@world.${ZONE}`, { ip: SOURCE, from: `ann@${DOMAIN}` }),
    /^[0-9a-v]{17}$/,
  );
  await world.pass(31);
  assert.equal(await stage(), 'deactivated');
  assert.match(
    await sendOne(ports.outbound, `bob@world.${ZONE}`, { ip: SOURCE, from: `ann@${DOMAIN}` }),
    /^550 5\.7\.1/,
  );
  await dns.edit(BASE);
  await world.pass(2);
  await world.pass(91);
  await until('the removal', async () => {
    await world.pass(0);
    return (await stage()) === 'removed' ? true : undefined;
  });
  assert.equal(relay.control.directory.domain(DOMAIN), undefined);
  assert.equal(relay.control.directory.network(SOURCE), undefined);
  const signed = JSON.stringify(ok(await api('GET', '/customers/acme-s-a-r-l/certificate')));
  assert.equal(verifyCertificate(signed, await relay.services.termination.publicKeys()).ok, true, signed);
  const steps = ok(await api('GET', '/customers/acme-s-a-r-l/transitions'))['entries'] as { to: string }[];
  assert.deepEqual(
    steps.map(({ to }) => to),
    ['registered', 'invited', 'submitted', 'approved', 'verifying', 'live', 'notice', 'deactivated', 'removed'],
  );
}
