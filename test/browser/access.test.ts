// How people get in, in a real browser: the first administrator, an app's codes, passkeys, invitations, a forgotten
// password; a session that ends meanwhile, and acts that ask who it is.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { totpAt } from '../support/access-world.ts';
import {
  ADMINISTRATOR,
  assertAccessible,
  firstToken,
  PASSWORD,
  type Portal,
  skipWithoutBrowser,
  startBrowser,
  startNewPortal,
  startPortal,
  visit,
  visitAs,
} from '../support/browser.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** A code is for so long; the relay takes one of the time before or after. */
const CODE_MS = 30_000;

interface World {
  folder: TemporaryFolder;
  internet: ScriptedReceiver;
  portal: Portal;
  browser: Browser;
  end(): Promise<void>;
}

/** A relay whose mail arrives, and a browser. `isNew`: nobody has access yet, and administrators need a second factor. */
async function startWorld({ isNew = false, access = {} }: { isNew?: boolean; access?: object } = {}): Promise<World> {
  // What was begun is ended, also where the rest does not start: a server that is left keeps this file from its end.
  await using begun = new AsyncDisposableStack();
  const folder = begun.use(temporaryFolder('access'));
  const internet = begun.use(await startReceiver());
  const route = [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }];
  const portal = begun.use(
    isNew
      ? await startNewPortal({ folder: folder.path, config: { route } })
      : await startPortal({ folder: folder.path, config: { route, access: { second_factor: [], ...access } } }),
  );
  const browser = begun.use(await startBrowser());
  const all = begun.move();
  return { folder, internet, portal, browser, end: () => all.disposeAsync() };
}

/** What the link of the last mail to somebody ends in. */
function linkTo(internet: ScriptedReceiver, email: string, kind: 'invitation' | 'reset'): Promise<string> {
  return until(`the mail to ${email}`, () => {
    const mail = internet.messages.findLast(({ rcpts }) => rcpts.join(' ').includes(email));
    const text = mail?.content.replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? '';
    return new RegExp(`#${kind}=[\\w-]{43}`).exec(text)?.[0];
  });
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account and settings of the portal' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in/);
}

async function typePassword(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Where somebody who has just signed in is led to. */
const START = /\/(?:health|overview)$/;

describe('the first administrator, in a browser', { skip: skipWithoutBrowser }, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ isNew: true });
  });
  after(() => world?.end());

  test('the link, a password, an app; then its codes, and one for when it is lost', async () => {
    const { portal, browser } = world;
    const { page, context, faults, elsewhere } = await visit(browser, portal.url);
    await page.goto('/sign-in');
    await page.getByText('easymail user invite --first').waitFor();
    await assertAccessible(page, 'the sign-in of a new relay');

    const first = `/#first=${await firstToken(portal.relay)}`;
    await page.goto(first);
    await page.getByRole('heading', { name: 'Welcome to Easymail' }).waitFor();
    await page.getByLabel('E-mail address').fill('anna@example.lu');
    await page.getByLabel('Your name').fill('Anna');
    await page.getByLabel('Password', { exact: true }).fill('too short');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByText('3 more characters, please.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create the account' }).click();

    await page.getByRole('heading', { name: 'Protect your account' }).waitFor();
    await page.goto('/users');
    await page.getByRole('heading', { name: 'Protect your account' }).waitFor();
    await assertAccessible(page, 'the set-up of a second factor');
    await page.getByRole('button', { name: 'Set up: Authenticator app' }).click();
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    await assertAccessible(page, 'the set-up of an app');
    const secret = (await page.locator('code').first().innerText()).trim();
    assert.match(secret, /^[A-Z2-7]{32}$/);
    await page.getByLabel('Code that the app shows now').fill('000000');
    await page.getByRole('button', { name: 'Confirm the code' }).click();
    await page.getByText('This code is not right.').waitFor();
    assert.equal((await page.locator('code').first().innerText()).trim(), secret, 'the same secret');
    await page.getByLabel('Code that the app shows now').fill(totpAt(secret, Date.now()));
    await page.getByRole('button', { name: 'Confirm the code' }).click();
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    const codes = await page.locator('li pre').allInnerTexts();
    assert.equal(codes.length, 10);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    assert.equal((await saved).suggestedFilename(), 'easymail-recovery-codes.txt');
    await page.getByLabel('I have kept the codes.').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.waitForURL(START);

    await signOut(page);
    await typePassword(page, 'anna@example.lu', PASSWORD);
    await page.getByLabel('Six-digit code').waitFor();
    await assertAccessible(page, 'the second factor');
    // The code of the set-up counts no second time: this is the next.
    await page.getByLabel('Six-digit code').fill(totpAt(secret, Date.now() + CODE_MS));
    await page.waitForURL(START);

    await signOut(page);
    await typePassword(page, 'anna@example.lu', PASSWORD);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(START);
    await page.goto('/account?tab=security');
    await page.getByText('9 codes are left.').waitFor();

    await page.goto(first);
    await page.getByRole('heading', { name: 'This link works no longer' }).waitFor();
    assert.deepEqual([faults, elsewhere], [[], []]);
    await context.close();
  });
});

