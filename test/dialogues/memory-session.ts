// An SMTP session without sockets: octets go in, replies come out, messages are kept.

import type { HeaderMemory } from '../../src/mail/accept/content.ts';
import type { Limits, Visitor } from '../../src/mail/accept/conversation.ts';
import type {
  AcceptHandler,
  MailParameters,
  Rejected,
  SessionHandler,
  SessionView,
} from '../../src/mail/accept/handler.ts';
import type { LongContents } from '../../src/mail/accept/long-contents.ts';
import { acceptMetrics } from '../../src/mail/accept/metrics.ts';
import { type NamedReply, replies, withText } from '../../src/mail/accept/replies.ts';
import { Session } from '../../src/mail/accept/session.ts';
import type { SessionCounts } from '../../src/mail/accept/session-options.ts';
import { type Config, configSchema } from '../../src/platform/config/schema.ts';
import { createTestLog } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import type { Mailbox } from '../../src/protocol/smtp/address.ts';

export interface KeptMessage {
  sender: string;
  recipients: string[];
  parameters: MailParameters;
  header: Buffer;
  content: Buffer;
}

/** What a handler under test has seen. */
export interface Kept {
  messages: KeptMessage[];
  refused: { name: string; about: Rejected }[];
  /** Clients as they were when they connected. */
  clients: Pick<SessionView, 'ip' | 'port' | 'login' | 'certificate'>[];
  /** Transactions begun and not ended; sessions opened and not closed. */
  openTransactions: number;
  openSessions: number;
  aborted: number;
  /** Order of calls that the contract forbids; must stay empty. */
  violations: string[];
}

const defaults: Config = configSchema.parse({
  node: { hostname: 'relay.test', data_dir: '/nowhere' },
  listener: [{ address: '127.0.0.1:25', roles: ['outbound'] }],
});

/** The default limits, some of them changed. */
export function testLimits(changed: Partial<Limits> = {}): Limits {
  return { ...defaults.limits, ...changed };
}

/** A handler that takes everything, keeps it, and watches the order of calls. `hooks` replace single answers. */
export function keepingHandler(hooks: Partial<SessionHandler> = {}): { handler: AcceptHandler; kept: Kept } {
  const kept: Kept = {
    messages: [],
    refused: [],
    clients: [],
    openTransactions: 0,
    openSessions: 0,
    aborted: 0,
    violations: [],
  };
  const handler: AcceptHandler = {
    connect: ({ ip, port, login, certificate }) => {
      kept.clients.push({ ip, port, login, ...(certificate !== undefined && { certificate }) });
      kept.openSessions++;
      return { kind: 'take', session: keepingSession(kept, hooks), registered: true };
    },
    rejected: (_session, reply, about) => kept.refused.push({ name: reply.name, about }),
  };
  return { handler, kept };
}

function keepingSession(kept: Kept, hooks: Partial<SessionHandler>): SessionHandler {
  let at: 'idle' | 'mail' | 'content' | 'closed' = 'idle';
  let message: KeptMessage | undefined;
  let pieces: Buffer[] = [];
  const must = (ok: boolean, call: string) => {
    if (!ok) kept.violations.push(`${call} while ${at}`);
  };
  const over = (count: boolean) => {
    if (count) kept.openTransactions--;
    at = 'idle';
    pieces = [];
  };
  return {
    credentials: (name) => hooks.credentials?.(name),
    loggedIn: (name) => hooks.loggedIn?.(name) ?? { kind: 'customer', customer: name },
    mail(sender: Mailbox | undefined, parameters) {
      must(at === 'idle', 'mail');
      const answer = hooks.mail?.(sender, parameters);
      const begin = (refusal: NamedReply | undefined) => {
        if (refusal !== undefined) return refusal;
        at = 'mail';
        kept.openTransactions++;
        const empty = Buffer.alloc(0);
        message = { sender: sender?.text ?? '', recipients: [], parameters, header: empty, content: empty };
        return undefined;
      };
      return answer instanceof Promise ? answer.then(begin) : begin(answer);
    },
    rcpt(recipient) {
      must(at === 'mail', 'rcpt');
      message?.recipients.push(recipient.text);
      return hooks.rcpt?.(recipient);
    },
    header(octets) {
      must(at === 'mail', 'header');
      at = 'content';
      pieces.push(octets);
      if (message !== undefined) message.header = Buffer.from(octets);
      return hooks.header?.(octets);
    },
    body(octets) {
      must(at === 'content', 'body');
      pieces.push(octets);
      return hooks.body?.(octets);
    },
    end() {
      must(at === 'content', 'end');
      if (message !== undefined) kept.messages.push({ ...message, content: Buffer.concat(pieces) });
      over(true);
      return hooks.end?.() ?? withText(replies.queued, `Ok: queued as ${kept.messages.length}`);
    },
    abort() {
      must(at === 'mail' || at === 'content', 'abort');
      kept.aborted++;
      over(true);
      hooks.abort?.();
    },
    close() {
      must(at !== 'closed', 'close');
      if (at !== 'idle') kept.violations.push(`close while ${at}`);
      at = 'closed';
      kept.openSessions--;
      hooks.close?.();
    },
  };
}

