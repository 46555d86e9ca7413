// One TCP connection and the session on it: the only place where the SMTP server touches a socket.

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';
import { type ClientCertificate, readClientCertificate } from './client-certificate.ts';
import type { Admission, Admitted } from './front/gate.ts';
import type { AcceptMetrics } from './metrics.ts';
import type { NamedNetworks } from './named-networks.ts';
import { readProxied } from './proxied.ts';
import { type NamedReply, replies } from './replies.ts';
import { Session } from './session.ts';
import type { SessionOptions, Wire } from './session-options.ts';

/** Whoever turns out to be a customer waits this long for the greeting, so that one that talks at once is caught. */
const GREETING_DELAY_MS = 1;
/** After the last reply the client has this long to close; closing at once could destroy the reply on its way. */
const LINGER_MS = 2000;
/** … but a stranger that goes on sending for so many octets is cut off. */
const LINGER_OCTETS = 128 * 1024;
/** After so many octets of a stranger others come first. */
const TURN_OCTETS = 32 * 1024;

export interface ConnectionOptions {
  socket: Socket;
  session: Omit<SessionOptions, 'wire'>;
  /** Certificate of the listener, if it has one. */
  certificates: Certificates | undefined;
  metrics: AcceptMetrics;
  /** Whether a PROXY header must come first from this address, and whether XCLIENT may. */
  isProxy: NamedNetworks;
  isTester: NamedNetworks;
  /** How it was let in; a proxy's client is not yet. */
  admitted: Admitted | undefined;
  /** Asked once a proxy has said for whom it speaks. */
  admit: (ip: string) => Admission;
  /** A stranger sent so many octets: milliseconds until more is read of it. */
  pace: (octets: number) => number;
  /** Called once, when the socket is gone. */
  closed: () => void;
}

