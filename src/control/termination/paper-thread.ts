// A thread of its own for one paper: setting it takes longer than the API's other callers should wait.

import { parentPort, workerData } from 'node:worker_threads';
import type { Certificate } from './certificate.ts';
import { certificatePdf, type PaperOptions } from './certificate-pdf.ts';

const { certificate, options } = workerData as { certificate: Certificate; options: PaperOptions };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(await certificatePdf(certificate, options));
