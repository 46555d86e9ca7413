// The states of a page: answers of the API that fail or do not come, and what is found wrong with what is shown then.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page, Route } from 'playwright-core';
import { misfitsOf } from './browser.ts';
import { until } from './until.ts';

/** What becomes of calls of the API; `hold`: they get no answer until it is another. */
export type Mode = 'pass' | 'problem' | 'network' | 'hold';

/** Who is signed in, and whether this is a sandbox, is known whatever fails: without it there is no page. */
const ALWAYS = /\/api\/v1\/(?:session|portal)$/;
const PROBLEM = { type: 'about:blank', title: 'Internal Server Error', status: 500, detail: 'It broke.' };

/** The calls of a page, and what becomes of them. */
export class Calls {
  #mode: Mode = 'pass';
  #held: Route[] = [];
  #inFlight = 0;
  /** How many there were since `forget`. */
  made = 0;

  static async of(page: Page): Promise<Calls> {
    const calls = new Calls();
    await page.route('**/api/v1/**', (route) => calls.#take(route));
    const isOwn = (url: string) => new URL(url).pathname.startsWith('/api/v1/') && !url.includes('/live');
    page.on('request', (request) => void (isOwn(request.url()) && calls.#inFlight++));
    const ended = (request: { url(): string }) => void (isOwn(request.url()) && calls.#inFlight--);
    page.on('requestfinished', ended);
    page.on('requestfailed', ended);
    return calls;
  }

  async #take(route: Route): Promise<void> {
    if (ALWAYS.test(new URL(route.request().url()).pathname)) return route.continue();
    this.made++;
    if (this.#mode === 'hold') return void this.#held.push(route);
    return this.#answer(route);
  }

  async #answer(route: Route): Promise<void> {
    // A page that was left does not wait for an answer any more.
    const gone = () => {};
    if (this.#mode === 'network') return route.abort('connectionrefused').catch(gone);
    if (this.#mode === 'pass') return route.continue().catch(gone);
    const body = JSON.stringify(PROBLEM);
    return route.fulfill({ status: 500, contentType: 'application/problem+json', body }).catch(gone);
  }

  /** From now on; what was held is let go. */
  async become(mode: Mode): Promise<void> {
    this.#mode = mode;
    if (mode === 'hold') return;
    await Promise.all(this.#held.splice(0).map((route) => this.#answer(route)));
  }

  forget(): void {
    this.made = 0;
  }

  get waiting(): number {
    return this.#held.length;
  }

  /** Nothing is being asked, but for what is held. */
  get isQuiet(): boolean {
    return this.#inFlight <= this.#held.length;
  }
}

export const PLACEHOLDER = '.mantine-Skeleton-root, .mantine-Loader-root';
const IS_DRAWN = `document.querySelector('#root *') !== null && document.querySelector('${PLACEHOLDER}') === null`;
const NEXT_FRAMES =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))))';

/** Goes to another address without loading the portal again. */
export async function goWithin(page: Page, address: string): Promise<void> {
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(address)})`);
  await page.evaluate(NEXT_FRAMES);
}

/** Waits until all is there, or has failed. */
export async function drawn(page: Page, calls: Calls): Promise<void> {
  let calm = 0;
  await until('the page to be drawn', async () => {
    calm = calls.isQuiet && (await page.evaluate(IS_DRAWN)) === true ? calm + 1 : 0;
    return calm > 1 ? true : undefined;
  });
  await page.evaluate(NEXT_FRAMES);
}

/** Whether something says that it is still to come. */
export async function isLoading(page: Page): Promise<boolean> {
  await page.evaluate(NEXT_FRAMES);
  return !((await page.evaluate(IS_DRAWN)) as boolean);
}

const axe = readFileSync(
  createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
);
const LOOK = `async (place) => {
  const root = document.querySelector(place) ?? document;
  const { violations } = await axe.run(root, { resultTypes: ['violations'] });
  return violations.map(({ id, help, nodes }) => id + ': ' + help + ' (' + nodes.length + ') ' +
    nodes[0].target + ' ' + nodes[0].html.slice(0, 200) + ' ' + nodes[0].failureSummary.replaceAll('\\n', ' '));
}`;

/** What axe finds within `place`, or in all of it; and what does not fit. */
export async function faultsOf(page: Page, place = 'html'): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe);
  const found = (await page.evaluate(`(${LOOK})(${JSON.stringify(place)})`)) as string[];
  return [...found, ...(await misfitsOf(page))];
}

/** Presses every button with one of these names within the page; how many there were. */
export async function pressAll(page: Page, names: readonly string[]): Promise<number> {
  const press = `(() => {
    const names = ${JSON.stringify(names)};
    const found = [...document.querySelectorAll('main button')].filter((one) => names.includes(one.textContent.trim()));
    for (const one of found) one.click();
    return found.length;
  })()`;
  return Number(await page.evaluate(press));
}

/** Addresses of the portal that links on the page lead to. */
export async function linksOf(page: Page): Promise<string[]> {
  const all = `[...document.querySelectorAll('a[href^="/"]:not([target])')].map((one) => new URL(one.href).pathname)`;
  return (await page.evaluate(all)) as string[];
}
