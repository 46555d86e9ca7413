// Shapes of the operations about DKIM keys.

import { z } from 'zod';
import type { Principal } from '../access/principal.ts';
import { customerOf } from '../access/principal.ts';
import { domainName } from '../apply/document-schema.ts';
import type { Refused } from '../dkim/dkim.ts';
import type { DkimKeyView } from '../dkim/key-rows.ts';
import { assertOwn } from './access.ts';
import type { ApiContext } from './context.ts';
import { fault, says } from './field-faults.ts';
import { problem } from './problem.ts';
import { wordsSchema } from './reasons.ts';

export const dkimDomain = domainName.describe('A domain of a customer.');

export const dkimSelector = z
  .string()
  .regex(
    /^(?=.{1,100}$)[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*$/,
    says('selector'),
  )
  .transform((text) => text.toLowerCase());

export const dkimStream = z
  .union([z.literal(''), z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, says('stream-name'))])
  .describe('Stream whose mail the key signs; empty for all that have no key of their own.');

export const publishedFlag = z
  .boolean()
  .default(false)
  .describe("The record is published, by the operator's word: the key signs at once, without a look into DNS.");

/** A key with the record to publish. The private half is never part of an answer. */
export const dkimKeySchema = z.object({
  domain: z.string(),
  selector: z.string(),
  stream: z.string(),
  algorithm: z.enum(['rsa', 'ed25519']),
  state: z
    .enum(['waiting', 'active', 'retiring', 'retired'])
    .describe(
      '`waiting`: for its record to be seen in DNS. `active`: signs. `retiring`: signs no more, its record has to stay until `keep_record_until`. `retired`: the record may go.',
    ),
  record: z.object({ name: z.string(), text: z.string(), zone_line: z.string() }),
  made_at: z.string(),
  active_at: z.string().nullable(),
  keep_record_until: z.string().nullable(),
  checked_at: z.string().nullable(),
  fault: z.string().nullable().describe('What was wrong with the published record at the last look.'),
  words: wordsSchema,
});

/** What was done; a refusal becomes a problem. */
export function doneOrProblem<T extends DkimKeyView | DkimKeyView[]>(result: T | Refused): T {
  if ('refused' in result) throw result.refused;
  return result;
}

/** A customer's side reaches keys of its own domains alone. */
export async function assertOwnDomain(principal: Principal, domain: string, { control }: ApiContext): Promise<void> {
  if (customerOf(principal) !== undefined) assertOwn(principal, await control.dkim.ownerOf(domain), 'domain');
}

/** That a record is published without a look into DNS is the operator's word. */
export function assertOperatorsWord(principal: Principal, published: boolean): void {
  if (!published || customerOf(principal) === undefined) return;
  throw problem('relay-looks-itself', {}, [fault('published', 'published-by-operator')]);
}
