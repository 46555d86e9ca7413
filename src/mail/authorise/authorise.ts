// Who may send what to whom: the decisions of the second stage, without any input or output. Denied unless the directory
// says so.
//
// - MAIL: a login or a source of one customer alone, with one of its domains, settles the matter: outbound. The null
//   sender and shared sources can only be judged by the header.
// - RCPT: what is not outbound for certain may be inbound, if the recipient's domain is. A transaction belongs to one
//   customer and one direction.
// - Header: From must be the customer's too, or the message a user's forward (forward.ts); shared sources show their
//   proof; the stream is chosen.

import type { HeaderEdit, HeaderSection } from '../../protocol/mime/header.ts';
import type { ListenerRole } from '../accept/handler.ts';
import { type NamedReply, replies } from '../accept/replies.ts';
import { hideStamps } from '../deliver/forward-stamp.ts';
import { BUSINESS_STREAM, type CustomerId } from '../message.ts';
import { certificateHolder } from './client-certificate.ts';
import type { CustomerFact, Directory } from './directory.ts';
import { type CameIn, OUR_STAMP } from './forward.ts';
import { ANY_AUTHOR, authoriseFrom, type FromVerdict, readFrom } from './from-header.ts';
import { furtherHostRefusal } from './further-host.ts';
import { type Refusal, refuse } from './refusal.ts';
import { chooseStream, mayBeSenders, rightToSend, type SendingRight } from './sending-right.ts';
import { hideSecrets, type Prove, provesItself } from './shared-proof.ts';
import { inboundRefusal, stateRefusal, verifyingRefusal } from './state-refusal.ts';
import { suppressionRefusal } from './suppression.ts';

/** What counts of a session. */
export interface SessionFacts {
  ip: string;
  roles: readonly ListenerRole[];
  login?: string | undefined;
  /** Keys of the certificate that the client showed. */
  certificate?: readonly string[] | undefined;
}

/** An envelope address; domain in lower-case A-labels. */
export interface EnvelopeAddress {
  text: string;
  domain: string;
  literal?: boolean;
}

interface CertainClaim {
  kind: 'certain';
  customer: CustomerFact;
  rule: string;
  right: SendingRight;
  /** By a source of the customer alone: where users' forwards may come from. */
  alone: boolean;
  /** MAIL FROM or From is foreign, and may be: the message is a forward. */
  forward?: { foreignSender: boolean };
}

/** Whether, and for whom, the transaction may be outbound. */
type OutboundClaim =
  | { kind: 'none'; refusal: Refusal }
  | CertainClaim
  /** The null sender from a login or a source of one customer: From decides. */
  | { kind: 'by-from'; customer: CustomerFact; rule: string; alone: boolean }
  /** A foreign sender from the customer's own source, by its setting: a forward shows itself in the header, or not. */
  | { kind: 'forward'; customer: CustomerFact; rule: string; refusal: Refusal }
  /** A shared source: one of the customers of MAIL FROM's domain, or of From's for the null sender, proves itself. */
  | { kind: 'by-proof'; network: string };

/** A transaction between MAIL and the end of the header. A value: each step returns the next. */
export interface Transaction {
  session: SessionFacts;
  /** `undefined` is the null sender. */
  sender: EnvelopeAddress | undefined;
  outbound: OutboundClaim;
  /** Set with the first recipient. */
  way?: /** `test`: to the test address with this token alone. */
    | { direction: 'outbound'; test?: string }
    /** `own`: to an address of the relay (own-addresses.ts), for its operator or back to the sender of a message. */
    | { direction: 'inbound' | 'undecided'; customer: CustomerId; own?: 'operator' | 'returned' };
}

/** What the header has to be asked. */
export interface HeaderChecks {
  /** Whether the header holds this proof of a shared source. */
  prove: Prove;
  /** Whether the message is a forward of what came in for the customer. */
  cameIn: CameIn;
}

export type StepVerdict = { kind: 'accepted'; transaction: Transaction } | Refusal;

