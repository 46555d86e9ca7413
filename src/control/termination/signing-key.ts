// The key that signs certificates: made with the first of them, kept sealed, and never replaced by itself, so that what it
// signed can be checked for as long as the relay is there.

import { generateKeyPairSync } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { ControlTables } from '../database/tables.ts';
import { keyId, rawPublicKey } from './certificate.ts';
import type { CertificateSigningKeyRow } from './tables.ts';

/** A key that can sign. */
export interface SigningKey {
  id: string;
  publicKey: Uint8Array;
  /** PKCS #8, DER. */
  privateKey: Uint8Array;
}

/**
 * The key that signs now: the newest that can be opened; a new one where there is none, or the master key of the others is
 * lost. Within the transaction of what it signs.
 */
export async function signingKey(trx: Transaction<ControlTables>, box: SecretBox, now: number): Promise<SigningKey> {
  const rows = await trx.selectFrom('certificate_signing_key').selectAll().orderBy('made_at', 'desc').execute();
  for (const row of rows) {
    const privateKey = box.open(row.sealed, row.id);
    if (privateKey !== undefined) return { id: row.id, publicKey: row.public_key, privateKey };
  }
  const pair = generateKeyPairSync('ed25519');
  const publicKey = rawPublicKey(pair.publicKey);
  const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  const id = keyId(publicKey);
  const sealed = box.seal(privateKey, id);
  await trx
    .insertInto('certificate_signing_key')
    .values({ id, public_key: publicKey, sealed, master: box.master, made_at: now })
    .execute();
  return { id, publicKey, privateKey };
}

/** The public halves of all keys there have been, by name. */
export async function publicKeys(db: Kysely<ControlTables>): Promise<Map<string, Uint8Array>> {
  const rows = await db.selectFrom('certificate_signing_key').select(['id', 'public_key']).execute();
  return new Map(rows.map(({ id, public_key }) => [id, public_key]));
}

/** Seals keys of former master keys with the present one. Within a transaction; answers how many. */
export async function resealKeys(trx: Transaction<ControlTables>, box: SecretBox): Promise<number> {
  const rows: CertificateSigningKeyRow[] = await trx
    .selectFrom('certificate_signing_key')
    .selectAll()
    .where('master', '<>', box.master)
    .execute();
  let sealed = 0;
  for (const { id, sealed: old } of rows) {
    const key = box.open(old, id);
    if (key === undefined) continue;
    await trx
      .updateTable('certificate_signing_key')
      .set({ sealed: box.seal(key, id), master: box.master })
      .where('id', '=', id)
      .execute();
    sealed += 1;
  }
  return sealed;
}
