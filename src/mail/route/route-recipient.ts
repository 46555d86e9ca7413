// Where mail for a domain goes. In this order:
//
// - a domain that a customer receives through us: to the customer's own mail hosts (customer to customer stays inside);
// - a static route of the configuration;
// - MX (RFC 5321 5.1).

import type { Resolver } from '../../network/dns-answer.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { CustomerFact, Directory } from '../authorise/directory.ts';
import type { CustomerId } from '../message.ts';
import { routeByMx } from './mx.ts';
import { namedHosts } from './named-hosts.ts';
import type { OwnHosts } from './own-hosts.ts';
import type { RouteAnswer } from './route.ts';
import { parseHost, staticRoute } from './static-route.ts';

export interface RouteContext {
  directory: Directory;
  resolver: Resolver;
  /** `[[route]]`, in the order of the file: the first that fits counts. */
  routes: Config['route'];
  delivery: Pick<Config['delivery'], 'port' | 'allow_private' | 'connections_per_destination'>;
  own: OwnHosts;
  /** It is our test message to a customer that is being verified: its mail hosts get that before any other mail. */
  testing?: boolean;
  /** The customer for whom the message came in: what was taken before its contract ended is still handed to its hosts. */
  takenFor?: CustomerId;
  /** For the order among equals; from 0 to below 1. */
  random?: () => number;
}

const ENDS_WITH_NUMBER = /(?:^|\.)\d+$/;

/** Where mail for a domain (lower-case A-labels) goes. Rejects only on a fault of ours. */
export async function routeRecipient(domain: string, context: RouteContext): Promise<RouteAnswer> {
  // RFC 5321 4.1.3: mail to an address literal would go round every rule made for domains; it is not routed.
  if (domain.startsWith('[')) return noDomain('address literals are not routed');
  // No domain ends with a number (the top level has letters): it is an address that forgot its brackets.
  if (ENDS_WITH_NUMBER.test(domain)) return noDomain('address literals are not routed');
  if (domain === '') return noDomain('the recipient has no domain');
  const customer = receivingCustomer(domain, context);
  if (customer !== undefined) return routeToCustomer(customer, context);
  const fixed = staticRoute(domain, context.routes);
  if (fixed !== undefined) {
    return namedHosts(context, {
      hosts: fixed.hosts,
      tls: fixed.tls,
      rule: `route ${fixed.domain}`,
      connections: fixed.connections ?? context.delivery.connections_per_destination,
    });
  }
  const answer = await routeByMx(domain, context);
  return namesUs(answer) && isBeingVerified(domain, context) ? NOT_YET : answer;
}

/** What strangers are told at RCPT as well: the MX of a customer that is not live yet may point here early. */
const NOT_YET: RouteAnswer = {
  kind: 'defer',
  cause: { from: 'us', cause: 'recipient-paused', detail: 'the customer is not served yet' },
};

function namesUs(answer: RouteAnswer): boolean {
  return answer.kind === 'bounce' && answer.cause.from === 'us' && answer.cause.cause === 'mx-is-us';
}

function isBeingVerified(domain: string, { directory }: RouteContext): boolean {
  const fact = directory.domain(domain);
  if (fact?.inbound !== true || !fact.verified) return false;
  return directory.customer(fact.customer)?.state === 'verifying';
}

/** Where an operator's `reroute` sends mail for a domain: `host`, `host:port` or `[v6]:port`, in order. */
export async function routeTo(hosts: readonly string[], domain: string, context: RouteContext): Promise<RouteAnswer> {
  const answer = await namedHosts(context, {
    hosts: hosts.map((host) => parseHost(host, context.delivery.port)),
    tls: 'opportunistic',
    rule: 'reroute',
    connections: context.delivery.connections_per_destination,
  });
  const receiver = receivingCustomer(domain, context)?.id;
  return answer.kind === 'hosts' && receiver !== undefined ? { ...answer, receiver } : answer;
}

function noDomain(detail: string): RouteAnswer {
  return { kind: 'bounce', cause: { from: 'us', cause: 'dns-no-domain', detail } };
}

/**
 * The customer behind a domain that we receive for. A deactivated customer's mail is none of ours any more but what came
 * in before, and that of one who is being verified is not yet: it goes by MX, as the rest of the world's does.
 */
function receivingCustomer(domain: string, { directory, testing, takenFor }: RouteContext): CustomerFact | undefined {
  const fact = directory.domain(domain);
  if (fact === undefined || !fact.inbound || !fact.verified) return undefined;
  const customer = directory.customer(fact.customer);
  if (customer?.state === 'verifying' && testing !== true) return undefined;
  return customer?.state === 'deactivated' && customer.id !== takenFor ? undefined : customer;
}

/** To the customer's mail hosts, by preference; to private addresses only by the operator's word. */
async function routeToCustomer(customer: CustomerFact, context: RouteContext): Promise<RouteAnswer> {
  const random = context.random ?? Math.random;
  const order = customer.mailhosts.map((host) => ({ ...host, tie: random() }));
  order.sort((a, b) => a.preference - b.preference || a.tie - b.tie);
  if (order.length === 0) {
    // The domain is ours to take; until a mail host is entered its mail waits.
    return { kind: 'defer', cause: { from: 'us', cause: 'dns-no-host', detail: 'the customer has no mail host' } };
  }
  const answer = await namedHosts(context, {
    hosts: order,
    tls: strictest(customer),
    rule: 'customer domain',
    connections: context.delivery.connections_per_destination,
  });
  if (answer.kind !== 'hosts') return answer;
  const { id } = customer;
  return { ...answer, receiver: id, mailHostsOf: id, ...(customer.forwards === 'srs' && { stampFor: id }) };
}

/** One policy for all hosts of the site: a connection to any of them has to be as good as the best asked for. */
function strictest(customer: CustomerFact): CustomerFact['mailhosts'][number]['tls'] {
  if (customer.mailhosts.some(({ tls }) => tls === 'verify')) return 'verify';
  return customer.mailhosts.some(({ tls }) => tls === 'opportunistic') ? 'opportunistic' : 'none';
}
