// How far the test of a customer's way through the relay has come, in both directions.

import { z } from 'zod';

const way = z.object({
  /** Id of the message in the trace, once there is one. */
  message: z.string().optional(),
  /** When it was seen, and when it ended well; milliseconds since 1970. */
  startedAt: z.number().optional(),
  passedAt: z.number().optional(),
});

export const testStateSchema = z.object({
  token: z.string(),
  /** Recipient of our test message; absent where nothing is inbound. */
  to: z.string().optional(),
  outbound: way.optional(),
  inbound: way.optional(),
});

/** `outbound` and `inbound` are there only where the customer has such a domain. */
export type TestState = z.output<typeof testStateSchema>;

/** Whether everything that is to be tried was seen to work. */
export function hasPassed({ outbound, inbound }: TestState): boolean {
  return [outbound, inbound].every((one) => one === undefined || one.passedAt !== undefined);
}
