// Whose mail may be in quarantine.

import { type CustomerId, RELAY_CUSTOMER } from '../../mail/message.ts';
import type { QuarantineParts } from './parts.ts';

export interface HeldCustomer {
  customer: CustomerId;
  /** As people know it. */
  name: string;
  /** Names of its streams that may have settings of their own. */
  streams: string[];
}

/** Customers with mail in quarantine now. What cannot be read is looked at again with the next round. */
export async function* customersWithHeld({
  database,
  reader,
  config,
}: Pick<QuarantineParts, 'database' | 'reader' | 'config'>): AsyncGenerator<HeldCustomer> {
  const rows = await database.reads.selectFrom('customer').select(['id', 'name', 'streams']).orderBy('id').execute();
  const all: HeldCustomer[] = rows.map(({ id, name, streams }) => ({
    customer: id as CustomerId,
    name,
    streams: (JSON.parse(streams) as { name: string }[]).map((stream) => stream.name),
  }));
  // Mail to the operator itself.
  all.push({ customer: RELAY_CUSTOMER, name: config().operator.name ?? 'Easymail', streams: [] });
  for (const one of all) {
    const held = await reader.heldList({ customer: one.customer }, { limit: 1 });
    if (held.kind === 'ok' && held.value.entries.length > 0) yield one;
  }
}
