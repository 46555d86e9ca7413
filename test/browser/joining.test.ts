// A customer joins, from the link to the first delivered message, in a real browser, with real DNS and real mail: it enters
// what it has, comes back, sees its records turn green, hands in, is approved, tries out both ways, and sends.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  assertAccessible,
  assertFits,
  PASSWORD,
  settled,
  skipWithoutBrowser,
  startBrowser,
  type Visitor,
  visit,
  visitAs,
} from '../support/browser.ts';
import { DNS_PROGRAMS } from '../support/dns-zone.ts';
import { type LifeWorld, lifeWorld, SOURCE, ZONE } from '../support/life-world.ts';
import { skipWithoutPostfix } from '../support/postfix.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { until } from '../support/until.ts';

const skip = skipWithoutBrowser || skipWithoutPostfix || skipWithoutPrograms([...DNS_PROGRAMS, 'python3']);
const DOMAIN = `acme.${ZONE}`;
const ANNA = `anna@world.${ZONE}`;
const STEPS = ['you', 'domains', 'servers', 'dns', 'submit', 'test'];
/** Of the customer, once it has signed in. */
const OWN_PAGES = [
  '/domains',
  '/domains?tab=keys',
  '/domains?tab=grants',
  '/servers',
  '/servers?tab=sources',
  '/servers?tab=firewall',
  '/servers?tab=settings',
];
const BASE = [
  'world MX 10 mx.world',
  'mx.world A 127.0.0.1',
  'mx.relay A 127.0.0.1',
  '_spf.relay TXT "v=spf1 ip4:127.0.0.1 -all"',
].join('\n');

interface Order {
  id: string;
  link: string;
}

async function closeTab(page: Page): Promise<void> {
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
}

async function changeElsewhere(world: LifeWorld, link: string, body: object): Promise<void> {
  const { etag } = await world.link(link, 'GET', '/onboarding');
  const { status } = await world.link(link, 'PATCH', '/onboarding', { body, ...(etag !== null && { etag }) });
  assert.equal(status, 200);
}

/** The first domain that was entered over the link. */
async function firstDomain(world: LifeWorld, link: string): Promise<string | undefined> {
  const { entry } = (await world.link(link, 'GET', '/onboarding')).body as { entry: { domains: { name: string }[] } };
  return entry.domains[0]?.name;
}

