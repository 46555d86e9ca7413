// Shapes that the operations of this folder share.

import { z } from 'zod';

const count = z.number();

/** What waits, as `QueueSurvey` has it. */
export const surveySchema = z.object({
  at: z.string().describe('When the queue was looked through.'),
  queued: count,
  deferred: count,
  held: count,
  quarantined: count,
  ages: z
    .array(z.object({ from_ms: count, to_ms: count.nullable(), waiting: count, held: count }))
    .describe('Recipients by how long ago they were accepted.'),
  oldest: z.string().nullable().describe('When the oldest was accepted.'),
  destinations: z
    .array(z.object({ destination: z.string(), waiting: count, deferred: count }))
    .describe('Where most of what waits goes, the most first.'),
});

export const reconcilerState = z
  .enum(['even', 'fault', 'unknown'])
  .describe('`even`: every accepted recipient is final or in the queue. `unknown`: it could not look, or not yet.');
