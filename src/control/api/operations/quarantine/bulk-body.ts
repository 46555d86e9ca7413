// What many messages in quarantine are meant by, and what is to be done to them.

import { z } from 'zod';
import type { HeldQuery } from '../../../../mail/queue/read-held.ts';
import { customerOf, type Principal } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import { fault } from '../../field-faults.ts';
import { problem } from '../../problem.ts';
import { queueId } from '../../schemas.ts';
import { definedHeldQuery, heldQuery } from './schemas.ts';

/** Messages that are chosen one by one. */
const MOST_IDS = 500;

export const bulkQuery = heldQuery.extend({
  ids: z.array(queueId).min(1).max(MOST_IDS).optional().describe('Single messages.'),
});

/** Without what comes from now on. */
export function asOfNow(query: HeldQuery): HeldQuery & { before: number } {
  return { ...query, before: Math.min(query.before ?? Number.MAX_SAFE_INTEGER, Date.now()) };
}

export const bulkAction = z.enum(['release', 'delete', 'report_spam', 'report_ham']);

/** The query as it is meant by whoever asks: a customer's side means its own. Throws a 422 where it is empty. */
export function heldMeantBy(principal: Principal, query: z.output<typeof bulkQuery>): HeldQuery {
  const own = customerOf(principal);
  if (own !== undefined && query.customer !== undefined) assertOwn(principal, query.customer, 'customer');
  const meant = definedHeldQuery({ ...query, ...(own !== undefined && { customer: own }) });
  if (Object.keys(meant).length > 0) return meant;
  throw problem('query-empty', {}, [fault('query', 'query-needed')]);
}
