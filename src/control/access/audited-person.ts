// People as the audit names them.

import type { AuditedChange } from '../audit/audit.ts';
import type { PersonRow } from './tables.ts';

/** An entry of the audit about a person. */
export function aboutPerson(
  person: Pick<PersonRow, 'email' | 'customer'>,
  action: string,
  { before = null, after = null }: { before?: unknown; after?: unknown } = {},
): AuditedChange {
  const customer = person.customer === null ? {} : { customer: person.customer };
  return { action, object: `user ${person.email}`, ...customer, before, after };
}

/** What of a person the audit shows. */
export function auditedPerson({ role, customer, state, language, display_name }: PersonRow): Record<string, unknown> {
  return { role, ...(customer !== null && { customer }), state, language, name: display_name };
}
