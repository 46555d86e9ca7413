// Tells the administrators of a customer what became of the proof of one of its domains.

import type { Log } from '../../platform/log.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { Notices } from '../notices/notices.ts';
import { readersOf } from '../notices/readers.ts';
import type { ProofNotice } from './proof-changes.ts';

/** Writes to each of them. Never rejects: what is not taken is logged, and the portal and the events say the same. */
export async function tellOfProof(
  { database: { db }, log, notices }: { database: ControlDatabase; log: Log; notices: Pick<Notices, 'tell'> },
  { kind, customer, domain, record, since, stops }: ProofNotice,
): Promise<void> {
  try {
    const account = await db.selectFrom('account').select('name').where('id', '=', customer).executeTakeFirst();
    const about = { customer: account?.name ?? customer, domain };
    const records = [{ type: 'TXT', host: record.name, value: record.text }];
    for (const reader of await readersOf(db, customer)) {
      if (kind === 'proof_missing') await notices.tell(kind, reader, { ...about, records, since, stops }, { customer });
      else if (kind === 'domain_stopped') await notices.tell(kind, reader, { ...about, records }, { customer });
      else await notices.tell(kind, reader, about, { customer });
    }
  } catch (err) {
    log.error('nobody was told of the proof of a domain', { customer, kind, err });
  }
}