describe('people and their sessions, in a browser', { skip: skipWithoutBrowser }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.end());

  test('a passkey is made, signs in alone, is renamed and removed', async () => {
    const { portal, browser } = world;
    const { page, context, faults } = await visitAs(browser, portal.url);
    const device = await context.newCDPSession(page);
    await device.send('WebAuthn.enable');
    await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto('/account?tab=security');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Laptop');
    await dialog.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByLabel('I have kept the codes.').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Laptop').waitFor();
    await assertAccessible(page, 'the account with a passkey');

    await signOut(page);
    // It is offered in the field of the address too, and this authenticator says yes at once: whichever is first.
    const withPasskey = page.getByRole('button', { name: 'Sign in with a passkey' }).click({ timeout: 5000 });
    await Promise.all([page.waitForURL(START), withPasskey.catch(() => {})]);

    await page.goto('/account?tab=security');
    await page.getByRole('button', { name: 'Rename: Laptop' }).click();
    await dialog.getByLabel('Name').fill('Old laptop');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Remove: Old laptop' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('You have none yet.').waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('an invitation is sent, arrives, and lets its reader in', async () => {
    const { portal, browser, internet } = world;
    const { page, context } = await visitAs(browser, portal.url);
    await page.goto('/users');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send the invitation' }).click();
    await dialog.getByText('Please enter an e-mail address').waitFor();
    await dialog.getByLabel('E-mail address').fill('ben@example.lu');
    await dialog.getByLabel('Language of the mail').click();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await assertAccessible(page, 'the form of an invitation');
    await dialog.getByRole('button', { name: 'Send the invitation' }).click();
    await page.getByText('The invitation is on its way to ben@example.lu.').waitFor();
    await page
      .getByRole('row', { name: /ben@example\.lu/ })
      .getByText('Invited')
      .waitFor();

    const guest = await visit(browser, portal.url);
    await guest.page.goto(`/${await linkTo(internet, 'ben@example.lu', 'invitation')}`);
    await guest.page.getByRole('heading', { name: 'Ihre Einladung' }).waitFor();
    assert.equal(await guest.page.getByLabel('Sie melden sich an als').inputValue(), 'ben@example.lu');
    await assertAccessible(guest.page, 'an invitation');
    await guest.page.getByLabel('Passwort', { exact: true }).fill(PASSWORD);
    await guest.page.getByRole('button', { name: 'Annehmen und anmelden' }).click();
    await guest.page.waitForURL(START);
    await guest.page.goto('/users?tab=roles');
    await guest.page.getByRole('heading', { name: 'Benutzer und Rollen' }).waitFor();
    assert.equal(await guest.page.getByRole('button', { name: 'Einladen' }).count(), 0, 'an auditor invites nobody');
    assert.deepEqual([guest.faults, guest.elsewhere], [[], []]);
    await guest.context.close();
    await context.close();
  });

  test('a forgotten password is set anew over a mail', async () => {
    const { portal, browser, internet } = world;
    const { page, context } = await visit(browser, portal.url);
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail address').fill(ADMINISTRATOR);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('heading', { name: 'Please look at your mail' }).waitFor();
    await page.goto(`/${await linkTo(internet, ADMINISTRATOR, 'reset')}`);
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Your new password is set.').waitFor();
    await typePassword(page, ADMINISTRATOR, PASSWORD);
    await page.waitForURL(START);
    await context.close();
  });

  test('a session is ended from another browser; what was typed there is saved after a sign-in in place', async () => {
    const { portal, browser } = world;
    const there = await visitAs(browser, portal.url, ADMINISTRATOR, { userAgent: 'Firefox/140.0 Windows' });
    await there.page.goto('/account');
    await there.page.getByLabel('Your name').fill('Ann of the night');

    const here = await visitAs(browser, portal.url);
    await here.page.goto('/account?tab=sessions');
    await here.page
      .getByRole('button', { name: /^End: Firefox on Windows/ })
      .first()
      .click();
    await here.page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
    await here.page.getByText('One session was ended.').waitFor();
    await assertAccessible(here.page, 'the sessions');

    await there.page.getByRole('button', { name: 'Save' }).click();
    await there.page.getByText('Your session has ended').waitFor();
    await assertAccessible(there.page, 'a session that ended');
    const dialog = there.page.getByRole('dialog');
    assert.equal(await dialog.getByLabel('E-mail address').inputValue(), ADMINISTRATOR);
    await dialog.getByLabel('Password', { exact: true }).fill('not the right one');
    await there.page.keyboard.press('Enter');
    await dialog.getByText('The address or the password is not right.').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await there.page.keyboard.press('Enter');
    await there.page.getByText('Saved.').waitFor();
    await here.page.goto('/account');
    assert.equal(await here.page.getByLabel('Your name').inputValue(), 'Ann of the night');
    assert.deepEqual([here.faults, there.faults], [[], []]);
    await there.context.close();
    await here.context.close();
  });
});

