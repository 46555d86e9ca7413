// Mail straight to one server, for alarms: no queue, no MX, no second try here.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Deadlines } from '../../network/deadlines.ts';
import { openSession, QUIT_WAIT_MS } from '../../network/smtp-session.ts';
import { transact } from '../../network/smtp-transaction.ts';
import type { Clock } from '../../platform/clock.ts';
import type { AlarmMail } from './alarm-senders.ts';

export interface DirectMailOptions {
  server: { host: string; port: number };
  /** Name of this node, for EHLO. */
  hostname: string;
  clock: Clock;
}

const TIMEOUTS = { connectMs: 10_000, commandMs: 20_000, dotMs: 60_000 };

/** Gives the function that hands a mail to the server; it rejects where the server does not take it for everybody. */
export function directMail(options: DirectMailOptions): (mail: AlarmMail) => Promise<void> {
  const deadlines = new Deadlines(options.clock);
  const { host, port } = options.server;
  return async (mail) => {
    const ip = isIP(host) === 0 ? (await lookup(host)).address : host;
    const opened = await openSession({
      target: { host, ip, port },
      from: { hostname: options.hostname },
      tls: 'opportunistic',
      tlsContext: createSecureContext(),
      timeouts: TIMEOUTS,
      deadlines,
    });
    if (opened.kind === 'failed') throw new Error(`${host}:${port} takes no mail: ${JSON.stringify(opened.failure)}`);
    const { session } = opened;
    const result = await transact(
      session,
      {
        sender: mail.sender,
        recipients: mail.recipients,
        before: '',
        content: { kind: 'bytes', bytes: mail.content },
        size: mail.content.length,
        eightBit: session.extensions.eightBitMime,
        smtpUtf8: false,
      },
      TIMEOUTS,
    );
    void session.wire.quit(QUIT_WAIT_MS);
    const refused = result.recipients.find((one) => one.kind !== 'delivered');
    if (refused !== undefined) throw new Error(`${host}:${port} did not take it: ${JSON.stringify(refused)}`);
  };
}
