// Shapes of checks, records and grants in the API.

import { z } from 'zod';
import type { CustomerId } from '../../../../mail/message.ts';
import { toLookupDomain } from '../../../../protocol/smtp/domain.ts';
import type { CheckView } from '../../../checks/check-views.ts';
import type { Checks } from '../../../checks/checks.ts';
import type { GrantView } from '../../../grants/grants.ts';
import { says } from '../../field-faults.ts';
import { problem } from '../../problem.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';

export const checkKind = z.enum(['ownership', 'spf', 'mx', 'dkim', 'dmarc', 'mailhost', 'source', 'grant']);
export const checkState = z.enum(['ok', 'warn', 'fail', 'unknown', 'waiting']);

export const domainName = z
  .string()
  .max(300)
  .transform((text, context) => {
    const domain = toLookupDomain(text.trim().replace(/\.$/, ''));
    if (domain?.includes('.') === true) return domain;
    context.addIssue({ code: 'custom', message: says('domain-name-plain') });
    return z.NEVER;
  });

export const streamName = z.string().regex(/^(?:\*|[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/, says('stream-or-all'));

export const checkSchema = z.object({
  customer: z.string(),
  kind: checkKind,
  object: z.string().describe('Domain, `host:port` or network.'),
  state: checkState.describe(
    '`ok`; `warn`: it works, and should be better; `fail`: it has to be changed; `unknown`: no answer, so nothing is known; `waiting`: for something that comes by itself or later.',
  ),
  required: z.boolean().describe('Whether the customer cannot go live without it.'),
  expected: z.string(),
  found: z.string(),
  words: wordsSchema,
  advice: z.string().describe('One sentence on what to change; empty where nothing is.'),
  code: z
    .string()
    .optional()
    .describe('The advice in parts, for other languages: which sentence it is, and its values.'),
  values: z.record(z.string(), z.string()).optional(),
  looked_at: z.string().nullable().describe('When it was last looked at.'),
  since: z.string().describe('Since when it is in this state.'),
});

/** A check as the API shows it. */
export function shownCheck({ lookedAt, since, ...view }: CheckView): z.output<typeof checkSchema> {
  return {
    ...view,
    ...wordsOf(view.kind === 'dkim' ? foundOfKeys(view.found) : { found: view.found }),
    looked_at: lookedAt === undefined ? null : new Date(lookedAt).toISOString(),
    since: new Date(since).toISOString(),
  };
}

/** What was found of each key by itself, behind its selector. */
function foundOfKeys(found: string): Record<string, string> {
  const parts = found.split('; ').map((part) => /^(\S+): (.+)$/s.exec(part));
  const named = parts.flatMap((part) => (part === null ? [] : [[`found.${part[1] ?? ''}`, part[2] ?? '']]));
  return { found, ...(Object.fromEntries(named) as Record<string, string>) };
}

/** Throws a 404 where there is no such customer. */
export async function assertKnown(checks: Pick<Checks, 'knows'>, customer: CustomerId): Promise<void> {
  if (!(await checks.knows(customer))) throw problem('no-such-customer');
}

export const recordSchema = z.object({
  domain: z.string(),
  purpose: z.enum(['ownership', 'spf', 'mx', 'dkim', 'dmarc']).describe('The check that looks for it.'),
  type: z.enum(['TXT', 'MX']),
  host: z.string(),
  value: z.string(),
  optional: z.boolean().describe('Mail works without it.'),
  note: z.string(),
});

const time = z.string().optional();

export const grantSchema = z.object({
  customer: z.string(),
  domain: z.string(),
  stream: z.string().describe('What was asked for; `*` is every stream.'),
  asked_at: z.string(),
  asked_by: z.string(),
  record: z
    .object({ type: z.literal('TXT'), host: z.string(), value: z.string() })
    .describe('What the owner of the domain publishes; `; from=2026-12-01; until=2027-03-01` may be added.'),
  granted: z.array(z.object({ stream: z.string(), from: time, until: time })).describe('What the owner’s records say.'),
  state: z.enum(['in_force', 'later', 'over', 'none']),
  in_force: z.string().nullable().describe('The stream that may be sent in now; `*` is every stream.'),
});

/** A grant as the API shows it. */
export function shownGrant(view: GrantView): z.output<typeof grantSchema> {
  const iso = (at: number) => new Date(at).toISOString();
  return {
    customer: view.customer,
    domain: view.domain,
    stream: view.stream,
    asked_at: iso(view.askedAt),
    asked_by: view.askedBy,
    record: { type: 'TXT', host: view.record.name, value: view.record.text },
    granted: view.granted.map(({ stream, from, until }) => ({
      stream,
      ...(from !== undefined && { from: iso(from) }),
      ...(until !== undefined && { until: iso(until) }),
    })),
    state: view.state,
    in_force: view.inForce ?? null,
  };
}
