// What the parts of access share.

import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { problem } from '../api/problem.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { Activity } from './activity.ts';
import type { Guessing } from './guessing.ts';
import type { Lookups } from './lookups.ts';
import type { Mailer } from './mails.ts';
import type { Passwords } from './password.ts';
import type { Tickets } from './tickets.ts';

export interface AccessParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  log: Log;
  /** `[access]` as it is now. */
  settings: () => Config['access'];
  /** How long what has ended is still told of, milliseconds: `retention.records`. */
  recordsMs: () => number;
  /** `http.url`. */
  url: () => string;
  /** Seals secrets of TOTP; `about` is the id of the person. */
  totpBox: SecretBox;
  tickets: Tickets;
  passwords: Passwords;
  guessing: Guessing;
  lookups: Lookups;
  activity: Activity;
  mailer: Mailer;
}

/** Where a person acts from. */
export interface Client {
  /** Address. */
  from?: string | undefined;
  /** What the program calls itself. */
  agent?: string | undefined;
  /** The token of its device cookie. */
  device?: string | undefined;
  /** The token of the session it has. */
  session?: string | undefined;
}

/** What notices say of an act. */
export function actOf(
  { email }: { email: string },
  { from, agent }: Client,
  at: number,
): { at: number; account: string; from?: string; agent?: string } {
  return { at, account: email, ...(from !== undefined && { from }), ...(agent !== undefined && { agent }) };
}

/** Throws a Problem (403) where the person is of a customer whose portal is not open. */
export function assertPortalOpen(lookups: Lookups, { customer }: { customer: string | null }): void {
  if (customer === null || lookups.portalOpen(customer)) return;
  throw problem('portal-not-open');
}
