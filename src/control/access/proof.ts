// The ways in which a person shows who it is, and what each uses up: a code, a counter. That is written in the transaction
// of what it proves, so that nothing counts twice, however many ask at once.

import type { Transaction } from 'kysely';
import type { ControlTables } from '../database/tables.ts';
import type { AccessParts } from './parts.ts';
import { countProof, type PasskeyProof } from './passkeys.ts';
import { recoveryHash } from './recovery-codes.ts';
import type { PersonRow } from './tables.ts';
import { totpStep } from './totp.ts';

export interface Proof {
  /** As the history names it. */
  how: string;
  /** The kept password that was found right: it must be the same still. */
  password?: string | undefined;
  /** The same password, hashed as is done now. */
  rehashed?: string | undefined;
  code?: CodeProof | undefined;
  passkey?: PasskeyProof | undefined;
}

export type CodeProof = { kind: 'totp'; step: number } | { kind: 'recovery_code'; hash: Uint8Array };

/** What a second factor may be given as. */
export interface GivenCode {
  /** Six digits of an authenticator app. */
  code?: string | undefined;
  recovery_code?: string | undefined;
}

/** Looks at a code, and uses nothing up yet. Nothing where it is wrong. Throws where the sealed secret cannot be opened. */
export function checkCode({ totpBox, clock }: AccessParts, person: PersonRow, given: GivenCode): CodeProof | undefined {
  if (given.recovery_code !== undefined) {
    return { kind: 'recovery_code', hash: recoveryHash(person.id, given.recovery_code) };
  }
  if (given.code === undefined || person.totp === null) return undefined;
  const secret = totpBox.open(person.totp, person.id);
  if (secret === undefined) throw new Error(`the second factor of ${person.id} cannot be opened with the master keys`);
  const step = totpStep(secret, given.code, { nowMs: clock.now(), lastStep: person.totp_step });
  return step === undefined ? undefined : { kind: 'totp', step };
}

/** Uses the proof up. False: it no longer holds, and nothing may be done for it (the transaction is to be given up). */
export async function spendProof(
  trx: Transaction<ControlTables>,
  person: PersonRow,
  proof: Proof,
  now: number,
): Promise<boolean> {
  if (proof.password !== undefined && proof.password !== person.password) return false;
  if (proof.rehashed !== undefined) {
    await trx.updateTable('person').set({ password: proof.rehashed }).where('id', '=', person.id).execute();
  }
  if (proof.passkey !== undefined && !(await countProof(trx, proof.passkey, now))) return false;
  return proof.code === undefined || spendCode(trx, person.id, proof.code);
}

async function spendCode(trx: Transaction<ControlTables>, person: string, code: CodeProof): Promise<boolean> {
  if (code.kind === 'recovery_code') {
    const gone = await trx
      .deleteFrom('recovery_code')
      .where('person', '=', person)
      .where('hash', '=', code.hash)
      .executeTakeFirst();
    return gone.numDeletedRows === 1n;
  }
  const taken = await trx
    .updateTable('person')
    .set({ totp_step: code.step })
    .where('id', '=', person)
    .where('totp_step', '<', code.step)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}
