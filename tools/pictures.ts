// Makes the pictures of the README: `npm run pictures`. A relay with some real mail, and Chromium that looks at it.

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  addPerson,
  approvePortal,
  type Portal,
  settled,
  startBrowser,
  startPortal,
  type Visitor,
  visit,
  visitAs,
} from '../test/support/browser.ts';
import { acmeProvision } from '../test/support/relay.ts';
import { startSandbox } from '../test/support/sandbox.ts';
import { type ScriptedReceiver, startReceiver } from '../test/support/scripted-receiver.ts';
import { SmtpClient } from '../test/support/smtp-client.ts';
import { temporaryFolder } from '../test/support/temp.ts';
import { until } from '../test/support/until.ts';

const FOLDER = resolve(import.meta.dirname, '../docs/pictures');
const WIDE = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2 };
const CUSTOMER = 'carl@acme.test';
const PEOPLE = ['anna.weber', 'info', 'm.muller', 'sales', 'j.schmit', 'contact', 'paul.reuter', 'office'];
const SUBJECTS = [
  'Offer 2026-114',
  'Minutes of Thursday',
  'Invoice 4711',
  'Your order is on its way',
  'Re: visit in May',
];

async function send(
  port: number,
  { from = 'office@acme.test', to, subject }: { from?: string; to: string; subject: string },
) {
  await using client = await SmtpClient.connect({ port });
  await client.hello();
  const content = `From: Acme <${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\n\r\nDear Sir or Madam,\r\n\r\nplease find it below.\r\n`;
  await client.message({ from, to: [to], content: Buffer.from(content) });
  await client.quit();
}

/** Mail that was delivered, refused, put off and held. */
async function fill({ relay }: Portal, internet: ScriptedReceiver): Promise<void> {
  const { outbound } = relay.ports;
  const all = async (count: number, domain: string) => {
    for (let i = 0; i < count; i++) {
      const to = `${PEOPLE[i % PEOPLE.length]}@${domain}`;
      await send(outbound, { to, subject: SUBJECTS[i % SUBJECTS.length] ?? '' });
    }
  };
  await all(40, 'client.example');
  await all(18, 'partner.example');
  internet.script = { rcpt: '550 5.1.1 <user> does not live here' };
  await all(5, 'old.example');
  await relay.settled();
  internet.script = { rcpt: '451 4.7.0 too busy, come again later' };
  await all(14, 'slow.example');
  await all(6, 'mail.example');
  await until('the first attempts', async () => ((await relay.counts()).deferred >= 20 ? true : undefined));
}

async function picture(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
  console.log(`docs/pictures/${name}.png`);
}

async function inBrowser(come: Promise<Visitor>, look: (page: Page) => Promise<void>): Promise<void> {
  const visitor = await come;
  try {
    await look(visitor.page);
  } finally {
    await visitor.context.close();
  }
}

async function ofRelay(browser: Browser): Promise<void> {
  const folder = temporaryFolder('pictures');
  const internet = await startReceiver();
  const route = [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }];
  const apply = acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } });
  const portal = await startPortal({ folder: folder.path, apply, config: { route } });
  try {
    await approvePortal(portal.relay, 'acme');
    await addPerson(portal.relay, internet, { email: CUSTOMER, role: 'customer_administrator', customer: 'acme' });
    await fill(portal, internet);
    await inBrowser(visitAs(browser, portal.url, CUSTOMER, WIDE), async (page) => {
      await page.goto('/overview');
      await picture(page, 'overview');
    });
    await inBrowser(visitAs(browser, portal.url, undefined, WIDE), async (page) => {
      await page.goto('/messages?status=bounced');
      await settled(page);
      await page
        .getByRole('row', { name: /old\.example/ })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('heading').first().waitFor();
      await picture(page, 'message');
      await page.goto('/queues');
      await picture(page, 'queues');
      await page.goto('/health');
      await picture(page, 'health');
    });
    await inBrowser(visitAs(browser, portal.url, CUSTOMER, { ...PHONE, colorScheme: 'dark' }), async (page) => {
      await page.goto('/messages');
      await picture(page, 'phone');
    });
  } finally {
    await portal.stop();
    await internet.close();
    folder.remove();
  }
}

async function ofSandbox(browser: Browser): Promise<void> {
  const folder = temporaryFolder('pictures');
  const sandbox = await startSandbox(folder.path);
  try {
    for (const subject of SUBJECTS) {
      await send(sandbox.smtp, { from: 'office@demo.test', to: 'anna.weber@client.example', subject });
    }
    await inBrowser(visit(browser, sandbox.url, WIDE), async (page) => {
      await page.goto('/');
      await picture(page, 'sandbox');
    });
  } finally {
    await sandbox[Symbol.asyncDispose]();
    folder.remove();
  }
}

mkdirSync(FOLDER, { recursive: true });
const browser = await startBrowser();
try {
  await ofSandbox(browser);
  await ofRelay(browser);
} finally {
  await browser.close();
}
