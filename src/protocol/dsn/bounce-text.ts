// Bounces in a server's own words, as qmail, Exim, older Exchange, Notes, web mailers and many others write them. There
// is no format; what nearly all have: the address on a line of its own or behind "to", what went wrong behind it, and
// the earlier mail below a line that says so.

import { addressesIn } from './addresses-in-text.ts';
import { codesAt, diagnose, oneLine } from './diagnosis.ts';
import type { ReportedRecipient } from './report.ts';

const MOST_LINES = 1500;
const LONGEST_LINE = 1000;
const MOST_RECIPIENTS = 200;
/** Addresses that are sought in the text: each is a pass over it. */
const MOST_SOUGHT = 50;

/** Text of a notice, and of the earlier mail below it. */
export interface SplitNotice {
  notice: string[];
  /** Header of the earlier mail, and what follows; empty where none was brought back. */
  returned: string;
}

/** Cuts where the earlier mail begins. */
export function splitNotice(text: string): SplitNotice {
  const lines = text.split('\n', MOST_LINES);
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').slice(0, LONGEST_LINE);
    if (!announcesOriginal(line) && !beginsHeader(lines, at)) continue;
    return { notice: shortened(lines.slice(0, at)), returned: returnedHeader(lines.slice(at)) };
  }
  return { notice: shortened(lines), returned: '' };
}

function shortened(lines: string[]): string[] {
  return lines.map((line) => line.slice(0, LONGEST_LINE));
}

