// The certificate of a removal is written in the transaction of the removal, and signed there: there is no removal
// without one.

import type { Config } from '../../platform/config/schema.ts';
import { canonicalJson } from '../../protocol/json/canonical.ts';
import type { Step } from '../customers/step.ts';
import { languageOf } from '../notices/languages.ts';
import {
  type Certificate,
  certificateSchema,
  type Removed,
  type SignedCertificate,
  signContent,
} from './certificate.ts';
import { dayOf } from './days.ts';
import type { TerminationParts } from './parts.ts';
import { signingKey } from './signing-key.ts';
import type { RemovalCertificateRow, TerminationRow } from './tables.ts';

export interface Issue {
  row: TerminationRow;
  removed: Removed;
  number: string;
}

/** Most records that a certificate names. */
const NAMED_RECORDS = 1000;

/** Within the change that removes the customer. */
export async function issueCertificate(step: Step, parts: TerminationParts, issue: Issue): Promise<void> {
  const { row, number } = issue;
  const content = canonicalJson(await certificateOf(step, parts, issue));
  const key = await signingKey(step.trx, parts.box, step.now);
  await step.trx
    .insertInto('removal_certificate')
    .values({
      number,
      customer: row.customer,
      termination: row.id,
      issued_at: step.now,
      content,
      key: key.id,
      signature: signContent(content, key.privateKey),
    })
    .execute();
  step.audit.push({
    action: 'certificate.issued',
    object: `certificate ${number}`,
    customer: row.customer,
    before: null,
    after: { number, key: key.id },
  });
}

async function certificateOf(step: Step, parts: TerminationParts, issue: Issue): Promise<Certificate> {
  const { row, removed, number } = issue;
  const config = parts.config();
  const records = await step.trx
    .selectFrom('termination_record')
    .select(['type', 'host', 'value', 'state'])
    .where('termination', '=', row.id)
    .orderBy('host')
    .orderBy('type')
    .orderBy('value')
    .limit(NAMED_RECORDS)
    .execute();
  const today = dayOf(step.now, config.operator.time_zone);
  return certificateSchema.parse({
    format: 'easymail.removal.1',
    number,
    language: languageOf(row.language),
    operator: {
      name: config.operator.name ?? config.node.hostname,
      address: config.operator.address ?? null,
      relay: config.node.hostname,
    },
    customer: { id: row.customer, name: row.name },
    cause: row.cause,
    service_ended: row.ended,
    noticed: row.noticed ?? today,
    deactivated_at: new Date(row.deactivated_at ?? step.now).toISOString(),
    removed_at: new Date(step.now).toISOString(),
    removed_by: step.by.who,
    removed,
    remains: remainsOf(config, step.now),
    dns: records,
  } satisfies Certificate);
}

/** What is kept by the settings as they are now, and until which day. */
function remainsOf(config: Config, now: number): Certificate['remains'] {
  const until = (ms: number) => dayOf(now + ms, config.operator.time_zone);
  const { trace, retention, backup } = config;
  return [
    { what: 'trace', until: until(trace.retention) },
    { what: 'audit', until: until(retention.audit) },
    { what: 'events', until: until(retention.records) },
    { what: 'notices', until: until(retention.records) },
    ...(backup.folder === undefined ? [] : [{ what: 'backups' as const, until: until(backup.keep) }]),
    { what: 'contract', until: null },
    { what: 'certificate', until: null },
  ];
}

/** A certificate as it is given out. */
export function signedCertificate(row: RemovalCertificateRow, publicKey: Uint8Array): SignedCertificate {
  return {
    certificate: certificateSchema.parse(JSON.parse(row.content)),
    signature: {
      algorithm: 'Ed25519',
      key: row.key,
      public_key: Buffer.from(publicKey).toString('base64'),
      value: Buffer.from(row.signature).toString('base64'),
    },
  };
}
