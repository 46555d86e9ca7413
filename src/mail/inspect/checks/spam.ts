// The check `spam`: rspamd rates the message; what follows from the score is the settings' to say.

import type { SpamAnswer, SpamQuestion, SpamScanner } from '../../../network/rspamd/spam-scanner.ts';
import { encodeWords } from '../../../protocol/mime/encode-words.ts';
import { parseHeader } from '../../../protocol/mime/header.ts';
import { replies } from '../../accept/replies.ts';
import { provenDomains } from '../authentication/proven.ts';
import type { Check, CheckRun, InspectedMessage, WholeContent } from '../inspection.ts';
import { allowedBy, type ListedSender } from '../listed-senders.ts';
import type { MemoryKey } from '../memory/verdict-memory.ts';
import type { ProtectionFacts, ProtectionSettings } from '../protection.ts';
import type { CheckResult, ContentChange, InspectionDetails, Verdict } from '../verdict.ts';
import type { ChokedOn } from './choked-on.ts';

/** Name of the check in the trace. */
export const SPAM = 'spam';

export interface SpamCheckOptions {
  scanner: SpamScanner;
  facts: ProtectionFacts;
  /** Told of every answer. */
  answered: (answer: SpamAnswer, ms: number) => void;
  chokedOn: ChokedOn;
}

/** The scanner keeps its own time; this is for what nobody thought of. */
const GRACE_MS = 2000;

/** Makes the check. */
export function spamCheck(options: SpamCheckOptions): Check {
  return {
    name: SPAM,
    turn: 'rest',
    deadlineMs: options.scanner.timeoutMs + GRACE_MS,
    digest: true,
    begin: (message) => (isRated(message.settings) ? new SpamRun(options, message) : undefined),
    unavailable: ({ settings }) => unavailable(settings),
  };
}

/**
 * What two messages must have in common for one result: what they hold and say, who sends them from where, and for whom
 * they are rated. A clean name is nobody's but its own.
 */
export function spamKey(facts: ProtectionFacts): MemoryKey {
  return (message, digest) => {
    // Who is allowed is not rated, and may be allowed for one recipient alone.
    if (isAllowed(facts, message) !== undefined) return undefined;
    const { customer, direction, header, origin, sender, sentHere, settings, stream } = message;
    const { spam_tag, spam_quarantine, spam_reject, spam_subject } = settings;
    const said = header.fields
      .filter(({ name }) => SAID.has(name))
      .map(({ start, end }) => header.octets.toString('latin1', start, end));
    const who = [
      customer,
      direction,
      stream,
      sender,
      origin.ip,
      origin.helo,
      origin.login ?? '',
      sentHere?.user ?? '',
      ...provenDomains(message),
    ];
    return JSON.stringify([digest, who, said, [spam_tag, spam_quarantine, spam_reject, spam_subject]]);
  };
}

/** Fields that the digest of the content leaves out and that a rating goes by. */
const SAID: ReadonlySet<string> = new Set(['from', 'sender', 'reply-to', 'subject']);

function isAllowed(facts: ProtectionFacts, message: InspectedMessage): ListedSender | undefined {
  return allowedBy(facts, { ...message, headerFrom: message.headerFrom }, provenDomains(message));
}

function isRated({ spam_tag, spam_quarantine, spam_reject }: ProtectionSettings): boolean {
  return spam_tag !== null || spam_quarantine !== null || spam_reject !== null;
}

class SpamRun implements CheckRun {
  readonly #options: SpamCheckOptions;
  readonly #message: InspectedMessage;
  readonly #givenUp = new AbortController();

  constructor(options: SpamCheckOptions, message: InspectedMessage) {
    this.#options = options;
    this.#message = message;
  }

