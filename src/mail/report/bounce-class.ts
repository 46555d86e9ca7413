// What a failure means: its class, whether it will last, and who can do something about it. The words are those of the
// events and webhooks.

import type { Cause, OwnCause, RemoteReply, SmtpStage } from '../message.ts';
import { type BounceRule, CERTAIN_RULES, USUALLY_RESPONSIBLE } from './bounce-rules.ts';
import { OTHER_SCRIPTS } from './bounce-rules-scripts.ts';
import { USUAL_RULES } from './bounce-rules-usual.ts';
import { EXACT_STATUSES, REPLY_CODES, STATUS_SUBJECTS } from './bounce-statuses.ts';
import { phraseTable, wordsOf } from './phrase-table.ts';

/** Classes, as events and webhooks name them. */
export const BOUNCE_CLASSES = [
  'invalid_address',
  'mailbox_unavailable',
  'content',
  'reputation',
  'volume',
  'technical',
  'authentication',
  'policy',
  'unclassified',
] as const;
export type BounceClassName = (typeof BOUNCE_CLASSES)[number];

/** Who can do something about it. */
export type Responsible = 'recipient' | 'customer' | 'easymail' | 'remote';

export interface BounceClass {
  class: BounceClassName;
  /** Permanent: it will not pass by itself. A full mailbox or too many messages pass, even where the reply said 5yz. */
  permanence: 'permanent' | 'temporary';
  responsible: Responsible;
  /** The remote said that this very address will not come back: what may suppress it. */
  gone: boolean;
}

/** Whether the words of a text say what was meant, whatever the codes are. */
export function saysAnything(text: string): boolean {
  const part = text.slice(0, MOST_TEXT);
  const words = wordsOf(part);
  return certain.find(words) >= 0 || usual.find(words) >= 0 || inOtherScript(part) !== undefined;
}

type Meaning = Omit<BounceRule, 'phrases'>;

/** Longer texts are legal advice and links. */
const MOST_TEXT = 1000;
const UNCLASSIFIED: Meaning = { class: 'unclassified' };

const certain = phraseTable(CERTAIN_RULES.map((rule) => rule.phrases));
const usual = phraseTable(USUAL_RULES.map((rule) => rule.phrases));

/** The class of one failure, from what the remote said or from our own reason. Never throws; microseconds. */
export function classifyBounce(cause: Cause): BounceClass {
  if (cause.from === 'us') return ownClass(cause.cause);
  return classifyReply(cause.reply, cause.stage);
}

/** The class of a reply. `stage` is the step it answered; where that is not known, `dot` says least. */
export function classifyReply(reply: RemoteReply, stage: SmtpStage): BounceClass {
  const meaning = atStage(meaningOf(reply, stage), stage);
  const lasting = reply.code >= 500 && meaning.passes !== true;
  return {
    class: meaning.class,
    permanence: lasting ? 'permanent' : 'temporary',
    responsible: meaning.responsible ?? USUALLY_RESPONSIBLE[meaning.class],
    gone: lasting && meaning.gone === true && (stage === 'rcpt' || stage === 'data' || stage === 'dot'),
  };
}

/**
 * From the most to the least certain: words that mean one thing only, the code where it names the reason itself, words
 * that usually mean it, and at last what the code is about.
 */
function meaningOf(reply: RemoteReply, stage: SmtpStage): Meaning {
  const text = reply.text.slice(0, MOST_TEXT);
  const words = wordsOf(text);
  const sure = CERTAIN_RULES[certain.find(words)];
  if (sure !== undefined) return sure;
  const status = /^[245]\.(\d{1,3}\.\d{1,3})$/.exec(reply.enhanced ?? '')?.[1] ?? '';
  const likely = weighed(USUAL_RULES[usual.find(words)] ?? inOtherScript(text), reply.code, stage);
  const exact = EXACT_STATUSES.get(status);
  if (exact !== undefined && !betterThan(exact, likely)) return exact;
  if (likely !== undefined) return likely;
  return exact ?? STATUS_SUBJECTS.get(status.split('.')[0] ?? '') ?? byCode(reply.code, stage);
}

