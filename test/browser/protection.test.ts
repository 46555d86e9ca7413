// Protection in the browser, with real mail beside it: a sender is locked and let go, a rule is written, tried and refuses,
// a setting is said and inherited again, and a customer's people see what is theirs.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  addPerson,
  approvePortal,
  assertAccessible,
  assertFits,
  PASSWORD,
  type Portal,
  settled,
  skipWithoutBrowser,
  startBrowser,
  startPortal,
  type Visitor,
  visitAs,
} from '../support/browser.ts';
import { acmeProvision } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const CUSTOMER = 'carl@acme.test';

describe('protection in the portal', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let internet: ScriptedReceiver;
  let operator: Visitor;

  before(async () => {
    folder = temporaryFolder('protection-pages');
    internet = await startReceiver();
    portal = await startPortal({
      folder: folder.path,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } }),
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }] },
    });
    await approvePortal(portal.relay, 'acme');
    await addPerson(portal.relay, internet, { email: CUSTOMER, role: 'customer_administrator', customer: 'acme' });
    browser = await startBrowser();
    operator = await visitAs(browser, portal.url);
  });

  after(async () => {
    assert.deepEqual(operator?.faults ?? [], []);
    assert.deepEqual(operator?.elsewhere ?? [], []);
    await browser?.close();
    await portal?.stop();
    await internet?.close();
    folder?.remove();
  });

  /** What the relay answers to a message of a customer's sender. */
  async function send(from: string, subject = 'hello'): Promise<number> {
    await using client = await SmtpClient.connect({ port: portal.relay.ports.outbound });
    await client.hello();
    const content = Buffer.from(`From: <${from}>\r\nSubject: ${subject}\r\n\r\nAn ordinary text.\r\n`);
    const reply = await client.message({ from, to: ['x@there.test'], content });
    await client.quit();
    return reply.code;
  }

  /** Threads hear of a change a moment after it was made. */
  const answers = (code: number, from: string, subject?: string) =>
    until(`${code} for ${from}`, async () => ((await send(from, subject)) === code ? true : undefined));

  async function open(page: Page, address: string): Promise<void> {
    await page.goto(address);
    await settled(page);
  }

  test('a sender is locked: its mail is refused, that of others goes on; let go, it sends again', async () => {
    const { page } = operator;
    assert.equal(await send('bob@acme.test'), 250);
    await open(page, '/senders?customer=acme');
    await page.getByLabel('Name').fill('bob@acme.test');
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    const panel = page.getByRole('dialog', { name: 'bob@acme.test' });
    await panel.getByText('It keeps to its habits').waitFor();
    await panel.getByRole('button', { name: 'Lock', exact: true }).click();
    const lock = page.getByRole('dialog', { name: 'Lock bob@acme.test?' });
    await lock.getByLabel('Reason').fill('his laptop was stolen');
    await lock.getByRole('button', { name: 'Lock', exact: true }).click();
    await lock.waitFor({ state: 'detached' });
    await panel.getByText('Its mail is refused.').waitFor();
    await panel.getByText('his laptop was stolen').waitFor();
    await assertAccessible(page, 'a locked sender');
    await answers(550, 'bob@acme.test');
    assert.equal(await send('carol@acme.test'), 250);

    await open(page, '/senders?customer=acme&level=locked');
    const row = page.getByRole('row').filter({ hasText: 'bob@acme.test' });
    assert.match((await row.textContent()) ?? '', /Locked.*his laptop was stolen/);
    await row.click();
    await panel.getByRole('button', { name: 'Unlock' }).click();
    const unlock = page.getByRole('dialog', { name: 'Let bob@acme.test go on?' });
    await unlock.getByLabel('Reason').fill('new laptop, new password');
    await unlock.getByRole('button', { name: 'Unlock' }).click();
    await panel.getByText('Free', { exact: true }).waitFor();
    await answers(250, 'bob@acme.test');
  });

  test('what the operator has locked the customer sees, and cannot let go', async () => {
    const path = '/api/v1/customers/acme/senders/sender/dora@acme.test/lock';
    const { request } = operator.context;
    const locked = await request.post(path, { headers: { origin: portal.url }, data: { reason: 'broken into' } });
    assert.equal(locked.status(), 200);
    const customer = await visitAs(browser, portal.url, CUSTOMER, { viewport: { width: 390, height: 800 } });
    try {
      await open(customer.page, '/senders?open=acme/sender/dora@acme.test');
      const panel = customer.page.getByRole('dialog', { name: 'dora@acme.test' });
      await panel.getByText('the operator lets go').waitFor();
      assert.equal(await panel.getByRole('button', { name: 'Unlock' }).count(), 0);
      await assertAccessible(customer.page, 'a locked sender, for its customer');
      assert.deepEqual(customer.faults, []);
    } finally {
      await customer.context.close();
    }
  });

  test('a rule is written, says what is wrong with it, is tried before it is kept, and refuses a real message', async () => {
    const { page } = operator;
    await open(page, '/rules?customer=acme');
    await page.getByRole('link', { name: 'New rule' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('The falcon stays inside');
    await addTo(page, 'Add a condition', 'Pattern');
    await page.getByRole('textbox', { name: 'Pattern' }).fill('(falcon');
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await page.getByRole('button', { name: 'Remove the condition “Pattern”' }).click();
    await addTo(page, 'Add a condition', 'Words');
    const words = page.getByRole('region', { name: 'Words' }).getByLabel('Any of these');
    await words.fill('falcon');
    await words.press('Enter');
    await page.getByRole('button', { name: 'Remove the action “Hold for a person”' }).click();
    await addTo(page, 'Add an action', 'Refuse');
    await page.getByText('words (Anywhere): falcon').waitFor();

    const message = 'From: Ann <ann@acme.test>\nTo: x@there.test\nSubject: About the Falcon\n\nIt flies on Monday.\n';
    await page.getByLabel('Message', { exact: true }).fill(message);
    assert.equal(await page.getByLabel('Sender of the envelope').inputValue(), 'ann@acme.test');
    await page.getByRole('radiogroup', { name: 'Direction' }).getByText('Outbound').click();
    await page.getByRole('button', { name: 'Try it', exact: true }).click();
    await page.getByText('The message would be refused').waitFor();
    await page.getByText('The rule you are writing').waitFor();
    await assertAccessible(page, 'the editor with a dry run');
    assert.equal(await send('ann@acme.test', 'About the Falcon'), 250);

    await page.getByRole('button', { name: 'Create the rule' }).click();
    await confirmWhoItIs(page);
    await page.getByRole('link', { name: 'The falcon stays inside' }).waitFor();
    await answers(550, 'ann@acme.test', 'About the Falcon');
    assert.equal(await send('ann@acme.test', 'About the sparrow'), 250);
    await page.getByRole('switch', { name: 'Rule “The falcon stays inside” is on' }).click({ force: true });
    await answers(250, 'ann@acme.test', 'About the Falcon');
  });

  test('a setting is said for a customer, and inherited again', async () => {
    const { page } = operator;
    await open(page, '/protection?customer=acme');
    const digest = page.getByRole('region', { name: 'Days in quarantine' });
    await digest.getByRole('textbox').fill('999');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.locator('[aria-invalid="true"]').waitFor();
    await digest.getByRole('textbox').fill('14');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await digest.getByText('Set here').waitFor();
    await digest.getByText('Without it: 30').waitFor();
    await assertAccessible(page, 'settings of a customer');
    await assertFits(page, 'settings of a customer');
    await digest.getByRole('button', { name: /^Inherit/ }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await digest.getByText('Inherited: Shipped with Easymail').waitFor();
  });
});

async function addTo(page: Page, button: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}

/** Where the relay wants a fresh proof. */
async function confirmWhoItIs(page: Page): Promise<void> {
  const password = page.getByRole('dialog').getByLabel(/password/i);
  const link = page.getByRole('link', { name: 'The falcon stays inside' });
  await password.or(link).first().waitFor();
  if (!(await password.isVisible())) return;
  await password.fill(PASSWORD);
  await password.press('Enter');
}