/** Whose message it is, once the header is known. */
export type MessageVerdict =
  | {
      kind: 'outbound';
      customer: CustomerFact;
      stream: string;
      /** To be made before the content is kept: secrets taken out, From rewritten. */
      edits: HeaderEdit[];
      rule: string;
      /** A forward with a foreign sender, which must not be said in MAIL FROM from here. */
      foreignSender?: true;
      /** It came in with this author before: a stranger may have written it, whoever From and MAIL FROM name. */
      cameIn?: true;
    }
  /** The edits take out secrets that a customer's server sent along on its way through a shared source. */
  | { kind: 'inbound'; customer: CustomerFact; edits: HeaderEdit[]; rule: string }
  | Refusal;

/** MAIL: begins a transaction, or refuses it. */
export function authoriseSender(
  directory: Directory,
  session: SessionFacts,
  sender: EnvelopeAddress | undefined,
): StepVerdict {
  const outbound = claimOutbound(directory, session, sender);
  if (outbound.kind !== 'none') return { kind: 'accepted', transaction: { session, sender, outbound } };
  const ends =
    outbound.refusal.reply === replies.customerSuspended || outbound.refusal.reply === replies.customerDeactivated;
  if (ends || !session.roles.includes('inbound')) return outbound.refusal;
  return { kind: 'accepted', transaction: { session, sender, outbound } };
}

/**
 * RFC 3461: whether this client may ask for notices. A login or a source of one customer alone may: its senders are
 * ours to tell. The Internet, and a network of many tenants, could name anybody as the one to be told.
 */
export function mayAskNotices(directory: Directory, session: SessionFacts): boolean {
  const { ip, roles, login } = session;
  if (login !== undefined) return true;
  const holder = certificateHolder(directory, session);
  if (holder !== undefined && holder !== 'several') return true;
  if (!roles.includes('outbound')) return roles.every((role) => role === 'submission');
  return directory.network(ip)?.customer !== undefined;
}

/** RCPT: takes the recipient into the transaction, or refuses it and leaves the transaction as it was. */
export function authoriseRecipient(
  directory: Directory,
  transaction: Transaction,
  recipient: EnvelopeAddress,
): StepVerdict {
  if (recipient.literal === true) return refuse(replies.addressLiteral, `${recipient.domain} is an address literal`);
  const further = furtherHostRefusal(directory, recipient);
  if (further !== undefined) return further;
  const { outbound, way } = transaction;
  if (way?.direction === 'inbound' && way.own !== undefined) {
    return refuse(replies.otherTransaction, `${recipient.domain} is not for the same as the recipient before`);
  }
  if (way?.direction === 'outbound' && way.test !== undefined) {
    return refuse(replies.otherTransaction, 'a test message goes to the test address alone');
  }
  if (outbound.kind === 'certain' || way?.direction === 'outbound')
    return takeOutbound(directory, transaction, recipient);
  const customer = inboundCustomer(directory, transaction, recipient.domain);
  if (customer === undefined) {
    if (outbound.kind === 'none') return outbound.refusal;
    if (way !== undefined) return refuse(replies.otherTransaction, `${recipient.domain} is not of ${way.customer}`);
    return takeOutbound(directory, transaction, recipient);
  }
  if (way !== undefined && way.customer !== customer.id) {
    return refuse(replies.otherTransaction, `${recipient.domain} is of ${customer.id}, not of ${way.customer}`);
  }
  if (outbound.kind !== 'none') return take(transaction, { direction: 'undecided', customer: customer.id });
  return inboundRefusal(customer) ?? take(transaction, { direction: 'inbound', customer: customer.id });
}

/** Outbound, unless the customer is known by now and its mail is not sent to this address. */
function takeOutbound(directory: Directory, transaction: Transaction, recipient: EnvelopeAddress): StepVerdict {
  const { outbound } = transaction;
  if ('customer' in outbound) {
    const refusal =
      verifyingRefusal(outbound.customer) ?? suppressionRefusal(directory, outbound.customer.id, recipient);
    if (refusal !== undefined) return refusal;
  }
  return take(transaction, { direction: 'outbound' });
}

