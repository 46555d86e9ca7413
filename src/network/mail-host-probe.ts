// What a mail host says to a client that comes with mail for it: how far TLS goes, and which recipients it takes. Nothing
// is sent there: the transaction ends with RSET.

import { createSecureContext } from 'node:tls';
import type { Clock } from '../platform/clock.ts';
import { Deadlines } from './deadlines.ts';
import { type OpenResult, openSession, type SessionOptions, type SmtpSession } from './smtp-session.ts';

export interface HostProbeQuestion {
  /** The name that a certificate is checked against. */
  host: string;
  /** An address that the guard has let through. */
  ip: string;
  port: number;
  /** Asked for one after the other, in one transaction. */
  recipients: readonly string[];
  /** Nobody waits any longer: the connection ends at once. */
  signal?: AbortSignal;
}

export type HostProbe =
  /** No connection, or no greeting that takes us in. */
  | { kind: 'unreachable'; detail: string }
  | {
      kind: 'answered';
      tls:
        | { kind: 'good'; version: string }
        /** Encrypted, but the certificate shows nothing. */
        | { kind: 'unverified'; version: string; detail: string }
        | { kind: 'broken'; detail: string }
        /** STARTTLS is not offered. */
        | { kind: 'none' };
      refused: { recipient: string; reply: string }[];
      /** 4xx, as a greylist gives. */
      temporary: { recipient: string; reply: string }[];
    };

/** Asks a mail host. Never rejects. */
export type ProbeMailHost = (question: HostProbeQuestion) => Promise<HostProbe>;

export interface ProbeSettings {
  /** Said in EHLO. */
  hostname: string;
  /** For the connection, and for each reply, milliseconds. */
  timeoutMs: number;
}

/** Makes a prober; settings are looked at for each probe. */
export function createMailHostProbe(clock: Clock, settings: () => ProbeSettings): ProbeMailHost {
  const tlsContext = createSecureContext({});
  return async (question) => {
    const { hostname, timeoutMs } = settings();
    const deadlines = new Deadlines(clock);
    const stop = () => deadlines.stopAll();
    if (question.signal?.aborted === true) stop();
    question.signal?.addEventListener('abort', stop, { once: true });
    try {
      return await askHost(question, {
        target: question,
        from: { hostname },
        tls: 'verify',
        tlsContext,
        timeouts: { connectMs: timeoutMs, commandMs: timeoutMs, dotMs: timeoutMs },
        deadlines,
      });
    } finally {
      question.signal?.removeEventListener('abort', stop);
    }
  };
}

/** With a certificate that is verified, and, where that cannot be, as mail would go there. */
async function askHost(question: HostProbeQuestion, options: SessionOptions): Promise<HostProbe> {
  const strict = await openSession(options);
  if (strict.kind === 'open')
    return ask(strict.session, question, { kind: 'good', version: versionOf(strict.session) });
  const fault = strict.failure.from === 'us' ? strict.failure.fault : undefined;
  if (fault?.kind !== 'tls-required' && fault?.kind !== 'tls-failed')
    return { kind: 'unreachable', detail: why(strict) };
  const lenient = await openSession({ ...options, tls: 'opportunistic' });
  if (lenient.kind === 'failed') return { kind: 'unreachable', detail: why(lenient) };
  const { session } = lenient;
  if (session.wire.tls !== undefined) {
    return ask(session, question, { kind: 'unverified', version: versionOf(session), detail: fault.detail });
  }
  const offered = session.extensions.startTls;
  return ask(session, question, offered ? { kind: 'broken', detail: fault.detail } : { kind: 'none' });
}

function versionOf({ wire }: SmtpSession): string {
  return wire.tls?.version ?? 'TLS';
}

function why(result: OpenResult): string {
  if (result.kind === 'open') return '';
  const { failure } = result;
  if (failure.from === 'us') return `${failure.fault.kind}: ${failure.fault.detail}`;
  return `${failure.stage}: ${failure.reply.code} ${failure.reply.text}`;
}

async function ask(
  { wire }: SmtpSession,
  { recipients, ip, port }: HostProbeQuestion,
  tls: Extract<HostProbe, { kind: 'answered' }>['tls'],
): Promise<HostProbe> {
  const answer: Extract<HostProbe, { kind: 'answered' }> = { kind: 'answered', tls, refused: [], temporary: [] };
  const timeoutMs = PATIENCE_MS;
  const tell = async (command: string) => {
    const exchange = wire.say(command);
    const fault = await wire.exchange(timeoutMs);
    return fault === undefined ? exchange.reply : undefined;
  };
  const sender = await tell('MAIL FROM:<>');
  if (sender === undefined) {
    wire.destroy();
    return { kind: 'unreachable', detail: `${ip} port ${port} hung up, or said nothing, after MAIL` };
  }
  if (sender.code >= 400) {
    const list = sender.code >= 500 ? answer.refused : answer.temporary;
    list.push({ recipient: recipients[0] ?? 'MAIL FROM:<>', reply: `${sender.code} ${sender.text}` });
  } else {
    for (const recipient of recipients) {
      const reply = await tell(`RCPT TO:<${recipient}>`);
      if (reply === undefined) {
        answer.temporary.push({ recipient, reply: 'it hung up, or said nothing' });
        break;
      }
      if (reply.code >= 500) answer.refused.push({ recipient, reply: `${reply.code} ${reply.text}` });
      else if (reply.code >= 400) answer.temporary.push({ recipient, reply: `${reply.code} ${reply.text}` });
    }
    await tell('RSET');
  }
  void wire.quit(QUIT_MS);
  return answer;
}

/** RFC 5321 4.5.3.2: a host may take its time at RCPT; a person who waits does not. */
const PATIENCE_MS = 15_000;
const QUIT_MS = 1000;
