// Certificates in use, and until when each is good.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../../platform/config/schema.ts';
import { endpointText } from '../../platform/config/units.ts';

const DAY_MS = 86_400_000;

export interface CertificateEnd {
  /** Name of its file. */
  file: string;
  /** Who uses it: listeners, or `http`. */
  used_by: string[];
  /** What it is for; empty where it cannot be read. */
  names: string[];
  /** Milliseconds since 1970; nothing where it cannot be read. */
  ends_at: number | undefined;
  state: 'good' | 'ends_soon' | 'ended' | 'unreadable';
}

/** All certificates that listeners and the HTTP listener use. */
export function certificatesOf(
  config: Pick<Config, 'alarm' | 'http' | 'listener' | 'tls'>,
  now: number,
): CertificateEnd[] {
  const users = new Map<string, string[]>();
  const use = (file: string | undefined, by: string) => {
    if (file !== undefined) users.set(file, [...(users.get(file) ?? []), by]);
  };
  for (const { address, tls, certificate } of config.listener) {
    if (tls !== 'none') use((certificate ?? config.tls)?.certificate, endpointText(address));
  }
  use(config.http.certificate?.certificate, 'http');
  return [...users].map(([file, used_by]) => ({
    file: basename(file),
    used_by,
    ...lookAt(file, now, config.alarm.certificate_days * DAY_MS),
  }));
}

function lookAt(file: string, now: number, soonMs: number): Pick<CertificateEnd, 'names' | 'ends_at' | 'state'> {
  try {
    const { validTo, subjectAltName = '' } = new X509Certificate(readFileSync(file));
    const names = subjectAltName.split(', ').map((name) => name.replace(/^DNS:/, ''));
    const ends_at = Date.parse(validTo);
    if (ends_at < now) return { names, ends_at, state: 'ended' };
    return { names, ends_at, state: ends_at - now < soonMs ? 'ends_soon' : 'good' };
  } catch {
    return { names: [], ends_at: undefined, state: 'unreadable' };
  }
}