describe('joining', { skip, timeout: 480_000 }, () => {
  let world: LifeWorld;
  let browser: Browser;
  let url: string;
  let acme: Order;
  const visitors: Visitor[] = [];

  before(async () => {
    world = await lifeWorld({ access: { second_factor: [] } });
    browser = await startBrowser();
    url = `http://127.0.0.1:${world.ports.http}`;
    const pool = '[[pool]]\nname = "standard"\naddresses = [{ ip = "127.0.0.1", hostname = "out1.relay.lux.test" }]\n';
    const applied = await world.relay.control.apply(pool, { prune: false, dryRun: false, who: 'test' });
    assert.equal(applied.kind, 'applied', JSON.stringify(applied));
    await world.dns.edit(BASE);
    acme = await order(world, { name: 'Acme', language: 'en', domain: DOMAIN });
  });
  after(async () => {
    for (const { faults, elsewhere } of visitors) assert.deepEqual([faults, elsewhere], [[], []]);
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  async function come(link: string, options: Parameters<typeof visit>[2] = {}): Promise<Page> {
    const visitor = await visit(browser, url, options);
    visitors.push(visitor);
    await visitor.page.goto(link);
    await settled(visitor.page);
    return visitor.page;
  }

  test('what is entered is checked as it is typed, saved, and there again', async () => {
    const page = await come(acme.link);
    await page.getByRole('heading', { name: 'Welcome, Acme' }).waitFor();
    await enterPeople(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await enterDomain(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await enterServers(page, world.mailhostPort);
    const kept = await until('everything to be kept', async () => {
      const answer = await world.link(acme.link, 'GET', '/onboarding');
      const { entry, faults } = answer.body as { entry: { sources: unknown[] }; faults: unknown[] };
      return entry.sources.length === 1 && faults.length === 0 ? answer.body : undefined;
    });
    assert.deepEqual((kept['entry'] as { mailhosts: object[] }).mailhosts, [
      { host: '127.0.0.1', port: world.mailhostPort, preference: 10, tls: 'none' },
    ]);
    await page.context().close();
    const again = await come(`${url}/onboarding?step=servers#${acme.link.split('#')[1]}`);
    assert.equal(await again.getByLabel('Host name or address').inputValue(), '127.0.0.1');
    assert.equal(await again.getByLabel('Address or network').inputValue(), SOURCE);
    await again.context().close();
  });

  test('what is typed last is kept though the tab is closed in the middle of it', async () => {
    const { link } = await order(world, { name: 'Umbrella', language: 'en', domain: `umbrella.${ZONE}` });
    const page = await come(`${url}/onboarding?step=domains#${link.split('#')[1]}`);
    await page.getByRole('textbox', { name: 'Domain' }).fill(`umbrella2.${ZONE}`);
    await closeTab(page);
    await until('the domain', async () => (await firstDomain(world, link)) === `umbrella2.${ZONE}` || undefined);
    await page.context().close();
  });

  test('nor is it lost while the answer to a save is still on its way', async () => {
    const { link } = await order(world, { name: 'Initech', language: 'en', domain: `initech.${ZONE}` });
    const { page } = await visit(browser, url);
    // The first is sent, and its answer does not come before the tab is closed.
    await page.addInitScript(`
      const send = fetch;
      let held = 0;
      window.fetch = (input, init) => {
        const answer = send(input, init);
        return init?.method === 'PATCH' && held++ === 0 ? new Promise(() => {}) : answer;
      };`);
    await page.goto(`${url}/onboarding?step=domains#${link.split('#')[1]}`);
    const name = page.getByRole('textbox', { name: 'Domain' });
    const sent = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
    await name.fill(`initech2.${ZONE}`);
    await name.blur();
    await sent;
    await name.fill(`initech3.${ZONE}`);
    await closeTab(page);
    await until('the newest', async () => (await firstDomain(world, link)) === `initech3.${ZONE}` || undefined);
    await page.context().close();
  });

  test('who goes on by keyboard is not lost, and what two people type is not either', async () => {
    const { link } = await order(world, { name: 'Hooli', language: 'en', domain: `hooli.${ZONE}` });
    const page = await come(`${url}/onboarding?step=servers#${link.split('#')[1]}`);
    await page.getByRole('button', { name: 'Add a mail host' }).press('Enter');
    await page.keyboard.type(' 300.1.1.1 ');
    await page.getByText('This is neither a host name nor an address.').waitFor();
    await page.getByLabel('Port').fill('');
    assert.equal(await page.getByLabel('Port').inputValue(), '', 'the field can be emptied to type in it');
    await page.getByLabel('Port').blur();
    assert.equal(await page.getByLabel('Port').inputValue(), '25');
    await page.getByRole('button', { name: 'Remove mail host 300.1.1.1' }).press('Enter');
    await page.locator('button:focus', { hasText: 'Add a mail host' }).waitFor();
    await page.getByRole('button', { name: 'Back' }).press('Enter');
    await page.locator('h2:focus', { hasText: 'Domains' }).waitFor();
    await page.getByText('Saved', { exact: true }).waitFor();
    const domain = page.getByRole('textbox', { name: 'Domain' });
    await domain.fill(`hooli2.${ZONE}`);
    await changeElsewhere(world, link, { portal: true });
    await domain.blur();
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(await firstDomain(world, link), `hooli2.${ZONE}`);
    await page.context().close();
  });

  test('what another device saves is shown where nothing was typed, and nobody is asked', async () => {
    const { link } = await order(world, { name: 'Globex', language: 'en', domain: `globex.${ZONE}` });
    const page = await come(`${url}/onboarding?step=domains#${link.split('#')[1]}`);
    const name = `globex2.${ZONE}`;
    await changeElsewhere(world, link, { domains: [{ name, inbound: true, outbound: true, subdomains: false }] });
    const field = page.getByRole('textbox', { name: 'Domain' });
    await until('what the other one saved', async () => (await field.inputValue()) === name || undefined);
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.context().close();
  });

  test('no step says anything but what a person needs, at any width, in German', async () => {
    const firma = await order(world, { name: 'Müller & Söhne', language: 'de', domain: `mueller.${ZONE}` });
    const page = await come(firma.link, { viewport: { width: 360, height: 740 } });
    await page.getByRole('heading', { name: 'Willkommen, Müller & Söhne' }).waitFor();
    for (const step of STEPS) {
      await page.goto(`${url}/onboarding?step=${step}#${firma.link.split('#')[1]}`);
      await settled(page);
      await assertFits(page, `${step} at 360 pixels`);
      await assertAccessible(page, step);
    }
    await page.goto(`${url}/onboarding?step=dns#${firma.link.split('#')[1]}`);
    await page.getByText('Noch nichts vorhanden').first().waitFor();
    await page.context().close();
  });

  test('records turn green as they are published; a colleague sees them and nothing else', async () => {
    const page = await come(`${url}/onboarding?step=dns#${acme.link.split('#')[1]}`);
    const proof = page.getByRole('article', { name: 'Proof that the domain is yours' });
    await proof.getByText('To be changed').waitFor();
    await assertAccessible(page, 'records that are missing');
    await page.getByRole('button', { name: 'Send this to a colleague' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const shared = await page.getByText(`${url}/onboarding/records#`).textContent();
    await page.keyboard.press('Escape');
    const colleague = await come(shared ?? '');
    await colleague.getByRole('article', { name: 'Leave to send (SPF)' }).waitFor();
    assert.equal(await colleague.getByText(SOURCE).count(), 0, 'nothing of the servers');
    await assertAccessible(colleague, 'the page of a colleague');
    await publish(world, acme);
    for (const one of [page, colleague]) {
      for (const name of ['Proof that the domain is yours', 'Leave to send (SPF)']) {
        await one.getByRole('article', { name }).getByText('As it should be').waitFor({ timeout: 30_000 });
      }
    }
    await assertAccessible(page, 'records that are seen');
    await colleague.context().close();
    await page.context().close();
  });

  test('it hands in, tries both ways, is live, and its first message is delivered and shown', async () => {
    const page = await come(`${url}/onboarding?step=submit#${acme.link.split('#')[1]}`);
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText('Submitted: your provider looks at it').waitFor();
    await page.getByRole('button', { name: 'Domains' }).click();
    assert.ok(await page.getByRole('textbox', { name: 'Domain' }).isDisabled(), 'the link only reads now');
    await page.getByRole('button', { name: 'Test and go live' }).click();
    const approval = await world.api('GET', `/customers/${acme.id}/approval`);
    const body = { entry_version: approval.body['entry_version'] };
    assert.equal((await world.api('POST', `/customers/${acme.id}/approval`, body)).status, 200);
    await page.getByText('Approved: now the test').waitFor({ timeout: 20_000 });
    const outbound = page.getByRole('region', { name: 'Your test message to us' });
    const address = (await outbound.locator('code').first().textContent()) ?? '';
    await world.relay.services.checks.look(acme.id as never);
    await world.customerSends(address);
    // The one that passes last makes the customer live, and ends the link: until then the other's journey is shown.
    await page.getByRole('list', { name: 'Journey of the message' }).or(page.getByText('All done')).first().waitFor();
    await page.getByRole('heading', { name: 'All done: you are live' }).waitFor({ timeout: 60_000 });
    await assertAccessible(page, 'the end of the link');
    const { body: customer } = await world.api('GET', `/customers/${acme.id}`);
    assert.equal(customer['stage'], 'live');
    await world.customerSends(`bob@world.${ZONE}`);
    await until('the first message of the customer', async () => {
      const all = await world.inTheWorld(1);
      return all.find(({ headers }) => headers['to']?.includes(`bob@world.${ZONE}`) === true);
    });
    await page.context().close();
  });

  test('signed in, the customer sees its message, its domains and its servers, and asks what would happen', async () => {
    await becomeUser(world, acme);
    const visitor = await visitAs(browser, url, ANNA);
    visitors.push(visitor);
    const { page } = visitor;
    await page.goto(`/messages?q=${encodeURIComponent(`to:bob@world.${ZONE}`)}`);
    await page.getByText(`bob@world.${ZONE}`).first().waitFor();
    await page.getByText('Delivered').first().waitFor();
    for (const path of OWN_PAGES) {
      await page.goto(path);
      await settled(page);
      await assertAccessible(page, path);
      await page.setViewportSize({ width: 360, height: 740 });
      await assertFits(page, path);
      await page.setViewportSize({ width: 1280, height: 800 });
    }
    await page.goto('/servers?tab=dry-run');
    await page.getByLabel('Comes from address').fill(SOURCE);
    await page.getByLabel('Sender', { exact: true }).fill(`ann@${DOMAIN}`);
    await page.getByLabel('Recipient').fill(`bob@world.${ZONE}`);
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByText('It would be accepted and sent out').waitFor();
    await assertAccessible(page, 'a dry run');
    await page.getByLabel('Sender', { exact: true }).fill('eve@elsewhere.test');
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByText('It would be rejected').waitFor();
    await page.goBack();
    await page.getByText('It would be accepted and sent out').waitFor();
    await visitor.context.close();
  });

  test('a link that opens nothing says why', async () => {
    const made = await order(world, { name: 'Initech', language: 'en', domain: `initech.${ZONE}` });
    const renewed = await world.api('POST', `/customers/${made.id}/links`, {});
    const newest = String(renewed.body['url']);
    const says = async (link: string, title: string) => {
      const page = await come(link);
      await page.getByRole('heading', { name: title }).waitFor();
      await assertAccessible(page, title);
      await page.context().close();
    };
    await says(made.link, 'There is a newer link');
    await says(`${url}/onboarding#${'x'.repeat(43)}`, 'This link leads nowhere');
    await says(`${url}/onboarding`, 'This link is not complete');
    await says(acme.link, 'All done: you are live');
    await world.relay.control.database.db
      .updateTable('link')
      .set({ expires_at: 1 })
      .where('customer', '=', made.id)
      .where('revoked_at', 'is', null)
      .execute();
    await says(newest, 'This link has expired');
    const last = await world.api('POST', `/customers/${made.id}/links`, {});
    assert.equal((await world.api('DELETE', `/customers/${made.id}/links/${String(last.body['id'])}`)).status, 200);
    await says(String(last.body['url']), 'This link was withdrawn');
  });
});

async function order(
  { api }: LifeWorld,
  { name, language, domain }: { name: string; language: string; domain: string },
): Promise<Order> {
  const { status, body } = await api('POST', '/customers', { name, language, domain, pools: ['standard'] });
  assert.equal(status, 201, JSON.stringify(body));
  return { id: String(body['id']), link: (body['link'] as { url: string }).url };
}

async function enterPeople(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Anna');
  await page.getByLabel('E-mail').fill('anna at world');
  await page.getByText('This is not an e-mail address.').waitFor();
  await page.getByLabel('E-mail').fill(ANNA);
  await page.getByText('This is not an e-mail address.').waitFor({ state: 'detached' });
  await page.getByRole('switch', { name: 'We would like to use the portal' }).click();
}

/** What needs the relay is told as well: a domain of another customer. */
async function enterDomain(page: Page): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Domain' });
  assert.equal(await field.inputValue(), DOMAIN, 'the domain of the order is there');
  await field.fill('acme');
  await page.getByText('This is not a domain name such as example.com.').waitFor();
  await field.fill(DOMAIN);
  await page.getByText('This is not a domain name such as example.com.').waitFor({ state: 'detached' });
}

async function enterServers(page: Page, port: number): Promise<void> {
  await page.getByRole('button', { name: 'Add a mail host' }).click();
  await page.getByLabel('Host name or address').fill('127.0.0.1');
  await page.getByLabel('Port').fill(String(port));
  await page.getByRole('combobox', { name: 'Encryption' }).click();
  await page.getByRole('option', { name: 'none' }).click();
  await page.getByRole('button', { name: 'Add an address' }).click();
  await page.getByLabel('Address or network').fill('40.92.1.1');
  await page.getByText('Many customers of Microsoft 365 send from here').waitFor();
  await page.getByLabel('Address or network').fill(SOURCE);
  await page.getByText('Many customers of Microsoft 365 send from here').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Next' }).click();
}

interface ShownRecord {
  purpose: string;
  type: string;
  host: string;
  value: string;
}

/** The proof and the include stand in DNS from now on. */
async function publish({ link, dns }: LifeWorld, { link: url }: Order): Promise<void> {
  const { body } = await link(url, 'GET', '/onboarding/records');
  const needed = (body['entries'] as ShownRecord[]).filter(({ purpose }) => ['ownership', 'spf'].includes(purpose));
  assert.equal(needed.length, 2);
  await dns.edit(`${BASE}\n${needed.map(({ host, value }) => `${host}. TXT "${value}"`).join('\n')}`);
}

/** The portal is approved; the invitation that comes by mail is taken. */
async function becomeUser(world: LifeWorld, { id }: Order): Promise<void> {
  assert.equal((await world.api('PATCH', `/customers/${id}`, { portal: 'approved' })).status, 200);
  const token = await until('the invitation', async () => {
    const all = await world.inTheWorld(1);
    const mails = all.filter(({ headers }) => headers['to']?.includes(ANNA) === true);
    const texts = mails.flatMap(({ parts }) => parts.map(({ data }) => Buffer.from(data, 'base64').toString()));
    return texts.map((text) => /#invitation=([\w-]{43})/.exec(text)?.[1]).find((one) => one !== undefined);
  });
  const body = { token, password: PASSWORD };
  const { status } = await world.api('POST', '/invitations/redeem', body);
  assert.equal(status, 200);
}
