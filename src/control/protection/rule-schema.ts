// Rules of the content filter as people write them, with a word for everything that cannot be.

import { z } from 'zod';
import { PART_TRAITS } from '../../mail/inspect/content/taken-apart.ts';
import { compilePattern } from '../../mail/inspect/rules/pattern.ts';
import { PatternError } from '../../mail/inspect/rules/pattern-syntax.ts';
import { parseAddress } from '../../protocol/smtp/address.ts';
import { toLookupDomain } from '../../protocol/smtp/domain.ts';
import { fault, says } from '../api/field-faults.ts';

/** Values of one condition; a list that is longer belongs into several rules. */
const MOST_VALUES = 1000;
const MOST_CONDITIONS = 20;
const MOST_ACTIONS = 10;
const MOST_READERS = 10;

const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\x00-\x1f\x7f]+$/, says('one-line'));
const values = <T extends z.ZodType>(value: T) => z.array(value).min(1).max(MOST_VALUES);
const octets = z.number().int().min(0).max(1_000_000_000);
const least = z.number().int().min(1).max(1000).optional().describe('So many different ones; 1 where it is not said.');

/** An address (lower case, the domain in A-labels), `@domain`, or `@.domain` for a domain and all below. */
export const addressName = z
  .string()
  .max(320)
  .transform((text, context) => {
    const name = readAddressName(text.trim());
    if (name !== undefined) return name;
    context.addIssue({
      code: 'custom',
      message: says('address-or-domain'),
    });
    return z.NEVER;
  });

/** Nothing where the text is none. */
function readAddressName(text: string): string | undefined {
  if (text.startsWith('@')) {
    const below = text.startsWith('@.');
    const domain = toLookupDomain(text.slice(below ? 2 : 1));
    return domain === undefined ? undefined : `${below ? '@.' : '@'}${domain}`;
  }
  const mailbox = parseAddress(text);
  if (mailbox === undefined || mailbox.domain === '') return undefined;
  const local = text.slice(0, text.lastIndexOf('@')).toLowerCase();
  return `${local}@${mailbox.domain.toLowerCase()}`;
}

const senderName = z.union([z.literal('<>'), addressName]).describe('`<>` is the null sender, that of notices.');

const readerAddress = addressName.refine((name) => !name.startsWith('@'), says('an-address'));

const hostName = z.string().transform((text, context) => {
  const name = toLookupDomain(text.trim().replace(/^\.|\.$/g, ''));
  if (name !== undefined) return name;
  context.addIssue({ code: 'custom', message: says('domain-name') });
  return z.NEVER;
});

const pattern = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    try {
      compilePattern(text);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      const { message, ...params } = fault('', 'pattern', { why: error.message });
      context.addIssue({ code: 'custom', message, params });
    }
  })
  .describe('A pattern of the dialect in docs/content-rules.md.');

const place = z.enum(['subject', 'body', 'attachments', 'anywhere']);
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, says('time-of-day'));
const zone = z.string().max(60).refine(isZone, says('time-zone'));

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // What is no zone is told in words of ours.
    return false;
  }
}

const not = z.literal(true).optional().describe('Turns the condition around.');

