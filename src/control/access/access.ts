// People, their sessions, and API keys: who a request comes from, and how one becomes known.

import type { Transaction } from 'kysely';
import type { Log } from '../../platform/log.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { ControlTables } from '../database/tables.ts';
import type { Notices } from '../notices/notices.ts';
import type { ServiceParts } from '../services.ts';
import { createActivity } from './activity.ts';
import { type ApiKeys, createApiKeys } from './api-keys.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';
import { createGuessing } from './guessing.ts';
import { createJoining, type Joining } from './joining.ts';
import { lookAround, type MadeUpPerson } from './look-around.ts';
import { openLookups } from './lookups.ts';
import { createMailer } from './mails.ts';
import { createOwnAccount, type OwnAccount } from './own-account.ts';
import type { AccessParts, Client } from './parts.ts';
import { createPasskeys, hasName } from './passkeys.ts';
import { createPasswords, type PasswordCost } from './password.ts';
import type { Role } from './permissions.ts';
import { createSecondFactors, type SecondFactors } from './second-factors.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignIn, type SignIn, type SignInStep } from './sign-in.ts';
import { sealTotpAnew, startSweep } from './sweep.ts';
import { createTickets } from './tickets.ts';
import { createUsers, removeAccessOf, type Users } from './users.ts';

export interface AccessService {
  authenticate: Authenticate;
  /** The same, of a request that goes on: it is no new use of its session or key. */
  stillWho: Authenticate;
  signIn: SignIn;
  joining: Joining;
  account: OwnAccount;
  secondFactors: SecondFactors;
  sessions: Sessions;
  users: Users;
  /** A session for somebody made up; only for the sandbox. */
  lookAround(person: MadeUpPerson, client: Client): Promise<SignInStep>;
  keys: ApiKeys;
  /** Whether the role can do nothing without a second factor. */
  needsSecondFactor: (role: Role) => boolean;
  /** Whether browsers make passkeys for `http.url`: it has to be a name. */
  passkeysPossible: () => boolean;
  /** `http.url`: cookies are made for it. */
  url: () => string;
  /** Removes all people and keys of a customer, in the transaction that removes it. */
  removeOf(trx: Transaction<ControlTables>, customer: string): Promise<AuditedChange[]>;
  /** Writes what is kept in memory, and waits for mails that are on their way. */
  close(): Promise<void>;
}

export interface AccessOptions {
  notices: Pick<Notices, 'tell'>;
  passwordCost?: PasswordCost;
}

/** Opens the service, and starts its timers. */
export function openAccess(given: ServiceParts, options: AccessOptions): AccessService {
  const { database, changes, clock, log, config } = given;
  warnOfPlainHttp(config().http.url, log);
  const activity = createActivity({ changes, clock, log });
  const parts: AccessParts = {
    database,
    changes,
    clock,
    log,
    settings: () => config().access,
    recordsMs: () => config().retention.records,
    url: () => config().http.url,
    totpBox: given.secretBox('totp'),
    tickets: createTickets(given.secretBox('access ticket'), clock),
    passwords: createPasswords(options.passwordCost),
    guessing: createGuessing(clock.monotonic),
    lookups: openLookups(database),
    activity,
    mailer: createMailer(options.notices, log),
  };
  const passkeys = createPasskeys(parts);
  const joining = createJoining(parts);
  const sweep = startSweep(parts);
  const sealing = sealTotpAnew(parts);
  return {
    authenticate: createAuthenticate(parts),
    stillWho: createAuthenticate({ ...parts, activity: { ...parts.activity, ...NOTED_NOWHERE } }),
    signIn: createSignIn(parts, passkeys),
    joining,
    account: createOwnAccount(parts, passkeys),
    secondFactors: createSecondFactors(parts, passkeys),
    sessions: createSessions(parts),
    users: createUsers(parts),
    lookAround: (person, client) => lookAround(parts, person, client),
    keys: createApiKeys(parts),
    needsSecondFactor: (role) => parts.settings().second_factor.includes(role),
    passkeysPossible: () => hasName(parts.url()),
    url: parts.url,
    removeOf: removeAccessOf,
    close: async () => {
      await Promise.all([sweep.close(), joining.settled(), sealing, activity.close()]);
      parts.lookups.close();
    },
  };
}

/** Uses that do not count. */
const NOTED_NOWHERE = { sessionUsed: () => {}, keyUsed: () => {} };

/** Browsers take no passkeys there either, but for the machine itself. */
function warnOfPlainHttp(url: string, log: Log): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) return;
  log.warn('http.url is not https: passwords and sessions can be read on their way', { url });
}
