// What the commands see of a session: its state as a union, and the few things a command may do.

import type { Config } from '../../platform/config/schema.ts';
import type { Mailbox } from '../../protocol/smtp/address.ts';
import type { ClientCertificate } from './client-certificate.ts';
import type { Content, ContentOptions } from './content.ts';
import type { Later, ListenerRole, MailParameters, Rejected, SessionHandler } from './handler.ts';
import type { LoginExchange } from './login.ts';
import type { NamedReply } from './replies.ts';

export type Limits = Config['limits'];

/** A transaction between MAIL and its end. */
export interface Transaction {
  /** `undefined` for the null sender. */
  sender: Mailbox | undefined;
  parameters: MailParameters;
  recipients: number;
  /** RCPT commands so far, refused ones too. */
  attempts: number;
}

export type Phase =
  /** Connected; nothing may come before the greeting. */
  | { at: 'new' }
  /** Greeted; EHLO has not come. */
  | { at: 'start' }
  | { at: 'ready' }
  | { at: 'transaction'; transaction: Transaction }
  | { at: 'data'; transaction: Transaction; content: Content }
  /** Between two BDAT of one message. */
  | { at: 'chunks'; transaction: Transaction; content: Content }
  /** Inside a BDAT: so many octets are to come. */
  | { at: 'chunk'; transaction: Transaction; content: Content; size: number; left: number; last: boolean }
  /** A BDAT that cannot be taken: its octets are dropped, then comes the reply. */
  | { at: 'drop'; left: number; reply: NamedReply; before: Phase }
  | { at: 'login'; exchange: LoginExchange; before: Phase }
  | { at: 'tls' }
  | { at: 'ended' };

/** The view that handlers get, as the session itself may change it. */
export interface Visitor {
  ip: string;
  port: number;
  listener: { address: string; roles: readonly ListenerRole[] };
  helo: string;
  esmtp: boolean;
  login: string | undefined;
  tls: { version: string; cipher: string } | undefined;
  certificate?: ClientCertificate | undefined;
  /** One of the listener's `testers`: XCLIENT is offered, and taken. */
  tester: boolean;
}

export interface Conversation {
  readonly visitor: Visitor;
  readonly limits: Limits;
  /** Name in the greeting. */
  readonly hostname: string;
  /** STARTTLS can be had on this listener. */
  readonly offersTls: boolean;
  /** Handler of this session; there is one from the greeting on. */
  readonly handler: SessionHandler;
  /** For the content of this session's messages. */
  readonly contentOptions: ContentOptions;
  phase: Phase;
  /** Octets came behind the command that is being read. */
  readonly moreWaiting: boolean;
  /** The relay stops: no new transaction. */
  readonly closing: boolean;
  /** Messages taken so far. */
  readonly messages: number;

  /** Says a positive or intermediate reply, with the others of its group. */
  reply(reply: NamedReply): void;
  /** Refuses a command; counts towards `limits.errors` where it is permanent. */
  refuse(reply: NamedReply, about?: Rejected): void;
  /** Says a last reply and ends the session. */
  end(reply: NamedReply, about?: Rejected): void;
  /** Sends the group of replies now. */
  flush(): void;
  /** Goes on with `next` once the value is there; the session reads nothing meanwhile. A fault becomes 451. */
  wait<T>(value: Later<T>, next: (value: T) => void): void;
  /** MAIL was taken. */
  beginTransaction(transaction: Transaction): void;
  /** Ends an open transaction without a message. */
  dropTransaction(): void;
  /** Begins TLS on the wire. */
  startTls(): void;
  /** The client is another one from here on, logged in as `login` if that is given: the session begins anew. */
  restart(visitor: Partial<Visitor>, login?: string): void;
  /** The connection belongs to this customer from here on; false where it has too many. */
  countCustomer(customer: string): boolean;
}
