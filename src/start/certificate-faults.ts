// Certificates that the configuration names, looked at before anything is started: files that are not there, or do not
// belong together, are faults of the configuration as any other.

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ConfigFault, KeyOrigins } from '../platform/config/load.ts';
import type { Config } from '../platform/config/schema.ts';

/** All that is wrong with the files; none is read that the configuration does not name. */
export function certificateFaults(config: Config, origins: KeyOrigins): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const found = (path: string[], message: string) => {
    const origin = origins(path);
    const line = origin.from === 'file' ? origin.line : undefined;
    faults.push({ key: path.join('.'), message, ...(line !== undefined && { line }) });
  };
  for (const { path, files } of named(config)) {
    const [cert, key, ca] = (['certificate', 'key', 'client_ca'] as const).map((name) => {
      const file = files[name];
      return file === undefined ? undefined : read(file, (message) => found([...path, name], message));
    });
    if (cert === undefined || key === undefined) continue;
    if (!isUsable({ cert })) found([...path, 'certificate'], 'must be a certificate and its chain in PEM');
    else if (!isUsable({ cert, key }))
      found([...path, 'key'], 'must be the key in PEM, without a passphrase, of the certificate beside it');
    if (ca !== undefined && !ca.includes('-----BEGIN')) found([...path, 'client_ca'], 'must be certificates in PEM');
  }
  return faults;
}

interface Files {
  certificate: string;
  key: string;
  client_ca?: string | undefined;
}

function named({ tls, listener, http }: Config): { path: string[]; files: Files }[] {
  const all: { path: string[]; files: Files | undefined }[] = [
    { path: ['tls'], files: tls },
    ...listener.map(({ certificate }, i) => ({ path: ['listener', String(i), 'certificate'], files: certificate })),
    { path: ['http', 'certificate'], files: http.certificate },
  ];
  return all.flatMap(({ path, files }) => (files === undefined ? [] : [{ path, files }]));
}

function read(file: string, fault: (message: string) => void): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (err) {
    const code = err instanceof Error && 'code' in err ? String(err.code) : 'unreadable';
    fault(`names a file that cannot be read (${code})`);
    return undefined;
  }
}

function isUsable(pair: { cert: Buffer; key?: Buffer }): boolean {
  try {
    createSecureContext(pair);
    return true;
  } catch {
    return false; // OpenSSL says which step failed, in words that help nobody
  }
}
