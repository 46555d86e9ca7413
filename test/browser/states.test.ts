// Every page in every state: failing, and tried again; loading; full; empty; without the right to see it. In each axe finds
// nothing, nothing is wider than the window, no word is missing and no script fails. Pages take turns at widths, colours
// and languages; by `npm run pages` each is seen in every language and at both widths.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import {
  type Portal,
  settled,
  skipWithoutBrowser,
  startBrowser,
  startPortal,
  visit,
  visitAs,
} from '../support/browser.ts';
import { addressOf, EMPTY, type Filled, filledOptions, fillRelay, PEOPLE } from '../support/filled-relay.ts';
import { Calls, drawn, faultsOf, goWithin, isLoading, linksOf, type Mode, pressAll } from '../support/page-states.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface PageRoute {
  path: string;
  side: 'operator' | 'customer' | 'both' | 'public';
  needs?: string | readonly string[];
}

// By its name alone: what it leads to is typed for browsers.
const list = new URL('../../portal/src/pages/all-pages.ts', import.meta.url).href;
const { PAGES } = (await import(list)) as { PAGES: readonly PageRoute[] };

const LANGUAGES = ['en', 'de', 'fr'] as const;
const WIDTHS = [360, 1280] as const;
const AGAIN = ['Try again', 'Erneut versuchen', 'Réessayer'];
const NO_RIGHT = [
  'You have no right to see this',
  'Sie dürfen das nicht sehen',
  'Vous n’avez pas le droit de voir cette page',
];
/** Pages that lead on at once, or have nothing of the API's at first. */
const LEADS_ON = '/messages/$message';
const isLong = process.env['EASYMAIL_ALL_LOOKS'] !== undefined;

interface Look {
  width: number;
  scheme: 'light' | 'dark';
}

interface Sight {
  page: Page;
  calls: Calls;
  /** What was found wrong so far. */
  found: string[];
}

