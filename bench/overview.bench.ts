// How long the overview takes with much mail stored. `node bench/overview.bench.ts FOLDER` puts the days that
// `traffic.bench.ts FOLDER` made under a relay, opens the page in Chromium as the operator and as a customer's
// administrator would, and measures from the click to the last chart.

import { mkdirSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { type Portal, startBrowser, startPortal, visitAs } from '../test/support/browser.ts';
import { acmeProvision } from '../test/support/relay.ts';
import { temporaryFolder } from '../test/support/temp.ts';

const ROUNDS = 5;
const PAGES = [
  '/overview',
  '/overview?range=month',
  '/overview?customer=cust0',
  '/overview?customer=cust0&range=month',
];
const days = process.argv[2];
if (days === undefined) {
  console.error('usage: node bench/overview.bench.ts FOLDER');
  process.exitCode = 2;
} else {
  await measure(resolve(days));
}

async function measure(days: string): Promise<void> {
  const folder = temporaryFolder('overview');
  mkdirSync(folder.file('data'));
  symlinkSync(days, folder.file('data', 'trace'));
  const apply = acmeProvision();
  const customer = { id: 'cust0', name: 'Customer', pools: ['standard'], sources: [], mailhosts: [], domains: [] };
  await using portal = await startPortal({
    folder: folder.path,
    apply: { ...apply, customer: [customer] },
  });
  const browser = await startBrowser();
  for (const path of PAGES) {
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) times.push(await timeOf(browser, portal, path));
    const sorted = times.toSorted((a, b) => a - b);
    console.log(`${path}: median ${sorted[Math.floor(ROUNDS / 2)]} ms, most ${sorted.at(-1)} ms`);
  }
  await browser.close();
  folder.remove();
}

/** Nothing is in the browser's cache. */
async function timeOf(browser: Browser, { url }: Portal, path: string): Promise<number> {
  const { page, context } = await visitAs(browser, url);
  const began = performance.now();
  await page.goto(path);
  // The sentence, and the drawings of what came and what became of it.
  await page.locator('[data-well="yes"], [data-well="no"]').waitFor();
  await page.locator('canvas').nth(1).waitFor();
  const ms = Math.round(performance.now() - began);
  await context.close();
  return ms;
}
