// Section of the configuration about how customers leave.

import { z } from 'zod';
import { duration } from './units.ts';

const DAY_MS = 86_400_000;
/** A shorter notice is no notice: a customer has to move its mail meanwhile. */
const days = duration.refine((ms) => ms >= DAY_MS && ms % DAY_MS === 0, 'must be whole days such as "30d"');

/** IANA names, as the machine's own tables know them. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const termination = z.strictObject({
  notice: days
    .default(30 * DAY_MS)
    .describe('From the notice to the deactivation, in whole days; it begins on the day on which the notice was sent.'),
  removal: days.default(90 * DAY_MS).describe('From the deactivation to the removal, in whole days.'),
  reminder: days.default(7 * DAY_MS).describe('How long before the deactivation the customer is reminded.'),
  inbound: z
    .enum(['refuse', 'defer'])
    .default('refuse')
    .describe(
      'Mail from outside for a deactivated customer: refused for good, or put off, so that senders try again while the customer moves.',
    ),
  contact: z
    .string()
    .regex(/^[\x21-\x7e]+@[\x21-\x7e]+$|^\+?[0-9 ()/-]{5,40}$/, 'must be an address or a telephone number')
    .optional()
    .describe(
      'Who a customer that leaves turns to, in notices and in the reply to its mail. Default: `postmaster@` of `node.hostname`.',
    ),
  records_interval: duration.default(DAY_MS).describe('How often DNS is looked at for records of customers that left.'),
  records_reminder: duration
    .default(30 * DAY_MS)
    .describe('How often a customer that left is asked again to take its records out of DNS.'),
});