describe('pages in every state', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let internet: ScriptedReceiver;
  let filled: Filled;

  before(async () => {
    folder = temporaryFolder('states');
    internet = await startReceiver();
    portal = await startPortal(await filledOptions(folder.path, internet.port));
    filled = await fillRelay(portal, internet);
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await portal?.stop();
    await internet?.close();
    folder?.remove();
  });

  /** Of these an address of mail; without one the administrator. `nobody` is not signed in. */
  type Person = string | undefined;
  interface Tour {
    who: Person;
    pages: readonly PageRoute[];
    /** Which pages take which look; without it all take turns. */
    look?: (n: number) => Look;
    at: (sight: Sight, route: PageRoute, n: number) => Promise<void>;
  }

  /** Goes through the pages, a language after the other, and tells what is wrong with them. */
  async function tour({ who, pages, look = inTurns, at }: Tour): Promise<void> {
    const visitor = await (who === 'nobody' ? visit(browser, portal.url) : visitAs(browser, portal.url, who));
    const { page, context } = visitor;
    const calls = await Calls.of(page);
    const found: string[] = [];
    page.on('console', (line) => {
      // Of answers that fail since they are made to.
      if (line.type() === 'error' && !/Failed to load resource/.test(line.text()))
        found.push(`console: ${line.text()}`);
    });
    try {
      for (const [turn, language] of LANGUAGES.entries()) {
        await speak(page, language, who);
        await drawn(page, calls);
        const now = [...pages.entries()].filter(([n]) => isLong || n % LANGUAGES.length === turn);
        for (const [n, route] of now) {
          const { width, scheme } = look(n + turn);
          const wrong = await lookAt({ page, calls, found: [] }, { route, n, look: { width, scheme }, at });
          found.push(
            ...wrong.map((one) => `${addressOf(route.path, filled)} (${language}, ${width}, ${scheme}): ${one}`),
          );
        }
      }
      assert.deepEqual(found, []);
      assert.deepEqual(visitor.faults, []);
      assert.deepEqual(visitor.elsewhere, []);
    } finally {
      await context.close();
    }
  }

  /** The language of the person, and of the browser; the portal is loaded anew. */
  async function speak(page: Page, language: string, who: Person): Promise<void> {
    await page.context().request.patch(`${portal.url}/api/v1/account`, {
      headers: { origin: portal.url },
      data: { language },
      failOnStatusCode: false,
    });
    await page.addInitScript(`localStorage.setItem('easymail-language', '${language}')`);
    await page.goto(who === 'nobody' ? '/sign-in' : '/account');
  }

  interface Stop extends Pick<Tour, 'at'> {
    route: PageRoute;
    n: number;
    look: Look;
  }

  async function lookAt(sight: Sight, { route, n, look, at }: Stop): Promise<string[]> {
    const { page, calls, found } = sight;
    await page.setViewportSize({ width: look.width, height: 900 });
    await page.emulateMedia({ colorScheme: look.scheme });
    try {
      await at(sight, route, n);
    } catch (error) {
      found.push(error instanceof Error ? error.message : String(error));
    }
    await calls.become('pass');
    return found;
  }

  /** Fails, is tried again, comes, is there. */
  async function throughStates({ page, calls, found }: Sight, route: PageRoute, n: number): Promise<void> {
    const note = (state: string, faults: string[]) => found.push(...faults.map((fault) => `${state}: ${fault}`));
    calls.forget();
    // What does not arrive at all is tried more often, which takes its time.
    const failing: Mode = n % 6 === 0 ? 'network' : 'problem';
    await calls.become(failing);
    await goWithin(page, addressOf(route.path, filled));
    await drawn(page, calls);
    if (calls.made > 0) {
      note('failing', await faultsOf(page, 'main'));
      await calls.become('hold');
      if ((await pressAll(page, AGAIN)) === 0) note('failing', ['nothing says so, or can be tried again']);
      else if (!(await isLoading(page))) note('loading', ['nothing says so']);
      note('loading', await faultsOf(page, 'main'));
    }
    await calls.become('pass');
    await drawn(page, calls);
    if ((await pressAll(page, AGAIN)) > 0) note('tried again', ['it still fails']);
    note('full', await faultsOf(page));
  }

  const ofSide = (side: 'operator' | 'customer') =>
    PAGES.filter((route) => (route.side === side || route.side === 'both') && route.path !== LEADS_ON);
  const inLooks = (at: Tour['at'], who: Person, pages: readonly PageRoute[]) => async () => {
    const turns = isLong ? [0, 1] : [0];
    for (const turn of turns) await tour({ who, pages, at, look: (n) => inTurns(n + turn) });
  };

  test('failing, loading and full: the operator', inLooks(throughStates, undefined, ofSide('operator')));
  test('failing, loading and full: a customer', inLooks(throughStates, PEOPLE.customer, ofSide('customer')));
  const open = PAGES.filter(({ side }) => side === 'public');
  test('failing, loading and full: nobody', inLooks(throughStates, 'nobody', open));

  test('empty: a customer that has nothing, and the operator looking at it', async () => {
    const empty =
      (scope: string): Tour['at'] =>
      async ({ page, calls, found }, route) => {
        await goWithin(page, `${addressOf(route.path, filled)}${scope}`);
        await drawn(page, calls);
        found.push(...(await faultsOf(page, 'main')));
        if ((await pressAll(page, AGAIN)) > 0) found.push('it fails');
      };
    const nobodys = (route: PageRoute) => !route.path.includes('$');
    await inLooks(empty(''), PEOPLE.ofEmpty, ofSide('customer').filter(nobodys))();
    await inLooks(empty(`?customer=${EMPTY}`), undefined, ofSide('operator').filter(nobodys))();
  });

  // What lies over a page, and over that: opened, closed and left by keys, one after the other.
  test('by the keyboard alone: panels, their dialogs, and the search', async () => {
    const { page, context, faults } = await visitAs(browser, portal.url);
    // The looks before this one leave the operator's account in the language of the last.
    await speak(page, 'en', undefined);
    const layers = page.getByRole('dialog');
    const press = async (target: Locator) => {
      await target.focus();
      await page.keyboard.press('Enter');
    };
    const focus = page.locator(':focus');
    const hasFocus = (target: Locator) => async () =>
      (await target.and(focus).or(target.locator(focus)).count()) > 0 || undefined;
    const leave = async (back: Locator, left: number) => {
      await page.keyboard.press('Escape');
      await until(`${left} to be left open`, async () => ((await layers.count()) === left ? true : undefined));
      await until('the focus to be back', hasFocus(back));
    };
    for (const [path, act] of [
      ['/addresses', 'Take out'],
      ['/suppressions', 'Lift'],
      ['/users', undefined],
    ] as const) {
      await page.goto(path);
      const row = page.locator('main [role=row][tabindex]').first();
      await press(row);
      const panel = layers.first();
      await panel.waitFor();
      await until('the focus to be in the panel', hasFocus(panel));
      for (let turn = 0; turn < 12; turn++) {
        await page.keyboard.press('Tab');
        assert.ok(await hasFocus(panel)(), `${path}: Tab leaves the panel`);
      }
      if (act !== undefined) {
        const button = panel.getByRole('button', { name: act });
        await press(button);
        await until('the focus to be in the dialog', hasFocus(layers.nth(1)));
        await leave(button, 1);
      }
      await leave(row, 0);
    }
    for (const [language, typed, act] of [
      ['en', 'csv import', 'Import customers'],
      ['de', 'regel anlegen', 'Neue Regel'],
      ['fr', 'cle creer', 'Créer une clé d’API'],
    ] as const) {
      await speak(page, language, undefined);
      await settled(page);
      await page.keyboard.press('Control+k');
      await page.locator('input.mantine-Spotlight-search').fill(typed);
      await page.getByRole('button', { name: act }).waitFor();
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/integrations/);
    assert.deepEqual(faults, []);
    await context.close();
  });

  for (const [who, side] of [
    [PEOPLE.officer, 'operator'],
    [PEOPLE.viewer, 'customer'],
  ] as const) {
    test(`no right: ${who} is told so, and no link leads there`, async () => {
      const session = await visitAs(browser, portal.url, who);
      const { permissions } = (await (await session.context.request.get(`${portal.url}/api/v1/session`)).json()) as {
        permissions: string[];
      };
      await session.context.close();
      const may = (route: PageRoute) =>
        (route.side === 'both' || route.side === 'public' || route.side === side) &&
        (route.needs === undefined || [route.needs].flat().some((one) => permissions.includes(one)));
      const leadsTo = (path: string) => PAGES.find((route) => patternOf(route).test(path));
      const dead = (links: readonly string[]) =>
        links.filter(
          (path) =>
            path !== '/' &&
            !path.startsWith('/api/') &&
            !(leadsTo(path) !== undefined && may(leadsTo(path) as PageRoute)),
        );
      await tour({
        who,
        pages: PAGES.filter((route) => route.side !== 'public' && route.path !== LEADS_ON),
        at: async ({ page, calls, found }, route) => {
          await goWithin(page, addressOf(route.path, filled));
          await drawn(page, calls);
          const heading = (await page.locator('main h1').first().textContent()) ?? '';
          if (NO_RIGHT.includes(heading) === may(route)) found.push(`its heading is ${heading}`);
          found.push(...[...new Set(dead(await linksOf(page)))].map((path) => `a dead link to ${path}`));
          found.push(...(await faultsOf(page, 'main')));
        },
      });
    });
  }
});

const inTurns = (n: number): Look => ({
  width: WIDTHS[n % WIDTHS.length] ?? 1280,
  scheme: Math.floor(n / 2) % 2 === 0 ? 'light' : 'dark',
});

/** The addresses of a page. `/rules/new` stands before `/rules/$rule`. */
function patternOf({ path }: PageRoute): RegExp {
  return new RegExp(`^${path.replace(/\$\w+/g, '[^/]+')}$`);
}
