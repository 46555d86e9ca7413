// Chromium on a running relay: signed-in pages, what axe finds, and what the page tried to load from elsewhere.

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { freePorts } from './ports.ts';
import { findProgram, skipWithoutPrograms } from './processes.ts';
import { acmeProvision, callApi, type Relay, type RelayOptions, startRelay } from './relay.ts';
import type { ScriptedReceiver } from './scripted-receiver.ts';
import { until } from './until.ts';

/** Why tests in a browser are left out, or false. */
export const skipWithoutBrowser = skipWithoutPrograms(['chromium']);

export const PASSWORD = 'a sentence that nobody guesses';
export const ADMINISTRATOR = 'ann@operator.test';

/** Starts Chromium; the caller closes it. */
export function startBrowser(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath: findProgram('chromium') ?? assert.fail('no chromium'),
    args: ['--disable-dev-shm-usage', ...asRoot],
  });
}

export interface Portal extends AsyncDisposable {
  relay: Relay;
  /** `http.url`, without a slash at its end. */
  url: string;
  stop(): Promise<void>;
}

/** A relay with its portal, and the administrator `ADMINISTRATOR` who signs in with `PASSWORD` alone. */
export async function startPortal({ config, ...options }: RelayOptions): Promise<Portal> {
  const portal = await startNewPortal({ ...options, config: { access: { second_factor: [] }, ...config } });
  const body = { token: await firstToken(portal.relay), email: ADMINISTRATOR, password: PASSWORD, name: 'Ann' };
  const path = '/api/v1/invitations/redeem';
  const redeemed = await callApi(portal.relay.dataDir, { method: 'POST', path, body });
  assert.equal(redeemed.status, 200, redeemed.body);
  return portal;
}

/** What the link for the first administrator ends in; the one before is void. */
export async function firstToken({ dataDir }: Relay): Promise<string> {
  const { body } = await callApi(dataDir, { method: 'POST', path: '/api/v1/users/first-link', body: {} });
  const token = /[#=]([A-Za-z0-9_-]{20,})/.exec((JSON.parse(body) as { link: string }).link)?.[1];
  return token ?? assert.fail(body);
}

/** A relay with its portal that nobody has access to yet. */
export async function startNewPortal(options: RelayOptions): Promise<Portal> {
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  const url = `http://localhost:${http}`;
  const relay = await startRelay(
    {
      apply: acmeProvision(),
      ...options,
      config: {
        ...options.config,
        http: { address: `127.0.0.1:${http}`, url, requests_per_minute: 6000, unknown_requests_per_minute: 6000 },
      },
    },
    { outbound, inbound, submission, http },
  );
  const stop = async () => void (await relay.stop());
  return { relay, url, stop, [Symbol.asyncDispose]: stop };
}

/** A customer's people sign in once its portal is approved. */
export async function approvePortal(relay: Relay, customer: string): Promise<void> {
  const path = `/api/v1/customers/${customer}`;
  const body = { portal: 'approved' };
  const answer = await callApi(relay.dataDir, { method: 'PATCH', path, body, headers: { 'if-match': '*' } });
  assert.equal(answer.status, 200, answer.body);
}

/** A person who signs in with `PASSWORD` alone; the invitation arrives at `mail`. */
export async function addPerson(
  relay: Relay,
  mail: ScriptedReceiver,
  person: { email: string; role: string; customer?: string; language?: string },
): Promise<void> {
  const invited = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/users', body: person });
  assert.equal(invited.status, 201, invited.body);
  const token = await until('the invitation', () => {
    const found = mail.messages.find(({ rcpts }) => rcpts.join(' ').includes(person.email));
    const text = found?.content.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    return text === undefined ? undefined : /#invitation=([\w-]{43})/.exec(text)?.[1];
  });
  const body = { token, password: PASSWORD };
  const redeemed = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/invitations/redeem', body });
  assert.equal(redeemed.status, 200, redeemed.body);
}

export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** What went wrong in the page: errors of scripts, refusals of the policy. */
  faults: string[];
  /** Requests to anywhere but the relay. */
  elsewhere: string[];
}

/** A browser of its own, nobody signed in. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-GB', baseURL: url, reducedMotion: 'reduce', ...options });
  // Two cores, and other tests beside.
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  const faults: string[] = [];
  const elsewhere: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && /Content Security Policy|Uncaught|no words for/.test(line.text()))
      faults.push(line.text());
  });
  context.on('request', (request) => {
    if (!/^(?:data|blob|about):/.test(request.url()) && !request.url().startsWith(`${url}/`))
      elsewhere.push(request.url());
  });
  return { context, page, faults, elsewhere };
}

/** As `visit`, signed in over the API; the page is still blank. */
export async function visitAs(
  browser: Browser,
  url: string,
  email = ADMINISTRATOR,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await visit(browser, url, options);
  const answer = await visitor.context.request.post(`${url}/api/v1/session/sign-in`, {
    headers: { origin: url },
    data: { email, password: PASSWORD },
  });
  assert.equal(answer.status(), 200, await answer.text());
  return visitor;
}

/** Waits until nothing is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  const isDone =
    'document.querySelector("#root *") !== null && document.querySelector(".mantine-Skeleton-root, .mantine-Loader-root") === null';
  await until('the page to be there', async () => ((await page.evaluate(isDone)) === true ? true : undefined));
}

/** Fails with what axe finds: WCAG 2.2 A and AA, and its good practices. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  // In the page itself: otherwise each look opens one more page, only to put together what frames of other sites said.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  const told = violations.map(({ id, help, nodes }) => {
    const first = nodes[0];
    return `${id}: ${help} (${nodes.length})\n    ${String(first?.target)}\n    ${first?.html.slice(0, 300)}\n    ${first?.failureSummary?.replaceAll('\n', ' ')}`;
  });
  assert.deepEqual(told, [], where);
}

/** Where the columns that a list has at first have room enough. */
const WIDE = 1280;
const LOOK_FOR_FIT = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? ['it is ' + (scrollWidth - clientWidth) + ' pixels too wide'] : [];
  const isCut = (one) => one.scrollWidth > one.clientWidth + 1;
  const lists = innerWidth < ${WIDE} ? [] : [...document.querySelectorAll('[role=table]')];
  for (const list of lists) {
    if (isCut(list.parentElement)) found.push('the list ' + list.ariaLabel + ' is scrolled sideways');
    const times = [...list.querySelectorAll('[role=cell]:has(> time)')].filter(isCut);
    for (const { textContent } of times.slice(0, 1)) found.push('a time is cut off: ' + textContent);
  }
  return found;
})()`;

/** What does not fit: a page wider than the window; on a wide one a list that is scrolled sideways, a time that is cut. */
export async function misfitsOf(page: Page): Promise<string[]> {
  return (await page.evaluate(LOOK_FOR_FIT)) as string[];
}

/** Fails where something does not fit. */
export async function assertFits(page: Page, where: string): Promise<void> {
  assert.deepEqual(await misfitsOf(page), [], where);
}
