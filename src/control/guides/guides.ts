// Settings of customers' own servers, made from what is registered or entered of them.

import type { CustomerId } from '../../mail/message.ts';
import type { Customers } from '../customers/customers.ts';
import { exchangeGuide } from './exchange.ts';
import { eximGuide } from './exim.ts';
import { enteredFacts, type FactsParts, registeredFacts } from './facts.ts';
import { googleWorkspaceGuide } from './google-workspace.ts';
import {
  ADDRESS,
  GUIDE_LANGUAGES,
  type Guide,
  type GuideFacts,
  type GuideLanguage,
  type GuideServer,
  SERVERS,
  type Section,
} from './guide.ts';
import { microsoft365Guide } from './microsoft-365.ts';
import { opensmtpdGuide } from './opensmtpd.ts';
import { postfixGuide } from './postfix.ts';
import { sendmailGuide } from './sendmail.ts';
import { type GuideTexts, textsOf } from './texts.ts';
import { zimbraGuide } from './zimbra.ts';

const MAKERS = {
  postfix: postfixGuide,
  exim: eximGuide,
  sendmail: sendmailGuide,
  opensmtpd: opensmtpdGuide,
  exchange: exchangeGuide,
  'microsoft-365': microsoft365Guide,
  'google-workspace': googleWorkspaceGuide,
  zimbra: zimbraGuide,
} as const satisfies Record<GuideServer, (facts: GuideFacts, texts: GuideTexts) => Section[]>;

export interface Guides {
  /** The guide for a server of this customer; nothing where there is no such customer. Its language, or another. */
  guideFor(customer: CustomerId, server: GuideServer, language?: GuideLanguage): Promise<Guide | undefined>;
  close(): Promise<void>;
}

export interface GuidesParts extends FactsParts {
  customers: Pick<Customers, 'get' | 'entry'>;
}

/** Makes the service. */
export function openGuides(parts: GuidesParts): Guides {
  return {
    async guideFor(customer, server, language) {
      const found = await factsOf(parts, customer);
      return found && makeGuide(server, found.facts, language ?? found.language);
    },
    close: async () => {},
  };
}

/** The guide for a server from facts. */
export function makeGuide(server: GuideServer, facts: GuideFacts, language: GuideLanguage): Guide {
  const texts = textsOf(language);
  const name = SERVERS[server];
  return {
    server,
    language,
    title: texts.title(name, facts.relay.host),
    intro: texts.intro(name, facts.relay.host, facts.name),
    sections: sectionsOf(server, facts, texts),
  };
}

/** An empty list of addresses would be no syntax for some servers, and shut the relay out of others. */
function sectionsOf(server: GuideServer, facts: GuideFacts, texts: GuideTexts): Section[] {
  if (facts.from.length > 0) return MAKERS[server](facts, texts);
  const sections = MAKERS[server]({ ...facts, from: [ADDRESS] }, texts);
  return sections.map((section) =>
    section.heading === texts.headings.in
      ? { ...section, steps: [{ text: texts.addressUnknown }, ...section.steps] }
      : section,
  );
}

async function factsOf(
  parts: GuidesParts,
  id: CustomerId,
): Promise<{ facts: GuideFacts; language: GuideLanguage } | undefined> {
  const registered = parts.directory.customer(id);
  if (registered !== undefined) {
    return { facts: await registeredFacts(parts, registered), language: languageOf(registered.language) };
  }
  const [account, kept] = await Promise.all([parts.customers.get(id), parts.customers.entry(id)]);
  if (account === undefined || kept === undefined) return undefined;
  return { facts: await enteredFacts(parts, account.name, kept.entry), language: languageOf(account.language) };
}

/** `de-LU` is German; what there is no text in is English. */
function languageOf(tag: string): GuideLanguage {
  return GUIDE_LANGUAGES.find((one) => tag.toLowerCase().startsWith(one)) ?? 'en';
}
