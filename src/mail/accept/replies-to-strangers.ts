// Replies that only clients get whom nobody registered; part of the table in replies.ts.

import { entry, type ReplyEntry } from './reply-entry.ts';

export const repliesToStrangers = {
  tooOftenFromSource: entry(421, '4.7.0', 'Too many connections without a message from your address, try later', {
    rfc: '5321 3.8',
    when: '`strangers.rate_per_source` is reached, for strangers under load a tenth of it; the session ends',
  }),
  tooManyFromNetwork: entry(421, '4.7.0', 'Too many connections from your network, try later', {
    rfc: '5321 3.8',
    when: '`strangers.connections_per_network` is reached; the session ends',
  }),
  tooOftenFromNetwork: entry(421, '4.7.0', 'Too many connections without a message from your network, try later', {
    rfc: '5321 3.8',
    when: '`strangers.rate_per_network` is reached, under load a tenth of it; the session ends',
  }),
  strangersWait: entry(421, '4.3.2', 'Too busy for hosts not seen before, try later', {
    rfc: '5321 3.8',
    when: 'the relay is under load, and `strangers.busy_admissions` is reached; the session ends',
  }),
  listed: entry(554, '5.7.1', 'Your address is listed by ZONE', {
    rfc: '5321 3.1',
    when: 'in place of the greeting: a list of `[[dnsbl]]` has the client’s address; the session ends',
  }),
  greylisted: entry(451, '4.7.1', 'Not seen before, try again in SECONDS seconds', {
    rfc: '6647 2.1',
    when: 'the customer’s setting `greylist` is on, and a host whose mail was never taken brings this sender and recipient for the first time',
  }),
} satisfies Record<string, ReplyEntry>;
