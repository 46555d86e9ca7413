// What a message is on its way through the stages. No stage adds a field of its own to another's type:
// what two stages share is declared here.

/** Name of an accepted message: 16 or more of [0-9a-z], sorts by the time of acceptance, unique over nodes. */
export type QueueId = string & { readonly __queueId: true };

/** Id of a customer as the operator chose it. */
export type CustomerId = string & { readonly __customerId: true };

/** The built-in customer that mail to the operator and returned forwards belong to; no other may have this id. */
export const RELAY_CUSTOMER = 'easymail' as CustomerId;

/** `outbound`: from a customer to anyone. `inbound`: from the Internet to a customer. */
export type Direction = 'outbound' | 'inbound';

/** The stream that needs no name of its own; a customer may define others, such as `bulk`. */
export const BUSINESS_STREAM = 'business';

/** Where a message came from, as the session saw it. Credentials are never part of it. */
export interface Origin {
  /** Address of the SMTP client, as text. */
  ip: string;
  /** Argument of EHLO or HELO. */
  helo: string;
  /** Login that authorised the session, if one did. */
  login?: string;
  /** TLS version and cipher, if the session had TLS. */
  tls?: { version: string; cipher: string };
  /** SHA-256 (hexadecimal) of the certificate that the client showed, if the listener asked for one. */
  certificate?: string;
}

/** Everything known about an accepted message but its content. Kept as one JSON text in the queue. */
export interface MessageMeta {
  id: QueueId;
  customer: CustomerId;
  direction: Direction;
  stream: string;
  /** Reverse path without angle brackets; empty for the null sender. */
  sender: string;
  /** Time of acceptance, milliseconds since 1970. */
  acceptedAt: number;
  /** Octets of the content as stored (line ends are CRLF, dots are not doubled). */
  size: number;
  origin: Origin;
  /** Our Received field, and the fields that `inspect` adds, CRLF included; `deliver` puts them before the content. */
  received: string;
  /** RFC 6152: the client declared BODY=8BITMIME. */
  eightBit: boolean;
  /** RFC 6531: the client asked for SMTPUTF8. */
  smtpUtf8: boolean;
  /** Message-ID of the header, without brackets, if there is one. */
  messageId?: string;
  /** Where the Message-ID was rewritten: what the customer's server wrote. */
  originalMessageId?: string;
  /** Inbound: ids of ours in In-Reply-To or References were turned back, and are for the customer's eyes alone. */
  revealed?: true;
  /** Received fields taken out of the message so far, by us; kept on in the loop mark. */
  foldedHops?: number;
  /** Address of the header's From, if there is one. */
  headerFrom?: string;
  /** Domain of From as it leaves, where that is not the one of `headerFrom`: From was rewritten. */
  authorDomain?: string;
  /** RFC 6376 3.4.4: SHA-256 of the relaxed body as stored, base64; kept where From's domain had a signing key. */
  bodyHash?: string;
  /** Inbound: the content was changed after it was authenticated, so that signatures of others no longer hold. */
  changed?: true;
  /** A notice that the relay itself wrote; nobody else can make a message say so. */
  ours?: true;
  /** Kept only where `trace.subject` says so. */
  subject?: string;
  /** RFC 3461: what the client asked about notices; absent where it asked nothing. */
  dsn?: DsnRequest;
  /** This message is a notice of ours: the message it is about, and what it tells of that. */
  noticeOf?: { id: QueueId; subject: NoticeSubject };
  /** Said in MAIL FROM to the receiver where that is not `sender` itself (SRS, tagged return path). */
  envelopeFrom?: string;
  /** Inbound: a customer of this relay sent it, and was known as such; nothing is said of which. */
  sentHere?: true;
  /** It came in with the same author before, and goes on with a sender of the customer: it is not signed. */
  cameIn?: true;
  /** A user's automatic forward: the sender is no customer's. */
  forward?: true;
  /** Mail that came back to a return path of ours: the message it is about. */
  about?: QueueId;
  /** Number of recipients this transaction had. */
  recipientCount: number;
  /** So many of the last recipients are no one whom the sender named: they get a copy by a rule. */
  copies?: number;
  /** Recipients, by index, whose own loop mark was in the header: they are bounced, the others delivered. */
  looping?: number[];
  /** What `inspect` said of it (absent: nothing to tell). */
  inspection?: InspectionNote[];
}

/** RFC 3461 4: parameters of MAIL and RCPT about notices. */
export interface DsnRequest {
  /** How much of the message a notice brings back. */
  ret?: 'full' | 'headers';
  /** ENVID, decoded from xtext. */
  envid?: string;
  /** By index of the recipient; `null` where nothing was said. Absent where nothing was said of any. */
  recipients?: (RecipientDsn | null)[];
}

/** RFC 3461 4.1 and 4.2. */
export interface RecipientDsn {
  /** Empty: NOTIFY=NEVER. Absent: failure, and delay as we see fit. */
  notify?: NoticeKind[];
  /** ORCPT: the type and the address, decoded (RFC 3461 4.2, RFC 6533 3). */
  original?: { type: string; address: string };
}

export type NoticeKind = 'success' | 'failure' | 'delay';

/** What a notice of ours tells of. `relayed`: handed to a server that sends no notices of its own (RFC 3461 5.2.2). */
export type NoticeSubject = 'failure' | 'delay' | 'relayed';

