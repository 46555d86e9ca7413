// The sandbox's way in: a session without a password, as the operator or as the customer. Whoever calls this has made
// sure that there is a sandbox and that the request comes from its machine (control/sandbox/who-may.ts).

import type { AuditedChange } from '../audit/audit.ts';
import { aboutPerson, auditedPerson } from './audited-person.ts';
import { newPerson } from './joining.ts';
import { type AccessParts, assertPortalOpen, type Client } from './parts.ts';
import type { Role } from './permissions.ts';
import { startSession } from './sessions.ts';
import type { SignInStep } from './sign-in.ts';
import type { PersonLanguage, PersonRow } from './tables.ts';

/** Somebody that the sandbox makes up. */
export interface MadeUpPerson {
  /** Lower case, and so its own name for look-ups. */
  email: string;
  name: string;
  role: Role;
  customer: string | null;
  language: PersonLanguage;
}

/** Begins a session of the person, who is made where it is not there. It has no password: nothing else lets it in. */
export async function lookAround(
  { changes, settings, lookups }: AccessParts,
  given: MadeUpPerson,
  client: Client,
): Promise<SignInStep> {
  assertPortalOpen(lookups, given);
  const by = { who: 'sandbox', ...(client.from !== undefined && { from: client.from }) };
  return changes.make(by, async (trx, now) => {
    const audit: AuditedChange[] = [];
    const known = await trx.selectFrom('person').selectAll().where('name', '=', given.email).executeTakeFirst();
    const person = known ?? madeUp(given, now);
    if (known === undefined) {
      await trx.insertInto('person').values(person).execute();
      audit.push(aboutPerson(person, 'made for the sandbox', { after: auditedPerson(person) }));
    } else if (known.language !== given.language) {
      await trx.updateTable('person').set({ language: given.language }).where('id', '=', known.id).execute();
    }
    const lifetimeMs = settings().session_lifetime;
    // It has no password to prove anything with later.
    const options = { now, client, how: 'sandbox', lifetimeMs, stepUpMs: lifetimeMs };
    const session = await startSession(trx, person, options);
    const after = { how: 'sandbox', session: session.id };
    audit.push(aboutPerson(person, 'signed in', { after }));
    const result: SignInStep = { kind: 'signed_in', person: { ...person, language: given.language }, session };
    return { result, audit };
  });
}

function madeUp({ email, name, role, customer, language }: MadeUpPerson, now: number): PersonRow {
  const person = newPerson({ name: email, email, role, customer, language, display: name, now, by: 'sandbox' });
  return { ...person, state: 'active' };
}
