// What a schema says of a value, as a fault of ours: with a code, so that it can be said in other languages.

import type { z } from 'zod';
import { codeOfSentence, fault } from './field-faults.ts';
import type { ProblemError } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** The fault that an issue of a schema is, in this field. */
export function schemaFault(field: string, issue: Issue): ProblemError {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return fault(field, 'missing');
      if (issue.expected === 'int') return fault(field, 'whole-number');
      return fault(field, 'wrong-type', { expected: issue.expected });
    case 'invalid_value':
      return worded(field, issue) ?? fault(field, 'one-of', { values: issue.values.map(String).join(', ') });
    case 'too_small':
      return worded(field, issue) ?? tooSmall(field, issue);
    case 'too_big':
      return worded(field, issue) ?? tooBig(field, issue);
    case 'invalid_union':
      return ofChoices(field, issue) ?? said(field, issue);
    case 'invalid_format':
      return worded(field, issue) ?? fault(field, issue.format === 'email' ? 'email' : 'wrong-format');
    default:
      return worded(field, issue) ?? said(field, issue);
  }
}

/** The fault whose sentence a schema was given. */
function worded(field: string, { message }: Issue): ProblemError | undefined {
  const code = codeOfSentence(message);
  return code === undefined ? undefined : { field, message, code };
}

/** What a schema finds by itself, in its own words or with the code that it gives along. */
function said(field: string, issue: Issue): ProblemError {
  const given = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const { code, values } = given as Pick<ProblemError, 'code' | 'values'>;
  const message = issue.message.replace('Invalid input: expected', 'must be').replace(/, received (.*)$/, ', not $1');
  return { field, message, ...(code !== undefined && { code }), ...(values !== undefined && { values }) };
}

/** Of several forms that a value may have: the one that has a sentence for it says what is wanted. */
function ofChoices(field: string, { errors }: Extract<Issue, { code: 'invalid_union' }>): ProblemError | undefined {
  const sentences = errors.flat().filter(({ path }) => path.length === 0);
  return sentences.map((issue) => worded(field, issue)).find((found) => found !== undefined);
}

function tooSmall(field: string, { origin, minimum }: Extract<Issue, { code: 'too_small' }>): ProblemError {
  const least = Number(minimum);
  if (least === 1 && (origin === 'string' || origin === 'array')) return fault(field, 'missing');
  if (origin === 'string') return fault(field, 'too-short', { least });
  return origin === 'array' ? fault(field, 'too-few', { least }) : fault(field, 'too-low', { least });
}

function tooBig(field: string, { origin, maximum }: Extract<Issue, { code: 'too_big' }>): ProblemError {
  const most = Number(maximum);
  if (origin === 'string') return fault(field, 'too-long', { most });
  return origin === 'array' ? fault(field, 'too-many', { most }) : fault(field, 'too-high', { most });
}

/** The code of a sentence that a file's reader gave, where it is one of ours. */
export function codedFault<Fault extends { message: string }>(found: Fault): Fault & { code?: string } {
  const code = codeOfSentence(found.message);
  return code === undefined ? found : { ...found, code };
}
