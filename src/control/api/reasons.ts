// Texts of ours that go out over the API as they were made deep in the relay, with the codes of their sentences, so that
// they can be said in other languages.

import { z } from 'zod';
import { createRecogniser, type Patterns } from '../../platform/recognise-sentence.ts';
import type { Values } from '../../platform/sentence.ts';
import { PROBLEMS } from './problem-kinds.ts';
import { REASONS } from './reason-texts.ts';
import { WORDS } from './reason-words.ts';

const oneOf = (words: readonly string[]) => new RegExp(words.map((word) => RegExp.escape(word)).join('|'));
const NUMBER = /-?\d+/;
const TEXT = /.+/;
/** What Node, OpenSSL and the system call an error. */
const ERRNO = /E[A-Z][A-Z0-9]{2,30}|[A-Z][A-Z0-9]+(?:[_/][A-Z0-9]+)+/;
/** One address or network, or addresses. */
const IPS = /[0-9a-f]*[.:][0-9a-f.:]+(?:\/\d+)?(?:, [0-9a-f]*[.:][0-9a-f.:]+)*/;
const STEP = oneOf(WORDS.step);

/** What stands in the place of a name that is more, or less, than one word. */
const PATTERNS: Patterns = {
  ...Object.fromEntries(['accepted', 'final', 'held', 'difference', 'place', 'seconds'].map((name) => [name, NUMBER])),
  ...Object.fromEntries(['count', 'number', 'first', 'last', 'code', 'port', 'ms'].map((name) => [name, NUMBER])),
  ...Object.fromEntries(['most', 'voids', 'mostVoids'].map((name) => [name, NUMBER])),
  ...Object.fromEntries(
    ['detail', 'ours', 'text', 'list', 'what', 'kept', 'time', 'names'].map((name) => [name, TEXT]),
  ),
  ...Object.fromEntries(['expected', 'expected2', 'expected3', 'found', 'found2'].map((name) => [name, TEXT])),
  ...Object.fromEntries(['found3', 'file', 'folder', 'hosts', 'addresses', 'rule'].map((name) => [name, TEXT])),
  ...Object.fromEntries(
    ['command', 'obstacle', 'suppression', 'cloud', 'reply', 'terms', 'tls'].map((name) => [name, TEXT]),
  ),
  // Records as they stand in DNS: by how they begin they are known.
  spf: /[vV]=[sS][pP][fF]1.*/,
  dmarc: /(?:of \S+: )?v[ \t]*=[ \t]*DMARC1.*?/,
  ips: IPS,
  recipient: /postmaster@\S+|MAIL FROM:<>/,
  minute: /\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC/,
  errno: ERRNO,
  call: oneOf(WORDS.call),
  kind: oneOf(WORDS.kind),
  step: STEP,
  missing: oneOf(WORDS.missing),
  type: /[A-Za-z0-9-]{1,40}/,
  host: /[^\s:]+\.[^\s:]+/,
  // What begins with a code is what a remote said.
  fault: /(?!\d).+/,
};

const ofReason = createRecogniser(REASONS, PATTERNS);
const ofProblem = createRecogniser(
  Object.fromEntries(Object.entries(PROBLEMS).map(([code, [, text]]) => [code, text])),
  { ...PATTERNS, counts: TEXT, why: TEXT, customers: TEXT },
);

/** Names in whose place a sentence of ours may stand. */
const SENTENCES = /^(?:detail|dmarc|fault|why|ours|reply|tls|(?:expected|found)\d?)$/;
/** Sentences within sentences; more is a quotation. */
const DEEPEST = 4;

/** A sentence of ours within another. */
interface Inner {
  text: string;
  code: string;
  values?: ShownValues | undefined;
}

export type ShownValues = { [name: string]: string | number | Inner };

/** Which sentence a text is. */
export interface Reason {
  code: string;
  values?: ShownValues | undefined;
}

/** The sentence that a text is; nothing for words of others. Codes of problems stand behind `problem:`. */
export function reasonOf(text: string, depth = 0): Reason | undefined {
  const reason = withoutDetails(ofReason(text));
  const found = reason ?? prefixed(ofProblem(text));
  if (found === undefined) return undefined;
  const { code, values } = found;
  return { code, ...(values !== undefined && { values: shownValues(values, depth + 1) }) };
}

/** Where a fault of a connection happened, in what Node says of it. */
const AT_ADDRESS = /^\w+ \w+ (\S+:\d+)\b/;

/** Of an error whose code has words, these are enough: what stands behind the code is English, and says no more. */
function withoutDetails(found: ReturnType<typeof ofReason>): ReturnType<typeof ofReason> {
  const { errno, text } = found?.values ?? {};
  if (found?.code !== 'system-error' || !WORDS.errno.some((known) => known === errno)) return found;
  const [, address] = AT_ADDRESS.exec(String(text)) ?? [];
  if (address === undefined) return { code: 'errno-alone', values: { errno: String(errno) } };
  return { code: 'errno-at', values: { errno: String(errno), address } };
}

function prefixed(found: ReturnType<typeof ofProblem>): ReturnType<typeof ofProblem> {
  return found && { ...found, code: `problem:${found.code}` };
}

/** Values as they are shown: a sentence of ours among them with its code. */
export function shownValues(values: Values, depth = 0): ShownValues {
  const shown = Object.entries(values).map(([name, value]): [string, ShownValues[string]] => {
    if (typeof value === 'number' || depth >= DEEPEST || !SENTENCES.test(name)) return [name, value];
    const reason = reasonOf(value, depth);
    return [name, reason === undefined ? value : { text: value, ...reason }];
  });
  return Object.fromEntries(shown);
}

/** What is said with a code, as it is shown. */
export function shownSaid<Said extends { values?: Values | undefined }>(
  said: Said,
): Omit<Said, 'values'> & { values?: ShownValues } {
  const { values, ...rest } = said;
  return values === undefined ? rest : { ...rest, values: shownValues(values) };
}

const named = z.record(
  z.string(),
  z.union([
    z.string(),
    z.number(),
    z
      .object({ text: z.string(), code: z.string(), values: z.record(z.string(), z.unknown()).optional() })
      .describe('A sentence within the sentence; its values are of the same form.'),
  ]),
);

/** What a sentence names, beside its code. */
export const sentenceValues = named.optional().describe('What the sentence names, for saying it in another language.');

const reasonSchema = z.object({ code: z.string(), values: sentenceValues });

/** Beside texts: which sentences they are. */
export const wordsSchema = z
  .record(z.string(), reasonSchema)
  .optional()
  .describe(
    'Texts beside this that are sentences of the relay, for saying them in another language: by the name of the text (`name.0` in a list) the code of its sentence and what it names.',
  );

type Texts = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** Which sentences these texts are, for `words` beside them. Nothing where none is one of ours. */
export function wordsOf(texts: Texts): { words?: Record<string, Reason> } {
  const single = Object.entries(texts).flatMap(([name, text]) => {
    if (text === null || text === undefined) return [];
    return typeof text === 'string' ? [[name, text] as const] : text.map((one, at) => [`${name}.${at}`, one] as const);
  });
  const known = single.flatMap(([name, text]) => {
    const reason = reasonOf(text);
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return known.length === 0 ? {} : { words: Object.fromEntries(known) };
}
