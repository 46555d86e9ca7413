// A certificate authority of our own, and certificates from it, made by openssl.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from './processes.ts';

/** How a server logs in to the relay, over STARTTLS that it verifies. */
export interface Submission {
  login: string;
  password: string;
  /** PEM file of the authority that the relay's certificate must come from. */
  ca: string;
}

export interface Certificate {
  certificate: string;
  key: string;
}

export interface Authority {
  /** PEM file to trust. */
  ca: string;
  /** A certificate for these names and addresses, as two PEM files in the same folder. */
  issue(name: string, alternatives: string[], days?: number): Promise<Certificate>;
}

/** Makes a certificate authority in `folder`. Needs the program openssl. */
export async function createAuthority(folder: string): Promise<Authority> {
  const caKey = join(folder, 'ca.key');
  const ca = join(folder, 'ca.pem');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await runOrThrow('openssl', [
    'req',
    '-x509',
    ...curve,
    '-keyout',
    caKey,
    '-out',
    ca,
    '-days',
    '30',
    '-subj',
    '/CN=Test Authority',
    '-addext',
    'basicConstraints=critical,CA:TRUE',
  ]);
  const issue = async (name: string, alternatives: string[], days = 30): Promise<Certificate> => {
    const key = join(folder, `${name}.key`);
    const request = join(folder, `${name}.csr`);
    const certificate = join(folder, `${name}.pem`);
    const extensions = join(folder, `${name}.ext`);
    const names = alternatives.map((entry) => (/^[\d.]+$|:/.test(entry) ? `IP:${entry}` : `DNS:${entry}`));
    writeFileSync(extensions, `subjectAltName=${names.join(',')}\n`);
    await runOrThrow('openssl', ['req', ...curve, '-keyout', key, '-out', request, '-subj', `/CN=${name}`]);
    await runOrThrow('openssl', [
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      ca,
      '-CAkey',
      caKey,
      '-CAcreateserial',
      '-out',
      certificate,
      '-days',
      String(days),
      '-extfile',
      extensions,
    ]);
    return { certificate, key };
  };
  return { ca, issue };
}
