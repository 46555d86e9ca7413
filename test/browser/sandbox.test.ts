// The first minutes of somebody who has never seen a relay: start it, send a message, see what its receiver got, look
// around.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  assertAccessible,
  assertFits,
  settled,
  skipWithoutBrowser,
  startBrowser,
  type Visitor,
  visit,
} from '../support/browser.ts';
import { type RunningSandbox, startSandbox } from '../support/sandbox.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** The issue asks for it: the main job within a minute of starting. */
const FIRST_MINUTE_MS = 60_000;

/** All that HTML can try by itself, of a spammer of its own. */
const HOSTILE = [
  'From: Mallory <mallory@demo.test>',
  'To: bob@example.org',
  'Subject: =?utf-8?q?Open_=3Cscript=3Ealert(1)=3C/script=3E?=',
  'MIME-Version: 1.0',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<base href="https://evil.test/"><meta http-equiv="refresh" content="0;url=https://evil.test/refresh">',
  '<script>parent.document.title = "taken over"; fetch("https://evil.test/script")</script>',
  '<p onclick="top.location=1" style="background:url(https://evil.test/style)">Read <b>this</b></p>',
  '<img src="https://evil.test/pixel.gif" onerror="parent.document.title = 2"><svg onload="top.location=3"></svg>',
  '<form action="https://evil.test/form"><input name="password"></form><iframe src="https://evil.test/frame"></iframe>',
  '<link rel="stylesheet" href="https://evil.test/sheet.css"><a href="javascript:alert(2)">click</a>',
  '',
].join('\r\n');

describe('the sandbox', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let sandbox: RunningSandbox;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;
  let began: number;

  before(async () => {
    folder = temporaryFolder('first-visit');
    browser = await startBrowser();
    began = performance.now();
    sandbox = await startSandbox(folder.path);
    visitor = await visit(browser, sandbox.url);
    ({ page } = visitor);
  });

  after(async () => {
    await browser?.close();
    await sandbox?.[Symbol.asyncDispose]();
    folder?.remove();
  });

  const line = (subject: string) => page.getByRole('button', { name: subject });
  const open = (view: string) => page.getByRole('tab', { name: view }).click();

  test('the bare address leads there; one button sends a message, and it appears by itself', async () => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Send a first message' }).waitFor();
    await settled(page);
    await assertAccessible(page, 'the empty sandbox');
    await page.getByRole('button', { name: 'Send one for me' }).click();
    await page.getByText('Accepted. It appears here in a moment.').waitFor();
    await line('Hello from the sandbox').waitFor();
    await page.getByText('freed of what it told about').waitFor();
    assert(performance.now() - began < FIRST_MINUTE_MS, 'the main job is not seen within a minute');
    await page.getByText('The conversation', { exact: true }).click();
    await page.getByText('← 220 relay.sandbox.test').waitFor();
    await assertAccessible(page, 'a caught message');
  });

  test('the header shows the one hop that is left and signatures that hold; its way shows what was hidden', async () => {
    await open('Header');
    await page.getByText('The relay’s own hop').waitFor();
    await page.getByText('valid', { exact: true }).first().waitFor();
    assert.equal(await page.getByText('valid', { exact: true }).count(), 2);
    assert.equal(await page.getByText('10.20.30.40').count(), 0, 'the receiver does not see it');
    await open('Its way');
    await page.getByText('Delivered').waitFor();
    assert(await page.getByText('10.20.30.40').first().isVisible(), 'the customer sees what was hidden');
    await page.getByText('Signed with 2 DKIM keys').waitFor();
    await open('Source');
    await page.getByText('X-Easymail-Loop').waitFor();
    await assertAccessible(page, 'the source');
  });

  test('what a customer’s server sends appears too, and hostile HTML neither runs nor loads anything', async () => {
    await using client = await SmtpClient.connect({ port: sandbox.smtp });
    await client.hello();
    const message = { from: 'mallory@demo.test', to: ['bob@example.org'], content: Buffer.from(HOSTILE) };
    assert.equal((await client.message(message)).code, 250);
    await line('Open <script>alert(1)</script>').click();
    await open('As HTML');
    const frame = page.frameLocator('iframe');
    await frame.getByText('this').waitFor();
    const source = await page.locator('iframe').getAttribute('srcdoc');
    assert.doesNotMatch(source ?? '', /<(?:script|img|meta|form|iframe|link|svg|base|a)\b|style=|on\w+=|javascript:/);
    assert.equal(await page.locator('iframe').getAttribute('sandbox'), '', 'nothing is allowed in the frame');
    assert.equal(await page.title(), 'Sandbox · Easymail');
    await page.getByText(/Left out: .*scripts/).waitFor();
    await open('Source');
    await page.getByText('https://evil.test/pixel.gif').waitFor();
    await open('Text');
    await page.getByText('Read this').waitFor();
    assert.deepEqual(visitor.elsewhere, [], 'nothing was asked for from elsewhere');
    assert.deepEqual(visitor.faults, []);
  });

  test('on a telephone the list comes first, and a message has a way back', async () => {
    const small = await visit(browser, sandbox.url, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    // As of mail that was scanned: no scanner runs here.
    await small.page.route('**/api/v1/sandbox/messages/*', async (route) => {
      const response = await route.fetch();
      const shown = (await response.json()) as { journey: { checks: object[] }[] };
      shown.journey[0]?.checks.push({ check: 'virus', result: 'clean', verdict: 'pass' });
      await route.fulfill({ response, json: shown });
    });
    await small.page.goto('/sandbox');
    await small.page.getByRole('button', { name: 'Hello from the sandbox' }).click();
    await small.page.getByRole('tab', { name: 'Header' }).click();
    await small.page.getByText('The relay’s own hop').waitFor();
    await small.page.getByRole('tab', { name: 'Its way' }).click();
    await small.page.getByText('Viruses: nothing found').waitFor();
    await assertFits(small.page, 'a message at 360 pixels');
    await assertAccessible(small.page, 'a message at 360 pixels, dark');
    await small.page.getByRole('button', { name: 'All messages' }).click();
    await small.page.getByRole('heading', { name: 'Caught messages' }).waitFor();
    await assertFits(small.page, 'the list at 360 pixels');
    await small.context.close();
  });

  test('one button looks around as the operator, another as the customer', async () => {
    await page.getByRole('button', { name: 'Look around as operator' }).click();
    await page.waitForURL(/\/health/);
    await page.goto('/settings');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.getByText('node.data_dir', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Sandbox' }).click();
    await page.getByRole('button', { name: 'Look around as customer' }).click();
    await page.waitForURL(/\/overview/);
    await page.goto('/audit');
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    const session = await until('the session', async () => {
      const answer = await visitor.context.request.get(`${sandbox.url}/api/v1/session`);
      return answer.ok() ? ((await answer.json()) as { user: { customer?: string } }) : undefined;
    });
    assert.equal(session.user.customer, 'demo');
  });
});
