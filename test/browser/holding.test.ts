// What waits, in a browser with real mail: a message is looked at and released from quarantine and arrives; one with a virus
// takes two people; a queue of ten thousand recipients is held and released, told before it is done and watched while it
// runs; what would leave from an address of ours goes to another host.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  ADMINISTRATOR,
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
import { type Clamd, EICAR, skipWithoutClamd, startClamd } from '../support/clamd.ts';
import { waitForEvent } from '../support/mail.ts';
import { acmeProvision, callApi } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const CUSTOMER = 'carl@acme.test';
const OLAF = 'olaf@operator.test';
const PETRA = 'petra@operator.test';
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
  let clamd: Clamd | undefined;

  before(async () => {
    folder = temporaryFolder('holding');
    internet = await startReceiver();
    if (skipWithoutClamd === false) clamd = await startClamd({ folder: folder.file('clamd') });
    portal = await startPortal({
      folder: folder.path,
      readyTimeoutMs: 60_000,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } }),
      config: {
        route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
        retry: { first: '1h', longest: '1h' },
        ...(clamd !== undefined && { clamd: [{ address: clamd.socket }] }),
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
    await clamd?.stop();
    folder?.remove();
  });

  async function send(subject: string, to: readonly string[], more = ''): Promise<string> {
    await using client = await SmtpClient.connect({ port: portal.relay.ports.outbound, timeoutMs: LONG_MS });
    await client.hello();
    const head = `From: Ann <ann@acme.test>\r\nTo: all@elsewhere.test\r\nSubject: ${subject}\r\n`;
    const html = '<h1>Minutes</h1><p>On <b>Friday</b>.</p><script>alert(1)</script><img src="https://evil.test/x">';
    const content = Buffer.from(`${head}MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${html}${more}\r\n`);
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

  const virus = { skip: skipWithoutClamd, timeout: LONG_MS };
  test('a virus is released by two people: not by one twice, not with the word of one who is gone', virus, () =>
    releaseByTwo({ portal, browser, internet, send: (more) => send('A sample', ['lab@elsewhere.test'], more) }),
  );

  /** The number on the job's banner, once it is done. */
  async function jobDone(page: Page): Promise<void> {
    const banner = page.getByRole('region', { name: 'Bulk job' });
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
    const menu = page.getByRole('button', { name: 'Act on slow.test' });
    const retry = page.getByRole('dialog', { name: 'Retry mail now' });
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Retry now' }).press('Enter');
    await retry.waitFor();
    await page.keyboard.press('Escape');
    await page.locator('button[aria-label="Act on slow.test"]:focus').waitFor();
    await menu.click();
    await page.getByRole('menuitem', { name: 'Retry now' }).click();
    await retry.getByRole('button', { name: 'Retry now' }).click();
    await page.getByRole('region', { name: 'Bulk job' }).getByText('Done').waitFor({ timeout: LONG_MS });
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

  test('what would leave from an address of ours is rerouted, and arrives at the other host', async () => {
    internet.script = { rcpt: '451 4.2.1 come again' };
    const to = ['a@moved.test', 'b@moved.test', 'c@moved.test'];
    const id = await send('To the new host', to);
    const deferred = async () => ((await portal.relay.counts()).deferred >= to.length ? true : undefined);
    await until('all to be put off', deferred);
    await using other = await startReceiver();
    const { context, page, faults } = await visitAs(browser, portal.url, undefined, {
      viewport: { width: 360, height: 800 },
    });
    await page.goto(`/queues?tab=address&id=${id}`);
    const row = page.getByRole('row').filter({ hasText: '127.0.0.1' });
    await row.waitFor();
    await settled(page);
    await assertFits(page, 'the queue by our addresses');
    await assertAccessible(page, 'the queue by our addresses');
    await row.click();
    await page.waitForURL(/address=127\.0\.0\.1/);
    await page.getByText('Sending address', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Select all that match' }).click();
    await page.getByRole('button', { name: 'Reroute…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reroute mail' });
    await dialog.getByText('3 recipients', { exact: true }).waitFor();
    await dialog.getByLabel('Hosts, in order').fill(`127.0.0.1:${other.port}`);
    await dialog.getByLabel('Reason').fill('Their mail moved');
    await assertAccessible(page, 'a reroute before it is done');
    await assertFits(page, 'a reroute before it is done');
    await dialog.getByRole('button', { name: 'Reroute', exact: true }).click();
    await page.getByRole('region', { name: 'Bulk job' }).getByText('Done').waitFor();
    await until('all of it at the other host', () =>
      other.messages.flatMap(({ rcpts }) => rcpts).length === to.length ? true : undefined,
    );
    await waitForEvent(portal.relay.dataDir, id, 'message.recipient.delivered');
    assert.deepEqual(faults, []);
    await context.close();
  });
});

interface Virus {
  portal: Portal;
  browser: Browser;
  internet: ScriptedReceiver;
  /** Sends a message with this in it to the lab; its id. */
  send: (content: string) => Promise<string>;
}

async function releaseByTwo({ portal, browser, internet, send }: Virus): Promise<void> {
  const arrived = () => internet.messages.filter(({ rcpts }) => rcpts.join().includes('lab@'));
  const { dataDir } = portal.relay;
  const protect = { path: '/api/v1/protection?direction=outbound', body: { set: { virus: 'quarantine' } } };
  const set = await callApi(dataDir, { method: 'PATCH', ...protect, headers: { 'if-match': '*' } });
  assert.equal(set.status, 200, set.body);
  for (const email of [OLAF, PETRA]) await addPerson(portal.relay, internet, { email, role: 'mail_engineer' });
  const id = await send(EICAR);
  const people = [];
  for (const email of [OLAF, PETRA, ADMINISTRATOR]) people.push(await visitAs(browser, portal.url, email));
  const [olaf, petra, ann] = people.map(({ page }) => page);
  assert.ok(olaf && petra && ann);
  const open = async (page: Page) => {
    await page.goto(`/quarantine?open=${id}`);
    const panel = page.getByRole('dialog').first();
    await panel.getByText('It holds a virus').waitFor();
    return panel;
  };
  const ask = async (page: Page) => {
    const panel = await open(page);
    await panel.getByRole('button', { name: 'Ask for the release…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ask for the release of a virus' });
    await dialog.getByLabel('Reason').fill('The lab needs it');
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
    await panel.getByText('You asked; somebody else has to release it.').waitFor();
    return panel;
  };
  const asked = await ask(olaf);
  await assertAccessible(olaf, 'a virus that one asked to release');
  assert.equal(await asked.getByRole('button', { name: /second person/ }).count(), 0);
  const twice = await people[0]?.context.request.post(`/api/v1/quarantine/${id}/release-virus`, {
    headers: { origin: portal.url },
    data: { reason: 'once more' },
  });
  assert.equal(twice?.status(), 409);

  // Olaf is disabled: Petra is not the second of two, but the first.
  await (await open(petra)).getByRole('button', { name: 'Release as second person…' }).waitFor();
  const found = await callApi(dataDir, { path: `/api/v1/users?email=${OLAF}` });
  const [user] = (JSON.parse(found.body) as { entries: { id: string }[] }).entries;
  const disable = { method: 'PATCH', path: `/api/v1/users/${user?.id}`, body: { disabled: true } };
  assert.equal((await callApi(dataDir, { ...disable, headers: { 'if-match': '*' } })).status, 200);
  await ask(petra);
  assert.equal(arrived().length, 0, 'nobody has released it');

  const panel = await open(ann);
  await panel.getByText(`${PETRA} asked`, { exact: false }).waitFor();
  await panel.getByRole('button', { name: 'Release as second person…' }).click();
  const second = ann.getByRole('dialog', { name: 'Release a virus as second person' });
  await second.getByLabel('Reason').fill('The lab is told');
  await second.getByLabel(/To confirm/).fill('VIRUS');
  await assertAccessible(ann, 'a virus before it is released');
  await second.getByRole('button', { name: 'Release', exact: true }).click();
  const [message] = await until('the virus', () => (arrived().length > 0 ? arrived() : undefined));
  assert.ok(message?.content.includes(EICAR));
  for (const { context, faults } of people) {
    assert.deepEqual(faults, []);
    await context.close();
  }
}
