// The store as an `apply` file: applied again it changes nothing, and on a new relay it makes the same customers. Secrets
// stay what they are here: keys of logins as SCRAM, secret headers by their hash, DKIM keys not at all.

import { stringify } from 'smol-toml';
import type { DomainFact, PoolFact, SharedProof, StreamFact } from '../../mail/authorise/directory.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import { poolFact } from '../database/facts.ts';
import { type CustomerState, loadCustomers } from './customer-state.ts';

/** Customers read at a time; other work of the process gets a turn in between. */
const AT_ONCE = 100;

/** The text of the file, piece by piece, pools first. With an id: this customer alone, and no pools. */
export async function* exportDocument(database: ControlDatabase, customer?: string): AsyncGenerator<string> {
  if (customer === undefined) {
    const pools = await database.db.selectFrom('pool').selectAll().orderBy('name').execute();
    for (const row of pools) yield `${stringify({ pool: [exportedPool(poolFact(row))] })}\n`;
  }
  for (let after = ''; ; ) {
    let page = database.db.selectFrom('customer').select('id').where('id', '>', after).orderBy('id').limit(AT_ONCE);
    if (customer !== undefined) page = page.where('id', '=', customer);
    const ids = (await page.execute()).map(({ id }) => id);
    if (ids.length === 0) return;
    const states = await loadCustomers(database.db, database.raw, ids);
    for (const id of ids) {
      const state = states.get(id);
      if (state !== undefined) yield `${stringify({ customer: [exportedCustomer(state)] })}\n`;
    }
    after = ids.at(-1) ?? '';
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function exportedPool({ name, addresses, spf }: PoolFact) {
  return { name, ...(spf !== undefined && { spf }), addresses };
}

/** One customer in the words of the file. */
function exportedCustomer(state: CustomerState) {
  const { customer, domains, sources, grants, logins, certificates, recipients } = state;
  const { id, name, state: is, language, pools, mailhosts, streams } = customer;
  return {
    id,
    name,
    state: is,
    language,
    foreign_from: customer.foreignFrom,
    hide: customer.hide,
    forwards: customer.forwards,
    return_path: customer.returnPath,
    recipient_check: customer.recipientCheck,
    pools,
    sources: sources.map(({ network, shared }) =>
      shared === undefined ? network : { network, shared: true, proof: exportedProof(shared) },
    ),
    mailhosts,
    domains: domains.map(exportedDomain),
    grants: grants.map(({ domain, stream, proof }) => ({ domain, stream, proof })),
    streams: streams.map(exportedStream),
    logins: logins.map(({ name: login, scram }) => ({ name: login, scram })),
    certificates: certificates.map(({ key }) => exportedCertificate(key)),
    recipients: [...recipients],
  };
}

function exportedProof(shared: SharedProof) {
  switch (shared.kind) {
    case 'login':
      return 'login';
    case 'header':
      return { header: shared.name, value: shared.value };
    case 'secret':
      return { secret_header: shared.name, sha256: shared.sha256 };
    default:
      return shared satisfies never;
  }
}

function exportedDomain({ name, outbound, inbound, subdomains, verified, verifiedBy, dkim }: DomainFact) {
  const proof = verified && verifiedBy === 'checks' ? 'dns' : verified;
  const signing = dkim && { dkim: { make: dkim.make, streams: dkim.streams, published: dkim.published } };
  return { name, outbound, inbound, subdomains, verified: proof, ...signing };
}

function exportedStream({ name, pools, match }: StreamFact) {
  return { name, pools, match: `header:${match.header}=${match.value}` };
}

function exportedCertificate(key: string) {
  const colon = key.indexOf(':');
  return { [key.slice(0, colon)]: key.slice(colon + 1) };
}