describe('dangerous acts, in a browser', { skip: skipWithoutBrowser }, () => {
  let world: World;
  before(async () => {
    // Every act needs a fresh proof: the one before is old by the time it is done.
    world = await startWorld({ access: { step_up: '1s' } });
  });
  after(() => world?.end());

  /** Waits until the last proof is too old. */
  const proofIsOld = (page: Page) =>
    until('the proof to be old', async () => {
      const answer = await page.context().request.get(`${world.portal.url}/api/v1/session`);
      const { stepped_up_until: end } = (await answer.json()) as { stepped_up_until: string };
      return Date.parse(end) < Date.now() ? true : undefined;
    });

  test('a key is made once its maker has shown who it is, and nothing has to be typed again', async () => {
    const { portal, browser } = world;
    const { page, context, faults } = await visitAs(browser, portal.url);
    await page.goto('/integrations');
    await page.getByText('No API keys yet').waitFor();
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByLabel('What it is for').fill('monitoring');
    await page.getByLabel('See the state, metrics, addresses and settings of the relay').check();
    await page.getByLabel('Where it may be used from').fill('nowhere');
    await assertAccessible(page, 'the form of a key');
    await proofIsOld(page);
    await page.getByRole('button', { name: 'Create the key' }).click();
    const proof = page.getByRole('dialog', { name: 'Is it you?' });
    await proof.getByLabel('Password', { exact: true }).fill('not the right one');
    await page.keyboard.press('Enter');
    await proof.getByText('This password is not right.').waitFor();
    await page.keyboard.press('Escape');
    await proof.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('What it is for').inputValue(), 'monitoring', 'the form stays');

    const prove = async () => {
      await proof.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.keyboard.press('Enter');
      await proof.waitFor({ state: 'detached' });
    };
    await page.getByRole('button', { name: 'Create the key' }).click();
    await prove();
    await page.getByText('“nowhere” is no address or network.').waitFor();
    await page.getByLabel('Where it may be used from').fill('127.0.0.0/8');
    await proofIsOld(page);
    await page.getByRole('button', { name: 'Create the key' }).click();
    await prove();
    await page.getByText('Your new API key').waitFor();
    await assertAccessible(page, 'a new key');
    const key = (await page.locator('code').filter({ hasText: /^emk_/ }).innerText()).trim();
    const headers = { authorization: `Bearer ${key}` };
    assert.equal((await fetch(`${portal.url}/api/v1/status`, { headers })).status, 200);
    await page.getByRole('button', { name: 'I have kept it' }).click();

    await page.getByRole('row', { name: /monitoring/ }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog', { name: 'Revoke “monitoring”' }).getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The key is revoked.').waitFor();
    assert.equal((await fetch(`${portal.url}/api/v1/status`, { headers })).status, 401);
    assert.deepEqual(faults, []);
    await context.close();
  });
});
