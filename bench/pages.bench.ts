// How long every page of the portal takes with a million messages stored. `node bench/pages.bench.ts FOLDER [VISITS]` makes
// a relay in FOLDER that has something of everything, a million messages of 30 days and some thousand customers, unless it
// is there already; then opens each page in Chromium as the operator, as a customer's administrator and from its link.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import {
  ADMINISTRATOR,
  type Portal,
  startBrowser,
  startNewPortal,
  startPortal,
  visit,
  visitAs,
} from '../test/support/browser.ts';
import { addressOf, type Filled, FULL, filledOptions, fillRelay, PEOPLE } from '../test/support/filled-relay.ts';
import { PLACEHOLDER } from '../test/support/page-states.ts';
import { type ScriptedReceiver, startReceiver } from '../test/support/scripted-receiver.ts';
import { SmtpClient } from '../test/support/smtp-client.ts';
import { until } from '../test/support/until.ts';
import { customerId, storeCustomers } from './stored-customers.ts';
import { storeMessages } from './stored-messages.ts';

const MESSAGES = 1_000_000;
const DAYS = 30;
const STORED = { customers: 5000, domains: 15_000, sources: 30_000, results: 60_000, entries: 20_000 };
const WAITING = 3000;
const WANTED_MS = 1500;
/** A page that asks for nothing and draws nothing for so long is there. */
const CALM_MS = 300;
const OLDEST_MS = 24 * 3_600_000;

interface PageRoute {
  path: string;
  side: 'operator' | 'customer' | 'both' | 'public';
}

/** What a visit took, in milliseconds from the address. */
interface Visit {
  paint: number;
  there: number;
  call: { path: string; ms: number };
}

interface Made {
  at: number;
  filled: Filled;
}

async function measure(folder: string, visits: number): Promise<void> {
  const began = Date.now();
  await using internet = await startReceiver();
  const { portal, filled } = await openRelay(folder, internet);
  const browser = await startBrowser();
  console.log(`there after ${seconds(began)} s; load ${load()}`);
  try {
    const all = [
      ...(await measureAs(browser, { portal, filled, visits, who: ADMINISTRATOR, side: 'operator' })),
      ...(await measureAs(browser, { portal, filled, visits, who: PEOPLE.customer, side: 'customer' })),
      ...(await measureAs(browser, { portal, filled, visits, side: 'public' })),
    ];
    const late = (of: (page: Measured) => number) => all.filter((page) => of(page) > WANTED_MS).length;
    console.log(
      `\n${all.length} pages: median above ${WANTED_MS} ms ${late(({ median }) => median)}, worst visit above it ${late(({ worst }) => worst)}; ${seconds(began)} s in all, load ${load()}`,
    );
  } finally {
    await browser.close();
    await portal.stop();
  }
}

const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(0);
const load = (): string => loadavg()[0]?.toFixed(1) ?? '';

/** The relay of the folder, made if it is not there. What it sends is put off by `internet`. */
async function openRelay(folder: string, internet: ScriptedReceiver): Promise<{ portal: Portal; filled: Filled }> {
  const mark = join(folder, 'made.json');
  const filledWith = await filledOptions(folder, internet.port);
  const options = { ...filledWith, config: { access: { second_factor: [] }, ...filledWith.config } };
  if (existsSync(mark)) {
    const { at, filled } = JSON.parse(readFileSync(mark, 'utf8')) as Made;
    if (Date.now() - at > OLDEST_MS)
      throw new Error(`${folder} is older than a day, and its links have ended: remove it`);
    internet.script = { rcpt: '451 4.7.0 too busy, come again later' };
    return { portal: await startNewPortal(options), filled };
  }
  if (existsSync(join(folder, 'data'))) throw new Error(`${folder} was left half made: remove it`);
  mkdirSync(join(folder, 'data'), { recursive: true });
  const nameOf = (customer: number) => (customer === 0 ? FULL : customerId(customer));
  storeMessages(join(folder, 'data/trace'), { messages: MESSAGES, days: DAYS, end: Date.now(), nameOf });
  await storeCustomers(join(folder, 'data/control.db'), STORED);
  const portal = await startPortal(options);
  const filled = await fillRelay(portal, internet);
  await sendSlow(portal);
  writeFileSync(mark, JSON.stringify({ at: Date.now(), filled } satisfies Made));
  return { portal, filled };
}

/** Mail to thirty destinations that put it off. */
async function sendSlow({ relay }: Portal): Promise<void> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const content = Buffer.from('From: <a@acme.test>\r\nSubject: Minutes of Friday\r\n\r\nDear all\r\n');
  for (let i = 0; i < WAITING; i++)
    await client.message({ from: 'a@acme.test', to: [`user${i}@slow${i % 30}.test`], content });
  const first = async () => ((await relay.counts()).deferred >= WAITING ? true : undefined);
  await until('the first attempts', first, 120_000);
}