/** One condition. */
export const conditionSchema = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('direction'), not, is: z.enum(['inbound', 'outbound']) }),
  z.strictObject({ on: z.literal('customer'), not, in: values(line(64)) }).describe("In rules of the operator's."),
  z.strictObject({ on: z.literal('stream'), not, in: values(line(64)) }),
  z.strictObject({ on: z.literal('sender'), not, in: values(senderName) }),
  z.strictObject({ on: z.literal('recipient'), not, in: values(addressName) }),
  z.strictObject({ on: z.literal('size'), not, over: octets.describe('Octets.') }),
  z.strictObject({ on: z.literal('recipients'), not, over: z.number().int().min(0).max(100_000) }),
  z.strictObject({
    on: z.literal('header'),
    not,
    name: z.string().regex(/^[\x21-\x39\x3b-\x7e]{1,76}$/, says('header-name')),
    has: line(500).optional().describe('Text in its value, whatever its case.'),
    matches: pattern.optional(),
  }),
  z.strictObject({
    on: z.literal('attachment-type'),
    not,
    in: values(
      z
        .string()
        .max(200)
        .regex(/^[\w.+*?-]+\/[\w.+*?-]+$/, says('media-type'))
        .transform((type) => type.toLowerCase()),
    ).describe('Types by content, not as declared.'),
  }),
  z.strictObject({
    on: z.literal('attachment-name'),
    not,
    in: values(line(200)).describe('File names with * and ?, in archives too.'),
  }),
  z.strictObject({ on: z.literal('attachment'), not, has: values(z.enum(PART_TRAITS)) }),
  z.strictObject({ on: z.literal('attachment-size'), not, over: octets.describe('Octets, unpacked.') }),
  z.strictObject({ on: z.literal('fault'), not }).describe('The message can be read in two ways.'),
  z.strictObject({ on: z.literal('link'), not, in: values(hostName).describe('Domains, each with all below it.') }),
  z.strictObject({ on: z.literal('link-mismatch'), not }).describe('The text of a link shows another domain.'),
  z.strictObject({ on: z.literal('words'), not, in: values(line(200)), where: place, min: least }),
  z.strictObject({ on: z.literal('pattern'), not, matches: pattern, where: place, min: least }),
  z.strictObject({
    on: z.literal('data'),
    not,
    is: values(z.enum(['iban', 'card-number', 'lu-national-id'])),
    min: least,
  }),
  z.strictObject({
    on: z.literal('time'),
    not,
    days: z.array(z.number().int().min(1).max(7)).max(7).describe('1 is Monday, 7 Sunday; empty: every day.'),
    from: timeOfDay,
    to: timeOfDay.describe('Not included; not later than `from`: on the next day.'),
    zone,
  }),
]);

const note = line(500).optional().describe('For people who look at the message; the name of the rule where absent.');

/** One action. */
export const actionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('pass') }),
  z.strictObject({ do: z.literal('hold'), note }),
  z.strictObject({ do: z.literal('quarantine'), note }),
  z.strictObject({ do: z.literal('reject') }),
  z.strictObject({ do: z.literal('later') }).describe('The sender is asked to come back.'),
  z.strictObject({
    do: z.literal('header'),
    name: z
      .string()
      .regex(/^X-[A-Za-z0-9-]{1,60}$/, says('begins-with-x'))
      .refine((name) => !/^x-easymail-/i.test(name), 'must not be a field of the relay'),
    value: z
      .string()
      .min(1)
      .max(500)
      .regex(/^[\x20-\x7e]+$/, says('one-line-ascii')),
  }),
  z.strictObject({ do: z.literal('subject-tag'), text: line(60) }),
  z.strictObject({
    do: z.literal('disclaimer'),
    text: z.string().min(1).max(4000),
    html: z.string().min(1).max(16_000).optional(),
  }),
  z.strictObject({ do: z.literal('remove-part'), note }).describe('A note stands in the place of the attachment.'),
  z.strictObject({ do: z.literal('copy'), to: readerAddress }),
  z.strictObject({ do: z.literal('notify'), to: z.array(readerAddress).min(1).max(MOST_READERS) }),
]);

/** What somebody says of a rule. */
export const ruleFields = {
  name: line(120).describe('In words; the trace and people who wait for a message read it.'),
  enabled: z.boolean(),
  conditions: z.array(conditionSchema).max(MOST_CONDITIONS).describe('All must hold; none: every message meets it.'),
  actions: z.array(actionSchema).min(1).max(MOST_ACTIONS),
  last: z.boolean().describe('No later rule is looked at once this one is met.'),
};

export const ruleSchema = z.strictObject(ruleFields);

export type RuleFields = z.output<typeof ruleSchema>;