export class Connection implements Wire {
  readonly #options: ConnectionOptions;
  readonly #session: Session;
  #socket: Socket;
  #handshaking = false;
  #ending = false;
  /** Reasons not to read: the session has enough, or the client does not take its replies. */
  #sessionPaused = false;
  #writeStalled = false;
  #paced = false;
  #octetsAfterEnd = 0;
  #lingerUntil = 0;
  #admitted: Admitted | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#admitted = options.admitted;
    this.#session = new Session({ ...options.session, wire: this });
    options.socket.once('close', () => {
      this.#session.disconnected();
      // Who logged in was worth its while, whatever it came for: an office of many behind one address must not wait.
      this.#admitted?.leave(this.#session.messages > 0 || this.#session.ofCustomer);
      options.closed();
    });
    options.socket.on('error', ignore);
  }

  /** Monotonic time at which `expire` is due. */
  get deadline(): number {
    return this.#ending ? this.#lingerUntil : this.#session.deadline;
  }

  /** Begins the session: after the PROXY header of a named proxy, and with implicit TLS after its handshake. */
  start(implicitTls: boolean): void {
    if (!this.#options.isProxy(this.#session.visitor.ip)) return this.#begin(implicitTls);
    this.#handshaking = implicitTls;
    readProxied(this.#socket, (proxied) => {
      if (this.#ending || this.#socket.destroyed) return;
      this.#handshaking = false;
      if (proxied.kind === 'header') {
        Object.assign(this.#session.visitor, proxied.client);
        return this.#beginProxied(implicitTls);
      }
      if (proxied.kind === 'gone') return this.destroy();
      const { log, visitor } = this.#options.session;
      log.warn('no PROXY header from a proxy', { ip: visitor.ip, fault: proxied.fault });
      this.turnAway(replies.proxyHeaderMissing, implicitTls);
    });
  }

  #beginProxied(implicitTls: boolean): void {
    const admission = this.#options.admit(this.#session.visitor.ip);
    if (admission.kind === 'refused') return this.turnAway(admission.reply, implicitTls);
    this.#admitted = admission;
    this.#begin(implicitTls);
  }

  #begin(implicitTls: boolean): void {
    const { visitor } = this.#session;
    visitor.tester = this.#options.isTester(visitor.ip);
    if (!implicitTls) {
      this.#listen(this.#socket);
      this.#session.start();
      // A proxy's socket was stopped behind its header.
      this.#holdBack();
      return;
    }
    this.#secure((tls, certificate) => {
      visitor.tls = tls;
      visitor.certificate = certificate;
      this.#session.start();
    });
  }

  /** Until it turns out to be a customer’s, by certificate or login. */
  get isStranger(): boolean {
    return this.#admitted?.standing === 'stranger' && !this.#session.ofCustomer;
  }

  /** A registered source's, or by certificate or login a customer's. */
  get isCustomers(): boolean {
    return this.#admitted?.standing === 'registered' || this.#session.ofCustomer;
  }

  /** A stranger that says nothing for so long, or brings its message at a crawl; asked under load. */
  dawdles(now: number, patienceMs: number): boolean {
    if (!this.isStranger) return false;
    return this.#ending || this.#session.dawdles(now, patienceMs);
  }

  /** No session here: a reply, and the end. */
  turnAway(reply: NamedReply, implicitTls: boolean): void {
    if (implicitTls) return this.destroy();
    this.#listen(this.#socket);
    this.#session.end(reply);
  }

  /** The relay stops. */
  shutdown(): void {
    if (this.#handshaking) this.destroy();
    else this.#session.shutdown();
  }

  /** The grace is nearly over: 421 whatever runs. */
  cut(): void {
    if (this.#handshaking) this.destroy();
    else this.#session.end(replies.shuttingDown);
  }

  /** `deadline` has passed. */
  expire(): void {
    if (this.#ending || this.#handshaking) this.destroy();
    else this.#session.expire();
  }

  destroy(): void {
    this.#session.disconnected();
    this.#socket.destroy();
    this.#options.socket.destroy();
  }

  // Wire.

  write(text: string): void {
    if (this.#socket.destroyed || this.#socket.write(text, 'latin1') || this.#writeStalled) return;
    // The client does not read: it is not read either until it does, or until its time is over.
    this.#writeStalled = true;
    this.#holdBack();
    this.#socket.once('drain', () => {
      this.#writeStalled = false;
      this.#holdBack();
    });
  }

  end(text: string): void {
    this.#ending = true;
    this.#lingerUntil = this.#options.session.clock.monotonic() + LINGER_MS;
    this.#sessionPaused = false;
    this.#writeStalled = false;
    this.#paced = false;
    if (this.#socket.destroyed) return;
    this.#socket.end(text, 'latin1');
    // What still comes is read and dropped: octets left unread would turn the end into a reset.
    this.#socket.resume();
  }

  startTls(): void {
    this.#socket.removeAllListeners('data');
    this.#socket.removeAllListeners('end');
    this.#secure((tls, certificate) => this.#session.tlsStarted(tls, certificate));
  }

  greetSoon(registered: boolean): void {
    // After the timer comes one more look at the socket: what came meanwhile is read before the greeting leaves.
    const greet = () => setImmediate(() => this.#session.greet());
    if (registered || this.#admitted === undefined) return void setTimeout(greet, GREETING_DELAY_MS);
    const { pauseMs, screened } = this.#admitted;
    const screen = async () => {
      const refusal = await screened;
      if (refusal === undefined) greet();
      else this.#session.end(refusal);
    };
    setTimeout(() => (screened === undefined ? greet() : void screen()), pauseMs);
  }

  pause(): void {
    this.#sessionPaused = true;
    this.#holdBack();
  }

  resume(): void {
    this.#sessionPaused = false;
    this.#holdBack();
  }

  #holdBack(): void {
    if (this.#ending) return;
    if (this.#sessionPaused || this.#writeStalled || this.#paced) this.#socket.pause();
    else this.#socket.resume();
  }

  #listen(socket: Socket): void {
    socket.on('data', (octets: Buffer) => {
      if (this.isStranger) this.#pace(octets.length);
      this.#session.receive(octets);
    });
    socket.on('end', () => {
      if (this.#handshaking) this.destroy();
      else this.#session.endOfInput();
    });
  }

  /** Nobody whom we do not know sends so fast that others have to wait. */
  #pace(octets: number): void {
    if (this.#ending) {
      this.#octetsAfterEnd += octets;
      if (this.#octetsAfterEnd > LINGER_OCTETS) this.destroy();
      return;
    }
    const wait = this.#options.pace(octets);
    if (wait === 0 && octets < TURN_OCTETS) return;
    this.#paced = true;
    this.#holdBack();
    const goOn = () => {
      this.#paced = false;
      if (!this.#socket.destroyed) this.#holdBack();
    };
    if (wait === 0) setImmediate(goOn);
    else setTimeout(goOn, wait);
  }

  #secure(done: (tls: { version: string; cipher: string }, certificate?: ClientCertificate) => void): void {
    const { certificates, metrics } = this.#options;
    if (certificates === undefined || this.#socket.destroyed) return this.destroy();
    this.#handshaking = true;
    const { client } = certificates;
    const secure = new TLSSocket(this.#socket, {
      isServer: true,
      secureContext: certificates.context,
      // Whoever shows none, or one that nobody knows, is a client like any other.
      requestCert: client.ask,
      rejectUnauthorized: false,
    });
    this.#socket = secure;
    // A failed handshake or a broken record ends the connection; there is nobody left to tell.
    secure.on('error', (fault: NodeJS.ErrnoException) => {
      if (this.#handshaking) this.#handshakeFailed(fault);
      this.destroy();
    });
    secure.once('close', () => this.destroy());
    // From the beginning: only a socket that is read notices that the client went away in its handshake.
    this.#listen(secure);
    secure.once('secure', () => {
      this.#handshaking = false;
      const version = secure.getProtocol() ?? 'unknown';
      metrics.secured(version);
      const tls = { version, cipher: secure.getCipher().name };
      done(tls, client.ask ? readClientCertificate(secure, client.names) : undefined);
    });
  }

  #handshakeFailed(fault: NodeJS.ErrnoException): void {
    const { log, visitor } = this.#options.session;
    this.#options.metrics.handshakeFailed();
    log.debug('tls handshake failed', { ip: visitor.ip, code: fault.code });
  }
}

function ignore(): void {
  // The error of a socket is followed by its `close`, which is handled.
}
