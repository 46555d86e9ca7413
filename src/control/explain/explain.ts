// `explain`: the whole decision about a message that nobody sends, by the very functions that decide about mail.

import { type NamedReply, replies } from '../../mail/accept/replies.ts';
import {
  authoriseHeader,
  authoriseRecipient,
  authoriseSender,
  type EnvelopeAddress,
  type MessageVerdict,
  type SessionFacts,
  type Transaction,
} from '../../mail/authorise/authorise.ts';
import type { CustomerFact, Directory } from '../../mail/authorise/directory.ts';
import { type EndedService, endedReply } from '../../mail/authorise/ended-service.ts';
import { comesTwice } from '../../mail/authorise/greylist/greylist-recipient.ts';
import type { OwnAddresses, OwnVerdict } from '../../mail/authorise/own-addresses.ts';
import { describeCheck } from '../../mail/authorise/recipients/describe-check.ts';
import { type Refusal, refuse } from '../../mail/authorise/refusal.ts';
import { rewrittenAuthor, signingFor } from '../../mail/authorise/signing-domain.ts';
import { suppressionRefusal } from '../../mail/authorise/suppression.ts';
import type { SentMessage } from '../../mail/identities/senders.ts';
import { BUSINESS_STREAM, type CustomerId, type Direction } from '../../mail/message.ts';
import type { RouteAnswer, SendingAddress } from '../../mail/route/route.ts';
import { isToComeIn, pausedFor } from '../../mail/take-in.ts';
import { endpointText } from '../../platform/config/units.ts';
import { recordName } from '../../protocol/dkim/key-record.ts';
import { parseHeader } from '../../protocol/mime/header.ts';
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

/** Which step of the decision it is. */
export const TRAIL_STEPS = [
  'listener',
  'no_listener',
  'login',
  'unknown_login',
  'certificate',
  'unregistered',
  'source',
  'shared_source',
  'sender',
  'mailbox',
  'greylisted',
  'recipient',
  'proof_assumed',
  'forward_assumed',
  'way',
  'hidden',
  'protection_of',
  'recipient_protection',
  'own_address',
  'refused',
] as const;

/** A step of the decision: which, what it is about, and both in words. */
export interface TrailStep {
  step: (typeof TRAIL_STEPS)[number];
  text: string;
  values: Record<string, string>;
}

/** What would happen. */
export interface Explanation {
  verdict: 'outbound' | 'inbound' | 'refused';
  /** How it was decided, in order. */
  steps: string[];
  /** The same in parts, for other languages. */
  trail: TrailStep[];
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
  /** Why nobody's mail is taken now; nothing where it is. */
  closed?(): Promise<'draining' | 'disk' | undefined>;
  /** How a customer's end is told. */
  ended?: () => EndedService;
  /** Addresses of the relay itself. */
  own?: () => Pick<OwnAddresses, 'take'>;
  /** The refusal of a sender that is locked. */
  limited?(message: Omit<SentMessage, 'domains'>): NamedReply | undefined;
  route(domain: string): Promise<RouteAnswer>;
  addresses(request: {
    customer: CustomerFact;
    stream: string;
    direction: Direction;
    destination: string;
  }): { v4?: SendingAddress; v6?: SendingAddress } | 'none';
}

/** What MAIL gets from everybody. */
const CLOSED: Record<'draining' | 'disk' | 'open', Refusal | undefined> = {
  draining: refuse(replies.draining, 'the relay drains its queue and takes no new mail'),
  disk: refuse(replies.storageFull, 'disk space is short: no new mail is taken'),
  open: undefined,
};

