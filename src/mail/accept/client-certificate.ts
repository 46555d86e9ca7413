// RFC 8446 4.4.2: the certificate a client showed in its handshake, as the keys under which the directory may know it.
// That the client holds its private key was proved by the handshake; who issued it matters for names alone.

import { hash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

export interface ClientCertificate {
  /** SHA-256 of the certificate, hexadecimal. */
  fingerprint: string;
  /** What the directory is asked for, the surest first: `fingerprint:…`, `public_key:…`, `name:…` for each name. */
  keys: readonly string[];
}

/** A certificate with more names is none of a mail server. */
const MOST_NAMES = 100;

/**
 * Reads the certificate after the handshake. `trusted`: authorities of our own were named, so a certificate that OpenSSL
 * verified comes from one of them, and its names count.
 */
export function readClientCertificate(socket: TLSSocket, trusted: boolean): ClientCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const fingerprint = hash('sha256', certificate.raw, 'hex');
  const publicKey = hash('sha256', certificate.publicKey.export({ type: 'spki', format: 'der' }), 'hex');
  const names = trusted && isVerified(socket) ? namesOf(certificate) : [];
  return {
    fingerprint,
    keys: [`fingerprint:${fingerprint}`, `public_key:${publicKey}`, ...names.map((name) => `name:${name}`)],
  };
}

/**
 * `authorized` is set by `tls.Server` alone, which cannot take over a connection that speaks already; what it asks is
 * asked here. Whatever is missing means that nothing was verified.
 */
function isVerified(socket: TLSSocket): boolean {
  const { ssl } = socket as unknown as { ssl?: { verifyError?: () => unknown } };
  return typeof ssl?.verifyError === 'function' && ssl.verifyError() === null;
}

const DNS_NAME = /^DNS:([a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*)$/;

/** RFC 6125 6.4.4: names of the subject itself do not count. A wildcard names no server. */
function namesOf({ subjectAltName }: X509Certificate): string[] {
  // A name that had to be quoted may look like several: such a certificate has none.
  if (subjectAltName === undefined || subjectAltName.includes('"')) return [];
  const entries = subjectAltName.toLowerCase().split(', ');
  if (entries.length > MOST_NAMES) return [];
  return entries.flatMap((entry) => DNS_NAME.exec(entry.replace(/^dns:/, 'DNS:'))?.[1] ?? []);
}
