// Previews are made where hostile content is read: in an inspect process of main's own, started when one is asked for.

import type { MessagePreview } from '../../mail/inspect/preview/preview.ts';
import { createInspectProcesses } from '../../mail/inspect/process/process-pool.ts';
import { problem } from '../api/problem.ts';
import type { ServiceParts } from '../services.ts';

export interface Previewer {
  /** What the content looks like. Throws a Problem where it breaks what reads it, or takes too long. */
  preview(this: void, content: Uint8Array): Promise<MessagePreview>;
  close(this: void): Promise<void>;
}

/** A person waits. */
const DEADLINE_MS = 20_000;

/** Makes it; no process is started before the first preview. */
export function createPreviewer({ clock, log, config }: Pick<ServiceParts, 'clock' | 'log' | 'config'>): Previewer {
  const processes = createInspectProcesses({
    processes: 1,
    limits: () => ({ memory: config().inspect.memory, timeMs: config().inspect.time }),
    clock,
    log,
  });
  return {
    async preview(content) {
      const whole = {
        size: content.length,
        bytes: () => Promise.resolve(content),
        async *stream() {
          yield content;
        },
      };
      const end = await processes.run('preview', {}, whole, AbortSignal.timeout(DEADLINE_MS)).catch((err: unknown) => {
        log.warn('no preview was made', { err });
        throw problem('message-not-in-time');
      });
      if (end.kind === 'answered') return end.answer;
      throw problem('message-breaks-preview');
    },
    close: async () => processes.close(),
  };
}