/** RCPT of a test address: outbound mail of the customer whose token it is, which ends here. */
export function takeTest(transaction: Transaction, recipient: EnvelopeAddress, token: string): StepVerdict {
  const { outbound, way } = transaction;
  if (outbound.kind === 'none') return outbound.refusal;
  if (way !== undefined) return refuse(replies.otherTransaction, 'a test message goes to the test address alone');
  if ('customer' in outbound && outbound.customer.test?.token !== token) {
    return refuse(replies.testUnknown, `${recipient.domain} has no such test address for ${outbound.customer.id}`);
  }
  return take(transaction, { direction: 'outbound', test: token });
}

/** RCPT of an address of the relay's own: inbound, whoever sends it. What is returned travels alone. */
export function takeOwn(transaction: Transaction, customer: CustomerId, own: 'operator' | 'returned'): StepVerdict {
  const { way } = transaction;
  if (way === undefined) return take(transaction, { direction: 'inbound', customer, own });
  const same = own === 'operator' && way.direction === 'inbound' && way.own === own;
  return same ? take(transaction, way) : refuse(replies.otherTransaction, 'mail to the relay itself travels alone');
}

/** Without a key of ours no forward shows itself. */
const USUAL_CHECKS: HeaderChecks = { prove: provesItself, cameIn: () => undefined };

/** The end of the header: whose message it is, and what is to be changed in it. */
export function authoriseHeader(
  directory: Directory,
  transaction: Transaction,
  header: HeaderSection,
  checks: HeaderChecks = USUAL_CHECKS,
): MessageVerdict {
  const { way } = transaction;
  if (way === undefined) return refuse(replies.noRecipients, 'no recipient was taken');
  const inbound = (id: CustomerId) => inboundVerdict(directory, id, { ip: transaction.session.ip, header });
  if (way.direction === 'inbound') return inbound(way.customer);
  const verdict = outboundVerdict(directory, transaction, header, checks);
  // Outbound comes first; what is no customer's mail may still be the Internet's to a customer.
  return way.direction === 'undecided' && verdict.kind === 'refused' ? inbound(way.customer) : verdict;
}

function claimOutbound(
  directory: Directory,
  session: SessionFacts,
  sender: EnvelopeAddress | undefined,
): OutboundClaim {
  const login = session.login === undefined ? undefined : directory.login(session.login);
  if (login !== undefined) {
    return claimFor(directory, login.customer, sender, { rule: `login ${login.name}`, alone: false });
  }
  const certificate = certificateHolder(directory, session);
  if (certificate === 'several') return none(replies.relayDenied, 'the certificate has names of several customers');
  if (certificate !== undefined) {
    return claimFor(directory, certificate.customer, sender, { rule: `certificate ${certificate.key}`, alone: true });
  }
  if (session.roles.includes('submission') && !session.roles.includes('outbound')) {
    return none(replies.authRequired, 'this listener takes mail from logins only');
  }
  const network = session.roles.includes('outbound') ? directory.network(session.ip) : undefined;
  if (network === undefined) return none(replies.relayDenied, `${session.ip} is no registered source`);
  if (network.customer !== undefined) {
    return claimFor(directory, network.customer, sender, { rule: `source ${network.network}`, alone: true });
  }
  if (sender === undefined) return { kind: 'by-proof', network: network.network };
  const holds = mayBeSenders(directory, sender.domain).some((id) => directory.holder(session.ip, id) !== undefined);
  if (holds) return { kind: 'by-proof', network: network.network };
  return none(replies.senderDenied, `nobody behind the shared source ${network.network} may send for ${sender.domain}`);
}

