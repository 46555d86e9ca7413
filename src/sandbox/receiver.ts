// The sandbox's Internet: an SMTP server on a free loopback port that takes everything and keeps it for the page.

import type { AcceptHandler, SessionHandler } from '../mail/accept/handler.ts';
import { startListeners } from '../mail/accept/listener.ts';
import { replies } from '../mail/accept/replies.ts';
import type { Log } from '../platform/log.ts';
import type { CaughtMail } from './caught-mail.ts';

export interface Receiver {
  /** `127.0.0.1:port`. */
  address: string;
  close(): Promise<void>;
}

/** Starts the receiver. */
export async function startReceiver(mail: CaughtMail, log: Log): Promise<Receiver> {
  void startListeners;
  void replies;
  void log;
  const handler: AcceptHandler = {
    connect: (session) => ({ kind: 'take', session: catchAll(session.ip, mail), registered: true }),
  };
  void handler;
  throw new Error('unfinished');
}

function catchAll(client: string, mail: CaughtMail): SessionHandler {
  let from = '';
  let to: string[] = [];
  let pieces: Buffer[] = [];
  const clear = () => {
    to = [];
    pieces = [];
  };
  return {
    credentials: () => undefined,
    loggedIn: () => ({ kind: 'refuse', reply: replies.authFailed }),
    mail(sender) {
      clear();
      from = sender?.text ?? '';
      return undefined;
    },
    rcpt(recipient) {
      to.push(recipient.text);
      return undefined;
    },
    header(octets) {
      pieces.push(octets);
      return undefined;
    },
    body(octets) {
      pieces.push(octets);
    },
    async end() {
      await mail.add({ from, to, client }, Buffer.concat(pieces));
      clear();
      return replies.ok;
    },
    abort: clear,
    close: clear,
    rejected: () => {},
  };
}
