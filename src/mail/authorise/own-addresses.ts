// Addresses of the relay's own, looked for before any domain of a customer:
//
// - postmaster@ and abuse@ of every name that the relay uses, and `<postmaster>`: to the operator;
// - mailer-daemon@: From of our notices, which nobody reads;
// - test-TOKEN@ the host name: ends here, and shows a new customer that its mail arrives;
// - return paths of ours at the bounce domain: SRS, and tags that name a message.
//
// For all other recipients this costs two look-ups in a set.

import { formatNetwork, networkOf, parseIp } from '../../protocol/ip/network.ts';
import { type Mailbox, parseAddress } from '../../protocol/smtp/address.ts';
import { srsReverse } from '../../protocol/srs/srs.ts';
import { replies } from '../accept/replies.ts';
import { type ReturnTag, readReturnTag } from '../deliver/return-tag.ts';
import { type CustomerId, type QueueId, RELAY_CUSTOMER } from '../message.ts';
import { parseQueueId, timeOfId } from '../queue/queue-id.ts';
import type { AcceptedEvent } from '../report/events.ts';
import { type Transaction, takeOwn, takeTest } from './authorise.ts';
import type { Directory } from './directory.ts';
import { furtherHostRefusal } from './further-host.ts';
import { createRateWindow } from './rate-window.ts';
import { type Refusal, refuse } from './refusal.ts';
import { testToken } from './test-address.ts';

export interface OwnAddressesOptions {
  directory: Directory;
  /** Names of the relay besides those of its sending addresses; lower case. */
  names: readonly string[];
  /** Domain of return paths; lower case. */
  bounceDomain: string;
  /** Domain of test addresses: the host name, lower case. */
  testDomain: string;
  /** Mailboxes of the operator. */
  postmaster: readonly string[];
  /** Key of tags and of SRS. */
  key: Uint8Array;
  /** How long a return path counts, milliseconds. */
  validMs: number;
  now: () => number;
  /** The acceptance of a message, from the trace; nothing where it is not there (yet, or any longer). */
  accepted: (id: QueueId) => AcceptedEvent | undefined;
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<unknown>;
}

/** A message that something came back for. */
export interface ReturnedTo {
  tag: ReturnTag;
  accepted: AcceptedEvent;
  /** From a person's or program's own address: only an automatic answer or a report may go on. */
  automaticOnly: boolean;
}

export type OwnVerdict =
  /**
   * `recipients` get the mail instead; none where they are in the transaction already. `throughSrs`: a bounce of what was
   * forwarded for this sender; which message that was, only the bounce itself can say.
   */
  | { kind: 'accepted'; transaction: Transaction; recipients: Mailbox[]; returned?: ReturnedTo; throughSrs?: Mailbox }
  | Refusal;

export interface OwnAddresses {
  /**
   * What becomes of a recipient that is ours; `undefined` for every other. A promise only for a message so young that
   * the trace may be about to learn of it. Throws, or rejects, where the trace cannot be read.
   */
  take(transaction: Transaction, recipient: Mailbox): OwnVerdict | Promise<OwnVerdict> | undefined;
  /** The message that a tag in a report to the operator names; nothing for any other address. Throws likewise. */
  find(address: string): ReturnedTo | undefined;
  /**
   * The forward that a bounce through SRS names by its hop (name of the host and queue id). Nothing where it is no forward
   * of ours for this very sender: the sender is what the SRS address proves, the hop is only a word. Throws likewise.
   */
  findForward(hop: { by: string; id: string }, sender: Mailbox): ReturnedTo | undefined;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The trace is told of a message within seconds; until this age one that it does not know is told to come later. */
const TRACE_LATE_MS = HOUR_MS;
/** A receiver next door may bounce a message before the trace was told of it: so often it is looked for once more. */
const [LOOKS, LOOK_MS] = [12, 250];
/** A message gets one bounce a recipient as a rule, some more from machines that stutter. */
const RETURNS_AN_HOUR = 20;
const OPERATOR_MAILS_AN_HOUR = 1000;
const OPERATOR_MAILS_OF_ONE = 100;

/** Makes the look-up. Mailboxes of the operator that are addresses of ours again are left out: mail would go round. */
export function createOwnAddresses(options: OwnAddressesOptions): OwnAddresses {
  return new Own(options);
}

class Own implements OwnAddresses {
  readonly #options: OwnAddressesOptions;
  readonly #names: ReadonlySet<string>;
  readonly #operator: readonly Mailbox[];
  readonly #rate;

  constructor(options: OwnAddressesOptions) {
    this.#options = options;
    this.#names = new Set([...options.names, options.bounceDomain]);
    this.#operator = options.postmaster.flatMap((text) => parseAddress(text) ?? []);
    this.#rate = createRateWindow(HOUR_MS, options.now);
  }

