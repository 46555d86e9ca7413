// A relay of one question: it says which process works on it, and waits for an answer that never comes.

import { resolve } from 'node:path';
import { systemClock } from '../../../../platform/clock.ts';
import { createTestLog } from '../../../../platform/log.ts';
import { CONTENT_LIMITS } from '../../content/limits.ts';
import type { WholeContent } from '../../inspection.ts';
import type { ContentQuestion } from '../jobs.ts';
import { createInspectProcesses } from '../process-pool.ts';

const never = new AbortController().signal;
const pool = createInspectProcesses({
  processes: 1,
  limits: () => ({ memory: 200 * 1024 ** 2, timeMs: 600_000 }),
  clock: systemClock,
  log: createTestLog(),
  entry: resolve(import.meta.dirname, 'wrong-process.ts'),
});
const question: ContentQuestion = {
  envelope: { direction: 'inbound', stream: 'business', sender: '', recipients: [], size: 1, at: 0 },
  limits: CONTENT_LIMITS,
  rulesVersion: '',
  ruleSets: [],
  wantsHidden: false,
};

function ask(text: string) {
  const bytes = Buffer.from(text);
  const content: WholeContent = {
    size: bytes.length,
    bytes: async () => bytes,
    async *stream() {
      yield bytes;
    },
  };
  return pool.run('content', question, content, never);
}

const first = await ask('answer');
const { pid } = (first.kind === 'answered' ? first.answer : {}) as { pid?: number };
const working = ask('loop');
process.stdout.write(`${pid}\n`);
await working;
