// One SMTP session: octets in, replies out, questions to the handler. No sockets and no timers of its own, so that tests
// can feed it anything. Plan:
// - octets are read by phase: command lines, content, chunk, login (read-input.ts);
// - a command is worked off wholly before the next is read, so replies are in order by nature;
// - replies gather and leave in one write when nothing more can be read (RFC 2920 3.2);
// - a handler that answers later stops the reading, and the wire with it;
// - whatever throws becomes 451, its words go to the log alone.

import { looksLikeProxyHeader } from '../../protocol/proxy/proxy-header.ts';
import { splitCommand } from '../../protocol/smtp/command-line.ts';
import { CommandReader } from '../../protocol/smtp/command-reader.ts';
import { formatReply } from '../../protocol/smtp/reply.ts';
import type { ClientCertificate } from './client-certificate.ts';
import { VERBS } from './commands.ts';
import type { Content, ContentOptions } from './content.ts';
import type { Limits, Phase, Transaction, Visitor } from './conversation.ts';
import type { Connected, Later, Rejected, SessionHandler } from './handler.ts';
import { Penalties } from './penalties.ts';
import { type ReadingSession, readNext } from './read-input.ts';
import { type NamedReply, replies, withText } from './replies.ts';
import type { SessionOptions } from './session-options.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Octets a second: the slowest line of today brings its mail much faster. */
const CRAWL = 200;

/** Ends of a session that refuse nothing where no transaction was open. */
const QUIET_ENDS: ReadonlySet<NamedReply> = new Set([replies.timeout, replies.sessionTooLong, replies.shuttingDown]);

export class Session implements ReadingSession {
  readonly visitor: Visitor;
  readonly limits: Limits;
  readonly hostname: string;
  readonly offersTls: boolean;
  readonly contentOptions: ContentOptions;
  readonly input: CommandReader = new CommandReader();
  readonly #options: SessionOptions;
  readonly #sessionEnd: number;

  phase: Phase = { at: 'new' };
  closing = false;
  messages = 0;
  /** By address, certificate or login, it belongs to a customer. */
  ofCustomer = false;
  /** Monotonic time at which `expire` is due. */
  deadline: number;

  #handler: SessionHandler | undefined;

