// What a guide is: the settings of one kind of mail server, with the real values of one customer, and sentences around
// them in the customer's language. Each server has a file of its own.

/** Servers that there are guides for, with the name people know them by. */
export const SERVERS = {
  postfix: 'Postfix',
  exim: 'Exim',
  sendmail: 'sendmail',
  opensmtpd: 'OpenSMTPD',
  exchange: 'Exchange Server',
  'microsoft-365': 'Microsoft 365',
  'google-workspace': 'Google Workspace',
  zimbra: 'Zimbra',
} as const;

export type GuideServer = keyof typeof SERVERS;
export const GUIDE_SERVERS = Object.keys(SERVERS) as GuideServer[];

export const GUIDE_LANGUAGES = ['en', 'de', 'fr'] as const;
export type GuideLanguage = (typeof GUIDE_LANGUAGES)[number];

/** How the relay knows the customer's mail. */
export type Proof =
  /** By the address it comes from. */
  | { kind: 'source' }
  /** `name` absent: the login is not made yet. */
  | { kind: 'login'; name?: string }
  /** By a secret in a header field. The secret is the customer's alone. */
  | { kind: 'secret'; field: string }
  /** By a header field that the provider sets itself. */
  | { kind: 'header'; field: string };

/** The values of one customer. All names, addresses and domains were read by parsers; the rest is quoted where it is used. */
export interface GuideFacts {
  /** The customer's name, for people. */
  name: string;
  /** Where its server hands mail in. */
  relay: { host: string; port: number; tls: 'starttls' | 'implicit' | 'none' };
  proof: Proof;
  /** Domains that mail comes in for, and that mail goes out from. */
  inbound: readonly string[];
  outbound: readonly string[];
  /** Addresses that mail for the customer comes from. */
  from: readonly string[];
  /** Mail that goes another way, by a header field. */
  streams: readonly { name: string; header: string; value: string }[];
  /** Takes a first message of the customer; absent where there is none (any longer). */
  test?: string;
}

/** Text to be copied. */
export interface Block {
  /** File that it belongs into; absent: it is run. */
  file?: string;
  syntax: 'text' | 'shell' | 'powershell';
  content: string;
}

export interface Step {
  text: string;
  block?: Block;
}

export interface Section {
  heading: string;
  steps: Step[];
}

export interface Guide {
  server: GuideServer;
  language: GuideLanguage;
  title: string;
  intro: string;
  sections: Section[];
}

/** The lines of a block. Lists of lines may stand among them, and what is false is left out. */
export function lines(...all: readonly (string | false | readonly string[])[]): string {
  const given = all.flat().filter((line) => line !== false);
  return `${given.join('\n')}\n`;
}

/** In place of what only the customer knows. */
export const PASSWORD = 'PASSWORD';
export const LOGIN = 'LOGIN';
export const SECRET = 'SECRET';
/** In place of what only the operator knows. */
export const ADDRESS = 'ADDRESS';
