// What a line of diagnosis says in numbers: SMTP reply code (RFC 5321 4.2), enhanced code (RFC 3463), and the step.

import type { ReportedRecipient } from './report.ts';

export interface Diagnosis {
  code?: number;
  status?: string;
  stage?: Exclude<ReportedRecipient['stage'], undefined>;
}

/** Longest text that is looked at; a reply has 512 octets a line (RFC 5321 4.5.3.1.5). */
export const LONGEST_DIAGNOSTIC = 1000;

// Not behind a digit, a dot or a letter: parts of addresses, dates and names are no codes.
const CODE = /(?<![\w.#=:/-])([45][0-5]\d)(?=[ :-]|$)/;
const STATUS = /(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)/;

/** The codes of a text, the first of each kind. */
export function diagnose(text: string): Diagnosis {
  const part = text.slice(0, LONGEST_DIAGNOSTIC);
  const code = CODE.exec(part)?.[1];
  const status = STATUS.exec(part)?.[1];
  const stage = stageOf(part);
  return {
    ...(code !== undefined && { code: Number(code) }),
    ...(status !== undefined && { status }),
    ...(stage !== undefined && { stage }),
  };
}

/** Where the codes of a text begin; -1 where it has none. */
export function codesAt(text: string): number {
  const part = text.slice(0, 2 * LONGEST_DIAGNOSTIC);
  const code = CODE.exec(part);
  const status = STATUS.exec(part);
  if (code === null) return status?.index ?? -1;
  return status === null ? code.index : Math.min(code.index, status.index);
}

const STAGES: readonly [Exclude<ReportedRecipient['stage'], undefined>, RegExp][] = [
  ['rcpt', /\brcpt(?: to|_to| command|\b)|our rcpt/i],
  ['mail', /\bmail from:|\bafter mail\b|\bmail command/i],
  ['data', /end of (?:data|.data. command)|after (?:end of )?data|\bdata command|\btext command|\(data\)/i],
  ['ehlo', /\b(?:ehlo|helo)(?: command| said|:|\b)/i],
  ['connect', /initial (?:connection|greeting)|refused to talk to me|while connecting|connect\)/i],
];

function stageOf(text: string): Diagnosis['stage'] {
  return STAGES.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Text on one line, runs of white space as one space, at most `most` characters. */
export function oneLine(text: string, most: number = LONGEST_DIAGNOSTIC): string {
  return text
    .slice(0, most * 4)
    .split(/\s/)
    .filter((word) => word !== '')
    .join(' ')
    .slice(0, most);
}
