// The certificate of a listener, and whom it takes client certificates from: read at start and again when asked,
// without touching sessions that run.

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';

/** PEM files. */
export interface CertificateFiles {
  certificate: string;
  key: string;
  /** Authorities whose client certificates count by their names. */
  client_ca?: string | undefined;
}

export interface CertificateOptions {
  /** 48 octets, the same for all threads, so that a client may resume with any of them (RFC 5077). */
  ticketKeys?: Uint8Array | undefined;
  /** Clients are asked for a certificate of theirs. */
  clientCertificates?: boolean | undefined;
}

/** What new sessions use. */
export interface Certificates {
  readonly context: SecureContext;
  /** Clients are asked for a certificate; `names`: authorities of ours say whose names count. */
  readonly client: { ask: boolean; names: boolean };
  /** Reads the files again, or others from now on; where that fails it rejects, and the old certificate stays. */
  reload(files?: CertificateFiles): Promise<void>;
}

/** Reads certificate and key. TLS 1.2 and up. Rejects where a file cannot be read or used. */
export async function openCertificates(
  files: CertificateFiles,
  options: CertificateOptions = {},
): Promise<Certificates> {
  let current = files;
  const ask = options.clientCertificates === true;
  const load = async (from: CertificateFiles): Promise<SecureContext> => {
    const [cert, key] = await Promise.all([readFile(from.certificate), readFile(from.key)]);
    const ca = ask && from.client_ca !== undefined ? await readFile(from.client_ca) : undefined;
    const tickets = options.ticketKeys === undefined ? {} : { ticketKeys: Buffer.from(options.ticketKeys) };
    return createSecureContext({
      cert,
      key,
      minVersion: 'TLSv1.2',
      sessionIdContext: sessionContext(ask, ca),
      ...tickets,
      ...(ca !== undefined && { ca }),
    });
  };
  let context = await load(current);
  return {
    get context() {
      return context;
    },
    get client() {
      return { ask, names: ask && current.client_ca !== undefined };
    },
    async reload(others = current) {
      context = await load(others);
      current = others;
    },
  };
}

/**
 * A ticket holds the client's certificate and whether it was trusted: it must not be worth anything where clients are
 * not asked, nor after the authorities have changed. At most 32 octets.
 */
function sessionContext(ask: boolean, ca: Buffer | undefined): string {
  if (!ask) return 'easymail';
  return `easymail ${hash('sha256', ca ?? Buffer.alloc(0), 'hex').slice(0, 20)}`;
}