/** The claim of a customer that is known by login or by its own source. */
function claimFor(
  directory: Directory,
  id: CustomerId,
  sender: EnvelopeAddress | undefined,
  { rule, alone }: { rule: string; alone: boolean },
): OutboundClaim {
  const customer = directory.customer(id);
  if (customer === undefined) return none(replies.relayDenied, `${rule} belongs to ${id}, who is not known`);
  const refusal = stateRefusal(customer);
  if (refusal !== undefined) return { kind: 'none', refusal };
  if (sender === undefined) return { kind: 'by-from', customer, rule, alone };
  const right = rightToSend(directory, id, sender.domain);
  if (right !== undefined) return { kind: 'certain', customer, rule: `${rule}, ${right.rule}`, right, alone };
  const reason = `${sender.domain} is no verified outbound domain of ${id}, nor granted to it`;
  // Its proofs are on their way: what comes too early may come again.
  if (customer.state === 'verifying') return none(replies.customerVerifying, reason);
  if (!alone || customer.forwards !== 'srs') return none(replies.senderDenied, reason);
  const forward = refuse(replies.forwardDenied, `${reason}; and the message shows no sign that it came in for ${id}`);
  return { kind: 'forward', customer, rule, refusal: forward };
}

function outboundVerdict(
  directory: Directory,
  transaction: Transaction,
  header: HeaderSection,
  checks: HeaderChecks,
): MessageVerdict {
  const from = readFrom(header);
  const claim = resolveClaim(directory, transaction, header, { from, checks });
  if (claim.kind === 'none') return claim.refusal;
  const untested = testRefusal(transaction, claim.customer);
  if (untested !== undefined) return untested;
  const foreign = claim.forward !== undefined;
  // A forward speaks for its author, who is not the customer's: that is what makes it one.
  const authorised = foreign
    ? ANY_AUTHOR
    : authoriseFrom(directory, claim.customer, { from, sender: transaction.sender, header });
  if (authorised.kind === 'refused') {
    // The forwarder may have put an address of the customer's into MAIL FROM itself.
    const sign = authorised.reply === replies.fromDenied ? forwardSign(claim, header, from, checks) : undefined;
    return sign === undefined ? authorised : forwarded(directory, claim, header, sign);
  }
  const stream = chooseStream(claim.customer, header, [claim.right, ...authorised.rights]);
  if (stream === undefined) {
    return refuse(replies.fromDenied, 'MAIL FROM and From are granted for different streams');
  }
  if (authorised.shown.some((right) => right.stream !== undefined && right.stream !== stream)) {
    return refuse(replies.fromDenied, `an address in a name in From is granted for another stream than ${stream}`);
  }
  const edits = [...authorised.edits, ...hiddenFields(directory, claim.customer, header)];
  const foreignSender = claim.forward?.foreignSender === true && { foreignSender: true as const };
  const stamped = hideStamps(claim.customer, header).length > 0;
  const cameIn = stamped && forwardSign(claim, header, from, checks) === OUR_STAMP && { cameIn: true as const };
  return { kind: 'outbound', customer: claim.customer, stream, edits, rule: claim.rule, ...foreignSender, ...cameIn };
}

/** A forward in all but its sender. */
function forwarded(directory: Directory, claim: CertainClaim, header: HeaderSection, sign: string): MessageVerdict {
  const stream = chooseStream(claim.customer, header, [claim.right]) ?? BUSINESS_STREAM;
  const edits = hiddenFields(directory, claim.customer, header);
  return { kind: 'outbound', customer: claim.customer, stream, edits, rule: `${claim.rule}, forward: ${sign}` };
}

/** What stands between a customer and us, and is nobody else's business. */
function hiddenFields(directory: Directory, customer: CustomerFact, header: HeaderSection): HeaderEdit[] {
  return [...hideSecrets(directory.secretFields(), header), ...hideStamps(customer, header)];
}

/** By what the message shows that it came in for this customer; nothing where it does not, or may not. */
function forwardSign(
  claim: { customer: CustomerFact; alone: boolean },
  header: HeaderSection,
  from: FromVerdict,
  checks: HeaderChecks,
): string | undefined {
  if (!claim.alone || claim.customer.forwards !== 'srs' || from.kind !== 'one') return undefined;
  return checks.cameIn(claim.customer, header, from.mailbox);
}

