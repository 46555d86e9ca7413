// Words that stand in the place of a name in sentences of ours, and are said in the language of the sentence.

import type { OwnCause } from '../../mail/message.ts';
import type { Obstacle } from '../../protocol/mime/convert-to-7bit.ts';

type Kind = OwnCause | 'local' | 'stopped';

const KINDS = [
  'dns-temporary',
  'dns-no-domain',
  'dns-no-host',
  'null-mx',
  'mx-is-us',
  'private-address',
  'connect-failed',
  'connect-timeout',
  'connection-lost',
  'reply-timeout',
  'bad-reply',
  'tls-failed',
  'tls-required',
  'no-address',
  'no-smtputf8',
  'no-8bitmime',
  'too-large',
  'loop',
  'expired',
  'protection-refused',
  'protection-later',
  'recipient-paused',
  'no-signing-key',
  'internal',
  'local',
  'stopped',
] as const satisfies readonly Kind[];

const OBSTACLES = [
  'a header with 8-bit octets',
  'a signed or encrypted part',
  'an unknown transfer encoding',
  'a part that must be 7bit',
  'a structure that is not clear',
  'too many parts or too deep',
] as const satisfies readonly Obstacle[];

/** What the look of the retention finds. */
const KEPT = [
  'API keys that ended',
  'a backup',
  'a day of the trace',
  'a day that was put aside',
  'acts in quarantine',
  'announced removals from quarantine',
  'answers to repeated requests',
  'bodies of messages that are final',
  'contacts of customers that are removed',
  'counts of the traffic',
  'deliveries of webhooks',
  'devices not used for a year',
  'entries of removed customers',
  'entries of the audit',
  'entries of the ledger of erasures',
  'events',
  'events that the trace has not taken',
  'exports of searches',
  'first people for mail with a virus',
  'jobs over many messages',
  'known hosts',
  'known recipients',
  'links that ended',
  'links to messages that ended',
  'listed senders whose time is over',
  'messages still in the queue, for a person to decide (released, or removed)',
  'notes of notices to people',
  'readers of the ends of customers',
  'requests about privacy',
  'results of exports',
  'runs of the retention',
  'sessions that ended',
  'sign-ins',
  'stages of customers that are removed',
  'suspensions of customers that are removed',
  'tokens that ended',
  'users of removed customers',
] as const;

/** By the name in whose place they stand. */
export const WORDS = {
  kind: KINDS,
  kept: KEPT,
  obstacle: OBSTACLES,
  step: ['connect', 'greeting', 'ehlo', 'starttls', 'mail', 'rcpt', 'header'],
  missing: ['domain', 'record'],
  suppression: ['its server said that it does not exist', 'the recipient complained', 'by hand'],
  errno: [
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'EPIPE',
    'EACCES',
    'ENOENT',
    'ENOSPC',
    'EADDRNOTAVAIL',
    'EADDRINUSE',
    'ENOTFOUND',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;
