// Certificates of the listeners: can they be read, do they fit their key and our name, how long do they last.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../platform/config/schema.ts';
import type { Finding } from './doctor.ts';

const DAY_MS = 86_400_000;

/** Looks at each certificate that a listener uses. */
export function examineCertificates(config: Config, now: number): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const listener of config.listener) {
    if (listener.tls === 'none') continue;
    const files = listener.certificate ?? config.tls;
    const subject = `certificate of ${listener.address.host}:${listener.address.port}`;
    if (files === undefined) {
      const mend = 'name certificate and key in [tls], or set tls = "none" for this listener';
      findings.push({
        state: 'fault',
        subject,
        found: `the listener has tls = "${listener.tls}" but no certificate`,
        mend,
      });
    } else if (!seen.has(files.certificate)) {
      seen.add(files.certificate);
      findings.push(examineFiles(files, config, now));
    }
  }
  if (config.listener.some((listener) => listener.client_certificates)) findings.push(examineClientAuthorities(config));
  return findings;
}

function examineClientAuthorities({ tls }: Config): Finding {
  const subject = 'tls.client_ca';
  const file = tls?.client_ca;
  if (file === undefined) {
    return { state: 'ok', subject, found: 'is not set: client certificates count by fingerprint and key, not by name' };
  }
  try {
    const { subject: name, ca } = new X509Certificate(readFileSync(file));
    if (ca) return { state: 'ok', subject, found: name.replaceAll('\n', ', ') };
    return { state: 'fault', subject, found: `${file} is no authority`, mend: 'name the certificate of the authority' };
  } catch (error) {
    return { state: 'fault', subject, found: `${file}: ${messageOf(error)}`, mend: 'it must be a readable PEM file' };
  }
}

function examineFiles(files: { certificate: string; key: string }, config: Config, now: number): Finding {
  const subject = files.certificate;
  try {
    const certificate = new X509Certificate(readFileSync(files.certificate));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(files.key)))) {
      return {
        state: 'fault',
        subject,
        found: `${files.key} is not its key`,
        mend: 'name the key that the certificate was made for',
      };
    }
    const days = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
    if (days < 0) return { state: 'fault', subject, found: `ended on ${certificate.validTo}`, mend: 'renew it' };
    if (Date.parse(certificate.validFrom) > now)
      return { state: 'fault', subject, found: `begins on ${certificate.validFrom}`, mend: 'check the clock, or wait' };
    if (days < config.alarm.certificate_days)
      return { state: 'warn', subject, found: `ends in ${days} days`, mend: 'renew it' };
    if (certificate.checkHost(config.node.hostname) === undefined) {
      return {
        state: 'warn',
        subject,
        found: `is not for ${config.node.hostname}`,
        mend: 'clients that verify will refuse it: get one for node.hostname',
      };
    }
    return { state: 'ok', subject, found: `fits its key, ends in ${days} days` };
  } catch (error) {
    return {
      state: 'fault',
      subject,
      found: `cannot be used: ${messageOf(error)}`,
      mend: 'it and its key must be PEM files that the relay may read',
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