export interface MemoryOptions {
  limits?: Partial<Limits>;
  hooks?: Partial<SessionHandler>;
  handler?: AcceptHandler;
  roles?: Visitor['listener']['roles'];
  offersTls?: boolean;
  /** The session runs under TLS from its begin. */
  tls?: boolean;
  /** XCLIENT is offered. */
  tester?: boolean;
  counts?: Partial<SessionCounts>;
  /** Octets for headers that came in part. */
  mostDropped?: number;
  headerMemory?: number;
  long?: LongContents;
}

export interface MemorySession {
  readonly session: Session;
  readonly kept: Kept;
  readonly visitor: Visitor;
  readonly memory: HeaderMemory;
  /** Each write to the wire since the last look. */
  writes(): string[];
  /** All replies since the last look. */
  output(): string;
  /** Codes of the replies since the last look; of a reply with many lines the last. */
  codes(): number[];
  /** Octets of the client, as one piece. */
  send(octets: string | Uint8Array): void;
  /** Lines of the client with their CR LF, as one piece. */
  lines(...lines: string[]): void;
  readonly ended: boolean;
  readonly paused: boolean;
  /** Lets time pass; what is due happens. */
  pass(ms: number): void;
  /** The log lines. */
  readonly log: string[];
}

/** Opens a session, greeted already unless `greet` is false. */
export function openMemorySession(options: MemoryOptions = {}, greet = true): MemorySession {
  let written: string[] = [];
  let ended = false;
  let paused = false;
  let now = 0;
  const log: string[] = [];
  const memory = { held: 0, limit: options.headerMemory ?? 1024 ** 2 };
  const { handler, kept } = keepingHandler(options.hooks);
  const visitor: Visitor = {
    ip: '192.0.2.1',
    port: 1025,
    listener: { address: '127.0.0.1:25', roles: options.roles ?? ['outbound', 'inbound'] },
    helo: '',
    esmtp: false,
    login: undefined,
    tls: options.tls === true ? { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' } : undefined,
    tester: options.tester ?? false,
  };
  const session = new Session({
    visitor,
    handler: options.handler ?? handler,
    wire: {
      write: (text) => written.push(text),
      end(text) {
        if (text !== '') written.push(text);
        ended = true;
      },
      startTls: () => session.tlsStarted({ version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' }),
      greetSoon: () => undefined,
      pause: () => {
        paused = true;
      },
      resume: () => {
        paused = false;
      },
    },
    counts: { source: () => true, customer: () => true, ...options.counts },
    limits: testLimits(options.limits),
    hostname: 'relay.test',
    offersTls: options.offersTls ?? false,
    clock: { now: () => now, monotonic: () => now },
    log: createTestLog((line) => log.push(line)),
    metrics: acceptMetrics(createMetrics()),
    memory: () => memory,
    ...(options.long !== undefined && { long: () => options.long }),
    mostDropped: () => options.mostDropped ?? Number.POSITIVE_INFINITY,
  });
  const writes = () => {
    const all = written;
    written = [];
    return all;
  };
  session.start();
  if (greet) {
    session.greet();
    writes();
  }
  return {
    session,
    kept,
    visitor,
    log,
    memory,
    writes,
    output: () => writes().join(''),
    codes: () => codesOf(writes().join('')),
    send: (octets) => session.receive(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : Buffer.from(octets)),
    lines: (...lines) => session.receive(Buffer.from(lines.map((line) => `${line}\r\n`).join(''))),
    get ended() {
      return ended;
    },
    get paused() {
      return paused;
    },
    pass(ms) {
      now += ms;
      if (!ended && session.deadline <= now) session.expire();
    },
  };
}

/** Codes of replies, one each. */
export function codesOf(text: string): number[] {
  return text
    .split('\r\n')
    .filter((line) => line !== '' && line[3] !== '-')
    .map((line) => Number(line.slice(0, 3)));
}