  async end(content: WholeContent): Promise<CheckResult> {
    const { scanner, facts, answered, chokedOn } = this.#options;
    const message = this.#message;
    const listed = isAllowed(facts, message);
    if (listed !== undefined) {
      return { verdict: { kind: 'pass' }, result: 'allowed', details: { listed: listed.id } };
    }
    const known = chokedOn.before(content.digest);
    if (known !== undefined) return known;
    const began = performance.now();
    const read = () => beginningOf(content, scanner.maxSize);
    const answer = await scanner.check(this.#question(), read, this.#givenUp.signal);
    answered(answer, performance.now() - began);
    if (answer.kind === 'unavailable') {
      const tooOften = answer.broke === true ? chokedOn.now(content.digest) : undefined;
      if (tooOften !== undefined) return tooOften;
      const details = { why: answer.detail, ...(answer.scanner !== undefined && { scanner: answer.scanner }) };
      return { verdict: unavailable(message.settings), result: 'unavailable', details };
    }
    const details = detailsOf(answer, content.size > scanner.maxSize);
    const header =
      message.settings.spam_subject === '' ? NOTHING : await beginningOf(content, message.header.end + MARGIN);
    return { ...judge(answer, message.settings, header), details };
  }

  abort(): void {
    this.#givenUp.abort();
  }

  #question(): SpamQuestion {
    const { customer, direction, id, origin, recipients, sender, sentHere } = this.#message;
    const user = direction === 'outbound' ? (origin.login ?? customer) : sentHere?.user;
    return {
      ip: origin.ip,
      helo: origin.helo,
      sender,
      recipients,
      queueId: id,
      direction,
      // rspamd takes who has a user for one of ours: what it holds against strangers does not count then.
      ...(user !== undefined && { user }),
    };
  }
}

/** Octets by which the header that is stored may be longer than the one that was received. */
const MARGIN = 64 * 1024;
const NOTHING = new Uint8Array(0);

async function beginningOf(content: WholeContent, most: number): Promise<Uint8Array> {
  if (content.size <= most) return content.bytes();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of content.stream()) {
    pieces.push(bytes);
    size += bytes.byteLength;
    if (size >= most) break;
  }
  return Buffer.concat(pieces, most);
}

type Scored = Extract<SpamAnswer, { kind: 'scored' }>;

function judge(answer: Scored, settings: ProtectionSettings, content: Uint8Array): CheckResult {
  // rspamd asks to come later: greylisting or limits of its own, or its time was over before it was through.
  if (answer.action === 'soft reject') return { verdict: { kind: 'later' }, result: 'soft reject' };
  const { spam_tag: tag, spam_quarantine: quarantine, spam_reject: reject } = settings;
  const isPast = (limit: number | null): boolean => limit !== null && (answer.forced || answer.score >= limit);
  const score = answer.score.toFixed(1);
  // A rule that throws mail away unseen is not followed so far: nothing that is accepted disappears.
  if (isPast(reject) && answer.action !== 'discard') {
    return { verdict: { kind: 'reject', reply: replies.spamRefused }, result: 'spam' };
  }
  if (isPast(quarantine)) {
    const note = answer.forced ? 'Spam, by a rule of the scanner' : `Spam: a score of ${score}, ${quarantine} or more`;
    return { verdict: { kind: 'quarantine', reason: { kind: 'quarantine', note } }, result: 'spam' };
  }
  if (!isPast(tag)) return { verdict: { kind: 'pass' }, result: 'pass' };
  const fields: ContentChange = { kind: 'field', text: `X-Spam-Flag: YES\r\nX-Spam-Score: ${score}\r\n` };
  const changes = [fields, ...subjectTag(settings.spam_subject, content)];
  return { verdict: { kind: 'tag' }, result: 'spam', changes };
}

/** The tag before what the subject says; a field of its own where there is none. */
function subjectTag(tag: string, content: Uint8Array): ContentChange[] {
  if (tag === '') return [];
  const header = parseHeader(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  const subject = header.fields.find((field) => field.name === 'subject');
  if (subject === undefined) return [{ kind: 'field', text: `${encodeWords('Subject: ', tag)}\r\n` }];
  // RFC 2047 6.2: white space between two encoded words is not shown.
  const words = encodeWords('Subject: ', /^[ -~]*$/.test(tag) ? tag : `${tag} `).slice('Subject:'.length);
  return [{ kind: 'edit', at: subject.value, remove: 0, insert: Buffer.from(words) }];
}

function detailsOf({ score, action, symbols, scanner }: Scored, isCut: boolean): InspectionDetails {
  return {
    score,
    action,
    symbols: symbols.map(({ name, score: of }) => `${name}(${of.toFixed(2)})`),
    scanner,
    ...(isCut && { only_beginning: true }),
  };
}

function unavailable({ spam_unavailable: setting }: ProtectionSettings): Verdict {
  if (setting === 'later') return { kind: 'later' };
  return { kind: 'hold', reason: { kind: 'content', note: 'No spam scanner could look at it' } };
}
