// The story of a message that bounced: somebody finds it, reads why and who must act, and shows it to a colleague outside
// by a link; exports what was found, and keeps the search.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  addPerson,
  approvePortal,
  assertAccessible,
  assertFits,
  type Portal,
  settled,
  skipWithoutBrowser,
  startBrowser,
  startPortal,
  type Visitor,
  visit,
  visitAs,
} from '../support/browser.ts';
import { acmeProvision } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const CUSTOMER = 'carl@acme.test';
const REFUSAL = '550 5.1.1 <nobody@there.test>: no such user here';

describe('messages', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let internet: ScriptedReceiver;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    folder = temporaryFolder('messages');
    internet = await startReceiver();
    portal = await startPortal({
      folder: folder.path,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } }),
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }] },
    });
    await approvePortal(portal.relay, 'acme');
    await addPerson(portal.relay, internet, { email: CUSTOMER, role: 'customer_administrator', customer: 'acme' });
    for (let i = 0; i < 3; i++) await send(`user${i}@partner.test`);
    await portal.relay.settled();
    internet.script = { rcpt: (argument) => (argument.includes('nobody') ? REFUSAL : '250 2.1.5 ok') };
    await send('nobody@there.test');
    await portal.relay.settled();
    browser = await startBrowser();
    visitor = await visitAs(browser, portal.url, CUSTOMER);
    ({ page } = visitor);
  });

  after(async () => {
    await browser?.close();
    await portal?.stop();
    await internet?.close();
    folder?.remove();
  });

  async function send(to: string): Promise<void> {
    await using client = await SmtpClient.connect({ port: portal.relay.ports.outbound });
    await client.hello();
    const content = Buffer.from(
      'Received: from desk12.lan.acme.test ([10.1.2.3]) by mail.acme.test with ESMTP id 7; Sun, 22 Nov 2026 10:00:00 +0000\r\nFrom: <anna@acme.test>\r\nSubject: An offer\r\n\r\nHello.\r\n',
    );
    assert.equal((await client.message({ from: 'anna@acme.test', to: [to], content })).code, 250);
  }

  const rows = () => page.locator('[role=table] [role=row][tabindex]');

  test('the search finds as one types, and what was found before stays until then', async () => {
    await page.goto('/messages');
    await settled(page);
    await until('all rows', async () => ((await rows().count()) >= 4 ? true : undefined));
    await page.getByRole('searchbox').fill('nobody@there.test');
    await until('the one row', async () => ((await rows().count()) === 1 ? true : undefined));
    assert.match(page.url(), /[?&]q=nobody%40there\.test/);
    await rows().getByText('Bounced').waitFor();
    await assertAccessible(page, 'the list');
    await assertFits(page, 'the list');
  });

  test('a search that is not finished yet says so, and keeps the rows', async () => {
    await page.getByRole('searchbox').fill('nobody@there.test from:');
    await page.getByText('nothing follows the colon').waitFor();
    assert.equal(await rows().count(), 1);
    await page.getByRole('searchbox').fill('nobody@there.test from:anna@acme.test');
    await page.getByText('nothing follows the colon').waitFor({ state: 'detached' });
    assert.equal(await rows().count(), 1);
  });

  test('the message says why it bounced, who must act, and what was said', async () => {
    await rows().first().click();
    const panel = page.getByRole('dialog');
    await panel.getByText('Who must act:').waitFor();
    await panel.getByText('Invalid address.').waitFor();
    await panel.getByText('This will not pass by itself.').waitFor();
    const said = panel.getByRole('log', { name: 'SMTP conversation of this attempt' });
    await said.getByText('RCPT TO:<nobody@there.test>').waitFor();
    await said.getByText(REFUSAL).waitFor();
    await panel.getByText('desk12.lan.acme.test').first().waitFor();
    assert.match(page.url(), /[?&]open=[0-9a-v]{17}%3A0/);
    await assertAccessible(page, 'the message');
    await page.reload();
    await page.getByRole('dialog').getByText('Who must act:').waitFor();
  });

  test('it is printed whole, and nothing of the page behind it', async () => {
    await page.emulateMedia({ media: 'print' });
    const cut = `(() => {
      const panel = document.querySelector('[role=dialog]');
      const rest = document.getElementById('root').checkVisibility();
      const log = panel.querySelector('[role=log]');
      return { rest, below: panel.scrollHeight - panel.clientHeight, ofLog: log.scrollHeight - log.clientHeight };
    })()`;
    assert.deepEqual(await page.evaluate(cut), { rest: false, below: 0, ofLog: 0 });
    await page.emulateMedia({ media: 'screen' });
  });

  test('a link shows it masked to somebody who does not sign in, until it is revoked', async () => {
    await page.getByRole('button', { name: 'Share' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share this message by a link' });
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = await dialog.getByText(/\/shared\/message#/).textContent();
    assert.ok(link !== null && link.startsWith(`${portal.url}/shared/message#`), String(link));
    await assertAccessible(page, 'the link');
    const other = await visit(browser, portal.url);
    await other.page.goto(link);
    await other.page.getByText('Who must act:').waitFor();
    const text = (await other.page.locator('main').textContent()) ?? '';
    assert.ok(text.includes('n***@there.test') && !/nobody|anna|desk12/.test(text), text);
    assert.equal(await other.page.locator('meta[name=robots]').getAttribute('content'), 'noindex');
    await assertAccessible(other.page, 'the shared message');
    await assertFits(other.page, 'the shared message');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await dialog.getByText('Revoked').waitFor();
    await other.page.reload();
    await other.page.getByText('This link opens nothing any more').waitFor();
    assert.deepEqual([other.faults, other.elsewhere], [[], []]);
    await other.context.close();
    await page.keyboard.press('Escape');
  });

  test('an export goes on while the page is left, and is fetched as a table', async () => {
    await page.goto('/messages?to=nobody@there.test');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('button', { name: 'Start the export' }).click();
    await page.getByText('The export goes on when you leave this page.').waitFor();
    await page.goto('/messages/exports');
    const fetched = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download CSV' }).click();
    const file = await (await fetched).createReadStream();
    let table = '';
    for await (const part of file) table += String(part);
    assert.match(table, /nobody@there\.test,.*bounced/);
    await assertAccessible(page, 'exports');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No exports yet').waitFor();
  });

  test('a search is kept under a name and opened again', async () => {
    await page.goto('/messages?status=bounced&range=7d');
    await page.getByRole('button', { name: 'Saved searches' }).click();
    await page.getByRole('menuitem', { name: 'Save this search …' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Bounces of the week');
    // A click beside it, as it happens, takes nothing of what was typed.
    await page.mouse.click(8, 400);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto('/messages');
    await page.getByRole('button', { name: 'Saved searches' }).click();
    await page.getByRole('menuitem', { name: 'Bounces of the week' }).click();
    await page.waitForURL(/status=bounced/);
    await page.getByText('Status: Bounced').waitFor();
    // Taken away where nothing is searched for.
    await page.goto('/messages');
    await page.getByRole('button', { name: 'Saved searches' }).click();
    await page.getByRole('menuitem', { name: 'Delete saved searches …' }).click();
    await page.getByRole('button', { name: 'Delete the search Bounces of the week' }).click();
    await page.getByText('No saved searches yet').waitFor();
    assert.deepEqual([visitor.faults, visitor.elsewhere], [[], []]);
  });
});
