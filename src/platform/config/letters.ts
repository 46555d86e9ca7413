// Sections of the configuration about what the relay writes itself: who its operator is, what senders are told, where
// bounces come back to, and ids in place of customers' own.

import { z } from 'zod';
import { isTimeZone } from './termination.ts';
import { duration, size } from './units.ts';

const domain = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*\.)*[a-z0-9-]+$/, 'must be a domain in lower case such as "bounce.example.lu"');

export const bounces = z.strictObject({
  domain: domain
    .optional()
    .describe('Domain of return paths of ours (SRS, `return_path`); its MX is this relay. Default: `node.hostname`.'),
  valid_for: duration.default(14 * 86_400_000).describe('How long after a message something may come back to it.'),
});

export const operator = z.strictObject({
  postmaster: z
    .array(z.string().regex(/^[^@\s<>]+@[^@\s<>]+$/, 'must be an address such as "it@example.lu"'))
    .default([])
    .describe('Who gets mail to postmaster@ and abuse@ of our names, and to `<postmaster>`. Not an address at them.'),
  names: z
    .array(domain)
    .default([])
    .describe('Further domains whose postmaster@ and abuse@ are ours, such as those above our host names.'),
  name: z.string().min(1).max(200).optional().describe('Name of the operator, in papers and notices to people.'),
  address: z.string().min(1).max(500).optional().describe('Postal address of the operator.'),
  time_zone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as "Europe/Luxembourg"')
    .default('Europe/Luxembourg')
    .describe('Zone of the times in notices to people, and of days on which something ends.'),
});

export const notices = z.strictObject({
  delay_after: duration
    .default(4 * 3_600_000)
    .describe(
      'Age at which the sender is told that mail is late; time spent held does not count. No notice where it is longer than `delivery.expire_after`.',
    ),
  inbound: z
    .enum(['none', 'known', 'failures'])
    .default('known')
    .describe(
      'Whether mail from the Internet that cannot be delivered makes a notice: to senders that a check has shown to be who they say (`known`), to all (`failures`: others will list the relay for it), or to none.',
    ),
  return_size: size
    .default(128 * 1024)
    .describe(
      'Largest message that a notice of failure brings back whole, where the sender asked for that (RET=FULL).',
    ),
});

export const hide = z.strictObject({
  message_id_domain: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]*\.)*[a-zA-Z0-9-]+$/, 'must be a host name such as "relay.example.lu"')
    .optional()
    .describe(
      'Domain of Message-IDs that are rewritten. The same for nodes that share customers; it should stay. Default: `node.hostname`.',
    ),
});