/** What is unknown at MAIL is the sender. */
function atStage(meaning: Meaning, stage: SmtpStage): Meaning {
  if (meaning.class !== 'invalid_address' || stage !== 'mail') return meaning;
  return { class: 'policy', responsible: 'customer' };
}

/** What the step and the code add to usual words. */
function weighed(likely: Meaning | undefined, code: number, stage: SmtpStage): Meaning | undefined {
  if (likely?.dns === true && code < 500) return { class: 'technical' };
  // Before MAIL nothing is known but our address: a refusal without a better reason is about that.
  const early = stage === 'connect' || stage === 'greeting' || stage === 'ehlo';
  const vague = likely === undefined || likely.class === 'policy' || likely.class === 'technical';
  if (early && code >= 500 && vague) return { class: 'reputation' };
  return likely;
}

/** Whether usual words say more than a code that many servers use for anything. */
function betterThan(exact: Meaning, likely: Meaning | undefined): boolean {
  if (likely === undefined || likely.class === 'policy') return false;
  // Words and code agree: the code says for certain what the words may leave open.
  if (likely.class === exact.class && exact.gone === true) return false;
  // Servers give 5.1.1, 5.2.1, 5.4.1 and 5.3.x together with words that say what was meant.
  return exact.class === 'technical' || exact.class === 'invalid_address' || exact.class === 'mailbox_unavailable';
}

const NOT_LATIN = /[\u0370-\u1cff\u3000-\uffff]/;

function inOtherScript(text: string): Meaning | undefined {
  if (!NOT_LATIN.test(text)) return undefined;
  const lower = text.toLowerCase();
  return OTHER_SCRIPTS.find((rule) => rule.phrases.some((phrase) => lower.includes(phrase)));
}

function byCode(code: number, stage: SmtpStage): Meaning {
  const known = REPLY_CODES.get(code);
  if (known !== undefined) return known;
  if (code < 500 && code >= 400) return { class: 'technical' };
  // RFC 5321 4.2.3: 550 to RCPT is "mailbox unavailable"; to anything else it says nothing.
  return code === 550 && stage === 'rcpt' ? { class: 'mailbox_unavailable' } : UNCLASSIFIED;
}

const OWN_CLASSES = {
  'dns-temporary': { class: 'technical' },
  'dns-no-domain': { class: 'invalid_address' },
  'dns-no-host': { class: 'invalid_address' },
  'null-mx': { class: 'invalid_address' },
  'mx-is-us': { class: 'technical' },
  'private-address': { class: 'technical' },
  'connect-failed': { class: 'technical' },
  'connect-timeout': { class: 'technical' },
  'connection-lost': { class: 'technical' },
  'reply-timeout': { class: 'technical' },
  'bad-reply': { class: 'technical' },
  'tls-failed': { class: 'technical' },
  'tls-required': { class: 'technical' },
  'no-address': { class: 'technical', responsible: 'easymail' },
  'protection-refused': { class: 'content' },
  'protection-later': { class: 'technical', responsible: 'easymail' },
  'recipient-paused': { class: 'mailbox_unavailable' },
  'no-signing-key': { class: 'technical', responsible: 'easymail' },
  'no-smtputf8': { class: 'technical' },
  'no-8bitmime': { class: 'technical' },
  'too-large': { class: 'policy', responsible: 'customer' },
  loop: { class: 'technical' },
  expired: { class: 'technical' },
  internal: { class: 'technical', responsible: 'easymail' },
} as const satisfies Record<OwnCause, Meaning>;

/** Causes of ours that another try does not mend. */
const LASTING: ReadonlySet<OwnCause> = new Set<OwnCause>([
  'dns-no-domain',
  'dns-no-host',
  'null-mx',
  'mx-is-us',
  'private-address',
  'tls-required',
  'no-smtputf8',
  'no-8bitmime',
  'too-large',
  'protection-refused',
  'loop',
]);

function ownClass(cause: OwnCause): BounceClass {
  const meaning: Meaning = OWN_CLASSES[cause];
  return {
    class: meaning.class,
    permanence: LASTING.has(cause) ? 'permanent' : 'temporary',
    responsible: meaning.responsible ?? USUALLY_RESPONSIBLE[meaning.class],
    gone: false,
  };
}
