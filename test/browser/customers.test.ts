// The operator and its customers in a browser, on a running relay: from the order to live, suspended and let go, what two
// people change at once, a file of orders; our sending addresses; and a customer that leaves, up to its certificate.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  assertAccessible,
  assertFits,
  type Portal,
  settled,
  skipWithoutBrowser,
  startBrowser,
  startPortal,
  type Visitor,
  visitAs,
} from '../support/browser.ts';
import { acmeProvision, callApi, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** `acme`, and two addresses at work. */
function provision(mailhostPort: number): Table {
  const acme = acmeProvision({ mailhost: { host: '127.0.0.1', port: mailhostPort } });
  const address = (ip: string, hostname: string): Table => ({ ip, hostname, state: 'active' });
  const addresses = [address('127.0.0.1', 'out1.relay.test'), address('127.0.0.2', 'out2.relay.test')];
  return { ...acme, pool: [{ name: 'standard', addresses }] };
}

describe('customers in the portal', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let internet: ScriptedReceiver;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    folder = temporaryFolder('customers');
    internet = await startReceiver();
    portal = await startPortal({
      folder: folder.path,
      readyTimeoutMs: 60_000,
      apply: provision(internet.port),
      config: {
        route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
        spf: { include: '_spf.relay.test' },
      },
    });
    browser = await startBrowser();
    visitor = await visitAs(browser, portal.url);
    page = visitor.page;
  });

  after(async () => {
    await browser?.close();
    await portal?.stop();
    await internet?.close();
    folder?.remove();
  });

  const open = async (address: string) => {
    await page.goto(address);
    await settled(page);
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true });

  async function looksWell(where: string): Promise<void> {
    await settled(page);
    await assertAccessible(page, where);
    await assertFits(page, where);
    assert.deepEqual(visitor.faults, [], where);
    assert.deepEqual(visitor.elsewhere, [], where);
  }

  async function askApi(path: string): Promise<Record<string, unknown>> {
    const { status, body } = await callApi(portal.relay.dataDir, { path: `/api/v1${path}` });
    assert.equal(status, 200, body);
    return JSON.parse(body) as Record<string, unknown>;
  }

  /** What the relay says to a message of `acme`. */
  async function reply(): Promise<number> {
    await using client = await SmtpClient.connect({ port: portal.relay.ports.outbound });
    await client.hello();
    const { code } = await client.command('MAIL FROM:<a@acme.test>');
    if (code !== 250) return code;
    return (await client.command('RCPT TO:<b@there.test>')).code;
  }

  test('an order becomes a customer, its entry is sent back, looked at again, approved, and it goes live', async () => {
    await open('/customers');
    await page.getByRole('link', { name: 'Register a customer' }).click();
    await page.getByLabel('Name').fill('Gamma S.A.');
    await button('Next').click();
    await page.getByLabel('Number').fill('C-17');
    await page.getByLabel('Starts').fill('2026-12-01');
    await button('Next').click();
    await page.getByLabel('First domain').fill('gamma.test');
    await button('Next').click();
    await button('Next').click();
    await page.getByText('made from the name').waitFor();
    await looksWell('the summary of an order');
    await button('Register').click();
    await page.getByText(/\/onboarding#[\w-]{43}/).waitFor();
    await looksWell('a customer that is registered');
    await page.getByRole('link', { name: 'To the customer' }).click();
    await page.locator('[aria-current="step"]', { hasText: 'Invited' }).waitFor();

    await page.getByRole('tab', { name: 'Entry and approval' }).click();
    await button('Add a mail host').click();
    await page.getByLabel('Name or address of the mail host').fill('127.0.0.1');
    await button('Submit for approval').click();
    await page.getByText('Name the addresses that mail of the outbound domains comes from.').first().waitFor();
    await button('Add a source').click();
    await page.getByLabel('Address or network').fill('198.51.100.7');
    await button('Submit for approval').click();
    await page.getByRole('heading', { name: 'To be approved' }).waitFor();
    await page.getByRole('row', { name: /198\.51\.100\.7\/32 .*Added/ }).waitFor();

    await button('Send back').click();
    await dialog().getByLabel('Reason').fill('The source is another one.');
    await inDialog('Send back').click();
    await page.getByLabel('Address or network').fill('198.51.100.8');
    await button('Submit for approval').click();
    await page.getByRole('row', { name: /198\.51\.100\.8\/32 .*new since it was sent back/ }).waitFor();
    await page.getByRole('row', { name: /198\.51\.100\.7\/32 .*no longer asked for/ }).waitFor();
    await looksWell('an entry beside what it was');
    await button('Approve').click();
    await page.getByRole('tab', { name: 'Stage' }).click();
    await page.locator('[aria-current="step"]', { hasText: 'Verifying' }).waitFor();
    await page.getByText('The source is another one.').waitFor();
    await looksWell('a customer that is being verified');

    await button('Make live now').click();
    await dialog().getByLabel('Reason').fill('DNS follows tomorrow, agreed by telephone');
    assert.equal(await inDialog('Make live').isEnabled(), false);
    await dialog()
      .getByLabel(/To confirm/)
      .fill('gamma-s-a');
    await inDialog('Make live').click();
    await page.locator('[aria-current="step"]', { hasText: 'Live' }).waitFor();
    assert.equal((await askApi('/customers/gamma-s-a'))['stage'], 'live');
  });

  test('a customer is found as one types, and by its state', async () => {
    await open('/customers');
    await page.getByRole('searchbox').fill('acme.te');
    await until('one customer', async () => ((await page.getByRole('row').count()) === 2 ? true : undefined));
    await page.getByRole('link', { name: 'Acme S.A.' }).waitFor();
    await open('/customers?state=removed');
    await page.getByText('No customer fits').waitFor();
    await looksWell('a list in which nothing is');
  });

  test('a customer is suspended at once, and let go', async () => {
    assert.equal(await reply(), 250);
    await open('/customers/acme?tab=suspension');
    await button('Suspend').click();
    await dialog().getByText('1 domain', { exact: true }).waitFor();
    await dialog().getByLabel('Reason').fill('spam run since 14:00');
    await dialog()
      .getByLabel(/To confirm/)
      .fill('acme');
    await inDialog('Suspend').click();
    await page.getByText('One suspension stands.').waitFor();
    await looksWell('a suspended customer');
    await until('mail to be refused', async () => ((await reply()) === 550 ? true : undefined));

    await button('Lift').click();
    await dialog().getByLabel('Reason').fill('account cleaned');
    await inDialog('Lift').click();
    await page.getByText('account cleaned').waitFor();
    await until('mail to be taken', async () => ((await reply()) === 250 ? true : undefined));
  });

  test('what somebody else changed meanwhile is shown, and nothing typed is lost', async () => {
    await open('/customers/acme?tab=settings');
    await page.getByLabel('Name', { exact: true }).fill('Acme International');
    const { status, body } = await callApi(portal.relay.dataDir, {
      method: 'PATCH',
      path: '/api/v1/customers/acme',
      body: { language: 'fr' },
      headers: { 'if-match': '*' },
    });
    assert.equal(status, 200, body);
    await button('Save').click();
    const told = page.getByRole('alert');
    await told.getByText('Somebody else changed this meanwhile').waitFor();
    await told.getByRole('row', { name: /Language/ }).waitFor();
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Acme International');
    await looksWell('a change that another was before');
    await button('Save mine over it').click();
    const saved = await until('the name', async () => {
      const customer = await askApi('/customers/acme');
      return customer['name'] === 'Acme International' ? customer : undefined;
    });
    assert.equal(saved['language'], 'fr');
  });

  test('a file of orders tells its faults by line, and registers all once it has none', async () => {
    await open('/orders/import');
    await page.getByLabel('Content of the file').fill('name,domain\nDelta AG,delta.test\nEpsilon,not a domain\n');
    await button('Look through it').click();
    await page.getByText('Line 3').waitFor();
    await page.getByText('Epsilon,not a domain', { exact: true }).waitFor();
    await looksWell('a file with a fault');
    await page.getByLabel('Content of the file').fill('name,domain\nDelta AG,delta.test\nEpsilon,eps.test\n');
    await button('Look through it').click();
    await button('Register 2 customers').click();
    await page.getByRole('link', { name: 'Epsilon' }).click();
    await page.locator('[aria-current="step"]', { hasText: 'Registered' }).waitFor();
  });

  test('an address is drained with a reason, and made active although DNS does not speak for it', async () => {
    const stateOf = async () => {
      const { addresses } = (await askApi('/pools/standard')) as { addresses: { ip: string; state: string }[] };
      return addresses.find(({ ip }) => ip === '127.0.0.2')?.state;
    };
    await open('/addresses');
    await page.getByRole('row', { name: /127\.0\.0\.2/ }).click();
    await page.getByRole('button', { name: 'Drain', exact: true }).click();
    const act = page.getByRole('dialog', { name: /Drain/ });
    await act.getByText('1 other address of the pool is active').waitFor();
    await act.getByLabel('Reason').fill('listed, ticket 4711');
    await act.getByRole('button', { name: 'Drain', exact: true }).click();
    await page.getByRole('button', { name: 'Activate', exact: true }).waitFor();
    assert.equal(await stateOf(), 'draining');
    await looksWell('an address that is drained');

    await page.getByRole('button', { name: 'Activate', exact: true }).click();
    const back = page.getByRole('dialog', { name: /Activate/ });
    await back.getByText('DNS does not speak for it').waitFor();
    await back.getByText('PTR of 127.0.0.2').waitFor();
    const despite = back.getByRole('button', { name: 'Activate all the same' });
    assert.equal(await despite.isDisabled(), true, 'it needs no reason');
    await back.getByLabel('Reason').fill('the record is on its way');
    await looksWell('an address that is activated against DNS');
    await despite.click();
    await page.getByRole('button', { name: 'Drain', exact: true }).waitFor();
    assert.equal(await stateOf(), 'active');
  });

  test('a customer is given notice, deactivated and removed, and its certificate says so', () =>
    removeAcme({ portal, page, internet, open, reply, looksWell }));
});

