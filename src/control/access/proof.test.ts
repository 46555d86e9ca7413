import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AccessWorld, type Administrator, firstAdministrator } from '../../../test/support/access-world.ts';
import { type Proof, spendProof } from './proof.ts';
import { recoveryHash } from './recovery-codes.ts';

describe('a proof that was found right', () => {
  const world = new AccessWorld();
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
  });
  after(() => world.end());

  /** Each in a transaction of its own, from what was known before any of them. */
  async function spend(proof: (kept: string) => Proof): Promise<boolean> {
    const { db } = world.control.database;
    const person = await db.selectFrom('person').selectAll().executeTakeFirstOrThrow();
    return db.transaction().execute((trx) => spendProof(trx, person, proof(person.password ?? ''), world.clock.now()));
  }

  test('is used up with what it proves, whoever looked at it meanwhile', async () => {
    const step = Math.floor(world.clock.now() / 30_000) + 10;
    const code = (step: number) => spend(() => ({ how: 'test', code: { kind: 'totp', step } }));
    assert.deepEqual(
      [await code(step), await code(step), await code(step - 1), await code(step + 1)],
      [true, false, false, true],
    );
    const { id } = await world.control.database.db.selectFrom('person').select('id').executeTakeFirstOrThrow();
    const hash = recoveryHash(id, admin.recoveryCodes[0] ?? '');
    const recovery = () => spend(() => ({ how: 'test', code: { kind: 'recovery_code', hash } }));
    assert.deepEqual([await recovery(), await recovery()], [true, false]);
  });

  test('counts for nothing once the password is another', async () => {
    assert.equal(await spend((kept) => ({ how: 'test', password: kept })), true);
    assert.equal(await spend((kept) => ({ how: 'test', password: `${kept}x` })), false);
  });

  test('a password of an earlier cost is kept as is done now', async () => {
    assert.equal(await spend((kept) => ({ how: 'test', password: kept, rehashed: 'hashed anew' })), true);
    const { password } = await world.control.database.db
      .selectFrom('person')
      .select('password')
      .executeTakeFirstOrThrow();
    assert.equal(password, 'hashed anew');
  });
});
