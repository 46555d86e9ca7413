// The section `[webhooks]`.

import { z } from 'zod';
import { duration } from './units.ts';

const positive = z.number().int().min(1);

/** Where webhooks may lie, and what is kept for them. */
export const webhooks = z.strictObject({
  allow_private: z
    .boolean()
    .default(false)
    .describe('Webhooks may lie at private or loopback addresses, at any port, and without TLS.'),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file of authorities whose certificates count besides those that everybody knows.'),
  backlog: positive
    .max(10_000_000)
    .default(100_000)
    .describe('Events that wait for one webhook at most; more find no room until some are delivered.'),
  backlog_total: positive.default(5_000_000).describe('Events that wait for all webhooks together at most.'),
  pause_after: duration
    .default(3 * 86_400_000)
    .describe('A webhook that took nothing for so long, although it was tried, is paused and its people are told.'),
  log_kept: duration
    .refine((ms) => ms >= 4 * 86_400_000, 'must be 4d at least: events wait for so long')
    .default(7 * 86_400_000)
    .describe('How long the log of finished deliveries is kept.'),
});
