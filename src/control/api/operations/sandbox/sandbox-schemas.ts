// Shapes that the operations of the sandbox share.

import { z } from 'zod';
import type { CaughtMessage } from '../../../sandbox/sandbox-desk.ts';
import { says } from '../../field-faults.ts';
import { Problem, problem } from '../../problem.ts';

/** Why nobody need be known. */
export const SANDBOX_ACCESS = { public: 'the sandbox is open from its own machine alone, and holds made-up mail' };

export const caughtPath = z.object({
  name: z.string().regex(/^\d{14}-\d{6}$/, says('caught-name')),
});

export const caughtSchema = z.object({
  name: z.string().describe('Sorts by time.'),
  at: z.string().describe('ISO 8601.'),
  from: z.string().describe('Reverse path; empty for notices.'),
  to: z.array(z.string()),
  client: z.string().describe('Address that the relay sent from.'),
  subject: z.string(),
  size: z.number().describe('Octets.'),
  id: z.string().nullable().describe('Queue id, by which the trace has it.'),
});

/** A caught message as the API shows it. */
export function shownCaught({ id, to, ...message }: CaughtMessage): z.output<typeof caughtSchema> {
  return { ...message, to: [...to], id: id ?? null };
}

/** The sandbox keeps the newest thousand. */
export function noLongerKept(): Problem {
  return problem('no-longer-kept');
}
