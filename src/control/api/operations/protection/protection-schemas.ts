// Shapes of protection in the API: settings, rules, lists of senders.

import { z } from 'zod';
import { BUSINESS_STREAM } from '../../../../mail/message.ts';
import { actorOf, customerOf, holds, type Principal } from '../../../access/principal.ts';
import { LANGUAGES } from '../../../notices/languages.ts';
import { READY_MADE, type ReadyMadeName } from '../../../protection/ready-made.ts';
import { type Asker, fieldsOf } from '../../../protection/rules.ts';
import { OPERATORS_ALONE } from '../../../protection/setting-values.ts';
import type { SettingsView } from '../../../protection/settings.ts';
import type { ProtectionRuleRow, ProtectionSenderRow } from '../../../protection/tables.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext } from '../../context.ts';
import { says } from '../../field-faults.ts';
import { customerId } from '../../schemas.ts';

export const direction = z.enum(['inbound', 'outbound']);
const streamName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, says('stream-name'))
  .describe(`A stream of the customer, such as "${BUSINESS_STREAM}"; absent: all its mail.`);
export const reason = z.string().min(1).max(500).optional().describe('For the audit.');

/** Which settings are meant. */
export const scopeQuery = z.strictObject({
  customer: customerId.optional().describe("Whose; absent: the operator's, which hold for everybody."),
  direction,
  stream: streamName.optional(),
});

const settingView = z.object({
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  origin: z.enum(['built-in', 'operator', 'customer', 'stream']).describe('Who said so.'),
  inherited: z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .describe('What would hold if nothing was said in this scope.'),
  changeable: z.boolean().describe("Whether who asks may change it here; some are the operator's alone."),
});

export const settingsSchema = z.object({
  customer: z.string().nullable(),
  direction,
  stream: z.string().nullable(),
  streams: z.array(z.string()).describe('Streams of the customer: settings may be said for each of them.'),
  settings: z.record(z.string(), settingView),
});

/** Settings as they are shown to who asks. */
export function shownSettings(
  { scope, streams, settings }: SettingsView,
  principal: Principal,
): z.output<typeof settingsSchema> {
  const { customer, direction: is, stream } = scope;
  const isWriter = holds(principal, 'protection:write');
  const denied = customerOf(principal) === undefined ? [] : OPERATORS_ALONE[is];
  const entries = Object.entries(settings).map(([key, view]) => {
    return [key, { ...view, changeable: isWriter && !denied.some((one) => one === key) }] as const;
  });
  return {
    customer: customer || null,
    direction: is,
    stream: stream || null,
    streams,
    settings: Object.fromEntries(entries),
  };
}

export const ruleId = z.string().regex(/^rul_[0-9a-f]{24}$/, says('rule-id'));
export const rulePath = z.object({ rule: ruleId });
export const setName = z.enum(Object.keys(READY_MADE) as [ReadyMadeName, ...ReadyMadeName[]]);

/** Of the names and notes of a set's rules. */
export const setLanguage = z.enum(LANGUAGES).default('en').describe('Of the names and notes of the rules.');
export const position = z.number().int().min(1).max(1000).describe('Place among the rules of its owner, from 1.');

// As `createRule` takes them; what was taken once is not tried again.
export const shownConditions = z.array(z.looseObject({ on: z.string() })).describe('As `createRule` takes them.');
export const shownActions = z.array(z.looseObject({ do: z.string() })).describe('As `createRule` takes them.');

export const ruleShape = z.object({
  id: z.string(),
  customer: z.string().nullable().describe("Null: the operator's, for everybody's mail."),
  position: z.number(),
  name: z.string(),
  enabled: z.boolean(),
  conditions: shownConditions,
  actions: shownActions,
  last: z.boolean(),
  made_from: z.string().nullable().describe('The ready-made set that it came from.'),
  made_at: z.string(),
  changed_at: z.string(),
  changed_by: z.string(),
});

/** A rule as the API shows it. */
export function shownRule(row: ProtectionRuleRow): z.output<typeof ruleShape> {
  return {
    id: row.id,
    customer: row.customer === '' ? null : row.customer,
    position: row.position,
    ...fieldsOf(row),
    made_from: row.made_from,
    made_at: new Date(row.made_at).toISOString(),
    changed_at: new Date(row.changed_at).toISOString(),
    changed_by: row.changed_by,
  };
}

export const senderId = z.string().regex(/^snd_[0-9a-f]{24}$/, says('entry-id'));
export const senderPath = z.object({ sender: senderId });

export const senderShape = z.object({
  id: z.string(),
  customer: z.string().nullable().describe("Null: the operator's, for everybody's mail."),
  direction,
  list: z.enum(['allow', 'block']),
  sender: z.string(),
  recipient: z.string().nullable().describe('For mail to this address alone.'),
  note: z.string(),
  made_at: z.string(),
  made_by: z.string(),
  until: z.string().nullable(),
});

/** An entry as the API shows it. */
export function shownSender(row: ProtectionSenderRow): z.output<typeof senderShape> {
  return {
    id: row.id,
    customer: row.customer === '' ? null : row.customer,
    direction: row.direction,
    list: row.list,
    sender: row.sender,
    recipient: row.recipient === '' ? null : row.recipient,
    note: row.note,
    made_at: new Date(row.made_at).toISOString(),
    made_by: row.made_by,
    until: row.until === null ? null : new Date(row.until).toISOString(),
  };
}

/** Who asks, and from which side. */
export function askerOf(principal: Principal, why?: string): Asker {
  const side = customerOf(principal) === undefined ? 'operator' : 'customer';
  return { by: actorOf(principal, why), side };
}

/** The rule, where the principal may know of it. */
export async function ownRule(context: ApiContext, principal: Principal, id: string): Promise<ProtectionRuleRow> {
  const row = await context.services.protection.rules.get(id);
  assertOwn(principal, row.customer, 'rule');
  return row;
}

/** The entry, where the principal may know of it. */
export async function ownSender(context: ApiContext, principal: Principal, id: string): Promise<ProtectionSenderRow> {
  const row = await context.services.protection.senders.get(id);
  assertOwn(principal, row.customer, 'entry');
  return row;
}
