// Section of the configuration about taking messages apart.

import { z } from 'zod';
import { duration, size } from './units.ts';

const positive = z.number().int().min(1);

export const inspect = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe(
      'Every message is taken apart, in a process of its own. Default: where a virus scanner is configured; other mail only where a rule of the content filter holds for it.',
    ),
  processes: positive.max(16).default(2).describe('Processes that take messages apart, of each relay thread.'),
  memory: size
    .default(200 * 1024 ** 2)
    .describe('A process that uses more than this, and eight times the message it works on, is ended.'),
  time: duration.default(2000).describe('A process that works for longer than this on one message is ended.'),
  deadline: duration
    .default(30_000)
    .describe('A message that was not looked into for so long has to come again. It counts from the end of data.'),
  remember: duration
    .default(5 * 60_000)
    .describe('For so long the same content is not scanned again; "0s" switches it off.'),
  remembered: positive.default(10_000).describe('Contents remembered by each relay thread, for each check.'),
});
