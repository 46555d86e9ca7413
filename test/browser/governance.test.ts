// Who changed what, whom mail does not go to, who is told of it, and what is kept: as the operator and a customer's
// administrator see to it.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import {
  addPerson,
  approvePortal,
  assertAccessible,
  type Portal,
  settled,
  skipWithoutBrowser,
  startBrowser,
  startPortal,
  type Visitor,
  visitAs,
} from '../support/browser.ts';
import { acmeProvision, callApi } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const CUSTOMER = 'carl@acme.test';

describe('governance', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let internet: ScriptedReceiver;
  let hooks: WebhookReceiver;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    folder = temporaryFolder('governance');
    internet = await startReceiver();
    hooks = await startWebhookReceiver(folder.path);
    writeFileSync(folder.file('hooks.pem'), hooks.ca);
    portal = await startPortal({
      folder: folder.path,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } }),
      config: {
        route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
        webhooks: { allow_private: true, ca: folder.file('hooks.pem') },
      },
    });
    await approvePortal(portal.relay, 'acme');
    await addPerson(portal.relay, internet, { email: CUSTOMER, role: 'customer_administrator', customer: 'acme' });
    browser = await startBrowser();
    visitor = await visitAs(browser, portal.url);
    ({ page } = visitor);
  });

  after(async () => {
    await browser?.close();
    await portal?.stop();
    await internet?.close();
    await hooks?.[Symbol.asyncDispose]();
    folder?.remove();
  });

  test('a change is found in the audit, with what it was in red and what it became in green', async () => {
    const changed = await callApi(portal.relay.dataDir, {
      method: 'PATCH',
      path: '/api/v1/customers/acme',
      body: { name: 'Acme Holding S.A.' },
      headers: { 'if-match': '*' },
    });
    assert.equal(changed.status, 200, changed.body);
    await page.goto('/audit');
    await page.getByText('As it was written').waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Action' }).click();
    await page.getByRole('textbox', { name: 'Action' }).fill('customer.changed');
    await page.keyboard.press('Enter');
    await page.waitForURL(/action=customer\.changed/);
    await page
      .getByRole('row', { name: /customer acme/i })
      .first()
      .click();
    await page.locator('del', { hasText: 'Acme S.A.' }).waitFor();
    await page.locator('ins', { hasText: 'Acme Holding S.A.' }).waitFor();
    await assertAccessible(page, 'an entry of the audit');
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await page.locator('ins', { hasText: 'Acme Holding S.A.' }).waitFor();
  });

  test('addresses are suppressed by the list, found, and lifted with what is held for them', async () => {
    await heldFor('bob@example.org');
    await page.goto('/suppressions?customer=acme');
    await page.getByRole('button', { name: 'Suppress addresses' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('textbox', { name: 'Addresses' })
      .fill('ann@example.com,\n"gone@example.com"; ann@example.com');
    await dialog.getByText('2 addresses').waitFor();
    await dialog.getByLabel('Note').fill('asked by phone');
    await assertAccessible(page, 'suppressing');
    await dialog.getByRole('button', { name: 'Suppress', exact: true }).click();
    await page.getByRole('row', { name: /gone@example\.com/ }).waitFor();
    await page.getByRole('textbox', { name: 'Search addresses' }).fill('@example.org');
    await page.waitForURL(/address=%40example\.org/);
    await page.getByRole('row', { name: /ann@example\.com/ }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /bob@example\.org/ }).click();
    await page.getByRole('button', { name: 'Lift' }).click();
    const lifting = page.getByRole('dialog', { name: /Deliver to bob@example\.org again/ });
    await lifting.getByText('1 message is held and goes on:').waitFor();
    await assertAccessible(page, 'lifting');
    await lifting.getByRole('button', { name: 'Lift' }).click();
    await page.getByText('No such address is suppressed').waitFor();
    await until('the held message to arrive', () =>
      internet.messages.find(({ rcpts }) => rcpts.join(' ').includes('bob@example.org')),
    );
  });

  /** A message waits; then its recipient is suppressed, and the next attempt finds that. */
  async function heldFor(to: string): Promise<void> {
    internet.script = { rcpt: () => '451 4.2.1 later' };
    await using client = await SmtpClient.connect({ port: portal.relay.ports.outbound });
    await client.hello();
    const content = Buffer.from('From: a@acme.test\r\nSubject: Waits\r\n\r\nx\r\n');
    assert.equal((await client.message({ from: 'a@acme.test', to: [to], content })).code, 250);
    await until('it to wait', async () => ((await portal.relay.counts()).deferred === 1 ? true : undefined));
    const body = { entries: [{ address: to, note: 'on holiday' }] };
    const path = '/api/v1/customers/acme/suppressions';
    assert.equal((await callApi(portal.relay.dataDir, { method: 'POST', path, body })).status, 200);
    await until('it to be held', async () => {
      await portal.relay.cli('queue', 'retry', '--all');
      return (await portal.relay.counts()).held === 1 ? true : undefined;
    });
    internet.script = {};
  }

  /** What is wrong is said once: at its field, or above the buttons where it is about none. */
  async function saidOnce(dialog: Locator): Promise<void> {
    const errors = [
      { field: 'url', message: 'is wrong with the address' },
      { field: 'body.types.0', message: 'is wrong with a type' },
      { field: 'elsewhere', message: 'is wrong elsewhere' },
    ];
    const problem = { type: 'about:blank', title: 'Wrong', status: 422, detail: 'Something is wrong', errors };
    await page.route('**/api/v1/webhooks', (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', json: problem }),
    );
    const create = dialog.getByRole('button', { name: 'Create' });
    await create.click();
    const rest = dialog.getByRole('alert');
    await rest.waitFor();
    for (const { message } of errors) assert.equal(await dialog.getByText(message).count(), 1, message);
    assert.equal(await rest.getByText('is wrong elsewhere').count(), 1);
    const described = await dialog.getByRole('textbox', { name: 'Address' }).getAttribute('aria-describedby');
    assert.match(described ?? '', /error/);
    const [alertAt, buttonAt] = [await rest.boundingBox(), await create.boundingBox()];
    assert.ok((alertAt?.y ?? 0) < (buttonAt?.y ?? 0), 'above the buttons');
    // Where all is said at fields there is nothing else to say.
    problem.errors = [{ field: 'types.0', message: 'is still wrong with a type' }];
    await create.click();
    await dialog.getByText('is still wrong with a type').waitFor();
    assert.equal(await rest.count(), 0);
    await page.unroute('**/api/v1/webhooks');
  }

  test('a webhook is made, its secret shown once, tested, and its deliveries looked at and sent again', async () => {
    await page.goto('/integrations?tab=webhooks');
    await page.getByText('No webhooks').waitFor();
    await page.getByRole('button', { name: 'New webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Address' }).fill(`https://127.0.0.1:${hooks.port}/mail`);
    await dialog.getByRole('checkbox', { name: 'All events' }).uncheck();
    await dialog.getByRole('combobox', { name: 'Events' }).fill('recipient');
    await page.getByRole('option', { name: 'message.recipient.*' }).click();
    await page.keyboard.press('Escape');
    await assertAccessible(page, 'a new webhook');
    await saidOnce(dialog);
    await dialog.getByRole('button', { name: 'Create' }).click();
    const secret = await dialog.getByText(/^whsec_/).textContent();
    assert.match(secret ?? '', /^whsec_[A-Za-z0-9+/=]{40,}$/);
    await dialog.getByRole('button', { name: 'I have noted it' }).click();
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('The test was taken').waitFor();
    assert.equal(hooks.received[0]?.event.type, 'webhook.test');
    assert.equal(await page.getByText('whsec_').count(), 0, 'it is not shown again');
    await page.getByRole('button', { name: /^webhook\.test/ }).click();
    await page.getByRole('cell', { name: 'HTTP 204 (taken)' }).waitFor();
    await page.getByRole('region', { name: 'Body of the request' }).getByText('"type": "webhook.test"').waitFor();
    await settled(page);
    await assertAccessible(page, 'a delivery');
    await page.getByRole('button', { name: 'Send again' }).click();
    await until('it to come again, with its id', () => (hooks.received.length === 2 ? true : undefined));
    assert.equal(hooks.ids().size, 1);
    await page.getByRole('tab', { name: 'Settings' }).click();
    // What was typed is still there after the deliveries were looked at.
    const described = page.getByRole('tabpanel', { name: 'Settings' }).getByRole('textbox', { name: 'Description' });
    await described.fill('The shop');
    await page.getByRole('tab', { name: 'Deliveries' }).click();
    await described.waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'Settings' }).click();
    assert.equal(await described.inputValue(), 'The shop');
    await page.getByRole('button', { name: 'Change the secret' }).click();
    await page
      .getByRole('dialog', { name: 'Change the secret' })
      .getByRole('button', { name: 'Change the secret' })
      .click();
    const next = await page.getByText(/^whsec_/).textContent();
    assert.notEqual(next, secret);
  });

  test('a customer sees what is kept about an address, and asks for a copy of all of it', async () => {
    const customer = await visitAs(browser, portal.url, CUSTOMER);
    const own = customer.page;
    await own.goto('/privacy?tab=address');
    await own.getByRole('textbox', { name: 'Address' }).fill('bob@example.org');
    await own.getByRole('button', { name: 'Look' }).click();
    await own.getByRole('link', { name: '1 message' }).waitFor();
    await assertAccessible(own, 'what is kept about an address');
    await own.getByRole('button', { name: 'Ask for an export' }).click();
    await own.getByRole('textbox', { name: 'Reason' }).fill('asked by letter');
    await own.getByRole('button', { name: 'Ask', exact: true }).click();
    const panel = own.getByRole('dialog');
    await panel.getByText('Completed', { exact: true }).first().waitFor();
    const [file] = await Promise.all([
      own.waitForEvent('download'),
      panel.getByRole('button', { name: 'Download the result' }).click(),
    ]);
    assert.match(file.suggestedFilename(), /^prq_[0-9a-f]+\.jsonl$/);
    await assertAccessible(own, 'a request');
    await own.goto('/settings');
    await own.getByText('You have no right to see this').waitFor();
    assert.deepEqual(customer.faults, []);
    await customer.context.close();
  });

  test('settings say where they come from; what may be secret is not there', async () => {
    await page.goto('/settings');
    await page.getByRole('textbox', { name: 'Search settings' }).fill('webhooks.ca');
    await page.getByText(folder.file('hooks.pem')).waitFor();
    await page.getByText(/^File, line \d+$/).waitFor();
    await assertAccessible(page, 'settings');
    for (const path of ['/backups', '/privacy', '/privacy?tab=register', '/privacy?tab=looked']) {
      await page.goto(path);
      await settled(page);
      await assertAccessible(page, path);
    }
    assert.deepEqual(visitor.faults, []);
    assert.deepEqual(visitor.elsewhere, []);
  });
});
