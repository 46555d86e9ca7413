// What is around all pages: the way in and out, the search over everything, the keyboard, language and looks, and what it
// weighs.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Response } from 'playwright-core';
import {
  ADMINISTRATOR,
  addPerson,
  approvePortal,
  assertAccessible,
  PASSWORD,
  type Portal,
  settled,
  skipWithoutBrowser,
  startBrowser,
  startPortal,
  visit,
  visitAs,
} from '../support/browser.ts';
import { acmeProvision } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** Compressed octets of script that the first page may load before it stands; charts come after it. */
const MOST_SCRIPT = 250 * 1000;
const CUSTOMER = 'carl@acme.test';
/** A network that is slow for some. */
const SLOW_MS = 1000;

/** A destination that mail waits for, as the API tells of it. */
const WAITING = {
  groups: [
    {
      name: 'slow.test',
      recipients: 1,
      queued: 0,
      deferred: 1,
      held: 0,
      quarantined: 0,
      oldest_at: '2026-11-22T08:30:00.000Z',
      next_attempt_at: null,
      last_cause: 'ECONNREFUSED: connect ECONNREFUSED 192.0.2.1:25',
      closed_until: null,
      closed_reason: null,
      words: { last_cause: { code: 'errno-at', values: { errno: 'ECONNREFUSED', address: '192.0.2.1:25' } } },
      in_flight: null,
      pool: null,
      customers: [],
    },
  ],
  count: 1,
  more: false,
};

