// A read thread: answers one question after the other over connections that cannot write. Its owner ends it when a
// question takes too long (`reader.ts`).

import { parentPort, workerData } from 'node:worker_threads';
import type { ReadAnswer, ReadRequest, ReadThreadOptions } from './read-messages.ts';
import { createQuestions } from './read-questions.ts';

const given = workerData as ReadThreadOptions | null;
if (given?.role === 'read' && parentPort !== null) {
  const port = parentPort;
  const questions = createQuestions(given);
  port.on('message', (request: ReadRequest) => {
    port.postMessage(questions.answer(request) satisfies ReadAnswer<unknown>);
  });
}
