// What has ended goes: sessions, links, marks of browsers that are not used any more. And what an older master key sealed
// is sealed anew.

import { RELAY_ACTOR } from '../actor.ts';
import { aboutPerson } from './audited-person.ts';
import type { AccessParts } from './parts.ts';

const SWEEP_MS = 3_600_000;
const LATE_MS = 5 * 60_000;
const DEVICE_MS = 365 * 86_400_000;

/** Sweeps now and once an hour, at no time of the clock in particular. */
export function startSweep(parts: AccessParts): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const once = () => {
    running = sweep(parts).catch((err: unknown) => parts.log.error('ended sessions were not removed', { err }));
  };
  once();
  const timer = setInterval(once, SWEEP_MS * (0.9 + Math.random() / 5));
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

function sweep({ changes, settings, recordsMs }: AccessParts): Promise<void> {
  return changes.make(RELAY_ACTOR, async (trx, now) => {
    // Last uses are written some time after: nobody who is at work is swept away.
    const idle = now - settings().session_idle - LATE_MS;
    await trx
      .deleteFrom('session')
      .where((where) => where.or([where('expires_at', '<=', now), where('last_used_at', '<=', idle)]))
      .execute();
    await trx.deleteFrom('access_token').where('expires_at', '<=', now).execute();
    await trx
      .deleteFrom('device')
      .where('last_used_at', '<=', now - DEVICE_MS)
      .execute();
    const ended = now - recordsMs();
    await trx
      .deleteFrom('api_key')
      .where((where) => where.or([where('revoked_at', '<=', ended), where('expires_at', '<=', ended)]))
      .execute();
    // Not the doing of anybody: what ended had ended before.
    return { result: undefined, audit: [] };
  });
}

/** Secrets of TOTP that an older master key sealed. One that no key opens stays: its person needs an administrator. */
export async function sealTotpAnew({ changes, totpBox, log }: AccessParts): Promise<void> {
  try {
    await changes.make(RELAY_ACTOR, async (trx) => {
      const older = trx.selectFrom('person').select(['id', 'email', 'customer', 'totp']);
      const rows = await older
        .where('totp_master', 'is not', null)
        .where('totp_master', '!=', totpBox.master)
        .execute();
      const opened = rows.flatMap(({ totp, ...row }) => {
        const secret = totp === null ? undefined : totpBox.open(totp, row.id);
        return secret === undefined ? [] : [{ ...row, secret }];
      });
      for (const { id, secret } of opened) {
        const sealed = { totp: totpBox.seal(secret, id), totp_master: totpBox.master };
        await trx.updateTable('person').set(sealed).where('id', '=', id).execute();
      }
      const lost = rows.length - opened.length;
      if (lost > 0) log.error('second factors cannot be opened with the master keys', { people: lost });
      return { result: undefined, audit: opened.map((row) => aboutPerson(row, 'second factor sealed anew')) };
    });
  } catch (err) {
    log.error('second factors were not sealed anew', { err });
  }
}
