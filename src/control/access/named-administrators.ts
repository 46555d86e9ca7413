// Whom a customer named as its administrators gets an invitation, once both are said: the entry that names them was
// approved, and the portal is open. Who approves has seen the names; nobody else can put some in.

import type { CustomerId } from '../../mail/message.ts';
import type { Log } from '../../platform/log.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { Problem } from '../api/problem.ts';
import type { Customers } from '../customers/customers.ts';
import type { Stage } from '../customers/stages.ts';
import type { Users } from './users.ts';

/** From the approval of the entry on, until the customer leaves. */
const INVITING: ReadonlySet<Stage> = new Set(['approved', 'verifying', 'live', 'notice']);

export interface NamedAdministrators {
  /** Invites those who have no access yet. Call it after the change that opened the portal, never inside of one. */
  invite(by: Actor, customer: CustomerId): Promise<void>;
  /** Waits for invitations that are on their way. */
  close(): Promise<void>;
}

/** Invites at the approval of entries too. */
export function openNamedAdministrators(parts: { customers: Customers; users: Users; log: Log }): NamedAdministrators {
  const { customers, users, log } = parts;
  const running = new Set<Promise<void>>();
  const invite = async (by: Actor, customer: CustomerId) => {
    const account = await customers.get(customer);
    if (account?.portal !== 'approved' || !INVITING.has(account.stage)) return;
    const named = (await customers.entry(customer))?.entry.administrators ?? [];
    for (const { name, email, role, language } of named) {
      // One address that cannot be used must not keep the others out.
      await users.inviteAs(by, { name, email, role, language, customer }).catch((err: unknown) => {
        if (!(err instanceof Problem)) throw err;
        log.warn('a named administrator was not invited', { customer, fault: err.message });
      });
    }
  };
  const stop = customers.onStage(({ customer, to }) => {
    if (to !== 'approved') return;
    const work = invite(RELAY_ACTOR, customer).catch((err: unknown) =>
      log.error('nobody was invited', { err, customer }),
    );
    running.add(work);
    void work.finally(() => running.delete(work));
  });
  return {
    invite,
    close: async () => {
      stop();
      await Promise.all(running);
    },
  };
}
