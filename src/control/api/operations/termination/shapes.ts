// How the end of a customer looks in answers.

import { z } from 'zod';
import { wordsSchema } from '../../reasons.ts';
import { isoTime } from '../customers/shapes.ts';

const day = z.string().describe('A day in the operator’s time zone.');

export const listedTerminationSchema = z.object({
  id: z.number(),
  customer: z.string(),
  name: z.string(),
  state: z.enum(['begun', 'noticed', 'deactivated', 'removed', 'stopped']),
  cause: z
    .enum(['subscription', 'operator'])
    .describe('`subscription`: the last one beside Easymail ended; a new one takes the end back.'),
  reason: z.string(),
  by: z.string(),
  ended: day.describe('First day without a subscription beside Easymail, or the day on which it was begun by hand.'),
  noticed: day.nullable().describe('The notice runs from this day; null: nobody could be told yet.'),
  deactivation: day.nullable(),
  removal: day.nullable(),
  begun_at: isoTime,
  deactivated_at: isoTime.nullable(),
  removed_at: isoTime.nullable(),
  stopped_at: isoTime.nullable(),
  waits_for: z.string().nullable().describe('What the next step waits for beside its day.'),
  words: wordsSchema,
  certificate: z.string().nullable().describe('Number of the certificate of removal.'),
});

export const terminationSchema = listedTerminationSchema.extend({
  mails: z.array(z.object({ kind: z.string(), to: z.string(), sent_at: isoTime.nullable() })),
  records: z.array(
    z.object({
      domain: z.string(),
      purpose: z.enum(['spf', 'mx', 'dkim', 'ownership']),
      type: z.string(),
      host: z.string(),
      value: z.string(),
      state: z.enum(['present', 'gone', 'unknown']),
      looked_at: isoTime.nullable(),
      gone_at: isoTime.nullable(),
    }),
  ),
  looked_at: isoTime.nullable().describe('When DNS was looked at for these records.'),
  records_gone_at: isoTime.nullable().describe('When all of them were found gone.'),
});