const RULED = /^[\s>|]{0,9}[-=*_+#]{2,}[\s-]*[^\s=*_+#-]/;
const ORIGINAL =
  /\b(?:original|copy|unsent|returned|undelivered|enclosed|message headers?|mail headers?|header of|headers? follow|below this line|message follows|nachricht|kopfzeilen|copie|message d'origine|mensaje|messaggio)\b/i;
const NOT_ORIGINAL = /transcript|address|recipient|error|session|received at|reason|could not|unable|failed/i;
const SENTENCE =
  /(?:below|following|enclosed|included) is (?:a copy|the (?:beginning|header|original))|(?:message|mail) headers? follows?|original (?:message|mail)(?: as)? follows?|copy of (?:the|your) (?:original )?message(?: header)? (?:follows|is|including)|^\s*original (?:message|mail)s?\b[^a-z]*$|^\s*message headers?\s*:|urspr.{1,3}ngliche nachricht\s*:?\s*$|original-nachricht/i;

function announcesOriginal(line: string): boolean {
  if (RULED.test(line) && ORIGINAL.test(line) && !NOT_ORIGINAL.test(line)) return true;
  return SENTENCE.test(line);
}

const HEADER_LINE =
  /^(?:received|return-path|message-id|mime-version|delivered-to|x-[a-z-]{3,40}|dkim-signature): ?\S/i;
const ANY_FIELD = /^[A-Za-z][A-Za-z0-9-]{1,40}:|^[ \t]+\S/;

/** A header without any word before it. */
function beginsHeader(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  return HEADER_LINE.test(line.slice(0, 80)) && ANY_FIELD.test((lines[at + 1] ?? '').slice(0, 80));
}

/** From the first line on that is a header field; white space before all of it is taken off. */
function returnedHeader(lines: readonly string[]): string {
  const first = lines.findIndex((line) => /^\s{0,8}[A-Za-z][A-Za-z0-9-]{1,60}: ?\S/.test(line.slice(0, 100)));
  if (first < 0) return '';
  const indent = /^\s*/.exec((lines[first] ?? '').slice(0, 10))?.[0] ?? '';
  const plain = lines.slice(first).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  return plain.join('\n');
}

/** What helps to tell the addresses that failed from others in the text. */
export interface KnownAddresses {
  /** Named as failed in the header of the notice. */
  failed: readonly string[];
  /** Never a recipient that failed: who wrote the notice, who got it. */
  others: readonly string[];
  /** Who it was sent to, by the header that was brought back. */
  fallback: string | undefined;
}

/** The recipients of a notice. `action` holds for all of them: such notices are about one thing. */
export function recipientsIn(
  notice: readonly string[],
  known: KnownAddresses,
  action: ReportedRecipient['action'],
): ReportedRecipient[] {
  const places = placesOf(notice, known);
  const replies = transcriptReplies(notice);
  // Hundreds of recipients may stand on one line, or on none: their words are put together once.
  const blocks = new Map<string, string>();
  return places.map(({ address, line }, index) => {
    const [start, end] = line < 0 ? [0, notice.length] : [line, nextLine(places, index) ?? notice.length];
    const own = blocks.get(`${start} ${end}`) ?? wordsBetween(notice, start, end);
    blocks.set(`${start} ${end}`, own);
    const sole = places.length === 1 ? replies.said.get('') : undefined;
    const key = address.toLowerCase();
    const reply = replies.said.get(key) ?? sole ?? replies.summed.get(key) ?? replyIn(own);
    return {
      final: address,
      action,
      // The step is named before the reply.
      ...diagnose(own),
      ...diagnose(reply ?? ''),
      ...(reply !== undefined && { diagnostic: oneLine(reply) }),
      ...(own !== '' && { words: own }),
    };
  });
}

/** Where the words about the next recipient begin. */
function nextLine(places: readonly Place[], index: number): number | undefined {
  const line = places[index]?.line ?? -1;
  for (let i = index + 1; i < places.length; i++) {
    const next = places[i]?.line ?? -1;
    if (next > line) return next;
  }
  return undefined;
}

/** Words of more lines than this are cut off anyhow. */
const LONGEST_BLOCK = 8000;

function wordsBetween(notice: readonly string[], start: number, end: number): string {
  let text = '';
  for (let at = start; at < end && text.length < LONGEST_BLOCK; at++)
    text += at === start ? notice[at] : ` ${notice[at]}`;
  return oneLine(text.replaceAll(/^[<"'\s*]+|[=*-]{4,}/g, ' '));
}

function replyIn(text: string): string | undefined {
  const at = codesAt(text);
  return at < 0 ? undefined : text.slice(at);
}

interface Place {
  address: string;
  line: number;
}

function placesOf(notice: readonly string[], known: KnownAddresses): Place[] {
  if (known.failed.length > 0) {
    const lineWith = lineFinder(notice);
    return known.failed.map((address) => ({ address, line: lineWith(address) }));
  }
  const others = new Set(known.others.map((address) => address.toLowerCase()));
  const all = candidatesIn(notice).filter(({ address }) => !isOffice(address));
  const strangers = all.filter(({ address }) => !others.has(address.toLowerCase()));
  // Who wrote to an address of his own is named in both places.
  const candidates = strangers.length > 0 ? strangers : all.filter(({ weight }) => weight > 2);
  const best = Math.max(0, ...candidates.map(({ weight }) => weight));
  const chosen = new Map<string, Place>();
  for (const { address, line, weight } of candidates) {
    const key = address.toLowerCase();
    if (weight === best && !chosen.has(key) && chosen.size < MOST_RECIPIENTS) chosen.set(key, { address, line });
  }
  if (chosen.size > 0) return best > 1 ? [...chosen.values()] : [...chosen.values()].slice(0, 1);
  return known.fallback === undefined ? [] : [{ address: known.fallback, line: -1 }];
}

/** The first line that holds an address, for the first of them; -1 where none does. */
function lineFinder(notice: readonly string[]): (address: string) => number {
  const lines = notice.map((line) => line.toLowerCase());
  const found = new Map<string, number>();
  return (address) => {
    const wanted = address.toLowerCase();
    const known = found.get(wanted);
    if (known !== undefined || found.size >= MOST_SOUGHT) return known ?? -1;
    const line = lines.findIndex((one) => one.includes(wanted));
    found.set(wanted, line);
    return line;
  };
}

interface Candidate extends Place {
  weight: number;
}

const STARTS_LINE =
  /^[\s*>•·"'<([-]*(?:recipient(?: address)?:\s*<?|to:\s*<?|rcpt to:\s*<?|final-recipient:\s*(?:rfc822;)?\s*<?|[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\s+)?<?)?$/i;
const ENDS_WELL = /^[>"')\]]*\s*(?:$|[:;,.]|\.\.\.|\[|\(| on | -|\s)/;
const BEHIND_WORDS =
  /(?:\bto(?: the following(?: address(?:es)?| recipients?)?)?|recipients?|address(?:es)?|attempts|errors?|user|mailbox|for|rcpt to|an|an die adresse|a l'adresse|destinataires?)\s*(?:was|is)?\s*[:\s'"<(]*$/i;

/** Addresses with how much speaks for each: a line that begins with it, words before it, or nothing. */
function candidatesIn(notice: readonly string[]): Candidate[] {
  const found: Candidate[] = [];
  for (const [line, text] of notice.entries()) {
    for (const { address, start, end } of addressesIn(text)) {
      const before = text.slice(Math.max(0, start - 80), start);
      const starts = start < 60 && STARTS_LINE.test(before) && ENDS_WELL.test(text.slice(end, end + 20));
      const weight = starts ? 3 : BEHIND_WORDS.test(before) && !/^\s*(?:from|sender|cc|subject)\b/i.test(text) ? 2 : 1;
      found.push({ address, line, weight });
    }
    if (found.length > MOST_RECIPIENTS * 5) break;
  }
  return found;
}

const OFFICES =
  /^(?:postmaster|mailer-daemon|mail-daemon|abuse|support|hostmaster|webmaster|help|helpdesk|noreply|no-reply|info)@/i;

function isOffice(address: string): boolean {
  return OFFICES.test(address);
}

/**
 * Replies in a transcript: `>>> RCPT TO:<a@b>` and below it `<<< 550 …`. By address in lower case; under the empty name
 * the last one, whatever it was about. `summed` is what sendmail made of them: `550 <a@b>... User unknown`.
 */
function transcriptReplies(notice: readonly string[]): { said: Map<string, string>; summed: Map<string, string> } {
  const replies = new Map<string, string>();
  const summed = new Map<string, string>();
  let about = '';
  for (const line of notice) {
    if (/^\s*(?:>>>|--->)/.test(line)) {
      about = /rcpt to/i.test(line) ? (addressesIn(line, 1)[0]?.address.toLowerCase() ?? '') : '';
    }
    const whose = /^\s*[45]\d\d[ -]/.test(line) ? addressesIn(line, 1)[0]?.address.toLowerCase() : undefined;
    if (whose !== undefined && !summed.has(whose)) summed.set(whose, line.trim());
    const said = /^\s*<<<\s?-?\s*([45]\d\d.*)$/.exec(line)?.[1];
    if (said === undefined) continue;
    if (about !== '') replies.set(about, said);
    replies.set('', said);
  }
  return { said: replies, summed };
}
