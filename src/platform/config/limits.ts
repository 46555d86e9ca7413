// The section `[limits]`.

import { z } from 'zod';
import { duration, size } from './units.ts';

const positive = z.number().int().min(1);

/** What one client, one message and all of them together may take. */
export const limits = z.strictObject({
  message_size: size.default(50 * 1024 ** 2).describe('Largest message (RFC 1870), as received.'),
  header_size: size.default(256 * 1024).describe('Largest header of a message.'),
  recipients: positive.default(1000).describe('Recipients of one transaction; more get 452.'),
  connections: positive
    .default(10_000)
    .describe(
      'Connections in all; more get 421. A reload raises it to four times its value at the start; what is past that needs a restart.',
    ),
  connections_per_source: positive.default(100).describe('Connections from one address that is no registered source.'),
  connections_per_shared_source: positive
    .default(1000)
    .describe('Connections from one address of a shared source, whichever of its customers they are of.'),
  connections_per_customer: positive
    .default(1000)
    .describe('Connections of one customer, over its sources and logins.'),
  messages_per_connection: positive.default(10_000).describe('Messages of one connection; then 421.'),
  commands_without_mail: positive
    .default(100)
    .describe('Commands that bring no message on its way, in a row; then 421.'),
  errors: positive.default(20).describe('Refused commands of one session; then 421.'),
  auth_failures: positive.default(3).describe('Failed logins of one session; then 421.'),
  command_line: size.default(4096).describe('Longest command line. RFC 5321 asks for 512, extensions for more.'),
  body_line: size
    .default(1024 ** 2)
    .describe('Longest line of a message. RFC 5321 allows 1,000; many senders do not keep to it.'),
  hops: positive.default(30).describe('Received fields in a message; more is a loop.'),
  greeting_timeout: duration
    .default(60_000)
    .describe('From the connection to the first command; for implicit TLS the handshake too.'),
  command_timeout: duration.default(300_000).describe('Waiting for a command (RFC 5321 4.5.3.2.7).'),
  data_timeout: duration.default(180_000).describe('Waiting for more of a message (RFC 5321 4.5.3.2.5).'),
  data_total_timeout: duration.default(3_600_000).describe('For the whole of one message.'),
  session_timeout: duration.default(86_400_000).describe('For one connection, however busy.'),
});
