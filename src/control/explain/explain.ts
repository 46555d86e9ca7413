// `explain`: the whole decision about a message that nobody sends, by the very functions that decide about mail.

import {
  authoriseHeader,
  authoriseRecipient,
  authoriseSender,
  type EnvelopeAddress,
  type SessionFacts,
} from '../../mail/authorise/authorise.ts';
import type { CustomerFact, Directory } from '../../mail/authorise/directory.ts';
import { type EndedService, endedReply } from '../../mail/authorise/ended-service.ts';
import type { OwnAddresses, OwnVerdict } from '../../mail/authorise/own-addresses.ts';
import { describeCheck } from '../../mail/authorise/recipients/describe-check.ts';
import type { Refusal } from '../../mail/authorise/refusal.ts';
import { rewrittenAuthor, signingFor } from '../../mail/authorise/signing-domain.ts';
import { BUSINESS_STREAM, type Direction, RELAY_CUSTOMER } from '../../mail/message.ts';
import type { RouteAnswer, SendingAddress } from '../../mail/route/route.ts';
import { recordName } from '../../protocol/dkim/key-record.ts';
import { type HeaderEdit, parseHeader } from '../../protocol/mime/header.ts';
import type { Mailbox } from '../../protocol/smtp/address.ts';

export interface ExplainQuestion {
  ip: string;
  /** `undefined` is the null sender. */
  from: EnvelopeAddress | undefined;
  to: Mailbox;
  /** Address in From; that of the envelope where there is none. */
  headerFrom?: EnvelopeAddress | undefined;
  login?: string | undefined;
  /** Key of the certificate that the client shows: `fingerprint:…`, `public_key:…` or `name:…`. */
  certificate?: string | undefined;
  /** `host:port` of a listener; else all roles that any listener has. */
  listener?: string | undefined;
}

/** What would happen. */
export interface Explanation {
  verdict: 'outbound' | 'inbound' | 'refused';
  /** How it was decided, in order. */
  steps: string[];
  /** Of a refusal: where in the session it comes, and the reply. */
  refused?: { at: 'mail' | 'rcpt' | 'header'; name: string; reply: string; reason: string };
  customer?: string;
  stream?: string;
  rule?: string;
  /** Keys that would sign, as `selector._domainkey.domain`. */
  signed_with?: string[];
  /** What would be changed in the header. */
  header_changes?: number;
  route?: {
    rule?: string;
    site?: string;
    hosts?: { name: string; port: number; addresses: string[] }[];
    tls?: string;
    /** Of mail that would bounce or be deferred. */
    ends?: 'bounce' | 'defer';
    cause?: string;
  };
  addresses?: { pool: string; ip: string; hostname: string }[] | 'none';
}

/** What `explain` asks the rest of the relay; main joins it. */
export interface ExplainParts {
  directory: Directory;
  listeners: readonly { address: { host: string; port: number }; roles: SessionFacts['roles'] }[];
  /** How a customer's end is told. */
  ended?: EndedService;
  /** Addresses of the relay itself. */
  own?: Pick<OwnAddresses, 'take'>;
  route(domain: string): Promise<RouteAnswer>;
  addresses(request: {
    customer: CustomerFact;
    stream: string;
    direction: Direction;
    destination: string;
  }): { v4?: SendingAddress; v6?: SendingAddress } | 'none';
}

/** Answers the question. Never rejects for what is in it. */
export async function explain(parts: ExplainParts, question: ExplainQuestion): Promise<Explanation> {
  const { directory } = parts;
  const roles = rolesOf(parts, question.listener);
  if (roles === undefined) {
    const known = parts.listeners.map(({ address }) => `${address.host}:${address.port}`).join(', ');
    return { verdict: 'refused', steps: [`there is no listener ${question.listener}; there are: ${known}`] };
  }
  const steps = [`listener takes ${roles.join(', ')}`, describeClient(directory, question)];
  const certificate = question.certificate === undefined ? undefined : [question.certificate];
  const session: SessionFacts = { ip: question.ip, roles, login: question.login, certificate };
  const sender = authoriseSender(directory, session, question.from);
  if (sender.kind === 'refused') return refusal('mail', said(parts, sender), steps);
  steps.push(`MAIL FROM:<${question.from?.text ?? ''}> is taken`);
  const own = await parts.own?.take(sender.transaction, question.to);
  if (own?.kind === 'refused') return refusal('rcpt', own, steps);
  if (own !== undefined) return explainOwn(parts, own, { question, steps });
  const recipient = authoriseRecipient(directory, sender.transaction, question.to);
  if (recipient.kind === 'refused') return refusal('rcpt', said(parts, recipient), steps);
  const { way } = recipient.transaction;
  const checked = way?.direction === 'inbound' ? describeCheck(directory, way.customer, question.to) : undefined;
  if (checked !== undefined && typeof checked !== 'string') return refusal('rcpt', checked, steps);
  if (checked !== undefined) steps.push(checked);
  steps.push(`RCPT TO:<${question.to.text}> is taken`);
  const author = question.headerFrom ?? question.from;
  const header = parseHeader(Buffer.from(author === undefined ? '\r\n' : `From: <${author.text}>\r\n\r\n`));
  // There is no header to hold a proof: the explanation goes on as if the right one were there.
  const assumed = new Set<string>();
  const verdict = authoriseHeader(directory, recipient.transaction, header, {
    prove: (proof) => {
      if (proof.kind === 'login') return false;
      assumed.add('the source is shared: taken as if the message held the proof agreed on');
      return true;
    },
    cameIn: () => {
      assumed.add('sender or author is foreign: taken as if the message showed that it came in for the customer');
      return 'assumed';
    },
  });
  if (verdict.kind === 'refused') return refusal('header', said(parts, verdict), steps);
  steps.push(...assumed);
  steps.push(`${verdict.kind} for ${verdict.customer.id}: ${verdict.rule}`);
  if (verdict.kind === 'outbound' && verdict.customer.hide !== 'off') {
    steps.push(`the header is rid of the customer's own network (hide = "${verdict.customer.hide}")`);
  }
  const stream = verdict.kind === 'outbound' ? verdict.stream : 'business';
  return {
    verdict: verdict.kind,
    steps,
    customer: verdict.customer.id,
    rule: verdict.rule,
    stream,
    ...(verdict.kind === 'outbound' ? { header_changes: verdict.edits.length } : {}),
    ...(verdict.kind === 'outbound' ? explainSigning(directory, verdict, { author, sender: question.from }) : {}),
    ...(await explainRoute(parts, question.to.domain, { customer: verdict.customer, stream, direction: verdict.kind })),
  };
}