/** Whether the sender was told: by which notice, or why not. */
export type NoticeNote =
  | { subject: NoticeSubject; id: QueueId }
  /**
   * `null-sender`: there is nobody to tell (a notice that fails ends so). `not-asked`: the sender did not want it.
   * `unknown-sender` and `setting`: mail from the Internet, by `notices.inbound`.
   */
  | { subject: NoticeSubject; none: 'null-sender' | 'not-asked' | 'unknown-sender' | 'setting' };

/** The line of one check in the trace. */
export interface InspectionNote {
  check: string;
  /** In a word or a few: `clean`, `virus`, `unavailable`. */
  result: string;
  /** What followed from it: the kind of its verdict (inspect/verdict.ts). */
  verdict: string;
  ms: number;
  /** Plain values for people; no content. */
  details?: Record<string, string | number | boolean | readonly string[]>;
}

/** Content of a message. A small one travels in memory and lives in the queue's file; a large one has its own file. */
export type Body =
  | { kind: 'inline'; bytes: Uint8Array }
  /** `name` is relative to the queue's folder of bodies; the file and its folder were synced. */
  | { kind: 'file'; name: string };

/** An SMTP reply as a remote gave it. */
export interface RemoteReply {
  code: number;
  /** RFC 3463 code such as `5.1.1`, where the remote gave one. */
  enhanced?: string;
  /** Text of all lines, codes taken off, joined with a space; at most 1,000 characters. */
  text: string;
}

/** Our own reasons, where no remote said anything. Texts for people are derived from these in `report/`. */
export type OwnCause =
  | 'dns-temporary'
  | 'dns-no-domain'
  | 'dns-no-host'
  | 'null-mx'
  | 'mx-is-us'
  | 'private-address'
  | 'connect-failed'
  | 'connect-timeout'
  | 'connection-lost'
  | 'reply-timeout'
  | 'bad-reply'
  | 'tls-failed'
  | 'tls-required'
  | 'no-address'
  | 'no-smtputf8'
  | 'no-8bitmime'
  | 'too-large'
  | 'loop'
  | 'expired'
  /** Mail to another customer: that one's inbound protection refused it, or could not look at it. */
  | 'protection-refused'
  | 'protection-later'
  /** Mail to another customer, which is suspended: as strangers are, it is put off. */
  | 'recipient-paused'
  /** A signing key of the sender's domain could not be had; mail is never sent unsigned for that. */
  | 'no-signing-key'
  | 'internal';

/** What a remote said and what we concluded are different things; this holds one or the other. */
export type Cause =
  | { from: 'remote'; stage: SmtpStage; host: string; reply: RemoteReply }
  | { from: 'us'; cause: OwnCause /** For the trace; no secrets, no content. */; detail?: string };

/** The step of a client's conversation. */
export type SmtpStage =
  | 'connect'
  | 'greeting'
  | 'ehlo'
  | 'starttls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'dot'
  | 'quit';

/** One line of a kept conversation: what we said (never content or credentials), what came back, when. */
export interface ConversationLine {
  said: string;
  reply?: string;
  /** Milliseconds since the attempt began. */
  ms: number;
}

/** One try to hand a message to one host. */
export interface Attempt {
  /** Counts from 1 for each recipient. */
  number: number;
  at: number;
  durationMs: number;
  /** Name and address of the remote host, if one was chosen. */
  host?: string;
  ip?: string;
  /** Whose mail host that is, where it is another customer's: who it is, and what it said, is not for the sender. */
  mailHostOf?: CustomerId;
  /** Our own address and the name said in EHLO, and the pool they came from. */
  from?: { ip: string; hostname: string; pool: string };
  tls?: { version: string; cipher: string; verified: boolean };
  /** True where the connection had carried an earlier message. */
  reused?: boolean;
  /** DKIM keys that signed what was sent, as `selector._domainkey.domain`. */
  signed?: readonly string[];
  conversation: ConversationLine[];
}

/**
 * Whom a failure is about: `recipient` fails alone; `destination` means that no other message would fare better now
 * (no connection, greeting refused, DNS down), so the queue closes the destination and leaves its rows untouched.
 */
export type FailureScope = 'recipient' | 'message' | 'destination';

/** What became of one recipient in one attempt. */
export type Outcome =
  | {
      kind: 'delivered';
      reply: RemoteReply;
      attempt: Attempt;
      /** RFC 3461 5.2.1: what the sender asked of notices went along, so a success is the receiver's to tell. */
      noticesPassedOn?: true;
      /** No host was asked: it came in here, for another customer (take-in.ts). */
      takenIn?: true;
    }
  | { kind: 'deferred'; cause: Cause; scope: FailureScope; attempt?: Attempt }
  | { kind: 'bounced'; cause: Cause; attempt?: Attempt }
  | { kind: 'expired'; lastCause?: Cause }
  /** This recipient alone waits until the reason is lifted; its life does not run out meanwhile. */
  | { kind: 'held'; hold: { kind: string; note?: string } }
  /** Not tried, for good. `note` says why, for the trace. */
  | { kind: 'suppressed'; note?: string }
  /** No attempt was made; the recipient goes back as it was, and nothing is told of it. */
  | { kind: 'untouched' };
