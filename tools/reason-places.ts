// Where reasons are made as plain text, in English: each has to be one that the API knows again by its code, or it would
// be English in the middle of a German page. Part of `npm run check`.

import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { REASONS } from '../src/control/api/reason-texts.ts';
import { WORDS } from '../src/control/api/reason-words.ts';

const root = resolve(import.meta.dirname, '..');

/** What stands before the text of a reason. */
const DETAIL = /\bdetail(?: =|:) $/;
const REASON = /\breason(?: =|:) $/;
const CALLED = (names: string) => new RegExp(`\\b(?:${names})\\(\\s*$`);
const SECOND = (names: string) => new RegExp(`\\b(?:${names})\\([\\w.]+,\\s*$`);
const THIRD = (names: string) => new RegExp(`\\b(?:${names})\\([\\w.]+, \\w+, $`);
const RETURNED = /(?:\breturn|[?:]) $/;

/** Files, and what stands there before a reason. */
const PLACES: readonly (readonly [files: string, before: readonly RegExp[]])[] = [
  ['src/network/*.ts', [DETAIL, CALLED('temporary'), SECOND('withoutTls')]],
  ['src/network/{clamd,rspamd}/*.ts', [DETAIL, CALLED('fail|#break|#cut|BrokeOff')]],
  ['src/mail/{route,deliver}/*.ts', [DETAIL, CALLED('defer|noDomain'), SECOND('refuse')]],
  ['src/mail/authorise/**/*.ts', [REASON, SECOND('refuse|none')]],
  ['src/mail/authorise/recipients/describe-check.ts', [RETURNED]],
  [
    'src/mail/inspect/{checks,authentication}/*.ts',
    [/\bnote(?: =|:) $/, /\bnote = answer\.forced \? $/, /\brefuse\(\s*[\w.]+,\s*$/, /\bwhat = $/],
  ],
  ['src/mail/report/reconciler.ts', [/\btext = $/, CALLED('push')]],
  ['src/mail/accept/front/dnsbl.ts', [/\breturn $/, / \? $/]],
  ['src/protocol/dkim/key-record.ts', [/\) return $/, CALLED('unusable')]],
  ['src/control/audit/verify.ts', [/\bwhat: $/, RETURNED]],
  ['src/control/privacy/look/*.ts', [/\bwhat(?: =|:) $/, CALLED('unknown.push')]],
  [
    'src/control/pools/{address-checks,published-include}.ts',
    [/\b(?:expected|found|again|advice)(?: =|:) $/, CALLED('push'), / \? $/],
  ],
  ['src/control/firewall/*.ts', [REASON, CALLED('push'), SECOND('unknown'), /\bsaid = $/, / [?:] $/]],
  [
    'src/control/checks/looks/look-{mx,ownership,spf,dmarc,mailhost,source}.ts',
    [
      /\bsay\(\s*'\w+',\s*$/,
      /\b(?:found|word)(?: =|:) $/,
      /\bunknown\('\w+', \w+,\s*$/,
      /(?:(?:texts|records)\.length === 0|=== '\w+')\s+\? $/,
    ],
  ],
  ['src/control/grants/look-grant.ts', [/\bsay\('\w+', $/, /=== '\*' \? $/]],
  ['src/control/checks/looks/look-dkim.ts', [/\bsay\('waiting', $/, / \? $/, RETURNED]],
  [
    'src/protocol/{spf/record,spf/macro,spf/count,dmarc/record,dmarc/discover}.ts',
    [/\bfault: $/, CALLED('warnings.push')],
  ],
  ['src/control/dkim/keeper.ts', [/\breturn $/]],
  ['src/control/termination/due.ts', [THIRD('wait')]],
  ['src/control/backup/{make-backup,manifest}.ts', [/new Error\($/]],
  ['src/control/bulk/bulk-jobs.ts', [/err\.message : $/]],
];

/** In the place of what is filled in. */
const HOLE = '\0';

interface Literal {
  /** Of the code before it. */
  before: string;
  text: string;
  line: number;
}

/** The strings of a file, with holes for what is filled in. */
function literalsOf(code: string): Literal[] {
  const found: Literal[] = [];
  for (let at = 0; at < code.length; at++) {
    const mark = code[at] ?? '';
    if (code.startsWith('//', at)) at = endOf(code, '\n', at);
    else if (code.startsWith('/*', at)) at = endOf(code, '*/', at) + 1;
    else if (mark === "'" || mark === '"' || mark === '`') {
      const { text, end } = stringAt(code, at);
      const before = code.slice(Math.max(0, at - 120), at);
      found.push({ before, text, line: code.slice(0, at).split('\n').length });
      at = end;
    }
  }
  return found;
}

function stringAt(code: string, start: number): { text: string; end: number } {
  const mark = code[start];
  let text = '';
  for (let at = start + 1; at < code.length; at++) {
    if (code[at] === mark) return { text, end: at };
    if (mark === '`' && code.startsWith('${', at)) {
      at = closingOf(code, at + 1);
      text += HOLE;
    } else if (code[at] === '\\') text += code[++at] ?? '';
    else text += code[at] ?? '';
  }
  return { text, end: code.length };
}

/** The brace that closes the one here; strings within may hold braces of their own. */
function closingOf(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    const mark = code[at] ?? '';
    if (mark === '{') depth++;
    else if (mark === '}' && --depth === 0) return at;
    else if (mark === "'" || mark === '"' || mark === '`') at = stringAt(code, at).end;
  }
  return code.length;
}

function endOf(code: string, what: string, from: number): number {
  const at = code.indexOf(what, from);
  return at < 0 ? code.length : at;
}

/** With fewer letters of its own a reason is taken for its like alone: nearly everything would fit it. */
const FEWEST_LETTERS = 8;
const known = [...Object.values(REASONS), ...WORDS.kept].map((text) => text.replaceAll(/\{\w+\}/g, HOLE));
const telling = known.filter((text) => text.replaceAll(/[^\p{L}]/gu, '').length >= FEWEST_LETTERS);
const patterns = telling.map((text) => {
  const parts = text.split(HOLE).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.+')}$`, 's');
});

/** What is filled in at the beginning or the end may be a part of the sentence itself. A single word is a state or a kind. */
function isKnown(text: string): boolean {
  if (!/\p{L}{2}/u.test(text.replaceAll(HOLE, '')) || !text.includes(' ')) return true;
  const within = (reason: string) =>
    (text.startsWith(HOLE) && reason.endsWith(text.slice(1))) ||
    (text.endsWith(HOLE) && reason.startsWith(text.slice(0, -1)));
  return known.includes(text) || patterns.some((pattern) => pattern.test(text)) || telling.some(within);
}

/** Reasons that no code is known for, with their places. */
export function unknownReasons(): string[] {
  const faults: string[] = [];
  for (const [files, before] of PLACES) {
    for (const file of globSync(files, { cwd: root, exclude: ['**/*.test.ts'] })) {
      const literals = literalsOf(readFileSync(resolve(root, file), 'utf8'));
      const reasons = literals.filter((one) => before.some((pattern) => pattern.test(one.before)));
      for (const { text, line } of reasons.filter((one) => !isKnown(one.text))) {
        const shown = text.replaceAll(HOLE, '…');
        faults.push(`${file}:${line}: "${shown}" is no reason of src/control/api/reason-texts.ts`);
      }
    }
  }
  return faults;
}
