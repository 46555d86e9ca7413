// The certificate as PDF, made beside the event loop.

import { Worker } from 'node:worker_threads';
import type { Certificate } from './certificate.ts';
import type { PaperOptions } from './certificate-pdf.ts';

/** Makes the paper. Rejects where it could not be made. */
export function makePaper(certificate: Certificate, options: PaperOptions): Promise<Uint8Array> {
  const worker = new Worker(new URL('./paper-thread.ts', import.meta.url), { workerData: { certificate, options } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the paper was not made')));
  });
}
