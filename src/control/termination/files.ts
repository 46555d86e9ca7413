// The certificate of a removal as files: JSON to verify, PDF to keep.

import type { Certificate, SignedCertificate } from './certificate.ts';
import { signedCertificate } from './issue.ts';
import { makePaper } from './paper.ts';
import type { TerminationParts } from './parts.ts';
import { publicKeys } from './signing-key.ts';
import type { RemovalCertificateRow } from './tables.ts';

export interface CertificateFiles {
  number: string;
  /** The signed certificate, two spaces a level. */
  json: string;
  pdf: Uint8Array;
}

type FileParts = Pick<TerminationParts, 'database' | 'config'>;

/** Both files of an end; nothing where it has no certificate. */
export async function certificateFiles(parts: FileParts, termination: number): Promise<CertificateFiles | undefined> {
  const row = await parts.database.db
    .selectFrom('removal_certificate')
    .selectAll()
    .where('termination', '=', termination)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    number: row.number,
    json: `${JSON.stringify(await signedFrom(parts, row), null, 2)}\n`,
    pdf: await certificatePaper(parts, row),
  };
}

/** The certificate with its signature. */
export async function signedFrom({ database }: FileParts, row: RemovalCertificateRow): Promise<SignedCertificate> {
  const keys = await publicKeys(database.db);
  return signedCertificate(row, keys.get(row.key) ?? new Uint8Array());
}

/** The certificate on paper. */
export function certificatePaper({ config }: FileParts, row: RemovalCertificateRow): Promise<Uint8Array> {
  const certificate = JSON.parse(row.content) as Certificate;
  return makePaper(certificate, { key: row.key, timeZone: config().operator.time_zone });
}
