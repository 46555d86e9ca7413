// RFC 9457: what went wrong, as problem+json, with the field at fault and how to mend it.

import { z } from 'zod';
import type { ReadAnswer } from '../../mail/trace/read-messages.ts';

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  errors: z
    .array(
      z.object({
        field: z.string(),
        line: z.number().optional(),
        message: z.string(),
        code: z.string().optional().describe('Which fault it is, where it may be said in other languages.'),
        values: z.record(z.string(), z.string()).optional().describe('What the message names.'),
      }),
    )
    .optional(),
});

export type ProblemBody = z.output<typeof problemSchema>;
export type ProblemError = NonNullable<ProblemBody['errors']>[number];

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

/** The caller has to show once more that it is who it says. */
export const STEP_UP_NEEDED = 'urn:easymail:problem:step-up-needed';
/** The first step of a sign-in is to be done again. */
export const SIGN_IN_EXPIRED = 'urn:easymail:problem:sign-in-expired';
/** The caller has to set up a second factor before anything else. */
export const SECOND_FACTOR_NEEDED = 'urn:easymail:problem:second-factor-needed';

/** Thrown by an operation; the server turns it into the answer. `detail` is for the client: no internal words. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  readonly errors: readonly ProblemError[];
  /** What it is, for programs, where the status alone does not say. */
  readonly type: string;

  constructor(status: ProblemStatus, detail: string, errors: readonly ProblemError[] = [], type = 'about:blank') {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.errors = errors;
    this.type = type;
  }

  body(): ProblemBody {
    return {
      type: this.type,
      title: TITLES[this.status],
      status: this.status,
      detail: this.message,
      ...(this.errors.length === 0 ? {} : { errors: [...this.errors] }),
    };
  }
}

/** The value of a read thread's answer, or the problem it means. */
export function valueOf<T>(answer: ReadAnswer<T>, field: string): T {
  switch (answer.kind) {
    case 'ok':
      return answer.value;
    case 'refused':
      throw new Problem(400, answer.message, [{ field, message: answer.message }]);
    case 'deadline':
      throw new Problem(503, 'The search took too long; narrow it down, for example with since:1h or customer:ID.');
    case 'failed':
      throw new Problem(503, 'The search failed; the log of the relay knows why. Try again.');
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
    throw new Problem(503, 'A part of the relay is being restarted; try again in a moment.');
  }
}