  #output = '';
  #busy = false;
  #running = false;
  #paused = false;
  #inputEnded = false;
  #inTransaction = false;
  #released = false;
  /** Content with broken line ends came: nothing but QUIT is heard any more. */
  #tainted = false;
  readonly #penalties: Penalties;
  #dataEnd = NEVER;
  /** Monotonic time at which the client last brought something on its way. */
  #movedAt: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.visitor = options.visitor;
    this.limits = options.limits;
    this.hostname = options.hostname;
    this.offersTls = options.offersTls;
    this.#penalties = new Penalties(options.limits);
    const now = options.clock.monotonic();
    this.#movedAt = now;
    this.#sessionEnd = now + options.limits.session_timeout;
    this.deadline = now + Math.min(options.limits.greeting_timeout, options.limits.session_timeout);
    this.contentOptions = {
      limits: options.limits,
      sink: {
        header: (octets) => this.handler.header(octets),
        body: (octets) => this.handler.body(octets),
        end: () => {
          this.#inTransaction = false;
          return this.handler.end();
        },
        abort: () => this.#abort(),
      },
      memory: options.memory,
      long: options.long,
      onFault: (fault) => this.#log(fault),
    };
  }

  get handler(): SessionHandler {
    if (this.#handler === undefined) throw new Error('no handler before the greeting');
    return this.#handler;
  }

  get mostDropped(): number {
    return this.#options.mostDropped();
  }

  get moreWaiting(): boolean {
    return this.input.more;
  }

  /** Asks the handler about the client; the greeting follows. */
  start(): void {
    this.#guarded(() =>
      this.wait(this.#options.handler.connect(this.visitor), (answer) => {
        if (this.#connected(answer)) this.#options.wire.greetSoon(answer.registered !== false);
      }),
    );
  }

  /** False where the session is over. */
  #connected(answer: Connected): answer is Extract<Connected, { kind: 'take' }> {
    const refusal = this.#take(answer);
    if (refusal !== undefined) this.end(refusal);
    return refusal === undefined;
  }

  #take(answer: Connected): NamedReply | undefined {
    if (answer.kind === 'refuse') return answer.reply;
    this.#handler = answer.session;
    const { counts } = this.#options;
    if (answer.registered !== true && !counts.source(answer.registered)) return replies.tooManyFromSource;
    if (answer.customer === undefined || this.countCustomer(answer.customer)) return undefined;
    return replies.tooManyOfCustomer;
  }

  /** Says 220, if the client kept quiet until now. */
  greet(): void {
    if (this.phase.at !== 'new') return;
    if (this.closing) return this.end(replies.shuttingDown);
    this.#sayGreeting();
    this.flush();
  }

  #sayGreeting(): void {
    this.phase = { at: 'start' };
    this.reply(withText(replies.greeting, `${this.hostname} ESMTP Easymail`));
  }

  /** Octets of the client; the buffer belongs to the session from here on. */
  receive(octets: Buffer): void {
    if (this.phase.at === 'ended') return;
    // RFC 5321 4.3.1: the client waits for the greeting; who does not is no mail server.
    if (this.phase.at === 'new') {
      return this.end(looksLikeProxyHeader(octets) ? replies.notAProxy : replies.earlyTalker);
    }
    this.input.append(octets);
    this.#run();
  }

  /** The client said that it will send no more; what it sent is worked off, then the session ends. */
  endOfInput(): void {
    this.#inputEnded = true;
    this.#run();
  }

  /** The handshake that `Wire.startTls` began is done. RFC 3207 4.2: nothing that was said before counts. */
  tlsStarted(tls: { version: string; cipher: string }, certificate?: ClientCertificate): void {
    if (this.phase.at !== 'tls') return;
    this.visitor.tls = tls;
    this.visitor.certificate = certificate;
    this.visitor.helo = '';
    this.visitor.esmtp = false;
    this.phase = { at: 'start' };
    if (certificate !== undefined) this.#guarded(() => this.#countCertified());
    this.#run();
  }

  #countCertified(): void {
    const customer = this.handler.certified?.();
    if (customer !== undefined && !this.countCustomer(customer)) this.end(replies.tooManyOfCustomer);
  }

  /** The relay stops: the session ends at its next quiet moment. */
  shutdown(): void {
    this.closing = true;
    if (this.phase.at !== 'new') this.#run();
  }

  /** `deadline` has passed. */
  expire(): void {
    const now = this.#options.clock.monotonic();
    if (now >= this.#sessionEnd) return this.end(replies.sessionTooLong);
    this.end(now >= this.#dataEnd ? replies.messageTooSlow : replies.timeout);
  }

  /** Whether the client, not we, lets the other wait for so long, or brings its message at a crawl. */
  dawdles(now: number, patienceMs: number): boolean {
    if (this.#busy) return false;
    if (now - this.#movedAt > patienceMs) return true;
    const { phase } = this;
    if (phase.at !== 'data' && phase.at !== 'chunk') return false;
    const seconds = (now - this.#dataEnd + this.limits.data_total_timeout) / 1000;
    return seconds * 1000 > patienceMs && phase.content.octets < seconds * CRAWL;
  }

  /** The connection is gone, for whatever reason. Safe to call more than once. */
  disconnected(): void {
    this.#release();
  }

  // What commands may do (Conversation).

  reply(reply: NamedReply): void {
    this.#output += formatReply(reply);
  }

  refuse(reply: NamedReply, about?: Rejected): void {
    if (reply.code === 421) return this.end(reply, about);
    this.#count(reply, about);
    const verdict = this.#penalties.verdict;
    if (verdict === undefined) this.reply(reply);
    else this.end(verdict);
  }

  end(reply: NamedReply, about?: Rejected): void {
    if (this.phase.at === 'ended') return;
    if (reply.code >= 400) this.#count(reply, about);
    const last = this.#output + formatReply(reply);
    this.#output = '';
    this.#release();
    this.#options.wire.end(last);
  }

  flush(): void {
    if (this.#output === '') return;
    const output = this.#output;
    this.#output = '';
    this.#options.wire.write(output);
  }

  wait<T>(value: Later<T>, use: (value: T) => void): void {
    if (!(value instanceof Promise)) return use(value);
    this.#busy = true;
    const arrived = (step: () => void) => {
      this.#busy = false;
      this.#movedAt = this.#options.clock.monotonic();
      if (this.phase.at === 'ended') return;
      this.#guarded(step);
      this.#run();
    };
    value.then(
      (result) => arrived(() => use(result)),
      (fault: unknown) => arrived(() => this.#failed(fault)),
    );
  }

  beginTransaction(transaction: Transaction): void {
    this.#inTransaction = true;
    this.phase = { at: 'transaction', transaction };
  }

  dropTransaction(): void {
    this.#abort();
    this.#dataEnd = NEVER;
    if (this.phase.at !== 'start') this.phase = { at: 'ready' };
  }

  startTls(): void {
    this.#options.wire.startTls();
  }

  restart(visitor: Partial<Visitor>, login?: string): void {
    this.#quietly(() => this.#handler?.close());
    this.#handler = undefined;
    Object.assign(this.visitor, visitor, { login: undefined, certificate: undefined });
    this.phase = { at: 'start' };
    this.wait(this.#options.handler.connect(this.visitor), (answer) => {
      if (!this.#connected(answer)) return;
      if (login === undefined) return this.#sayGreeting();
      this.wait(this.handler.loggedIn(login), (known) => {
        if (known.kind === 'refuse') return this.refuse(known.reply);
        if (!this.countCustomer(known.customer)) return this.end(replies.tooManyOfCustomer);
        this.visitor.login = login;
        this.#sayGreeting();
      });
    });
  }

  countCustomer(customer: string): boolean {
    this.ofCustomer = this.#options.counts.customer(customer);
    return this.ofCustomer;
  }

  // Reading.

  #run(): void {
    if (this.#running || this.phase.at === 'ended') return;
    this.#running = true;
    let progress = false;
    this.#guarded(() => {
      while (!this.#busy && readNext(this)) progress = true;
    });
    this.#running = false;
    if (!this.#busy) this.#rest();
    if (this.#over) return;
    if (progress || this.#busy) this.#setDeadline();
    this.#holdBack(this.#busy && this.moreWaiting);
  }

  get #over(): boolean {
    return this.phase.at === 'ended';
  }

  /** Nothing more can be read now: replies leave. */
  #rest(): void {
    if (this.#over) return;
    const quiet = !this.moreWaiting && (this.phase.at === 'start' || this.phase.at === 'ready');
    if (this.closing && quiet) return this.end(replies.shuttingDown);
    this.flush();
    if (!this.#inputEnded) return;
    this.disconnected();
    this.#options.wire.end('');
  }

  #holdBack(pause: boolean): void {
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#options.wire.pause();
    else this.#options.wire.resume();
  }

  #setDeadline(): void {
    const { limits } = this;
    const { at } = this.phase;
    const now = this.#options.clock.monotonic();
    this.#movedAt = now;
    const inContent = at === 'data' || at === 'chunk' || at === 'drop';
    if (inContent && this.#dataEnd === NEVER) this.#dataEnd = now + limits.data_total_timeout;
    const wait = inContent ? limits.data_timeout : limits.command_timeout;
    this.deadline = Math.min(now + wait, this.#dataEnd, this.#sessionEnd);
  }

  command(line: string): void {
    const { verb, rest } = splitCommand(line);
    if (this.#tainted && verb !== 'QUIT') return this.end(replies.afterBadContent);
    const entry = VERBS.get(verb);
    const idle = entry === undefined || entry.idle;
    if (idle && verb !== 'QUIT' && !this.#penalties.idled()) return this.end(replies.tooManyCommands);
    if (entry === undefined) return this.refuse(replies.unknownCommand);
    entry.run(this, rest);
  }

  /** It is said as it is: a limit on errors must not make a permanent refusal temporary. */
  answered(content: Content, reply: NamedReply): void {
    const about = this.#about();
    this.#tainted ||= content.lineEndsBroken;
    this.#dataEnd = NEVER;
    this.phase = { at: 'ready' };
    if (reply.code === 421) return this.end(reply, about);
    if (reply.code >= 400) this.#count(reply, about);
    else this.#taken(content);
    this.reply(reply);
  }

  contentOver(): void {
    this.#dataEnd = NEVER;
  }

  #taken(content: Content): void {
    this.messages++;
    this.#penalties.forgiveIdling();
    this.#options.metrics.taken(content.octets);
  }

  // Faults and refusals.

  #guarded(step: () => void): void {
    try {
      step();
    } catch (fault) {
      this.#failed(fault);
    }
  }

  #failed(fault: unknown): void {
    this.#log(fault);
    const { at } = this.phase;
    // In the middle of content nobody waits for a reply: one now would be taken for the answer to something else.
    if (at === 'new' || at === 'data' || at === 'chunk') this.end(replies.sessionFailed);
    else this.refuse(replies.localError, this.#about());
  }

  #log(fault: unknown): void {
    this.#options.log.error('smtp session failed', { err: fault, phase: this.phase.at });
  }

  /** Every refusal passes here once. */
  #count(reply: NamedReply, about: Rejected = this.#about()): void {
    this.#penalties.refused(reply);
    this.#options.metrics.refused(reply);
    if (!this.#inTransaction && QUIET_ENDS.has(reply)) return;
    this.#quietly(() => this.#options.handler.rejected(this.visitor, reply, about));
  }

  #about(): Rejected {
    const { phase } = this;
    return 'transaction' in phase ? { sender: phase.transaction.sender?.text ?? '' } : {};
  }

  #abort(): void {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    if ('content' in this.phase) this.phase.content.drop();
    this.#quietly(() => this.#handler?.abort());
  }

  #release(): void {
    this.#abort();
    this.phase = { at: 'ended' };
    if (this.#released) return;
    this.#released = true;
    this.#quietly(() => this.#handler?.close());
  }

  /** For the calls that have no reply to fail with. */
  #quietly(call: () => void): void {
    try {
      call();
    } catch (fault) {
      this.#log(fault);
    }
  }
}
