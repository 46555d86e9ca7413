// Certificates of the listeners: can they be read, do they fit their key and our name, how long do they last.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../platform/config/schema.ts';
import { endpointText } from '../../platform/config/units.ts';
import { type Finding, finding } from './findings.ts';

const DAY_MS = 86_400_000;

/** Looks at each certificate that a listener uses. */
export function examineCertificates(config: Config, now: number): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const listener of config.listener) {
    if (listener.tls === 'none') continue;
    const files = listener.certificate ?? config.tls;
    if (files === undefined) {
      const name = endpointText(listener.address);
      findings.push(finding('fault', 'certificate-missing', { listener: name, tls: listener.tls }));
    } else if (!seen.has(files.certificate)) {
      seen.add(files.certificate);
      findings.push(examineFiles(files, config, now));
    }
  }
  if (config.listener.some((listener) => listener.client_certificates)) findings.push(examineClientAuthorities(config));
  return findings;
}

function examineClientAuthorities({ tls }: Config): Finding {
  const file = tls?.client_ca;
  if (file === undefined) {
    return finding('ok', 'client-ca-unset');
  }
  try {
    const { subject: name, ca } = new X509Certificate(readFileSync(file));
    if (ca) return finding('ok', 'client-ca-fit', { name: name.replaceAll('\n', ', ') });
    return finding('fault', 'client-ca-none', { file });
  } catch (error) {
    return finding('fault', 'client-ca-unreadable', { file, detail: messageOf(error) });
  }
}

function examineFiles(files: { certificate: string; key: string }, config: Config, now: number): Finding {
  const file = files.certificate;
  try {
    const certificate = new X509Certificate(readFileSync(files.certificate));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(files.key)))) {
      return finding('fault', 'certificate-other-key', { file, key: files.key });
    }
    const days = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
    if (days < 0) return finding('fault', 'certificate-ended', { file, end: certificate.validTo });
    if (Date.parse(certificate.validFrom) > now)
      return finding('fault', 'certificate-early', { file, begin: certificate.validFrom });
    if (days < config.alarm.certificate_days) return finding('warn', 'certificate-ends', { file, days });
    if (certificate.checkHost(config.node.hostname) === undefined) {
      return finding('warn', 'certificate-other-name', { file, hostname: config.node.hostname });
    }
    return finding('ok', 'certificate-fit', { file, days });
  } catch (error) {
    return finding('fault', 'certificate-unusable', { file, detail: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