/** Answers the question. Never rejects for what is in it. */
export async function explain(parts: ExplainParts, question: ExplainQuestion): Promise<Explanation> {
  const { directory } = parts;
  const roles = rolesOf(parts, question.listener);
  if (roles === undefined) {
    const known = parts.listeners.map(({ address }) => endpointText(address)).join(', ');
    const text = `there is no listener ${question.listener}; there are: ${known}`;
    return refusedSteps([step('no_listener', text, { listener: question.listener ?? '', known })]);
  }
  const steps = [
    step('listener', `listener takes ${roles.join(', ')}`, { roles: roles.join(', ') }),
    describeClient(directory, question),
  ];
  const closed = CLOSED[(await parts.closed?.()) ?? 'open'];
  if (closed !== undefined) return refusal('mail', closed, steps);
  const certificate = question.certificate === undefined ? undefined : [question.certificate];
  const session: SessionFacts = { ip: question.ip, roles, login: question.login, certificate };
  const sender = authoriseSender(directory, session, question.from);
  if (sender.kind === 'refused') return refusal('mail', said(parts, sender), steps);
  const sentAs = question.from?.text ?? '';
  steps.push(step('sender', `MAIL FROM:<${sentAs}> is taken`, { sender: sentAs }));
  const own = await parts.own?.().take(sender.transaction, question.to);
  if (own?.kind === 'refused') return refusal('rcpt', own, steps);
  const recipient = own ?? authoriseRecipient(directory, sender.transaction, question.to);
  if (recipient.kind === 'refused') return refusal('rcpt', said(parts, recipient), steps);
  const checked = own === undefined ? describeMailbox(directory, recipient.transaction, question.to) : [];
  if ('kind' in checked) return refusal('rcpt', checked, steps);
  steps.push(...checked);
  steps.push(step('recipient', `RCPT TO:<${question.to.text}> is taken`, { recipient: question.to.text }));
  const author = question.headerFrom ?? question.from;
  const { verdict, assumed } = decide(directory, recipient.transaction, author);
  if (verdict.kind === 'refused') return refusal('header', said(parts, verdict), steps);
  const limited = verdict.kind === 'outbound' ? limitedBy(parts, verdict, { question, author }) : undefined;
  if (limited !== undefined) return refusal('header', limited, steps);
  steps.push(...assumed);
  if (own !== undefined && verdict.kind === 'inbound') return explainOwn(parts, own, { question, steps, verdict });
  steps.push(...describeVerdict(verdict));
  const { kind: direction, customer, rule } = verdict;
  const stream = verdict.kind === 'outbound' ? verdict.stream : BUSINESS_STREAM;
  const answer = own === undefined ? await parts.route(question.to.domain) : undefined;
  const inside = comesInAt(verdict, answer);
  if (inside !== undefined) steps.push(describeProtection(inside));
  return {
    verdict: direction,
    ...inWords(steps),
    customer: customer.id,
    rule,
    stream,
    ...(verdict.kind === 'outbound' ? { header_changes: verdict.edits.length } : {}),
    ...(verdict.kind === 'outbound' ? explainSigning(directory, verdict, { author, sender: question.from }) : {}),
    // A test message ends here.
    ...(answer === undefined
      ? { route: { rule: 'test address' } }
      : explainRoute(parts, (inside && pausedFor(directory, inside)) ?? answer, {
          customer,
          stream,
          direction,
          destination: question.to.domain,
        })),
  };
}

/** Of a recipient that is a customer's: whether it is there, and whether it is taken at once. */
function describeMailbox(
  directory: Directory,
  { session, way }: Transaction,
  recipient: Mailbox,
): TrailStep[] | Refusal {
  if (way === undefined || way.direction === 'outbound') return [];
  const checked = describeCheck(directory, way.customer, recipient);
  if (typeof checked !== 'string') return checked;
  const text = "a stranger's first mail to the customer has to come twice: taken as if this were not the first";
  return [
    step('mailbox', checked),
    ...(comesTwice(directory, session, way.customer) ? [step('greylisted', text)] : []),
  ];
}

