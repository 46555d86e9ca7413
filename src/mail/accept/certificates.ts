// The certificate of a listener: read at start and again when asked, without touching sessions that run.

import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';

/** PEM files. */
export interface CertificateFiles {
  certificate: string;
  key: string;
}

/** What new sessions use. */
export interface Certificates {
  readonly context: SecureContext;
  /** Reads the files again, or others from now on; where that fails it rejects, and the old certificate stays. */
  reload(files?: CertificateFiles): Promise<void>;
}

/**
 * Reads certificate and key. TLS 1.2 and up. `ticketKeys` (48 octets) are the same for all threads, so that a client may
 * resume with any of them (RFC 5077). Rejects where a file cannot be read or used.
 */
export async function openCertificates(files: CertificateFiles, ticketKeys?: Uint8Array): Promise<Certificates> {
  let current = files;
  const load = async (from: CertificateFiles): Promise<SecureContext> => {
    const [cert, key] = await Promise.all([readFile(from.certificate), readFile(from.key)]);
    const tickets = ticketKeys === undefined ? {} : { ticketKeys: Buffer.from(ticketKeys) };
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2', sessionIdContext: 'easymail', ...tickets });
  };
  let context = await load(current);
  return {
    get context() {
      return context;
    },
    async reload(others = current) {
      context = await load(others);
      current = others;
    },
  };
}
