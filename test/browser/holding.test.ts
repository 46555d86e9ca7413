// What waits, in a browser with real mail: a message is looked at and released from quarantine and arrives; a queue of
// ten thousand recipients is held and released, told before it is done and watched while it runs.

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
  visitAs,
} from '../support/browser.ts';
import { waitForEvent } from '../support/mail.ts';
import { acmeProvision, callApi } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const CUSTOMER = 'carl@acme.test';
/** As many as one transaction may have. */
const EACH = 1000;
const MESSAGES = 10;
const ALL = EACH * MESSAGES;
/** On a machine that does other things as well. */
const LONG_MS = 120_000;

describe('what waits', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let internet: ScriptedReceiver;

  before(async () => {
    folder = temporaryFolder('holding');
    internet = await startReceiver();
    portal = await startPortal({
      folder: folder.path,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } }),
      config: {
        route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
        retry: { first: '1h', longest: '1h' },
      },
    });
    await approvePortal(portal.relay, 'acme');
    await addPerson(portal.relay, internet, { email: CUSTOMER, role: 'customer_administrator', customer: 'acme' });
    const rule = {
      name: 'Words of the board',
      conditions: [{ on: 'header', name: 'Subject', has: 'board' }],
      actions: [{ do: 'quarantine' }],
    };
    const path = '/api/v1/rules';
    assert.equal((await callApi(portal.relay.dataDir, { method: 'POST', path, body: rule })).status, 201);
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await portal?.stop();
    await internet?.close();
    folder?.remove();
  });

  async function send(subject: string, to: readonly string[]): Promise<string> {
    await using client = await SmtpClient.connect({ port: portal.relay.ports.outbound, timeoutMs: LONG_MS });
    await client.hello();
    const head = `From: Ann <ann@acme.test>\r\nTo: all@elsewhere.test\r\nSubject: ${subject}\r\n`;
    const html = '<h1>Minutes</h1><p>On <b>Friday</b>.</p><script>alert(1)</script><img src="https://evil.test/x">';
    const content = Buffer.from(`${head}MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${html}\r\n`);
    const reply = await client.message({ from: 'ann@acme.test', to: [...to], content });
    await client.quit();
    return /queued as (\w+)/.exec(reply.text)?.[1] ?? assert.fail(reply.text);
  }

  const arrived = (to: string) => internet.messages.filter(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes(to)));

  test('a customer looks at a message in quarantine, releases it to one of two, and it arrives', async () => {
    const id = await send('board: minutes', ['bob@elsewhere.test', 'carla@elsewhere.test']);
    const { context, page, faults, elsewhere } = await visitAs(browser, portal.url, CUSTOMER);
    await page.goto('/quarantine');
    await page.getByRole('table').getByText('board: minutes').click();
    const panel = page.getByRole('dialog');
    await panel.getByText('A rule of the content filter was met: Words of the board').waitFor();
    await assertAccessible(page, 'a message in quarantine');
    await panel.getByLabel('Why you need to see it').fill('Bob waits for it');
    await panel.getByRole('button', { name: 'Show the message' }).click();
    await panel.frameLocator('iframe').getByText('Friday').waitFor();
    const shown = await panel.locator('iframe').getAttribute('srcdoc');
    assert.doesNotMatch(shown ?? '', /<script|<img|evil\.test/);
    await panel.getByText('Left out: 1 script and 1 picture.').waitFor();

    await panel.getByRole('button', { name: 'Release…' }).click();
    const ask = page.getByRole('dialog', { name: 'Release the message' });
    await ask.getByLabel('carla@elsewhere.test').uncheck();
    await ask.getByLabel('Reason (optional)').fill('It is ours');
    await ask.getByRole('button', { name: 'Release' }).click();
    await panel.getByText('Released: it goes on to 1 recipient.').waitFor();
    const [message] = await until('the message', () => (arrived('bob@').length > 0 ? arrived('bob@') : undefined));
    assert.match(message?.content ?? '', /Subject: board: minutes/);
    assert.equal(arrived('carla@').length, 0, 'the other recipient still waits');
    await waitForEvent(portal.relay.dataDir, id, 'message.recipient.delivered');

    await page.goto('/quarantine?tab=acts');
    await page.getByRole('row').filter({ hasText: id }).getByText('It is ours').waitFor();
    assert.deepEqual({ faults, elsewhere }, { faults: [], elsewhere: [] });
    await context.close();
  });

  /** The number on the job's banner, once it is done. */
  async function jobDone(page: Page): Promise<void> {
    const banner = page.locator('section[aria-live="polite"]');
    await banner.getByText('10,000 of 10,000').waitFor({ timeout: LONG_MS });
    await banner.getByText('Done').waitFor();
  }

  test('a queue of 10,000 is held and released, told before it is done', { timeout: 4 * LONG_MS }, async () => {
    // Each recipient is put off by itself: a destination that takes nothing at all is not asked for all of them.
    internet.script = { rcpt: '451 4.2.1 come again' };
    for (let i = 0; i < MESSAGES; i++) {
      await send(
        `News ${i}`,
        Array.from({ length: EACH }, (_, n) => `u${i}.${n}@slow.test`),
      );
    }
    const deferred = async () => ((await portal.relay.counts()).deferred >= ALL ? true : undefined);
    await until('all to be put off', deferred, LONG_MS);
    const { context, page, faults } = await visitAs(browser, portal.url);
    await page.goto('/queues');
    const slow = page.getByRole('row').filter({ hasText: 'slow.test' });
    await slow.getByText('10,000').first().waitFor();
    await slow.getByText('451 4.2.1 come again').waitFor();
    await settled(page);
    await assertAccessible(page, 'the queue by destination');
    await slow.click();
    await page.waitForURL(/destination=slow\.test/);

    await page.getByRole('button', { name: 'Select all that match' }).click();
    await page.getByRole('button', { name: 'Hold', exact: true }).click();
    const hold = page.getByRole('dialog', { name: 'Hold mail' });
    await hold.getByText('10,000 recipients').waitFor();
    await hold.getByText('10 messages, 1 customer and 1 destination').waitFor();
    await hold.getByLabel('Reason (optional)').fill('Their server is being moved');
    await assertAccessible(page, 'a hold before it is done');
    await hold.getByRole('button', { name: 'Hold' }).click();
    await hold.waitFor({ state: 'detached' });
    // Left, and come back to over the list of jobs.
    await page.goto('/queues?tab=jobs');
    await page.getByRole('row').filter({ hasText: 'Their server is being moved' }).click();
    await jobDone(page);
    assert.equal((await portal.relay.counts()).held, ALL);

    await page.goto('/queues?tab=recipients&destination=slow.test&status=held');
    await page.getByRole('button', { name: 'Select all that match' }).click();
    internet.script = {};
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    const release = page.getByRole('dialog', { name: 'Release mail' });
    await release.getByText('10,000 recipients').waitFor();
    await release.getByRole('button', { name: 'Release' }).click();
    await jobDone(page);
    await page.getByText('Nothing in the queue matches').waitFor();
    assert.equal((await portal.relay.counts()).held, 0);

    await page.goto('/queues?destination=slow.test');
    await page.getByRole('button', { name: 'Act on slow.test' }).click();
    await page.getByRole('menuitem', { name: 'Retry now' }).click();
    const retry = page.getByRole('dialog', { name: 'Retry mail now' });
    await retry.getByRole('button', { name: 'Retry now' }).click();
    await page.locator('section[aria-live="polite"]').getByText('Done').waitFor({ timeout: LONG_MS });
    await page.getByText('Nothing in the queue matches').waitFor({ timeout: LONG_MS });
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('what is removed needs a reason and the word typed', async () => {
    internet.script = { mail: '451 4.3.2 come again' };
    const id = await send('One', ['one@slow.test']);
    await waitForEvent(portal.relay.dataDir, id, 'message.recipient.deferred');
    const { context, page } = await visitAs(browser, portal.url, undefined, { viewport: { width: 360, height: 800 } });
    await page.goto(`/queues?tab=recipients&id=${id}&open=${id}`);
    await settled(page);
    await assertFits(page, 'a message of the queue');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove…' }).click();
    const remove = page.getByRole('dialog', { name: 'Remove mail from the queue' });
    const button = remove.getByRole('button', { name: 'Remove' });
    await remove.getByText('1 recipient', { exact: true }).waitFor();
    assert.equal(await button.isDisabled(), true);
    await remove.getByLabel('Reason').fill('Sent by mistake');
    await remove.getByLabel('To confirm, type REMOVE').fill('REMOVE');
    await button.click();
    await waitForEvent(portal.relay.dataDir, id, 'message.recipient.removed');
    await context.close();
  });
});
