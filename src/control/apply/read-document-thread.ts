// A thread that lives as long as one large file takes to be read and checked.

import { parentPort, workerData } from 'node:worker_threads';
import { readDocument } from './read-document.ts';

const { text } = workerData as { text: string };
const read = readDocument(text);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a MessagePort has no origin
parentPort?.postMessage(read);