interface Tour {
  portal: Portal;
  filled: Filled;
  visits: number;
  /** Without it nobody is signed in. */
  who?: string;
  side: PageRoute['side'];
}

interface Measured {
  median: number;
  worst: number;
}

async function measureAs(browser: Browser, { portal, filled, visits, who, side }: Tour): Promise<Measured[]> {
  const options = who === undefined ? {} : { storageState: await signIn(browser, portal, who) };
  await timeOf(browser, portal, { address: '/', options });
  console.log(`\n| ${side}: page | first paint | there, median | worst | slowest call | load |`);
  console.log('| --- | ---: | ---: | ---: | --- | ---: |');
  const measured: Measured[] = [];
  for (const address of await addressesOf(side, filled)) {
    const times: Visit[] = [];
    for (let i = 0; i < visits; i++) times.push(await timeOf(browser, portal, { address, options }));
    const there = times.map((one) => one.there);
    const slowest = times.map(({ call }) => call).toSorted((a, b) => b.ms - a.ms)[0];
    const [median, worst] = [medianOf(there), Math.max(...there)];
    const call = slowest === undefined || slowest.ms === 0 ? '' : `${slowest.ms} ms ${slowest.path}`;
    const name = address.replace(/#.*/, '');
    console.log(
      `| ${name} | ${medianOf(times.map(({ paint }) => paint))} ms | ${median} ms | ${worst} ms | ${call} | ${load()} |`,
    );
    measured.push({ median, worst });
  }
  return measured;
}

const medianOf = (all: number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

async function signIn(
  browser: Browser,
  { url }: Portal,
  who: string,
): Promise<NonNullable<BrowserContextOptions['storageState']>> {
  const { context } = await visitAs(browser, url, who);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** The pages of a side, and those with another question whose answer needs much reading. */
async function addressesOf(side: PageRoute['side'], filled: Filled): Promise<string[]> {
  // By its name alone: what it leads to is typed for browsers.
  const list = new URL('../portal/src/pages/all-pages.ts', import.meta.url).href;
  const { PAGES } = (await import(list)) as { PAGES: readonly PageRoute[] };
  const pages = PAGES.filter((page) => page.side === side || (page.side === 'both' && side !== 'public'));
  const more = side === 'public' ? [] : ['/overview?range=month', '/messages?q=invoice'];
  const ofOne = side === 'operator' ? [`/overview?customer=${FULL}&range=month`] : [];
  return [...pages.map(({ path }) => addressOf(path, filled)), ...more, ...ofOne];
}

// Frame by frame: when the last placeholder went.
const WATCH = `(() => {
  let [wasThere, at] = [false, 0];
  window.thereSince = () => (wasThere ? at : undefined);
  const look = () => {
    const isThere = document.querySelector('#root *') !== null && document.querySelector('${PLACEHOLDER}') === null;
    if (isThere && !wasThere) at = performance.now();
    wasThere = isThere;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

const TAKEN = `(() => {
  const calls = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/v1/'));
  const call = { path: '', ms: 0 };
  for (const { name, requestStart, responseEnd } of calls) {
    const ms = Math.round(responseEnd - requestStart);
    if (responseEnd > 0 && ms > call.ms) Object.assign(call, { path: name.replace(/^.*\\/api\\/v1/, ''), ms });
  }
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return { paint: Math.round(paint.startTime), there: Math.round(window.thereSince()), call };
})()`;

interface Address {
  address: string;
  options: BrowserContextOptions;
}

/** Nothing is in the browser's cache. */
async function timeOf(browser: Browser, { url }: Portal, { address, options }: Address): Promise<Visit> {
  const { page, context } = await visit(browser, url, options);
  let inFlight = 0;
  const isCall = (request: { url(): string }) => request.url().includes('/api/v1/') && !request.url().includes('/live');
  page.on('request', (request) => void (isCall(request) && inFlight++));
  const ended = (request: { url(): string }) => void (isCall(request) && inFlight--);
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  await page.addInitScript(WATCH);
  await page.goto(address);
  const isCalm = `window.thereSince() < performance.now() - ${CALM_MS}`;
  await until(`${address} to be there`, async () =>
    inFlight === 0 && (await page.evaluate(isCalm)) === true ? true : undefined,
  );
  const taken = (await page.evaluate(TAKEN)) as Visit;
  await context.close();
  return taken;
}

const [, , given, visits = '3'] = process.argv;
if (given === undefined) {
  console.error('usage: node bench/pages.bench.ts FOLDER [VISITS]');
  process.exitCode = 2;
} else {
  await measure(resolve(given), Number(visits));
}
