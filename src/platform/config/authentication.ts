// Section `[authentication]`: who sent inbound mail.

import { z } from 'zod';

const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain in lower case such as "example.org"');

export const authentication = z.strictObject({
  id: domain
    .optional()
    .describe(
      'Name under which findings stand in Authentication-Results; the same on all nodes, so that none takes another’s for a stranger’s. Default: `node.hostname`.',
    ),
  trusted_sealers: z
    .array(domain)
    .default([])
    .describe(
      'Domains (`d=` of ARC-Seal) whose ARC results count: mail that they found to pass DMARC passes also where a list or a forwarder changed it since.',
    ),
  policy_unknown: z
    .enum(['note', 'later'])
    .default('note')
    .describe(
      'While DNS does not give the DMARC policy of an author, and none was seen in the last seven days: `note` takes the mail with `temperror` in its header, `later` answers 451. Where a strict policy was seen it is always 451.',
    ),
});
