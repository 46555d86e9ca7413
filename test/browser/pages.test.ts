// Every page of the portal, as the operator and as a customer's administrator see it: axe finds nothing, nothing is wider
// than the window, no script fails, nothing is loaded from elsewhere. `npm run pages` does it in all widths, languages
// and colours; without that two of them stand for all.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
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
  visit,
  visitAs,
} from '../support/browser.ts';
import { acmeProvision, callApi, type Relay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';

interface PageRoute {
  path: string;
  side: 'operator' | 'customer' | 'both' | 'public';
}

// By its name alone: what it leads to is typed for browsers.
const list = new URL('../../portal/src/pages/all-pages.ts', import.meta.url).href;
const { PAGES } = (await import(list)) as { PAGES: readonly PageRoute[] };

/** What stands for the variables of paths. */
const SAMPLES: Readonly<Record<string, string>> = { customer: 'acme', pool: 'standard', rule: 'new', message: 'none' };

interface Look {
  width: number;
  scheme: 'light' | 'dark';
  language: 'en' | 'de' | 'fr';
}

/** The narrowest; states.test.ts goes through the others. */
const SHORT: readonly Look[] = [{ width: 360, scheme: 'dark', language: 'de' }];
const LONG: readonly Look[] = [360, 768, 1280, 1920].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((scheme) =>
    (['en', 'de', 'fr'] as const).map((language) => ({ width, scheme, language })),
  ),
);
const LOOKS = process.env['EASYMAIL_ALL_LOOKS'] === undefined ? SHORT : LONG;
const CUSTOMER = 'carl@acme.test';

/**
 * By language: an address, what is pressed there, and a sentence that the relay has given a code and the catalogue its
 * words.
 */
const SAID: Readonly<Record<'de' | 'fr', readonly (readonly [address: string, said: string, press?: string])[]>> = {
  de: [
    ['/messages?q=status:wrong', ': Möglich sind queued'],
    ['/messages?q=status:rejected', 'Die Domain des Absenders ist keine bestätigte', 'a@elsewhere.test'],
    ['/health', 'Kein Virenscanner: Mail wird nicht auf Viren geprüft.', 'Jetzt prüfen'],
    ['/health', 'stranger.txt im Datenordner gehört nicht zum Relay.'],
    ['/privacy?tab=kept', 'Angenommene Mail wird zugestellt', 'Wartende Nachrichten'],
    ['/rules?tab=sets', 'Programme und Skripte'],
    ['/privacy?tab=register', 'Auftragsverarbeiter, im Auftrag der Kunden des Relays'],
  ],
  fr: [
    ['/messages?q=status:wrong', 'valeurs possibles'],
    ['/messages?q=status:rejected', 'Le domaine de l’expéditeur n’est pas un domaine sortant', 'a@elsewhere.test'],
    ['/health', 'Aucun antivirus : le courrier n’est pas examiné.', 'Contrôler'],
    ['/health', 'stranger.txt, dans le dossier de données, n’appartient pas au relais.'],
    ['/privacy?tab=kept', 'le courrier accepté est remis', 'Messages en file'],
    ['/rules?tab=sets', 'Programmes et scripts'],
    ['/privacy?tab=register', 'sous-traitant, pour le compte des clients du relais'],
  ],
};

/** A form that the relay refuses: what opens it, its field, what sends it, and what is said at the field. */
const REFUSED_FORM = {
  de: [
    'Neuer Pool',
    'Name des Pools',
    'Pool anlegen',
    '1 bis 64 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.',
  ],
  fr: [
    'Nouveau pool',
    'Nom du pool',
    'Créer le pool',
    'De 1 à 64 lettres, chiffres, points, traits d’union ou de soulignement.',
  ],
} as const;

/** The picker of what a webhook tells: what opens it, its fields, and what is said of a type. */
const EVENTS = {
  de: ['Neuer Webhook', 'Alle Ereignisse', 'Ereignisse', 'Ein Virenscanner fand etwas in einer Nachricht.'],
  fr: ['Nouveau webhook', 'Tous les événements', 'Événements', 'Un antivirus a trouvé quelque chose dans un message.'],
} as const;