  take(transaction: Transaction, recipient: Mailbox): OwnVerdict | Promise<OwnVerdict> | undefined {
    const { domain, localPart } = recipient;
    if (domain !== '' && !this.#isOurs(domain)) return undefined;
    switch (localPart.toLowerCase()) {
      case 'postmaster':
      case 'abuse':
        return this.#toOperator(transaction);
      case 'mailer-daemon':
        return refuse(replies.nobodyReads, `${recipient.text} is the From of our notices`);
      default:
        if (domain === this.#options.testDomain && testToken(localPart) !== undefined) {
          return this.#tested(transaction, recipient);
        }
        return domain === this.#options.bounceDomain ? this.#returned(transaction, localPart) : undefined;
    }
  }

  #tested(transaction: Transaction, recipient: Mailbox): OwnVerdict {
    const taken = takeTest(transaction, recipient, testToken(recipient.localPart) ?? '');
    return taken.kind === 'refused' ? taken : { ...taken, recipients: [recipient] };
  }

  find(address: string): ReturnedTo | undefined {
    const mailbox = parseAddress(address);
    if (mailbox === undefined || mailbox.domain !== this.#options.bounceDomain) return undefined;
    const { key, now, validMs } = this.#options;
    const answer = readReturnTag(mailbox.localPart, { key, now: now(), validMs });
    const accepted = answer.kind === 'tag' ? this.#options.accepted(answer.tag.id) : undefined;
    if (answer.kind !== 'tag' || accepted === undefined || isBeyond(answer.tag, accepted)) return undefined;
    return { tag: answer.tag, accepted, automaticOnly: false };
  }

  findForward({ by, id: text }: { by: string; id: string }, sender: Mailbox): ReturnedTo | undefined {
    const id = this.#isOurs(by) ? parseQueueId(text) : undefined;
    if (id === undefined || this.#options.now() - timeOfId(id) > this.#options.validMs) return undefined;
    const accepted = this.#options.accepted(id);
    if (accepted?.meta.forward !== true || accepted.meta.sender.toLowerCase() !== sender.text.toLowerCase()) {
      return undefined;
    }
    return { tag: { id }, accepted, automaticOnly: false };
  }

  #isOurs(domain: string): boolean {
    return this.#names.has(domain) || this.#options.directory.poolHostnames().has(domain);
  }

  #toOperator(transaction: Transaction): OwnVerdict {
    const recipients = this.#operatorMailboxes();
    if (recipients.length === 0) return refuse(replies.operatorUnset, 'operator.postmaster names nobody');
    const { ip } = transaction.session;
    // One client must not use up what is there for all.
    if (!this.#rate.allow(hostOf(ip), OPERATOR_MAILS_OF_ONE) || !this.#rate.allow('operator', OPERATOR_MAILS_AN_HOUR)) {
      return refuse(replies.tooManyReturns, 'the operator got too many mails in this hour');
    }
    const taken = takeOwn(transaction, RELAY_CUSTOMER, 'operator');
    if (taken.kind === 'refused') return taken;
    // postmaster@ and abuse@ in one transaction are one mail.
    return { ...taken, recipients: transaction.way === undefined ? recipients : [] };
  }

  /** An address that this class would take, or refuse, would lead a message round. */
  #isOurAddress({ domain, localPart }: Mailbox): boolean {
    if (!this.#isOurs(domain)) return false;
    return domain === this.#options.bounceDomain || /^(?:postmaster|abuse|mailer-daemon)$/i.test(localPart);
  }

  #returned(transaction: Transaction, localPart: string): OwnVerdict | Promise<OwnVerdict> | undefined {
    const { key, validMs } = this.#options;
    const now = this.#options.now();
    const tag = readReturnTag(localPart, { key, now, validMs });
    switch (tag.kind) {
      case 'tag':
        return this.#toSender(transaction, tag.tag);
      case 'forged':
        return refuse(replies.returnUnknown, 'the return path was not made here');
      case 'expired':
        return refuse(replies.returnExpired, `the return path of ${tag.tag.id} has expired`);
      default:
        return this.#throughSrs(transaction, localPart);
    }
  }

