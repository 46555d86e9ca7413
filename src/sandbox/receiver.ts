// The sandbox's Internet: an SMTP server on a free loopback port that takes everything and keeps it for the page.

import type { AcceptHandler, SessionHandler } from '../mail/accept/handler.ts';
import { startListeners } from '../mail/accept/listener.ts';
import { replies } from '../mail/accept/replies.ts';
import { systemClock } from '../platform/clock.ts';
import { configSchema } from '../platform/config/schema.ts';
import type { Log } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import type { CaughtMail } from './caught-mail.ts';

export interface Receiver {
  /** `127.0.0.1:port`. */
  address: string;
  close(): Promise<void>;
}

const CLOSE_MS = 1000;

/** Starts the receiver. */
export async function startReceiver(mail: CaughtMail, log: Log): Promise<Receiver> {
  const handler: AcceptHandler = {
    connect: (session) => ({ kind: 'take', session: catchAll(session.ip, mail), registered: true }),
    rejected: () => {},
  };
  const listeners = await startListeners({
    listeners: [{ address: { host: '127.0.0.1', port: 0 }, roles: ['inbound'], tls: 'none' }],
    limits: configSchema.shape.limits.parse({}),
    hostname: 'receiver.sandbox.test',
    handler,
    log,
    metrics: createMetrics(),
    clock: systemClock,
  });
  const port = listeners.addresses[0]?.port ?? 0;
  return { address: `127.0.0.1:${port}`, close: () => listeners.close(CLOSE_MS) };
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
  };
}
