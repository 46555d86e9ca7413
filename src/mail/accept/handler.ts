// The questions that the SMTP server asks the rest of the relay. `receive.ts` answers them; the sandbox's receiver
// answers them with yes. A method that can answer at once returns the value, not a promise: a promise for each command
// costs more than the command.

import type { ScramKeys } from '../../protocol/sasl/scram.ts';
import type { Mailbox } from '../../protocol/smtp/address.ts';
import type { RecipientDsn } from '../message.ts';
import type { ClientCertificate } from './client-certificate.ts';
import type { NamedReply } from './replies.ts';

/** A value, or a promise of it where it really has to be waited for. */
export type Later<T> = T | Promise<T>;

export type ListenerRole = 'outbound' | 'inbound' | 'submission';

/** What is known of a session; the same object for its whole life, fields change as the client goes on. */
export interface SessionView {
  /** The client's address as text; an IPv4 address that came over an IPv6 socket is written as IPv4. */
  readonly ip: string;
  readonly port: number;
  readonly listener: { readonly address: string; readonly roles: readonly ListenerRole[] };
  /** Argument of EHLO or HELO; empty before it. Visible ASCII without spaces, at most 255 octets. */
  readonly helo: string;
  /** True after EHLO, false after HELO. */
  readonly esmtp: boolean;
  readonly login: string | undefined;
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  /** What the client showed in the handshake, where the listener asks for it. */
  readonly certificate?: ClientCertificate | undefined;
}

/** Parameters of MAIL (RFC 1870, 3461, 6152, 6531). */
export interface MailParameters {
  /** Octets that the client announces; already checked against `limits.message_size`. */
  size: number | undefined;
  eightBit: boolean;
  smtpUtf8: boolean;
  /** RFC 3461 4.3: how much of the message a notice is to bring back. */
  ret?: 'full' | 'headers';
  /** RFC 3461 4.4, decoded. */
  envid?: string;
}

/** Answers for all sessions of a thread. Nothing here may throw on purpose; what does is answered with 451 4.3.0. */
export interface AcceptHandler {
  /** A client connected; the limits on connections by source and by customer come after this answer. */
  connect(session: SessionView): Later<Connected>;
  /**
   * Something was refused, by the server itself or by this handler; for the trace. Comes for every reply of 4xx and 5xx,
   * also before `connect` was asked (connections in all); not for a 421 that ends an idle session.
   */
  rejected(session: SessionView, reply: NamedReply, about: Rejected): void;
}

export type Connected =
  | {
      kind: 'take';
      session: SessionHandler;
      /** Whose connection it is by its address alone; counted against `limits.connections_per_customer`. */
      customer?: string;
      /**
       * A registered source: `limits.connections_per_source` does not apply, and the greeting comes sooner. One of many
       * customers has `limits.connections_per_shared_source` instead.
       */
      registered: boolean | 'shared';
    }
  | { kind: 'refuse'; reply: NamedReply };

/**
 * One session. The order of calls: any number of transactions, each
 * `mail` (`rcpt`+ (`header` `body`* `end`)?)?, ended by a reply other than `undefined` from `mail`, by `end`, or by
 * `abort`; at last `close`. While a promise is open nothing else is called but `abort` and `close`.
 */
export interface SessionHandler {
  /** RFC 5802 keys of a login; `undefined` for a name that is unknown or may not log in now. */
  credentials(name: string): Later<ScramKeys | undefined>;
  /** The password was right. Answers whose connection it is now, or refuses after all. */
  loggedIn(name: string): Later<{ kind: 'customer'; customer: string } | { kind: 'refuse'; reply: NamedReply }>;

  /** The customer that the client's certificate stands for now, if it does. Asked only where there is a certificate. */
  certified?(): string | undefined;
  /** Whether this client may ask for notices: DSN is offered, and its parameters are taken. Absent: it may not. */
  mayAskNotices?(): boolean;
  /** MAIL: begins a transaction. `sender` is `undefined` for the null reverse path. A reply refuses. */
  mail(sender: Mailbox | undefined, parameters: MailParameters): Later<NamedReply | undefined>;
  /** RCPT: `undefined` takes the recipient, a reply refuses it. `notices`: what was asked of notices (RFC 3461). */
  rcpt(recipient: Mailbox, notices?: RecipientDsn): Later<NamedReply | undefined>;
  /**
   * The header section, whole: octets up to and including the empty line, or the whole content if it has none (then no
   * `body` follows). The handler keeps the octets, changed or not; they are its own from here on. A reply refuses the
   * message: the rest of the content is read and dropped, the reply follows at its end.
   */
  header(octets: Buffer): Later<NamedReply | undefined>;
  /** More of the content, dots un-stuffed; the octets belong to the handler. A promise stops the client meanwhile. */
  body(octets: Buffer): Later<void>;
  /** All content has come. The reply is what the client gets; a 250 only once the message is safe. */
  end(): Later<NamedReply>;
  /**
   * The transaction is over without a message: RSET, a new EHLO, STARTTLS, a fault, a refused content, a lost connection.
   * Also after a refusal by `header`. Never called after `end` was, nor without a transaction.
   */
  abort(): void;
  /** The session is over; called once, last. An `end` that is still open goes on, its reply is dropped. */
  close(): void;
}

/** What a refusal was about. */
export interface Rejected {
  /** Reverse path of the transaction, empty for the null sender; absent outside a transaction. */
  sender?: string;
  recipient?: string;
}
