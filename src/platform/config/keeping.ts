// Sections of the configuration about how long things are kept, and about copies of them.

import { z } from 'zod';
import { duration } from './units.ts';

const DAY_MS = 86_400_000;
/** Six months, as the trace. */
const SIX_MONTHS_MS = 184 * DAY_MS;

export const retention = z.strictObject({
  records: duration
    .default(SIX_MONTHS_MS)
    .describe(
      'Records of the control plane that tell of people: events, deliveries of webhooks, notices, requests about privacy. Six months by default. The trace has `trace.retention`.',
    ),
  audit: duration
    .default(SIX_MONTHS_MS)
    .describe('The audit: older entries are dropped from its beginning, and what is left still proves itself.'),
  exports: duration
    .default(7 * DAY_MS)
    .describe('For so long the result of an export of personal data can be fetched; then it is gone.'),
  interval: duration.default(DAY_MS).describe('How often what is past its time is dropped.'),
  margin: duration
    .default(2 * DAY_MS)
    .describe('Anything that lies about for so long after its time raises the alarm `retention`.'),
});

export const backup = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Where backups are written: another disk or machine, never in `node.data_dir`. Without it there are none.',
      ),
    key_file: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File of the key that backups are encrypted with: 32 random octets (or their hexadecimal or base64). Keep a copy of it where neither this machine nor the backups are: nothing opens them without it.',
      ),
    interval: duration
      .default(DAY_MS)
      .describe('How often the relay makes one by itself; `0s`: only when it is asked to.'),
    keep: duration
      .default(30 * DAY_MS)
      .describe('Older backups are removed; the newest stays. What was erased is in older ones until then.'),
    pace: z
      .number()
      .int()
      .min(1)
      .default(40)
      .describe('Megabytes a second that are copied at most, so that mail goes on as before.'),
  })
  .refine(({ folder, key_file }) => folder === undefined || key_file !== undefined, {
    path: ['key_file'],
    message: 'is needed where a folder is named: backups are encrypted',
  });

export const privacy = z.strictObject({
  data_protection_officer: z
    .strictObject({
      name: z.string().min(1).max(200).describe('Name of the data protection officer.'),
      email: z
        .string()
        .regex(/^[^@\s<>]+@[^@\s<>]+$/, 'must be an address such as "dpo@example.lu"')
        .describe('Address.'),
    })
    .optional()
    .describe('Named in the register of processing.'),
  place: z
    .string()
    .min(1)
    .max(200)
    .default('Luxembourg')
    .describe('Where personal data are kept, in the register of processing.'),
  sub_processors: z
    .array(z.string().min(1).max(200))
    .default([
      'IT and telecom service providers',
      'platform and equipment providers',
      'hosting and cloud providers',
      'billing providers',
    ])
    .describe('Sub-processors, by category or by name, in the register of processing.'),
});
