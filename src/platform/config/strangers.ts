// Sections about clients that nobody registered: `[strangers]`, `[[dnsbl]]`, `[greylist]`.

import { z } from 'zod';
import { duration } from './units.ts';

const positive = z.number().int().min(1);
/** A client that waits longer for its greeting may give up (RFC 5321 4.5.3.2.1 lets it wait five minutes; few do). */
const patience = duration.refine((ms) => ms <= 30_000, 'must be 30s at most: clients do not wait longer');

/** What holds for a client that is no registered source. */
export const strangers = z.strictObject({
  greeting_pause: patience
    .default(100)
    .describe(
      'A stranger gets the greeting after this time; one that speaks before it is no mail server and is dropped. Registered sources, and hosts whose mail was taken before, do not wait.',
    ),
  room_kept: z
    .number()
    .int()
    .min(0)
    .default(2000)
    .describe(
      'Of `limits.connections`, so many are kept for registered sources and for hosts whose mail was taken before (a quarter at most).',
    ),
  connections_per_network: positive
    .default(500)
    .describe(
      'Connections of strangers from one network (IPv4: /24, IPv6: /48). Hosts known by their mail do not count.',
    ),
  rate_per_source: positive
    .max(100_000)
    .default(600)
    .describe(
      'Connections a minute from one address that is no registered source (IPv6: /64). One that brings a message does not count. For strangers, under load a tenth.',
    ),
  rate_per_network: positive
    .max(100_000)
    .default(6000)
    .describe('Connections a minute of strangers from one network, counted likewise. Under load a tenth.'),
  busy_rate: positive
    .default(200)
    .describe(
      'Connections of strangers a second, over all threads, that end without a message: past it the relay is under load, and strangers wait first.',
    ),
  busy_lag: duration.default(250).describe('A relay thread that comes so late to its work is under load.'),
  busy_admissions: positive
    .default(100)
    .describe('Under load, so many strangers a second are let in, over all threads; the others are dropped.'),
  busy_timeout: duration
    .default(10_000)
    .describe('Under load a stranger that says nothing for so long, or brings its message at a crawl, is dropped.'),
});

/** Where a DNS blocklist is asked. */
export const dnsbl = z.strictObject({
  zone: z
    .string()
    .regex(/^[a-z0-9_]([a-z0-9_-]*\.)+[a-z0-9-]+$/, 'must be a name in lower case such as "zen.spamhaus.org"')
    .describe('Name of the list; strangers’ addresses are looked up below it (RFC 5782).'),
  codes: z
    .array(z.string().regex(/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/, 'must be an address in 127.0.0.0/8'))
    .default([])
    .describe('Answers that count as listed. Default: all in 127.0.0.0/8 but 127.0.0.1 and 127.255.255.0/24 (errors).'),
  timeout: patience.default(2000).describe('A stranger waits so long for the answer; without one it is let in.'),
  test_interval: duration
    .default(600_000)
    .describe('How often the list’s own test entries are asked; a list without them is not used.'),
});

/** First mail of strangers that comes twice. */
export const greylist = z.strictObject({
  delay: duration.default(60_000).describe('A second attempt counts once so much time has passed since the first.'),
  retry_within: duration.default(2 * 86_400_000).describe('For so long a first attempt is remembered.'),
  passed_kept: duration
    .default(60 * 86_400_000)
    .describe('For so long a host whose mail was taken passes without waiting; each message begins it anew.'),
  passed: positive.default(200_000).describe('Hosts and networks remembered that passed, over restarts too.'),
  tried: positive.default(200_000).describe('First attempts remembered.'),
});
