// Whether all is well, and what moves: numbers that move while mail flows, lead to their lists, stand still when asked to,
// and say so when they no longer come.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
  visitAs,
} from '../support/browser.ts';
import { sendOne, waitForEvent } from '../support/mail.ts';
import { acmeProvision } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const CARL = 'carl@acme.test';

let folder: TemporaryFolder;
let receiver: ScriptedReceiver;
let portal: Portal;
let browser: Browser;

before(async () => {
  if (skipWithoutBrowser !== false) return;
  folder = temporaryFolder('service');
  receiver = await startReceiver({
    rcpt: (argument) => (argument.includes('gone@') ? '550 5.1.1 No such user' : '250 2.1.5 Ok'),
  });
  portal = await startPortal({
    folder: folder.path,
    apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: receiver.port } }),
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }] },
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  await receiver?.[Symbol.asyncDispose]();
  folder?.remove();
});

async function open(path: string, email?: string): Promise<Visitor> {
  const visitor = await visitAs(browser, portal.url, email, { reducedMotion: 'no-preference' });
  await visitor.page.goto(path);
  await settled(visitor.page);
  return visitor;
}

/** The number of a tile; NaN where it is not there yet. */
async function numberOf(page: Page, tile: string): Promise<number> {
  const text = await page.locator(`[data-tile="${tile}"] [data-value]`).textContent();
  return Number.parseFloat((text ?? '').replaceAll(',', ''));
}

async function leave({ context, faults, elsewhere }: Visitor): Promise<void> {
  assert.deepEqual(faults, []);
  assert.deepEqual(elsewhere, []);
  await context.close();
}

test('numbers move while mail flows, stand still when asked to, and lead to their lists', {
  skip: skipWithoutBrowser,
}, async () => {
  const visitor = await open('/live');
  const { page } = visitor;
  await page.locator('[data-live="live"]').waitFor();
  await page.locator('canvas').first().waitFor();
  for (let i = 0; i < 10; i++) await sendOne(portal.relay.ports.outbound, `n${i}@elsewhere.test`);
  await until('the rate of what was accepted', async () => ((await numberOf(page, 'in')) > 0 ? true : undefined));
  await until('the rate of what was delivered', async () => ((await numberOf(page, 'out')) > 0 ? true : undefined));
  await assertAccessible(page, 'live traffic');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('[data-live="paused"]').waitFor();
  const still = await numberOf(page, 'in');
  const id = await sendOne(portal.relay.ports.outbound, 'while-paused@elsewhere.test');
  await waitForEvent(portal.relay.dataDir, id, 'message.recipient.delivered');
  assert.equal(await numberOf(page, 'in'), still);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.locator('[data-live="live"]').waitFor();
  await page.getByRole('button', { name: /In and out as a table/ }).click();
  await page.getByRole('columnheader', { name: 'Accepted outbound' }).waitFor();
  await page.locator('[data-tile="out"] a').click();
  await page.waitForURL(/\/messages\?.*status=delivered/);
  await leave(visitor);
});

test('a stream that broke is said to have, and comes again', { skip: skipWithoutBrowser }, async () => {
  const flow = { messages: 1, recipients: 1, octets: 9, delivered: 1, deferred: 0, bounced: 0, held: 0, rejected: 0 };
  const frame = { at: '2026-11-22T12:00:00Z', ms: 1000, inbound: flow, outbound: flow, refusals: {}, queue: null };
  const visitor = await visitAs(browser, portal.url);
  const { page, context } = visitor;
  let asked = 0;
  await context.route('**/api/v1/live', async (route) => {
    asked += 1;
    // The first stream ends after a frame, the second is refused.
    const body = `data: ${JSON.stringify(frame)}\n\n`;
    if (asked === 1) await route.fulfill({ contentType: 'text/event-stream', body });
    else if (asked === 2) await route.fulfill({ status: 503, body: '' });
    else await route.continue();
  });
  await page.goto('/live');
  await page.locator('[data-live="lost"]').waitFor();
  await page.locator('[data-tile="in"]').waitFor();
  await page.locator('[data-live="live"]').waitFor({ timeout: 30_000 });
  assert.ok(asked >= 3);
  await context.close();
});

