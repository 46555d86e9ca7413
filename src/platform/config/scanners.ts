// Sections of the configuration about scanners.

import { z } from 'zod';
import { duration, endpoint, endpointText, size } from './units.ts';

const positive = z.number().int().min(1);

/** Where a scanner listens: the path of its socket, or host and port. */
export type ScannerAddress = { path: string } | { host: string; port: number };

const scannerAddress = z.string().transform((text, context): ScannerAddress => {
  if (text.startsWith('/')) return { path: text };
  const parsed = endpoint.safeParse(text);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'must be the path of a socket, or a host and a port' });
  return z.NEVER;
});

export const clamd = z.strictObject({
  address: scannerAddress.describe('Its socket such as "/run/clamav/clamd.ctl", or host and port ("127.0.0.1:3310").'),
  max_size: size
    .default(25 * 1024 ** 2)
    .describe(
      'Its StreamMaxLength. A larger message is held or refused (setting `virus_oversize`); set `limits.message_size` no higher.',
    ),
  timeout: duration.default(30_000).describe('For its answer, from the end of the message on. Then 451, by default.'),
  connections: positive.max(100).default(8).describe('Scans at the same time, of each relay thread.'),
  prove: z
    .boolean()
    .default(true)
    .describe('It has to find the EICAR test file before it is trusted: a scanner without signatures finds nothing.'),
  reads_rar: z
    .boolean()
    .default(false)
    .describe(
      'It unpacks RAR (libclamunrar), which that of Debian does not: else mail with packed RAR counts as `ambiguous`.',
    ),
});

export const rspamd = z.strictObject({
  address: scannerAddress.describe('Its normal worker: host and port such as "127.0.0.1:11333", or its socket.'),
  timeout: duration
    .default(7500)
    .describe(
      "For its answer. Keep it below rspamd's own task_timeout (8 s), after which it answers with half a score.",
    ),
  connections: positive.max(100).default(8).describe('Messages at the same time, of each relay thread.'),
  max_size: size
    .default(20 * 1024 ** 2)
    .describe('Of a larger message it gets the beginning. At most its own max_message (50 MB).'),
  controller: scannerAddress
    .optional()
    .describe('Its controller worker, such as "127.0.0.1:11334": learns from releases and reports.'),
  password_file: z.string().min(1).optional().describe("File with the controller's password."),
  settings_inbound: z.string().min(1).optional().describe('Settings-ID of rspamd for inbound mail.'),
  settings_outbound: z.string().min(1).optional().describe('Settings-ID of rspamd for outbound mail.'),
});

/** An address as people write it. */
export function scannerName(address: ScannerAddress): string {
  if ('path' in address) return address.path;
  return endpointText(address);
}
