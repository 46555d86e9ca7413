// A session with a receiver up to the point where it takes mail: connection, greeting, EHLO, STARTTLS.

import { connect, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { parseLimits, type ServerLimits } from '../protocol/smtp/limits.ts';
import type { ServerReply } from '../protocol/smtp/reply-reader.ts';
import type { Deadlines } from './deadlines.ts';
import { type Exchange, SmtpWire, type WireFault } from './smtp-wire.ts';
import type { TlsSession, TlsSessions } from './tls-sessions.ts';

export interface SmtpTimeouts {
  connectMs: number;
  /** For the greeting and each reply. */
  commandMs: number;
  /** For the reply to the end of a message. */
  dotMs: number;
  /** For a content that goes in portions, however slowly each is taken; absent: no limit but that of each portion. */
  contentMs?: number;
}

export interface SessionOptions {
  /** `host` is the name a certificate is checked against. */
  target: { host: string; ip: string; port: number };
  /** `bind` is absent where the operating system picks the address. */
  from: { bind?: string; hostname: string };
  tls: 'opportunistic' | 'verify' | 'none';
  tlsContext: SecureContext;
  /** Sessions to resume; without it each handshake is a whole one. */
  tlsSessions?: TlsSessions;
  timeouts: SmtpTimeouts;
  deadlines: Deadlines;
}

/** What EHLO offered. */
export interface SmtpExtensions {
  pipelining: boolean;
  /** RFC 1870: largest message, or 0 where no limit is named; undefined where SIZE is not offered. */
  size: number | undefined;
  eightBitMime: boolean;
  smtpUtf8: boolean;
  startTls: boolean;
  /** RFC 3461. */
  dsn: boolean;
  /** RFC 3030. */
  chunking: boolean;
  /** RFC 9422. */
  limits: ServerLimits;
}

/**
 * How content goes to the server. `data`: DATA. `try bdat`: BDAT (RFC 3030) with a portion of our own first, so that
 * nothing of a stranger's reaches a server that would take it for commands. `bdat`: that worked, and envelope and content
 * go in one group, which saves a way there and back for each message.
 */
export type ContentVerb = 'data' | 'try bdat' | 'bdat';

/** A session that takes mail. */
export interface SmtpSession {
  wire: SmtpWire;
  target: SessionOptions['target'];
  extensions: SmtpExtensions;
  /** Transactions begun on it. */
  carried: number;
  /** A transaction was left open: RSET before the next. */
  needsReset: boolean;
  contentVerb: ContentVerb;
  /** Most recipients of one transaction, where the server named a number or was seen to have one. */
  rcptMax: number;
  /** Domains of recipients so far, where their number is limited (RFC 9422 4.3). */
  domains: Set<string>;
}

export type OpenFailure =
  | { from: 'remote'; stage: 'greeting' | 'ehlo' | 'starttls'; reply: ServerReply }
  | { from: 'us'; fault: WireFault | { kind: 'tls-required'; detail: string } };

export type OpenResult =
  | { kind: 'open'; session: SmtpSession; log: Exchange[] /** TLS was offered and could not be had. */; plain?: true }
  | { kind: 'failed'; failure: OpenFailure; log: Exchange[] };

const NO_EXTENSIONS: SmtpExtensions = {
  pipelining: false,
  size: undefined,
  eightBitMime: false,
  smtpUtf8: false,
  startTls: false,
  dsn: false,
  chunking: false,
  limits: {},
};

/** Shared by all plain connections of a thread: what was read is handled before anything else is read. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Opens a session, once without TLS where the policy is opportunistic and the handshake failed (RFC 7435 4.1: some
 * protection where possible, cleartext otherwise). Never rejects.
 */
export async function openSession(options: SessionOptions): Promise<OpenResult> {
  const first = await openWithTls(options);
  if (!isBrokenTls(first) || options.tls !== 'opportunistic') return first;
  const second = await openOnce({ ...options, tls: 'none' });
  const log = [...first.log, ...second.log];
  return second.kind === 'open' ? { ...second, log, plain: true } : { ...second, log };
}

/** A server that chokes on a session which it gave itself gets a whole handshake before anything else is concluded. */
async function openWithTls(options: SessionOptions): Promise<OpenResult> {
  const resumable = options.tlsSessions?.take(sessionKey(options));
  const first = await openOnce(options, resumable);
  if (resumable === undefined || !isBrokenTls(first)) return first;
  options.tlsSessions?.forget(sessionKey(options));
  const second = await openOnce(options);
  return { ...second, log: [...first.log, ...second.log] };
}

function isBrokenTls(result: OpenResult): boolean {
  return result.kind === 'failed' && result.failure.from === 'us' && result.failure.fault.kind === 'tls-failed';
}

/** What a TLS session belongs to. What was made without looking at the certificate is never used where that counts. */
function sessionKey({ target, tls }: SessionOptions): string {
  return `${tls} ${target.host} ${target.ip} ${target.port}`;
}

const STOPPED: OpenResult = {
  kind: 'failed',
  failure: { from: 'us', fault: { kind: 'stopped', detail: 'the relay stops' } },
  log: [],
};

async function openOnce(options: SessionOptions, resumable?: TlsSession): Promise<OpenResult> {
  if (options.deadlines.stopped) return STOPPED;
  const wire = dial(options);
  if ('kind' in wire) return { kind: 'failed', failure: { from: 'us', fault: wire }, log: [] };
  const session: SmtpSession = {
    wire,
    target: options.target,
    extensions: NO_EXTENSIONS,
    carried: 0,
    needsReset: false,
    contentVerb: 'data',
    rcptMax: Number.POSITIVE_INFINITY,
    domains: new Set(),
  };
  const failure =
    (await greeted(session, options)) ??
    (await introduced(session, options)) ??
    (await secured(session, options, resumable));
  if (failure === undefined) {
    session.rcptMax = session.extensions.limits.rcptMax ?? Number.POSITIVE_INFINITY;
    return { kind: 'open', session, log: wire.takeLog() };
  }
  // A remote that refuses is told goodbye; nobody waits for the end of it.
  if (failure.from === 'remote') void wire.quit(QUIT_WAIT_MS);
  else wire.destroy();
  return { kind: 'failed', failure, log: wire.takeLog() };
}

/** A server that does not answer QUIT is not waited for. */
export const QUIT_WAIT_MS = 2000;

function dial(options: SessionOptions): SmtpWire | WireFault {
  const { ip, port } = options.target;
  let wire: SmtpWire | undefined;
  const onread = {
    buffer: readBuffer,
    callback: (octets: number, buffer: Uint8Array): boolean => {
      wire?.receive(buffer.subarray(0, octets));
      return true;
    },
  };
  let socket: Socket;
  try {
    const { bind } = options.from;
    socket = connect({ host: ip, port, noDelay: true, onread, ...(bind !== undefined && { localAddress: bind }) });
  } catch (error) {
    return { kind: 'local', detail: error instanceof Error ? error.message : String(error) };
  }
  wire = new SmtpWire(socket, options.deadlines);
  return wire;
}

async function greeted({ wire, target }: SmtpSession, options: SessionOptions): Promise<OpenFailure | undefined> {
  const greeting = wire.await(`connect to ${target.ip} port ${target.port}`);
  const fault = (await wire.connected(options.timeouts.connectMs)) ?? (await answered(wire, greeting, options));
  if (fault !== undefined) return { from: 'us', fault };
  // Whether it came slowly or at once says little of the way.
  wire.quickestReplyMs = Number.POSITIVE_INFINITY;
  return refused('greeting', greeting);
}

/** The greeting may have come together with the connection. */
async function answered(wire: SmtpWire, greeting: Exchange, options: SessionOptions): Promise<WireFault | undefined> {
  return greeting.reply === undefined ? wire.exchange(options.timeouts.commandMs) : wire.fault;
}

/** RFC 5321 4.1.1.1: EHLO, and HELO where that is not understood. */
async function introduced(session: SmtpSession, options: SessionOptions): Promise<OpenFailure | undefined> {
  const { wire } = session;
  const ehlo = wire.say(`EHLO ${options.from.hostname}`);
  let fault = await wire.exchange(options.timeouts.commandMs);
  if (fault !== undefined) return { from: 'us', fault };
  session.extensions = NO_EXTENSIONS;
  if (ehlo.reply !== undefined && ehlo.reply.code < 300) {
    session.extensions = readExtensions(ehlo.reply.lines);
    return undefined;
  }
  if (ehlo.reply === undefined || ehlo.reply.code < 500) return refused('ehlo', ehlo);
  const helo = wire.say(`HELO ${options.from.hostname}`);
  fault = await wire.exchange(options.timeouts.commandMs);
  if (fault !== undefined) return { from: 'us', fault };
  return refused('ehlo', helo);
}

async function secured(
  session: SmtpSession,
  options: SessionOptions,
  resumable: TlsSession | undefined,
): Promise<OpenFailure | undefined> {
  const { wire } = session;
  if (options.tls === 'none') return undefined;
  if (!session.extensions.startTls) return withoutTls(options, 'STARTTLS is not offered');
  const command = wire.say('STARTTLS');
  const fault = await wire.exchange(options.timeouts.commandMs);
  if (fault !== undefined) return { from: 'us', fault };
  if (command.reply === undefined || command.reply.code >= 300) {
    const failure = refused('starttls', command);
    const closing = command.reply?.code === 421;
    return closing ? failure : withoutTls(options, `STARTTLS was refused: ${command.reply?.code ?? ''}`);
  }
  const broken = await wire.startTls({
    host: session.target.host,
    context: options.tlsContext,
    timeoutMs: options.timeouts.commandMs,
    verify: options.tls === 'verify',
    session: resumable,
    onSession: (one) => options.tlsSessions?.keep(sessionKey(options), one),
  });
  if (broken?.kind === 'stopped') return { from: 'us', fault: broken };
  if (broken !== undefined) return { from: 'us', fault: { kind: 'tls-failed', detail: broken.detail } };
  // RFC 3207 4.2: what was known of the server is forgotten.
  return introduced(session, options);
}

/** RFC 3207 4.1: a client may go on in the clear; under `verify` it never does. */
function withoutTls(options: SessionOptions, detail: string): OpenFailure | undefined {
  return options.tls === 'verify' ? { from: 'us', fault: { kind: 'tls-required', detail } } : undefined;
}

function refused(stage: 'greeting' | 'ehlo' | 'starttls', { reply }: Exchange): OpenFailure | undefined {
  if (reply === undefined) return { from: 'us', fault: { kind: 'bad-reply', detail: 'no reply' } };
  if (reply.code < 300) return undefined;
  if (reply.code >= 400) return { from: 'remote', stage, reply };
  return { from: 'us', fault: { kind: 'bad-reply', detail: `${reply.code} as answer to ${stage}` } };
}

/** RFC 5321 4.1.1.1: one keyword a line after the first, with parameters behind a space; case does not matter. */
function readExtensions(lines: readonly string[]): SmtpExtensions {
  const extensions = { ...NO_EXTENSIONS };
  for (const line of lines.slice(1)) {
    const [keyword = '', ...parameters] = line
      .trim()
      .toUpperCase()
      .split(/[ \t]+/);
    const [parameter = ''] = parameters;
    if (keyword === 'PIPELINING') extensions.pipelining = true;
    else if (keyword === '8BITMIME') extensions.eightBitMime = true;
    else if (keyword === 'SMTPUTF8') extensions.smtpUtf8 = true;
    else if (keyword === 'STARTTLS') extensions.startTls = true;
    else if (keyword === 'DSN') extensions.dsn = true;
    else if (keyword === 'CHUNKING') extensions.chunking = true;
    else if (keyword === 'LIMITS') extensions.limits = parseLimits(parameters.join(' '));
    else if (keyword === 'SIZE') extensions.size = /^\d{1,15}$/.test(parameter) ? Number(parameter) : 0;
  }
  return extensions;
}
