// Sections of the configuration about the checks of what customers have in DNS.

import { z } from 'zod';
import { duration } from './units.ts';

const positive = z.number().int().min(1);
const hostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*\.)*[a-z0-9-]+$/, 'must be a host name in lower case such as "mx1.relay.example.lu"');

export const inbound = z.strictObject({
  mx_names: z
    .array(hostName)
    .default([])
    .describe(
      'Host names that customers put into their MX records, in order of preference. Default: `node.hostname`. Mail for another domain that names one of them as its mail host is not sent there: it would come back.',
    ),
});

export const checks = z.strictObject({
  interval: duration
    .default(3_600_000)
    .describe('How often everything that customers have is looked at: domains, mail hosts, sources, grants.'),
  first_retry: duration
    .default(60_000)
    .describe(
      'What is not as it should be is looked at again after this time, then after longer ones up to `interval`.',
    ),
  at_once: positive.default(50).describe('How many are looked at at the same time; more wait for their turn.'),
  spf: z
    .enum(['required', 'advised'])
    .default('required')
    .describe('Whether a domain needs our include in its SPF record before mail from it goes out, or is only told so.'),
  grace: duration
    .default(72 * 3_600_000)
    .describe('How long a domain goes on once the proof of its ownership is gone from DNS; then it is stopped.'),
  look_timeout: duration.default(60_000).describe('For one look at a domain, mail host or source as a whole.'),
  probe_timeout: duration.default(15_000).describe('For the connection to a mail host, and for each of its replies.'),
  clouds: z
    .array(z.strictObject({ name: z.string().min(1), include: z.string().min(3) }))
    .default([
      { name: 'Microsoft 365', include: 'spf.protection.outlook.com' },
      { name: 'Google Workspace', include: '_spf.google.com' },
      { name: 'Amazon SES', include: 'amazonses.com' },
      { name: 'SendGrid', include: 'sendgrid.net' },
      { name: 'Mailgun', include: 'mailgun.org' },
      { name: 'Zoho', include: 'zoho.com' },
    ])
    .describe(
      'Services whose addresses many tenants share, by their SPF records: as a source such an address needs more proof than itself.',
    ),
});