  #throughSrs(transaction: Transaction, localPart: string): OwnVerdict | undefined {
    const { key, validMs, bounceDomain } = this.#options;
    const options = { key, domain: bounceDomain, now: this.#options.now(), validDays: Math.ceil(validMs / DAY_MS) };
    const answer = srsReverse(localPart, options);
    if (answer.kind === 'none') return undefined;
    if (answer.kind === 'expired') return refuse(replies.returnExpired, 'the SRS address has expired');
    const mailbox = answer.kind === 'address' ? parseAddress(answer.address) : undefined;
    if (mailbox === undefined || mailbox.literal || this.#isOurAddress(mailbox)) {
      return refuse(replies.returnUnknown, 'the SRS address was not made here');
    }
    // Whoever learned such an address could send anything through it: only what a mail system says on its own passes.
    if (!isDaemon(transaction)) return refuse(replies.returnOnlyReports, 'SRS takes bounces only');
    // The hash holds in any case, so the count does too.
    if (!this.#rate.allow(mailbox.text.toLowerCase(), RETURNS_AN_HOUR)) {
      return refuse(replies.tooManyReturns, 'too many bounces to this SRS address in this hour');
    }
    // Whoever sent it chose the address, and the customer's mail host would pass on what comes from us.
    const further = furtherHostRefusal(this.#options.directory, mailbox);
    if (further !== undefined) return further;
    const taken = takeOwn(transaction, this.#ownerOf(mailbox.domain), 'returned');
    return taken.kind === 'refused' ? taken : { ...taken, recipients: [mailbox], throughSrs: mailbox };
  }

  /** The customer whose inbound domain it is, and who takes mail or is suspended; the relay itself for the rest. */
  #ownerOf(domain: string): CustomerId {
    const { directory } = this.#options;
    const fact = directory.domain(domain);
    if (fact === undefined || !fact.verified || !fact.inbound) return RELAY_CUSTOMER;
    const state = directory.customer(fact.customer)?.state;
    // Who is suspended takes nothing from strangers, and so nothing this way either: it is told to come later.
    return state === 'live' || state === 'suspended' ? fact.customer : RELAY_CUSTOMER;
  }

  #toSender(transaction: Transaction, tag: ReturnTag): OwnVerdict | Promise<OwnVerdict> {
    const accepted = this.#options.accepted(tag.id);
    if (accepted !== undefined) return this.#toSenderOf(accepted, transaction, tag);
    const unknown = refuse(replies.returnUnknown, `the trace does not know ${tag.id}`);
    return this.#options.now() - timeOfId(tag.id) < TRACE_LATE_MS ? this.#lookAgain(transaction, tag) : unknown;
  }

  async #lookAgain(transaction: Transaction, tag: ReturnTag): Promise<OwnVerdict> {
    for (let look = 0; look < LOOKS; look++) {
      await this.#options.wait(LOOK_MS);
      const accepted = this.#options.accepted(tag.id);
      if (accepted !== undefined) return this.#toSenderOf(accepted, transaction, tag);
    }
    return refuse(replies.localError, `the trace does not know ${tag.id} yet`);
  }

  #toSenderOf(accepted: AcceptedEvent, transaction: Transaction, tag: ReturnTag): OwnVerdict {
    const { meta, customer, recipients } = accepted;
    // What the relay wrote to people by itself has no sender: the operator learns what became of it.
    const readers = meta.ours === true && meta.sender === '' ? this.#operatorMailboxes() : this.#senderOf(meta.sender);
    if (readers === undefined || isBeyond(tag, accepted)) {
      return refuse(replies.returnUnknown, `${tag.id} has no sender to go back to`);
    }
    const [reader] = readers;
    if (reader === undefined) return refuse(replies.operatorUnset, 'operator.postmaster names nobody');
    // As through SRS: of a forward somebody else chose the sender.
    const further = meta.forward === true ? furtherHostRefusal(this.#options.directory, reader) : undefined;
    if (further !== undefined) return further;
    if (!this.#rate.allow(tag.id, RETURNS_AN_HOUR + recipients.length)) {
      return refuse(replies.tooManyReturns, `too many returns for ${tag.id} in this hour`);
    }
    const taken = takeOwn(transaction, customer, 'returned');
    if (taken.kind === 'refused') return taken;
    return { ...taken, recipients: readers, returned: { tag, accepted, automaticOnly: !isDaemon(transaction) } };
  }

  #senderOf(text: string): Mailbox[] | undefined {
    const sender = parseAddress(text);
    return sender === undefined || this.#isOurAddress(sender) ? undefined : [sender];
  }

  #operatorMailboxes(): Mailbox[] {
    return this.#operator.filter((mailbox) => !this.#isOurAddress(mailbox));
  }
}

/** An IPv4 address, or the /64 that one IPv6 host may choose its addresses from. */
function hostOf(ip: string): string {
  const address = parseIp(ip);
  return address?.family === 6 ? formatNetwork(networkOf(address, 64)) : ip;
}

/** A tag for a recipient that the message never had. */
function isBeyond({ index }: ReturnTag, { recipients }: AcceptedEvent): boolean {
  return index !== undefined && index >= recipients.length;
}

/** RFC 3464 2: reports have the null sender; some systems name their daemon or postmaster. */
function isDaemon({ sender }: Transaction): boolean {
  return sender === undefined || /^(?:mailer-daemon|postmaster)@/i.test(sender.text);
}