/** Turns a claim that waited for the header into a certain one, or into none. */
function resolveClaim(
  directory: Directory,
  { outbound, sender, session }: Transaction,
  header: HeaderSection,
  { from, checks }: { from: FromVerdict; checks: HeaderChecks },
): Extract<OutboundClaim, { kind: 'none' | 'certain' }> {
  if (outbound.kind === 'none' || outbound.kind === 'certain') return outbound;
  if (outbound.kind === 'forward') {
    const { customer, rule, refusal } = outbound;
    const sign = forwardSign({ customer, alone: true }, header, from, checks);
    return sign === undefined ? { kind: 'none', refusal } : forwardClaim(customer, `${rule}, forward: ${sign}`, true);
  }
  if (sender === undefined && from.kind !== 'one') {
    return none(replies.fromUnreadable, 'the null sender needs exactly one readable From');
  }
  const domain = sender?.domain ?? (from.kind === 'one' ? from.mailbox.domain : '');
  if (outbound.kind === 'by-from') {
    const { customer, rule, alone } = outbound;
    const right = rightToSend(directory, customer.id, domain);
    if (right !== undefined) return { kind: 'certain', customer, rule: `${rule}, From: ${right.rule}`, right, alone };
    const sign = forwardSign({ customer, alone }, header, from, checks);
    if (sign !== undefined) return forwardClaim(customer, `${rule}, forward: ${sign}`, false);
    return none(replies.fromDenied, `${domain} in From is no verified outbound domain of ${customer.id}`);
  }
  for (const id of mayBeSenders(directory, domain)) {
    const proof = directory.holder(session.ip, id)?.shared;
    if (proof === undefined || !checks.prove(proof, header)) continue;
    const customer = directory.customer(id);
    const right = rightToSend(directory, id, domain);
    if (customer === undefined || right === undefined) continue;
    const refusal = stateRefusal(customer);
    if (refusal !== undefined) return { kind: 'none', refusal };
    const rule = `shared source ${outbound.network} with proof, ${right.rule}`;
    return { kind: 'certain', customer, rule, right, alone: false };
  }
  return none(replies.proofMissing, `no customer of ${domain} proved itself behind ${outbound.network}`);
}

function forwardClaim(customer: CustomerFact, rule: string, foreignSender: boolean): CertainClaim {
  return { kind: 'certain', customer, rule, right: { rule }, alone: true, forward: { foreignSender } };
}

function inboundCustomer(directory: Directory, { session }: Transaction, domain: string): CustomerFact | undefined {
  if (!session.roles.includes('inbound')) return undefined;
  const fact = directory.domain(domain);
  return fact?.inbound === true && fact.verified ? directory.customer(fact.customer) : undefined;
}

function inboundVerdict(
  directory: Directory,
  id: CustomerId,
  { ip, header }: { ip: string; header: HeaderSection },
): MessageVerdict {
  const customer = directory.customer(id);
  if (customer === undefined) return refuse(replies.relayDenied, `${id} was removed during the transaction`);
  const refusal = inboundRefusal(customer);
  if (refusal !== undefined) return refusal;
  const network = directory.network(ip);
  const shared = network !== undefined && network.customer === undefined;
  const edits = shared ? hideSecrets(directory.secretFields(), header) : [];
  return { kind: 'inbound', customer, edits, rule: `inbound domain of ${id}` };
}

/** The customer behind a shared source is known with the header only: so is whose test address it should be. */
function testRefusal({ way }: Transaction, customer: CustomerFact): Refusal | undefined {
  const test = way?.direction === 'outbound' ? way.test : undefined;
  if (test === undefined) return verifyingRefusal(customer);
  if (customer.test?.token === test) return undefined;
  return refuse(replies.testUnknown, `${test} is no test address of ${customer.id}`);
}

function take(transaction: Transaction, way: NonNullable<Transaction['way']>): StepVerdict {
  return { kind: 'accepted', transaction: transaction.way === undefined ? { ...transaction, way } : transaction };
}

function none(reply: NamedReply, reason: string): { kind: 'none'; refusal: Refusal } {
  return { kind: 'none', refusal: refuse(reply, reason) };
}