/** The header, of which nothing is known but its author. */
function decide(
  directory: Directory,
  transaction: Transaction,
  author: EnvelopeAddress | undefined,
): { verdict: MessageVerdict; assumed: Iterable<TrailStep> } {
  const header = parseHeader(Buffer.from(author === undefined ? '\r\n' : `From: <${author.text}>\r\n\r\n`));
  // There is no header to hold a proof: the explanation goes on as if the right one were there.
  const assumed = new Map<string, TrailStep>();
  const verdict = authoriseHeader(directory, transaction, header, {
    prove: (proof) => {
      if (proof.kind === 'login') return false;
      assumed.set(
        'proof',
        step('proof_assumed', 'the source is shared: taken as if the message held the proof agreed on'),
      );
      return true;
    },
    cameIn: () => {
      const text = 'sender or author is foreign: taken as if the message showed that it came in for the customer';
      assumed.set('forward', step('forward_assumed', text));
      return 'assumed';
    },
  });
  return { verdict, assumed: assumed.values() };
}

/** What is asked once it is certain whose mail it is: the recipient is suppressed, or the sender is locked. */
function limitedBy(
  parts: ExplainParts,
  { customer, stream, foreignSender }: Outbound,
  { question, author }: { question: ExplainQuestion; author: EnvelopeAddress | undefined },
): Refusal | undefined {
  const suppressed = suppressionRefusal(parts.directory, customer.id, question.to);
  if (suppressed !== undefined || foreignSender === true) return suppressed;
  const { from, ip, login } = question;
  const by = { sender: from?.text ?? '', headerFrom: author?.text, login, ip };
  const reply = parts.limited?.({ customer: customer.id, stream, by });
  return reply && { kind: 'refused', reply, reason: `a sender of ${customer.id} is locked` };
}

/** An address of the relay itself: who gets its mail instead. */
async function explainOwn(
  parts: ExplainParts,
  { recipients }: Extract<OwnVerdict, { kind: 'accepted' }>,
  { question, steps, verdict }: { question: ExplainQuestion; steps: TrailStep[]; verdict: Taken },
): Promise<Explanation> {
  const to = recipients.map(({ text }) => text).join(', ');
  const rule = `${question.to.text} is an address of the relay: goes to ${to}`;
  const { customer } = verdict;
  const explanation: Explanation = {
    verdict: 'inbound',
    ...inWords([...steps, step('own_address', rule, { to, address: question.to.text })]),
    customer: customer.id,
    rule,
    stream: BUSINESS_STREAM,
  };
  const [first] = recipients;
  if (first === undefined) return explanation;
  const { domain: destination } = first;
  const message = { customer, stream: BUSINESS_STREAM, direction: 'inbound' as const, destination };
  return { ...explanation, ...explainRoute(parts, await parts.route(destination), message) };
}

function explainSigning(
  directory: Directory,
  { customer, stream, edits, foreignSender }: Outbound,
  { author, sender }: { author: EnvelopeAddress | undefined; sender: EnvelopeAddress | undefined },
): Pick<Explanation, 'signed_with'> {
  // What a stranger wrote is not signed, whoever its From names.
  if (foreignSender === true) return { signed_with: [] };
  const domain = rewrittenAuthor(edits, sender?.domain) ?? author?.domain;
  const choice =
    domain === undefined ? undefined : signingFor(directory, { customer: customer.id, stream, author: domain });
  return { signed_with: choice?.keys.map(({ selector }) => recordName(selector, choice.domain)) ?? [] };
}

/** Whose inbound protection looks at it before it goes on: it is mail between customers. */
function comesInAt({ kind: direction, customer }: Taken, answer: RouteAnswer | undefined): CustomerId | undefined {
  if (answer?.kind !== 'hosts' || !isToComeIn({ direction, customer: customer.id }, answer)) return undefined;
  return answer.receiver;
}

function describeProtection(customer: CustomerId): TrailStep {
  return step('protection_of', `before its mail hosts: the inbound protection of ${customer}`, { customer });
}

