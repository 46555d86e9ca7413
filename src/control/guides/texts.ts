// The sentences of the guides, a file a language. Settings themselves are never translated.

import type { GuideLanguage } from './guide.ts';
import { german } from './texts-de.ts';
import { english } from './texts-en.ts';
import { french } from './texts-fr.ts';

export interface GuideTexts {
  headings: { out: string; in: string; firewall: string; test: string };
  title(server: string, relay: string): string;
  intro(server: string, relay: string, name: string): string;
  /** Where a block goes. */
  add(file: string): string;
  write(file: string): string;
  run: string;
  runAsRoot: string;
  /** Outgoing mail. */
  out(relay: string, port: number): string;
  outWithoutTls: string;
  login(file: string): string;
  loginUnknown: string;
  passwordPrompt: string;
  secretRule(field: string): string;
  providerHeader(field: string): string;
  stream(name: string): string;
  /** Incoming mail. */
  in(domains: string): string;
  addressUnknown: string;
  leaveAlone: string;
  notTrusted: string;
  /** Firewall. */
  letIn: string;
  letOut(relay: string, port: number): string;
  /** Test. */
  test(domain: string, address: string): string;
  testAnywhere: string;
  testInbound: string;
  /** Of single servers. */
  eximSection(section: string): string;
  eximRouter: string;
  eximAcl: string;
  sendmailRebuild: string;
  sendmailWrappers: string;
  opensmtpdOrder: string;
  exchangeShell: string;
  exchangeOthers: string;
  onlineShell: string;
  onlineCenterOut: string;
  onlineCenterIn: string;
  onlineNoLogin: string;
  onlinePort(port: number): string;
  onlineOnlyIpv4: string;
  googleHost: string;
  googleRoute: string;
  googleInbound: string;
  zimbraUser: string;
}

const ALL: Readonly<Record<GuideLanguage, GuideTexts>> = { en: english, de: german, fr: french };

/** The sentences in a language. */
export function textsOf(language: GuideLanguage): GuideTexts {
  return ALL[language];
}