interface Leaving {
  portal: Portal;
  page: Page;
  internet: ScriptedReceiver;
  open: (address: string) => Promise<void>;
  reply: () => Promise<number>;
  looksWell: (where: string) => Promise<void>;
}

async function removeAcme({ portal, page, internet, open, reply, looksWell }: Leaving): Promise<void> {
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const contact = { name: 'Anna', email: 'anna@elsewhere.test' };
  const { status, body } = await callApi(portal.relay.dataDir, {
    method: 'PATCH',
    path: '/api/v1/customers/acme',
    body: { contacts: [contact] },
    headers: { 'if-match': '*' },
  });
  assert.equal(status, 200, body);
  const confirm = async (verb: string, reason: string) => {
    await dialog().getByLabel('Reason').fill(reason);
    await dialog()
      .getByLabel(/To confirm/)
      .fill('acme');
    await dialog().getByRole('button', { name: verb, exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
  };
  const told = (what: RegExp) =>
    until(`a mail to Anna: ${String(what)}`, () =>
      internet.messages.some(({ rcpts, content }) => rcpts.join().includes(contact.email) && what.test(content))
        ? true
        : undefined,
    );
  await open('/customers/acme?tab=termination');
  await page.getByText('This customer is not leaving').waitFor();
  await button('Give notice').click();
  await dialog().getByText('The customer is told.', { exact: false }).waitFor();
  await confirm('Give notice', 'contract ended, letter of 1 November');
  await button('Deactivate now').waitFor();
  await looksWell('a customer under notice');
  await told(/^Subject: /m);
  assert.equal(await reply(), 250, 'mail passes until the day');

  await button('Deactivate now').click();
  await confirm('Deactivate', 'they asked for it by telephone');
  await button('Remove now').waitFor();
  await until('mail to be refused', async () => ((await reply()) === 550 ? true : undefined));

  await button('Remove now').click();
  await dialog().getByText('This cannot be taken back.', { exact: false }).waitFor();
  await assertAccessible(page, 'a removal before it is done');
  await confirm('Remove for good', 'they asked for it by telephone');
  const link = page.getByRole('link', { name: 'As signed JSON' });
  await link.waitFor();
  await looksWell('a customer that was removed');
  const downloading = page.waitForEvent('download');
  await link.click();
  const file = await (await downloading).path();
  assert.match(await readFile(file, 'utf8'), /"customer"[^}]*acme/);
  const paper = await page.context().request.get('/api/v1/customers/acme/certificate?format=pdf');
  assert.equal((await paper.body()).subarray(0, 5).toString(), '%PDF-');
  const left = await callApi(portal.relay.dataDir, { path: '/api/v1/customers/acme' });
  assert.match(left.body, /"stage":"removed"/);
  await until('mail to be refused', async () => ((await reply()) >= 500 ? true : undefined));
}
