// The values of one customer: what is registered, or, before that, what was entered; and where we are reached.

import type { CustomerFact, SharedProof } from '../../mail/authorise/directory.ts';
import { testAddress } from '../../mail/authorise/test-address.ts';
import type { CustomerId } from '../../mail/message.ts';
import { INBOUND_POOL } from '../../mail/route/sending-address.ts';
import { hostAddresses } from '../../network/host-addresses.ts';
import { formatIp, parseIp } from '../../protocol/ip/network.ts';
import { toLookupDomain } from '../../protocol/smtp/domain.ts';
import type { Entry } from '../customers/entry.ts';
import { sourceFact } from '../database/facts.ts';
import { inboundAddresses, type PublishedParts, submitPoints } from '../firewall/published.ts';
import type { ServiceParts } from '../services.ts';
import type { GuideFacts, Proof } from './guide.ts';
import { oneLine } from './quote.ts';

export type FactsParts = Pick<ServiceParts, 'database' | 'directory' | 'config' | 'freshResolver'>;

/** What is the customer's own in the facts. */
type OwnFacts = Pick<GuideFacts, 'proof' | 'inbound' | 'outbound' | 'streams'> & { test?: string };

/** The facts of a customer that the mail path knows. */
export async function registeredFacts(parts: FactsParts, customer: CustomerFact): Promise<GuideFacts> {
  const { db } = parts.database;
  const domains = await db
    .selectFrom('domain')
    .selectAll()
    .where('customer', '=', customer.id)
    .orderBy('name')
    .execute();
  const own: OwnFacts = {
    proof: await registeredProof(parts, customer.id),
    inbound: domains.filter(({ inbound }) => inbound === 1).map(({ name }) => name),
    outbound: domains.filter(({ outbound }) => outbound === 1).map(({ name }) => name),
    streams: customer.streams.map(({ name, match }) => ({ name, ...match })),
    ...(customer.test !== undefined && { test: testAddress(customer.test.token, parts.config().node.hostname) }),
  };
  return joined(parts, customer.name, own);
}

/** The facts of a customer that is still being entered. What was entered with a fault is left out. */
export async function enteredFacts(parts: FactsParts, name: string, entry: Entry): Promise<GuideFacts> {
  const domains = entry.domains.flatMap((domain) => {
    const read = toLookupDomain(domain.name.trim());
    return read === undefined ? [] : [{ ...domain, name: read }];
  });
  return joined(parts, name, {
    proof: enteredProof(entry),
    inbound: domains.filter(({ inbound }) => inbound).map((domain) => domain.name),
    outbound: domains.filter(({ outbound }) => outbound).map((domain) => domain.name),
    streams: [],
  });
}

async function joined(parts: FactsParts, name: string, own: OwnFacts): Promise<GuideFacts> {
  const place = publishedParts(parts);
  const { inbound } = await inboundAddresses(place);
  const from = inbound.flatMap(({ ip }) => {
    const read = parseIp(ip);
    return read === undefined ? [] : [formatIp(read)];
  });
  return { name: oneLine(name), ...own, relay: pickRelay(place, own.proof), from: [...new Set(from)] };
}

function publishedParts(parts: FactsParts): PublishedParts {
  const { node, listener } = parts.config();
  return {
    directory: parts.directory,
    hostname: node.hostname,
    listeners: listener,
    inboundPool: INBOUND_POOL,
    addressesOf: async (host) => {
      const found = await hostAddresses(host, parts.freshResolver());
      return found.kind === 'found' ? found.addresses : [];
    },
  };
}

/** How good a way in is: one for logins alone where it logs in, then TLS, then the usual port. */
function rank({ tls, port, roles }: ReturnType<typeof submitPoints>[number], proof: Proof): number {
  const logsIn = proof.kind === 'login';
  const other = logsIn && !roles.includes('submission') ? 100 : 0;
  return other + ['starttls', 'implicit', 'none'].indexOf(tls) * 2 + (port === (logsIn ? 587 : 25) ? 0 : 1);
}

function pickRelay(place: PublishedParts, proof: Proof): GuideFacts['relay'] {
  const role = proof.kind === 'login' ? ['submission', 'outbound'] : ['outbound'];
  const fitting = submitPoints(place).filter(({ roles }) => roles.some((one) => role.includes(one)));
  const [best] = fitting.sort((a, b) => rank(a, proof) - rank(b, proof));
  const port = best?.port ?? (proof.kind === 'login' ? 587 : 25);
  return { host: place.hostname.toLowerCase(), port, tls: (best?.tls ?? 'starttls') as GuideFacts['relay']['tls'] };
}

async function registeredProof({ database: { db } }: FactsParts, customer: CustomerId): Promise<Proof> {
  const rows = await db.selectFrom('source').selectAll().where('customer', '=', customer).limit(1000).execute();
  const sources = rows.map(sourceFact);
  if (sources.some(({ shared }) => shared === undefined)) return { kind: 'source' };
  const login = await db
    .selectFrom('login')
    .select('name')
    .where('customer', '=', customer)
    .orderBy('name')
    .limit(1)
    .executeTakeFirst();
  const shared = sources.flatMap((source) => source.shared ?? []).find(({ kind }) => kind !== 'login');
  if (shared !== undefined) return proofOf(shared);
  return { kind: 'login', ...(login !== undefined && { name: login.name }) };
}

function proofOf(shared: SharedProof): Proof {
  switch (shared.kind) {
    case 'header':
      return { kind: 'header', field: shared.name };
    case 'secret':
      return { kind: 'secret', field: shared.name };
    case 'login':
      return { kind: 'login' };
    default:
      return shared satisfies never;
  }
}

/** Names of header fields in a draft were not read by anybody yet. */
const FIELD_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,76}$/;

function enteredProof({ sources }: Entry): Proof {
  if (sources.length === 0 || sources.some(({ shared }) => !shared)) return { kind: 'source' };
  for (const { proof } of sources) {
    if (proof === undefined || proof === 'login') continue;
    const secret = 'secret_header' in proof;
    const field = secret ? proof.secret_header : proof.header;
    if (FIELD_NAME.test(field)) return { kind: secret ? 'secret' : 'header', field };
  }
  return { kind: 'login' };
}
