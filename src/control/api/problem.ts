// RFC 9457: what went wrong, as problem+json, with the field at fault and how to mend it.

import { z } from 'zod';
import type { ReadAnswer } from '../../mail/trace/read-messages.ts';
import { sentence, type Values, type ValuesOf } from '../../platform/sentence.ts';
import { PROBLEMS, type ProblemCode } from './problem-kinds.ts';
import { sentenceValues, shownSaid } from './reasons.ts';

/** What is wrong with a field, or with the line of a file. */
export const faultSchema = z.object({
  field: z.string(),
  line: z.number().optional(),
  message: z.string(),
  code: z.string().optional().describe('Which fault it is, where it may be said in other languages.'),
  values: sentenceValues,
});

export const problemSchema = z.object({
  type: z.string().describe('`urn:easymail:problem:` and the code of the problem, which stays.'),
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  values: sentenceValues,
  errors: z.array(faultSchema).optional(),
});

export type ProblemBody = z.output<typeof problemSchema>;
export type ProblemError = Omit<z.output<typeof faultSchema>, 'values'> & { values?: Values | undefined };

/** What the statuses mean. */
export const TITLES = {
  400: 'Request is not understood',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method is not for this',
  409: 'Not possible now',
  410: 'No longer there',
  412: 'Changed by somebody else meanwhile',
  413: 'Request is too large',
  415: 'Content type is not understood',
  422: 'Request cannot be carried out',
  428: 'A condition is needed',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available now',
} as const;
export type ProblemStatus = keyof typeof TITLES;

/** Before the code of a problem; both are its `type`. */
const KIND = 'urn:easymail:problem:';

/** Thrown by an operation; the server turns it into the answer. Made by `problem`. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  readonly code: ProblemCode;
  readonly values: Values | undefined;
  readonly errors: readonly ProblemError[];

  constructor(code: ProblemCode, values: Values | undefined, errors: readonly ProblemError[]) {
    const [status, text] = PROBLEMS[code];
    super(sentence(text, values).text);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.values = values;
    this.errors = errors;
  }

  body(): ProblemBody {
    return {
      type: `${KIND}${this.code}`,
      title: TITLES[this.status],
      status: this.status,
      detail: this.message,
      ...shownSaid({ values: this.values }),
      ...(this.errors.length === 0 ? {} : { errors: this.errors.map(shownSaid) }),
    };
  }
}

type ProblemValues<Code extends ProblemCode> = ValuesOf<(typeof PROBLEMS)[Code][1]>;

/** The problem with this code; `rest`: what its sentence names, then what is wrong with which field. */
export function problem<Code extends ProblemCode>(
  code: Code,
  ...rest: ProblemValues<Code> extends [infer Named extends Values]
    ? [values: Named, errors?: readonly ProblemError[]]
    : [values?: Readonly<Record<string, never>>, errors?: readonly ProblemError[]]
): Problem {
  const [named, errors = []] = rest;
  return new Problem(code, named === undefined || Object.keys(named).length === 0 ? undefined : named, errors);
}

/** The value of a read thread's answer, or the problem it means. */
export function valueOf<T>(answer: ReadAnswer<T>, field: string): T {
  switch (answer.kind) {
    case 'ok':
      return answer.value;
    case 'refused':
      throw problem('search-refused', {}, [{ field, ...answer.fault }]);
    case 'deadline':
      throw problem('search-too-slow');
    case 'failed':
      throw problem('search-failed');
    default:
      return answer satisfies never;
  }
}

/** A call to another thread; that it is gone is no fault of the request. */
export async function fromThread<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw problem('part-restarting');
  }
}