test('the overview says what happened and what is to be done; each value leads to its messages', {
  skip: skipWithoutBrowser,
}, async () => {
  const { relay } = portal;
  const gone = await sendOne(relay.ports.outbound, 'gone@elsewhere.test');
  const there = await sendOne(relay.ports.outbound, 'there@elsewhere.test');
  await waitForEvent(relay.dataDir, gone, 'message.recipient.bounced');
  await waitForEvent(relay.dataDir, there, 'message.recipient.delivered');
  const visitor = await open('/overview');
  const { page } = visitor;
  await page.locator('[data-well="yes"], [data-well="no"]').waitFor();
  await until('the delivered', async () => ((await numberOf(page, 'delivered')) > 0 ? true : undefined));
  await page.getByRole('rowheader', { name: 'elsewhere.test' }).waitFor();
  await assertAccessible(page, 'overview');
  await page.getByRole('button', { name: 'Bounces by class as a table' }).click();
  await page.getByRole('link', { name: /Address does not exist: Bounced/ }).click();
  await page.waitForURL(/\/messages\?.*class=invalid_address/);
  await page.goBack();
  await page.locator('[data-tile="bounces"] a').click();
  await page.waitForURL(/\/messages\?.*status=bounced/);
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto('/overview?range=month');
  await settled(page);
  await assertFits(page, 'overview, narrow');
  await leave(visitor);
});

test('whoever wants little to move sees the first numbers as soon as others', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, context } = await visitAs(browser, portal.url);
  await page.goto('/live');
  await page.locator('[data-live="live"]').waitFor();
  await page.locator('[data-tile="in"]').waitFor({ timeout: 4500 });
  await context.close();
});

test('the overview calls nothing well that it could not look at', { skip: skipWithoutBrowser }, async () => {
  const visitor = await visitAs(browser, portal.url);
  const { page, context } = visitor;
  await context.route('**/api/v1/health', (route) =>
    route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"title":"x","status":500}' }),
  );
  await page.goto('/overview');
  await until('the state of the rest', async () => {
    const well = await page.locator('[data-well]').getAttribute('data-well');
    assert.notEqual(well, 'yes');
    const text = await page.locator('[data-well]').textContent();
    return well === 'no' || text?.includes('Not everything could be looked at') === true ? true : undefined;
  });
  await context.close();
});

test("a customer's person sees its own numbers, and nothing of the relay", { skip: skipWithoutBrowser }, async () => {
  await approvePortal(portal.relay, 'acme');
  await addPerson(portal.relay, receiver, { email: CARL, role: 'customer_administrator', customer: 'acme' });
  const visitor = await open('/overview', CARL);
  const { page } = visitor;
  await page.locator('[data-tile="state"]').getByText('Live').waitFor();
  await until('its delivered', async () => ((await numberOf(page, 'delivered')) > 0 ? true : undefined));
  assert.equal(await page.getByRole('link', { name: 'Health' }).count(), 0);
  await assertAccessible(page, 'overview of a customer');
  await leave(visitor);
});

test('health says how the relay is, checks the machine, and shows what to do about an alarm', {
  skip: skipWithoutBrowser,
}, async () => {
  const visitor = await open('/health');
  const { page } = visitor;
  await page.locator('[data-health]').waitFor();
  await page.locator('[data-tile="disk"]').waitFor();
  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByText('Checked', { exact: false }).filter({ hasText: 'ago' }).first().waitFor({ timeout: 30_000 });
  await assertAccessible(page, 'health');
  await page.goto('/health?runbook=disk');
  await page.getByRole('heading', { name: 'How to mend it' }).waitFor();
  await assertAccessible(page, 'a runbook');
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.search.includes('runbook'));
  await leave(visitor);
});