/** An address of the relay itself: who gets its mail instead. */
async function explainOwn(
  parts: ExplainParts,
  { recipients, transaction }: Extract<OwnVerdict, { kind: 'accepted' }>,
  { question, steps }: { question: ExplainQuestion; steps: string[] },
): Promise<Explanation> {
  const customer = transaction.way?.direction === 'inbound' ? transaction.way.customer : RELAY_CUSTOMER;
  const rule = `${question.to.text} is an address of the relay: goes to ${recipients.map(({ text }) => text).join(', ')}`;
  const explanation: Explanation = { verdict: 'inbound', steps: [...steps, rule], customer, rule };
  const fact = parts.directory.customer(customer);
  const [first] = recipients;
  if (fact === undefined || first === undefined) return explanation;
  const message = { customer: fact, stream: BUSINESS_STREAM, direction: 'inbound' as const };
  return { ...explanation, stream: BUSINESS_STREAM, ...(await explainRoute(parts, first.domain, message)) };
}

function explainSigning(
  directory: Directory,
  { customer, stream, edits }: { customer: CustomerFact; stream: string; edits: readonly HeaderEdit[] },
  { author, sender }: { author: EnvelopeAddress | undefined; sender: EnvelopeAddress | undefined },
): Pick<Explanation, 'signed_with'> {
  const domain = rewrittenAuthor(edits, sender?.domain) ?? author?.domain;
  const choice =
    domain === undefined ? undefined : signingFor(directory, { customer: customer.id, stream, author: domain });
  return { signed_with: choice?.keys.map(({ selector }) => recordName(selector, choice.domain)) ?? [] };
}

async function explainRoute(
  parts: ExplainParts,
  destination: string,
  message: { customer: CustomerFact; stream: string; direction: Direction },
): Promise<Pick<Explanation, 'route' | 'addresses'>> {
  const answer = await parts.route(destination);
  const chosen = parts.addresses({ ...message, destination });
  const addresses =
    chosen === 'none'
      ? chosen
      : [chosen.v4, chosen.v6].flatMap((one) =>
          one === undefined ? [] : [{ pool: one.pool, ip: one.ip, hostname: one.hostname }],
        );
  if (answer.kind !== 'hosts') {
    const { cause } = answer;
    const text =
      cause.from === 'us' ? `${cause.cause}${cause.detail === undefined ? '' : `: ${cause.detail}`}` : cause.host;
    return { route: { ends: answer.kind, cause: text }, addresses };
  }
  const { rule, site, hosts, tls } = answer;
  return { route: { rule, site, hosts, tls }, addresses };
}

function rolesOf(parts: ExplainParts, listener: string | undefined): SessionFacts['roles'] | undefined {
  if (listener === undefined) return [...new Set(parts.listeners.flatMap(({ roles }) => roles))];
  const named = parts.listeners.find(({ address: { host, port } }) => {
    const written = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return written === listener || String(port) === listener;
  });
  return named?.roles;
}

function describeClient(directory: Directory, { ip, login, certificate }: ExplainQuestion): string {
  if (login !== undefined) {
    const fact = directory.login(login);
    return fact === undefined ? `login ${login} does not exist` : `login ${login} is of customer ${fact.customer}`;
  }
  if (certificate !== undefined) {
    const fact = directory.certificate(certificate);
    if (fact !== undefined) return `certificate ${certificate} is of customer ${fact.customer}`;
  }
  const network = directory.network(ip);
  if (network === undefined) return `${ip} is no registered source`;
  if (network.customer !== undefined) return `${ip} is in ${network.network}, a source of customer ${network.customer}`;
  return `${ip} is in ${network.network}, a shared source`;
}

function said({ ended }: ExplainParts, refused: Refusal): Refusal {
  return ended === undefined ? refused : { ...refused, reply: endedReply(refused.reply, ended) };
}

function refusal(at: 'mail' | 'rcpt' | 'header', { reply, reason }: Refusal, steps: string[]): Explanation {
  const text = `${reply.code}${reply.enhanced === undefined ? '' : ` ${reply.enhanced}`} ${reply.lines.join(' ')}`;
  return {
    verdict: 'refused',
    steps: [...steps, `refused at ${at}: ${reason}`],
    refused: { at, name: reply.name, reply: text, reason },
  };
}
