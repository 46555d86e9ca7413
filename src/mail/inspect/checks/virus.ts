// The check `virus`: clamd looks at the whole message, large ones while they arrive. Only a scanner's word that all of it
// was looked at and nothing found is clean.

import type { ScannedContent, VirusAnswer, VirusFeed, VirusScanner } from '../../../network/clamd/virus-scanner.ts';
import { replies } from '../../accept/replies.ts';
import type { Check, CheckRun, InspectedMessage, WholeContent } from '../inspection.ts';
import type { MemoryKey } from '../memory/verdict-memory.ts';
import type { ProtectionSettings } from '../protection.ts';
import type { CheckResult, Verdict } from '../verdict.ts';
import type { ChokedOn } from './choked-on.ts';

/** Name of the check in the trace. */
export const VIRUS = 'virus';

export interface VirusCheckOptions {
  scanner: VirusScanner;
  /** Told of every answer. */
  answered: (answer: VirusAnswer, ms: number) => void;
  chokedOn: ChokedOn;
}

/** Past so many octets a content is given to a scanner while it arrives. Smaller ones are there before it could begin. */
const FEED_FROM = 64 * 1024;
/** The scanner keeps its own time; this is for what nobody thought of. */
const GRACE_MS = 2000;

/**
 * Stands before the content, as the field that is added when it is stored. clamd takes octets for a mail, and unpacks its
 * attachments, only where they begin with one of some fields: a mail that begins with `A: b` or `from:` would be a text.
 */
const BEGINS_AS_MAIL = Buffer.from('Received: from localhost by localhost; Thu, 01 Jan 1970 00:00:00 +0000\r\n');

/** Makes the check. */
export function virusCheck(options: VirusCheckOptions): Check {
  const { scanner } = options;
  return {
    name: VIRUS,
    turn: 'rest',
    deadlineMs: 2 * scanner.timeoutMs + GRACE_MS,
    digest: true,
    begin: (message) => new VirusRun(options, message.settings),
    unavailable: ({ settings }) => unavailable(settings),
  };
}

/** What two messages must have in common for one result: what they hold, the signatures, and what follows by settings. */
export function virusKey(scanner: VirusScanner): MemoryKey {
  return ({ settings }, digest) =>
    [digest, scanner.signatures(), settings.virus, settings.virus_oversize, settings.unreadable].join('\n');
}

/** Scans octets that were found in a message, such as what only lenient readers see. Never rejects. */
export async function scanBytes(
  { scanner, answered }: Pick<VirusCheckOptions, 'scanner' | 'answered'>,
  { settings }: Pick<InspectedMessage, 'settings'>,
  bytes: Uint8Array,
): Promise<CheckResult> {
  const began = performance.now();
  const answer = await scanner.scan({ size: bytes.byteLength, stream: () => piecesOf(bytes) });
  answered(answer, performance.now() - began);
  return resultOf(answer, settings);
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += FEED_FROM) yield bytes.subarray(at, at + FEED_FROM);
}

class VirusRun implements CheckRun {
  readonly #options: VirusCheckOptions;
  readonly #settings: ProtectionSettings;
  #size = 0;
  /** What came before there is a feed. */
  #pieces: Uint8Array[] = [BEGINS_AS_MAIL];
  #feed: VirusFeed | undefined;
  #fed = false;

  constructor(options: VirusCheckOptions, settings: ProtectionSettings) {
    this.#options = options;
    this.#settings = settings;
  }

  chunk(bytes: Uint8Array): void {
    this.#size += bytes.byteLength;
    if (this.#feed !== undefined) {
      this.#feed.write(bytes);
      return;
    }
    if (this.#fed) return;
    if (this.#size < FEED_FROM) {
      this.#pieces.push(Uint8Array.from(bytes));
      return;
    }
    this.#fed = true;
    this.#feed = this.#options.scanner.feed();
    for (const piece of this.#pieces) this.#feed?.write(piece);
    this.#feed?.write(bytes);
    this.#pieces = [];
  }

  async end(content: WholeContent): Promise<CheckResult> {
    const { answered, chokedOn, scanner } = this.#options;
    const began = performance.now();
    this.#pieces = [];
    const known = chokedOn.before(content.digest);
    if (known !== undefined) {
      this.abort();
      return known;
    }
    const feed = this.#feed;
    const answer = (await feed?.end()) ?? (await scanner.scan(asMail(content)));
    answered(answer, performance.now() - began);
    const broke = answer.kind === 'unavailable' && (answer.broke === true || feed?.broke === true);
    return (broke ? chokedOn.now(content.digest) : undefined) ?? resultOf(answer, this.#settings);
  }

  abort(): void {
    this.#pieces = [];
    this.#fed = true;
    this.#feed?.abort();
    this.#feed = undefined;
  }
}

function asMail(content: WholeContent): ScannedContent {
  return {
    size: content.size + BEGINS_AS_MAIL.length,
    async *stream() {
      yield BEGINS_AS_MAIL;
      yield* content.stream();
    },
  };
}

function resultOf(answer: VirusAnswer, settings: ProtectionSettings): CheckResult {
  const by = answer.scanner === undefined ? {} : { scanner: answer.scanner };
  switch (answer.kind) {
    case 'clean':
      return { verdict: { kind: 'pass' }, result: 'clean', details: by };
    case 'virus':
      return { verdict: virusFound(settings, answer.name), result: 'virus', details: { virus: answer.name, ...by } };
    case 'oversize':
      return { verdict: tooLarge(settings), result: 'oversize', details: by };
    case 'limit':
      return { verdict: tooLarge(settings), result: 'unscanned', details: { limit: answer.name, ...by } };
    case 'encrypted':
      return { verdict: encrypted(settings), result: 'encrypted', details: { found: answer.name, ...by } };
    case 'unavailable':
      return { verdict: unavailable(settings), result: 'unavailable', details: { why: answer.detail, ...by } };
    default:
      return answer satisfies never;
  }
}

function virusFound({ virus }: ProtectionSettings, name: string): Verdict {
  if (virus === 'reject') return { kind: 'reject', reply: replies.virusFound };
  return { kind: 'quarantine', reason: { kind: 'quarantine', note: `A virus was found: ${name}` } };
}

function tooLarge({ virus_oversize: oversize }: ProtectionSettings): Verdict {
  if (oversize === 'reject') return { kind: 'reject', reply: replies.tooLargeToScan };
  return {
    kind: 'hold',
    reason: { kind: 'content', note: 'Too big for the virus scanner, so it was not scanned whole' },
  };
}

function encrypted({ unreadable }: ProtectionSettings): Verdict {
  if (unreadable === 'pass') return { kind: 'pass' };
  if (unreadable === 'reject') return { kind: 'reject', reply: replies.encryptedRefused };
  const note = 'A part needs a password, so it could not be scanned for viruses';
  return { kind: 'quarantine', reason: { kind: 'quarantine', note } };
}

function unavailable({ virus_unavailable: setting }: ProtectionSettings): Verdict {
  if (setting === 'later') return { kind: 'later' };
  return { kind: 'hold', reason: { kind: 'content', note: 'No virus scanner could look at it' } };
}
