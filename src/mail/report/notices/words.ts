// The part of a notice that people read: what happened, who should do what, and the words of the other side.

import type { Cause, MessageMeta } from '../../message.ts';
import { classifyBounce } from '../bounce-class.ts';
import { type Notice, type NoticeRecipient, oneLine, type Returned, replyLine } from './notice.ts';
import { type Explanation, fill, type NoticeTexts } from './texts.ts';

export interface WordsOptions {
  hostname: string;
  returned: Returned['kind'];
}

/** Recipients named one by one; the machine's part has all. */
const NAMED_RECIPIENTS = 20;
const WIDTH = 74;

/** The text of a notice, in one language after the other; lines end with CR LF. */
export function noticeWords(
  original: MessageMeta,
  notice: Notice,
  options: WordsOptions & { languages: readonly NoticeTexts[] },
): string {
  const each = options.languages.map((texts) => oneLanguage(original, notice, { ...options, texts }));
  return each.join(`\r\n${'-'.repeat(WIDTH)}\r\n\r\n`);
}

interface InLanguage extends WordsOptions {
  texts: NoticeTexts;
}

function oneLanguage(original: MessageMeta, notice: Notice, options: InLanguage): string {
  const { texts, hostname } = options;
  const { recipients, subject } = notice;
  const intro = recipients.length === 1 ? texts.one[subject] : texts.many[subject];
  const until = recipients.find(({ outcome }) => outcome.kind === 'delayed')?.outcome;
  const values = {
    date: date(original.acceptedAt, texts),
    until: until?.kind === 'delayed' ? date(until.retryUntil, texts) : '',
    count: recipients.length,
  };
  const lines = [...wrap(fill(intro, values), ''), ''];
  for (const recipient of recipients.slice(0, NAMED_RECIPIENTS)) lines.push(...recipientWords(recipient, options), '');
  if (recipients.length > NAMED_RECIPIENTS) {
    lines.push(...wrap(fill(texts.more, { count: recipients.length - NAMED_RECIPIENTS }), ''), '');
  }
  const attached = texts.attached[options.returned];
  if (attached !== '') lines.push(...wrap(attached, ''), '');
  lines.push(...wrap(fill(texts.closing, { host: hostname, id: original.id }), ''), '');
  return lines.join('\r\n');
}

const INDENT = '    ';

function recipientWords(recipient: NoticeRecipient, options: InLanguage): string[] {
  const { texts } = options;
  const { address, hidden = false, original, outcome } = recipient;
  const written = original !== undefined && isMailType(original.type) ? original.address : address;
  const first = `<${oneLine(address)}>`;
  const lines = [
    written === address ? first : `${first} ${fill(texts.asWritten, { address: `<${oneLine(written)}>` })}`,
  ];
  const say = (text: string) => lines.push(...wrap(text, INDENT));
  switch (outcome.kind) {
    case 'bounced':
      explain(explanationOf(outcome.cause, texts), say);
      break;
    case 'expired':
      say(texts.expired);
      explain(
        outcome.cause === undefined
          ? { what: '', advice: texts.causes.expired.advice }
          : explanationOf(outcome.cause, texts),
        say,
      );
      break;
    case 'suppressed':
      explain(texts.suppressed, say);
      break;
    case 'delayed':
      if (outcome.cause !== undefined) say(explanationOf(outcome.cause, texts).what);
      break;
    case 'relayed':
      break;
    default:
      outcome satisfies never;
  }
  const cause = 'cause' in outcome ? outcome.cause : undefined;
  if (cause?.from === 'remote') quote(cause, { texts, hidden, last: outcome.kind !== 'bounced' }, lines);
  return lines;
}

function explain({ what, advice }: Explanation, say: (text: string) => void): void {
  if (what !== '') say(what);
  say(advice);
}

/** What a remote said, as it said it. */
function quote(
  { host, reply }: Extract<Cause, { from: 'remote' }>,
  { texts, hidden, last }: Pick<InLanguage, 'texts'> & { hidden: boolean; last: boolean },
  lines: string[],
): void {
  if (hidden) {
    const code = reply.enhanced === undefined ? reply.code : `${reply.code} ${reply.enhanced}`;
    lines.push(...wrap(fill(texts.saidHidden, { code }), INDENT));
    return;
  }
  lines.push(...wrap(fill(last ? texts.saidLast : texts.said, { host: oneLine(host) }), INDENT));
  lines.push(...wrap(replyLine(reply), `${INDENT}  `));
}

function explanationOf(cause: Cause, texts: NoticeTexts): Explanation {
  return cause.from === 'us' ? texts.causes[cause.cause] : texts.classes[classifyBounce(cause).class];
}

function isMailType(type: string): boolean {
  return type.toLowerCase() === 'rfc822' || type.toLowerCase() === 'utf-8';
}

/** Making one costs more than all the rest of a notice. */
const formats = new Map<string, Intl.DateTimeFormat>();

function date(at: number, { dates }: NoticeTexts): string {
  let format = formats.get(dates);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(dates, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
    formats.set(dates, format);
  }
  return `${format.format(at)} UTC`;
}

/** Breaks a text at spaces into lines of no more than `WIDTH` characters where its words allow it. */
function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(/ +/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(indent + line);
  return lines;
}
