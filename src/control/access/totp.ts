// Codes that a telephone makes from a shared secret and the time (RFC 6238).

import { Secret, TOTP } from 'otpauth';

/** What every authenticator app can do: RFC 6238 1.2, SHA-1, six digits, 30 seconds. */
const PERIOD_S = 30;
const SHAPE = { algorithm: 'SHA1', digits: 6, period: PERIOD_S } as const;
/** RFC 4226 4, R6: 160 bits are recommended. */
const SECRET_OCTETS = 20;
/** RFC 6238 5.2: one step either way, for clocks that go wrong. */
const WINDOW = 1;
const ISSUER = 'Easymail';

/** A new secret. */
export function newTotpSecret(): Uint8Array {
  return new Uint8Array(new Secret({ size: SECRET_OCTETS }).buffer);
}

/** The secret as people type it, and as an app reads it from a picture. */
export function describeTotp(secret: Uint8Array, email: string): { secret: string; uri: string } {
  const kept = secretOf(secret);
  return { secret: kept.base32, uri: new TOTP({ ...SHAPE, issuer: ISSUER, label: email, secret: kept }).toString() };
}

/**
 * The time step of a code that is right about now, `nowMs` since 1970; nothing where it is wrong, or of the step
 * `lastStep` or an earlier one (RFC 6238 5.2: a code is taken once).
 */
export function totpStep(secret: Uint8Array, code: string, { nowMs, lastStep }: { nowMs: number; lastStep: number }) {
  if (!/^\d{6}$/.test(code)) return undefined;
  const totp = new TOTP({ ...SHAPE, secret: secretOf(secret) });
  const delta = totp.validate({ token: code, timestamp: nowMs, window: WINDOW });
  if (delta === null) return undefined;
  const step = Math.floor(nowMs / 1000 / PERIOD_S) + delta;
  return step > lastStep ? step : undefined;
}

function secretOf(secret: Uint8Array): Secret {
  return new Secret({ buffer: new Uint8Array(secret).buffer });
}