/** The same to who may not learn whose it is. */
export function withoutItsName(one: TrailStep): TrailStep {
  if (one.step !== 'protection_of') return one;
  return step('recipient_protection', "before the recipient's mail hosts: the recipient's inbound protection");
}

function explainRoute(
  parts: ExplainParts,
  answer: RouteAnswer | Deferred,
  message: Parameters<ExplainParts['addresses']>[0],
): Pick<Explanation, 'route' | 'addresses'> {
  const chosen = parts.addresses(message);
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
    return { route: { ends: answer.kind === 'bounce' ? 'bounce' : 'defer', cause: text }, addresses };
  }
  const { rule, site, hosts, tls } = answer;
  return { route: { rule, site, hosts, tls }, addresses };
}

function rolesOf(parts: ExplainParts, listener: string | undefined): SessionFacts['roles'] | undefined {
  if (listener === undefined) return [...new Set(parts.listeners.flatMap(({ roles }) => roles))];
  const named = parts.listeners.find(
    ({ address }) => endpointText(address) === listener || String(address.port) === listener,
  );
  return named?.roles;
}

function step(kind: TrailStep['step'], text: string, values: Record<string, string> = {}): TrailStep {
  return { step: kind, text, values };
}

function inWords(trail: TrailStep[]): Pick<Explanation, 'steps' | 'trail'> {
  return { steps: trail.map(({ text }) => text), trail };
}

function refusedSteps(trail: TrailStep[]): Explanation {
  return { verdict: 'refused', ...inWords(trail) };
}

function describeVerdict({ kind, customer, rule }: Taken): TrailStep[] {
  const way = step('way', `${kind} for ${customer.id}: ${rule}`, { direction: kind, customer: customer.id, rule });
  if (kind !== 'outbound' || customer.hide === 'off') return [way];
  const text = `the header is rid of the customer's own network (hide = "${customer.hide}")`;
  return [way, step('hidden', text, { hide: customer.hide })];
}

type Deferred = NonNullable<ReturnType<typeof pausedFor>>;
type Outbound = Extract<MessageVerdict, { kind: 'outbound' }>;
type Taken = { kind: Direction; customer: CustomerFact; rule: string };

function describeClient(directory: Directory, { ip, login, certificate }: ExplainQuestion): TrailStep {
  if (login !== undefined) {
    const fact = directory.login(login);
    if (fact === undefined) return step('unknown_login', `login ${login} does not exist`, { login });
    const { customer } = fact;
    return step('login', `login ${login} is of customer ${customer}`, { login, customer });
  }
  if (certificate !== undefined) {
    const fact = directory.certificate(certificate);
    const text = `certificate ${certificate} is of customer ${fact?.customer ?? ''}`;
    if (fact !== undefined) return step('certificate', text, { certificate, customer: fact.customer });
  }
  const found = directory.network(ip);
  if (found === undefined) return step('unregistered', `${ip} is no registered source`, { ip });
  const { network, customer } = found;
  if (customer === undefined) return step('shared_source', `${ip} is in ${network}, a shared source`, { ip, network });
  return step('source', `${ip} is in ${network}, a source of customer ${customer}`, { ip, network, customer });
}

function said({ ended }: ExplainParts, refused: Refusal): Refusal {
  return ended === undefined ? refused : { ...refused, reply: endedReply(refused.reply, ended()) };
}

function refusal(at: 'mail' | 'rcpt' | 'header', { reply, reason }: Refusal, steps: TrailStep[]): Explanation {
  const text = `${reply.code}${reply.enhanced === undefined ? '' : ` ${reply.enhanced}`} ${reply.lines.join(' ')}`;
  return {
    ...refusedSteps([...steps, step('refused', `refused at ${at}: ${reason}`, { at, reply: text })]),
    refused: { at, name: reply.name, reply: text, reason },
  };
}