describe('around all pages', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let mail: ScriptedReceiver;

  before(async () => {
    folder = temporaryFolder('shell');
    mail = await startReceiver();
    portal = await startPortal({
      folder: folder.path,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: mail.port } }),
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${mail.port}`], tls: 'none' }] },
    });
    await approvePortal(portal.relay, 'acme');
    await addPerson(portal.relay, mail, { email: CUSTOMER, role: 'customer_administrator', customer: 'acme' });
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await portal?.stop();
    await mail?.close();
    folder?.remove();
  });

  test('the page runs no script but ours, and stands in nobody’s frame', async () => {
    const page = await fetch(`${portal.url}/anything/at/all`);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w-]{20,}'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe|\*|https?:/);
    assert.equal(page.headers.get('cache-control'), 'no-store');
    const again = await fetch(`${portal.url}/`);
    assert.notEqual(again.headers.get('content-security-policy'), policy, 'a nonce is for one answer');
    const text = await page.text();
    assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)|\son\w+=|style=/);
    assert.equal((await fetch(`${portal.url}/assets/../../package.json`)).status, 200, 'the page, not the file');
    assert.equal((await fetch(`${portal.url}/assets/none.js`)).status, 404);
    assert.equal((await fetch(`${portal.url}/`, { method: 'POST' })).status, 404);
  });

  test('in, all through by the keyboard, and out', async () => {
    const { context, page, faults } = await visit(browser, portal.url);
    await page.goto('/queues?destination=there.test');
    await page.waitForURL(/\/sign-in\?/);
    await settled(page);
    await page.getByLabel(/e-mail/i).fill(ADMINISTRATOR);
    await page.getByLabel(/^password/i).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/queues\?destination=there\.test/);
    await page.keyboard.press('Control+k');
    const finder = page.getByPlaceholder('Search pages, customers, messages');
    await finder.fill('audit');
    await page.getByRole('button', { name: 'Audit', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/audit/);
    await page.keyboard.press('Control+k');
    await finder.fill('acme');
    await page.getByRole('button', { name: /Acme S\.A\./ }).click();
    await page.waitForURL(/\/customers\/acme/);
    // The session may have ended elsewhere meanwhile: then there is nothing left to ask for.
    await context.request.delete(`${portal.url}/api/v1/session`, { headers: { origin: portal.url } });
    await page.getByRole('button', { name: 'Account and settings of the portal' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    assert.equal((await context.request.get(`${portal.url}/api/v1/session`)).status(), 401);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('the focus comes back from the search, and goes on in the page that was opened', async () => {
    const { context, page } = await visitAs(browser, portal.url);
    const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()');
    await page.goto('/audit?customer=acme');
    await settled(page);
    await page.getByRole('link', { name: 'Queues' }).focus();
    await page.keyboard.press('Control+k');
    const finder = page.getByPlaceholder('Search pages, customers, messages');
    await finder.waitFor();
    await page.keyboard.press('Escape');
    await until('the link to have the focus again', async () => (await focused()) === 'Queues' || undefined);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/queues\?customer=acme/);
    await until('the page to have the focus', async () => (await focused()) === 'main' || undefined);
    await page.keyboard.press('Control+k');
    await finder.fill('health');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/health\?customer=acme/);
    await context.close();
  });

  test('on a phone the rail hides the page from the keyboard too, and Escape leads back', async () => {
    const { context, page } = await visitAs(browser, portal.url, undefined, { viewport: { width: 360, height: 740 } });
    await page.goto('/audit');
    await settled(page);
    const menu = page.getByRole('button', { name: 'Menu', exact: true });
    await menu.press('Enter');
    await page.getByRole('link', { name: 'Queues' }).focus();
    assert.equal(await menu.getAttribute('aria-expanded'), 'true');
    assert.equal(await page.getByRole('heading', { name: 'Audit' }).isVisible(), false);
    await page.keyboard.press('Escape');
    await page.locator('button[aria-expanded=false]:focus').waitFor();
    assert.equal(await page.getByRole('heading', { name: 'Audit' }).isVisible(), true);
    await context.close();
  });

  test('a link to sign in by leads to a page of ours, whatever stands in it', async () => {
    const { context, page, faults } = await visitAs(browser, portal.url);
    for (const to of ['//', '//evil.test/', '/\\evil.test', 'https://evil.test']) {
      await page.goto(`/sign-in?${new URLSearchParams({ to })}`);
      await page.waitForURL(/\/health/);
    }
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('menus and lists of choices stand in a named part of the page, also over a dialog, and long ones scroll', async () => {
    const { context, page, faults } = await visitAs(browser, portal.url);
    await page.goto('/users');
    await settled(page);
    const over = page.getByRole('region', { name: 'Over the page', includeHidden: true });
    assert.equal(await over.isVisible(), false, 'while nothing lies over it, there is none');
    await page.getByRole('button', { name: 'Account and settings of the portal' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await assertAccessible(page, 'a menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await assertAccessible(page, 'the choice of filters');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Invite' }).click();
    const choices = page.getByRole('listbox');
    await page.getByRole('combobox', { name: 'Role' }).click();
    await choices.waitFor();
    await assertAccessible(page, 'a list of choices over a dialog');
    await page.goto('/messages');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Status' }).click();
    await choices.waitFor();
    const isLong = (list: { scrollHeight: number; clientHeight: number }) => list.scrollHeight > list.clientHeight;
    assert.equal(await choices.evaluate(isLong), true, 'it has more than it shows');
    await assertAccessible(page, 'a long list of choices');
    await context.close();
    assert.deepEqual(faults, []);
  });

  test('language and looks are chosen, and stay', async () => {
    const { context, page } = await visitAs(browser, portal.url, CUSTOMER);
    await page.goto('/overview');
    await page.getByRole('button', { name: 'Account and settings of the portal' }).click();
    await page.getByRole('menuitemradio', { name: 'Français' }).click();
    await page.getByRole('link', { name: 'Vue d’ensemble' }).waitFor();
    await page.getByRole('menuitemradio', { name: 'Sombre' }).click();
    await page.reload();
    await page.getByRole('link', { name: 'Vue d’ensemble' }).waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'fr');
    assert.equal(await page.getAttribute('html', 'data-mantine-color-scheme'), 'dark');
    await context.close();
  });

  test('who reads another language never sees English first: neither the page, nor what the relay says', async () => {
    const { context, page } = await visitAs(browser, portal.url);
    const account = `${portal.url}/api/v1/account`;
    const speak = (language: string) =>
      context.request.patch(account, { headers: { origin: portal.url }, data: { language } });
    await speak('de');
    // The browser asks for English; that the person reads German is known once the session is.
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { headingsSeen: seen });
      const note = () => seen.push(...Array.from(document.querySelectorAll('h1'), (one) => one.textContent ?? ''));
      new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
    });
    // German comes slowly: English words were there long before.
    await page.route(/\/assets\/(?:shell|parts|holding)-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      const isGerman = (await response.text()).includes('Warteschlange');
      if (isGerman) await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      await route.fulfill({ response });
    });
    await page.route('**/api/v1/queue/groups?**', (route) => route.fulfill({ json: WAITING }));
    let comes: (() => void) | undefined;
    const words = new Promise<void>((resolve) => (comes = resolve));
    await page.route('**/assets/reasons-*.js', async (route) => {
      await words;
      await route.continue();
    });
    await page.goto('/queues');
    await page.getByText('slow.test').first().waitFor();
    assert.deepEqual(await page.locator('main [lang="en"]').allTextContents(), []);
    comes?.();
    await page.getByText('Verbindung abgelehnt bei 192.0.2.1:25').waitFor();
    const seen = new Set(await page.evaluate<string[]>('headingsSeen'));
    assert.deepEqual([...seen], ['Warteschlangen']);
    await speak('en');
    await context.close();
  });

  test('a person of a customer has no page of the operator, and says so', async () => {
    const { context, page } = await visitAs(browser, portal.url, CUSTOMER);
    const english = { headers: { origin: portal.url }, data: { language: 'en' } };
    await context.request.patch(`${portal.url}/api/v1/account`, english);
    for (const path of ['/health', '/customers', '/queues', '/settings']) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'You have no right to see this' }).waitFor();
    }
    await page.goto('/no/such/page');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await context.close();
  });

  // One of the heavier pages, with all that it loads by itself; test/portal/weight.test.ts looks at all.
  test('what a page loads is light', async (t) => {
    const { context, page } = await visitAs(browser, portal.url);
    const scripts: Response[] = [];
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response);
    });
    await page.goto('/customers/acme');
    await settled(page);
    const sizes = await Promise.all(
      scripts.map(async (response) => Number(await response.headerValue('content-length'))),
    );
    const octets = sizes.reduce((sum, size) => sum + size, 0);
    t.diagnostic(`${octets} octets of script in ${scripts.length} files`);
    assert.ok(octets > 10_000 && octets < MOST_SCRIPT, `${octets} octets`);
    await context.close();
  });

  test('files are served packed, and only once', async () => {
    const page = await (await fetch(`${portal.url}/`)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? assert.fail(page);
    const packed = await fetch(`${portal.url}${script}`, { headers: { 'accept-encoding': 'br' } });
    assert.equal(packed.headers.get('content-encoding'), 'br');
    assert.match(packed.headers.get('cache-control') ?? '', /immutable/);
    const tag = packed.headers.get('etag') ?? '';
    assert.ok((await packed.text()).length > 1000);
    const known = await fetch(`${portal.url}${script}`, { headers: { 'if-none-match': tag } });
    assert.equal(known.status, 304);
  });
});