describe('all pages', { skip: skipWithoutBrowser }, () => {
  let folder: TemporaryFolder;
  let portal: Portal;
  let browser: Browser;
  let internet: ScriptedReceiver;

  before(async () => {
    folder = temporaryFolder('pages');
    internet = await startReceiver();
    portal = await startPortal({
      folder: folder.path,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } }),
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }] },
    });
    await approvePortal(portal.relay, 'acme');
    await addPerson(portal.relay, internet, { email: CUSTOMER, role: 'customer_administrator', customer: 'acme' });
    await fill();
    await raiseAlarm(portal.relay);
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await portal?.stop();
    await internet?.close();
    folder?.remove();
  });

  /** Some mail of each kind. */
  async function fill(): Promise<void> {
    const { relay } = portal;
    const content = Buffer.from('From: <a@acme.test>\r\nSubject: A first message\r\n\r\nHello.\r\n');
    const send = async (to: string, from = 'a@acme.test') => {
      await using client = await SmtpClient.connect({ port: relay.ports.outbound });
      await client.hello();
      return await client.message({ from, to: [to], content });
    };
    assert.match(JSON.stringify(await send('refused@there.test', 'a@elsewhere.test')), /Not allowed to send/);
    await send('delivered@there.test');
    internet.script = { rcpt: '550 5.1.1 no such user' };
    await send('nobody@there.test');
    await relay.settled();
    internet.script = { rcpt: '451 4.2.1 come again' };
    await send('later@there.test');
    await relay.cli('queue', 'hold', 'to:later@there.test');
  }

  const open = PAGES.filter(({ side }) => side === 'public');
  for (const look of LOOKS) {
    const told = `${look.width} pixels, ${look.scheme}, ${look.language}`;
    test(`for nobody: ${told}`, async () => {
      await lookAt(open, look, () => visit(browser, portal.url, options(look)));
    });
    test(`for the operator: ${told}`, async () => {
      const pages = PAGES.filter(({ side }) => side === 'operator' || side === 'both');
      await lookAt(pages, look, () => visitAs(browser, portal.url, undefined, options(look)));
    });
    test(`for a customer: ${told}`, async () => {
      const pages = PAGES.filter(({ side }) => side === 'customer' || side === 'both');
      await lookAt(pages, look, () => visitAs(browser, portal.url, CUSTOMER, options(look)));
    });
  }

  for (const [language, words] of Object.entries(SAID)) {
    test(`what the relay says is said in the language of the page: ${language}`, async () => {
      const look = { width: 1280, scheme: 'light', language } as Look;
      const { page, context, faults } = await visitAs(browser, portal.url, undefined, options(look));
      try {
        await speak(page, language);
        for (const [address, sentence, press] of words) {
          await page.goto(address);
          if (press !== undefined) await page.getByText(press).first().click();
          await page.getByText(sentence).first().waitFor();
          await settled(page);
          assert.deepEqual(await englishOn(page), [], address);
          if (address.startsWith('/privacy')) assert.deepEqual(await markedOn(page), [], address);
        }
        await pickEvents(page, EVENTS[language as keyof typeof EVENTS]);
        await refuseForm(page, REFUSED_FORM[language as keyof typeof REFUSED_FORM]);
        assert.deepEqual(
          faults.filter((one) => !/4(?:0[04]|22)/.test(one)),
          [],
        );
      } finally {
        await context.close();
      }
    });
  }

  const options = ({ width, scheme, language }: Look) => ({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    locale: language,
  });

  async function lookAt(pages: readonly PageRoute[], look: Look, come: () => ReturnType<typeof visit>): Promise<void> {
    const visitor = await come();
    try {
      await speak(visitor.page, look.language);
      const found: string[] = [];
      // Two paths may stand for one page here, such as a new rule and any rule.
      for (const address of new Set(pages.map(({ path }) => addressOf(path)))) {
        try {
          await lookAtOne(visitor.page, address);
        } catch (error) {
          found.push(error instanceof Error ? error.message : String(error));
        }
      }
      assert.deepEqual(found, []);
      assert.deepEqual(visitor.faults, []);
      assert.deepEqual(visitor.elsewhere, []);
    } finally {
      await visitor.context.close();
    }
  }

  /** A file that is none of the relay's: the look of the retention raises an alarm. */
  async function raiseAlarm({ dataDir }: Relay): Promise<void> {
    writeFileSync(join(dataDir, 'stranger.txt'), '');
    const { status } = await callApi(dataDir, {
      method: 'POST',
      path: '/api/v1/privacy/retention/run',
      body: { job: 'look' },
    });
    assert.equal(status, 200);
  }

  async function refuseForm(page: Page, form: (typeof REFUSED_FORM)['de' | 'fr']): Promise<void> {
    const [opens, field, sends, said] = form;
    await page.goto('/addresses?tab=pools');
    await page.getByRole('button', { name: opens }).first().click();
    await page.getByLabel(field).fill('no such name');
    await page.getByRole('dialog').getByRole('button', { name: sends }).click();
    await page.getByText(said).first().waitFor();
    assert.equal(await page.getByText(said).count(), 1, 'the fault stands at its field alone');
    assert.equal(await page.getByRole('dialog').getByRole('alert').count(), 0, 'nothing is said below a second time');
    assert.deepEqual(await englishOn(page), []);
  }

  async function pickEvents(page: Page, [opens, all, field, said]: (typeof EVENTS)['de' | 'fr']): Promise<void> {
    await page.goto('/integrations?tab=webhooks');
    await page.getByRole('button', { name: opens }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: all }).uncheck();
    await dialog.getByRole('combobox', { name: field }).click();
    await page.getByText(said).waitFor();
    assert.deepEqual(await englishOn(page), []);
    assert.deepEqual(await markedOn(page), []);
  }

  /** The language of the person, and of the browser. */
  async function speak(page: Page, language: string): Promise<void> {
    await page.context().request.patch(`${portal.url}/api/v1/account`, {
      headers: { origin: portal.url },
      data: { language },
      failOnStatusCode: false,
    });
    await page.addInitScript(`localStorage.setItem('easymail-language', '${language}')`);
  }

  async function lookAtOne(page: Page, address: string): Promise<void> {
    await page.goto(address);
    await settled(page);
    await assertAccessible(page, address);
    await assertFits(page, address);
  }
});

/** Texts in words of English that neither German nor French has, where they are not marked as English. */
function englishOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const english = /\b(?:the|is|are|there|must|which|with|cannot|from)\b(?!:)/i;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const quoted = node.parentElement?.closest('[lang=en], code, pre, script, style, noscript');
      if (quoted === null && english.test(node.textContent ?? '')) found.push(node.textContent ?? '');
    }
    return found;
  });
}

/** Texts that stand in English because they have no words in the language of the page. */
function markedOn(page: Page): Promise<string[]> {
  return page.locator('body [lang=en]').allTextContents();
}

/** The address of a page, with what stands for its variables. */
function addressOf(path: string): string {
  return path.replace(
    /\$(\w+)/g,
    (_all, name: string) => SAMPLES[name] ?? assert.fail(`nothing stands for $${name} in ${path}`),
  );
}
