// The content of one message on its way from the client to the handler: header gathered and handed over once, body in
// pieces worth a call, limits kept. After a refusal everything is read and dropped. Nothing here throws.

import { ContentScanner } from '../../protocol/smtp/content-scanner.ts';
import type { Later, SessionHandler } from './handler.ts';
import { whenDone } from './later.ts';
import { LongContent, type LongContents } from './long-contents.ts';
import { type NamedReply, replies } from './replies.ts';

/** Pieces below this are copied together: a buffer of its own for each costs more than the octets. */
const SMALL_PIECE = 1024;
const BLOCK = 16 * 1024;

export interface ContentOptions {
  limits: { message_size: number; header_size: number; body_line: number };
  /** Where the content goes. */
  sink: Pick<SessionHandler, 'header' | 'body' | 'end' | 'abort'>;
  /** Asked once for each content. */
  memory: () => HeaderMemory;
  /** Contents of strangers that are long and not whole yet; nothing where they are not counted. Asked likewise. */
  long?: (() => LongContents | undefined) | undefined;
  /** Gets what the sink throws; the client gets 451. */
  onFault: (fault: unknown) => void;
}

/** Octets of unfinished headers that all sessions of a thread hold together, and how many they may. */
export interface HeaderMemory {
  held: number;
  limit: number;
}

const NOTHING = Buffer.alloc(0);
const CRLF = '\r\n';

export class Content {
  readonly #options: ContentOptions;
  readonly #memory: HeaderMemory;
  readonly #scanner: ContentScanner;
  readonly #long: LongContent;
  #octets = 0;
  #header: Buffer = NOTHING;
  #headerLength = 0;
  #headerDone = false;
  #dropped = false;
  #block: Buffer = NOTHING;
  #blockLength = 0;

  /** Octets that came after the message was refused. */
  dropped = 0;
  /** Why the message is refused; set as soon as it is known, said at the end of data. */
  refusal: NamedReply | undefined = undefined;

  /** `dots`: DATA has doubled dots and a dot as its end, BDAT has not. */
  constructor(options: ContentOptions, { dots }: { dots: boolean }) {
    this.#options = options;
    this.#memory = options.memory();
    this.#long = new LongContent(options.long?.());
    this.#scanner = new ContentScanner({ dots, longestLine: options.limits.body_line });
  }

  /** True once the end of DATA was read. */
  get ended(): boolean {
    return this.#scanner.ended;
  }

  /** Octets taken so far, dots un-stuffed. */
  get octets(): number {
    return this.#octets;
  }

  /** True where line ends were wrong: what follows in the session cannot be trusted to be commands. */
  get lineEndsBroken(): boolean {
    return this.#scanner.fault === 'line-end';
  }

  /** Reads octets of the buffer (and changes it); returns the index behind the last one read. */
  read(buffer: Buffer, start: number, end: number): { next: number; done: Later<void> } {
    const next = this.#scanner.scan(buffer, start, end);
    const headerEnd = this.#scanner.headerEnd;
    const piece = buffer.subarray(start, this.#scanner.contentEnd);
    return { next, done: this.#take(piece, headerEnd === -1 ? -1 : headerEnd - start) };
  }

  /** All octets are read: the reply to the message. The transaction is over after it, whatever it is. */
  finish(): Later<NamedReply> {
    return whenDone(
      this.#complete(),
      () =>
        this.refusal ??
        whenDone(
          this.#ask(() => this.#options.sink.end(), replies.localError),
          (reply) => this.#over(reply),
        ),
    );
  }

  #over(reply: NamedReply): NamedReply {
    this.#long.over();
    return reply;
  }

  /** Drops what is in memory and aborts the transaction, once. */
  refuse(reply: NamedReply): void {
    if (this.refusal !== undefined) return;
    this.refusal = reply;
    this.drop();
    this.#options.sink.abort();
  }

  /** Drops what is in memory; the sink is asked nothing any more, also where an answer of it is still to come. */
  drop(): void {
    this.#dropped = true;
    this.#long.over();
    this.#dropHeader();
    this.#block = NOTHING;
    this.#blockLength = 0;
  }

  #take(piece: Buffer, headerEnd: number): Later<void> {
    if (this.#scanner.fault === 'line-end' && this.refusal !== undefined) {
      // Broken line ends say more than whatever was wrong before.
      this.refusal = replies.lineEndInContent;
    }
    if (this.refusal !== undefined) {
      this.dropped += piece.length;
      return undefined;
    }
    if (this.#scanner.fault !== undefined) {
      return this.refuse(this.lineEndsBroken ? replies.lineEndInContent : replies.bodyLineTooLong);
    }
    this.#octets += piece.length;
    if (this.#octets > this.#options.limits.message_size) return this.refuse(replies.tooLarge);
    if (!this.#long.grow(this.#octets)) return this.refuse(replies.tooBusy);
    if (this.#headerDone) return this.#body(piece);
    const cut = headerEnd === -1 ? piece.length : headerEnd;
    if (this.#headerLength + cut > this.#options.limits.header_size) return this.refuse(replies.headerTooLarge);
    if (!this.#gatherable(piece, headerEnd)) return this.refuse(replies.tooBusy);
    if (headerEnd === -1) return this.#gather(piece);
    return whenDone(this.#giveHeader(piece.subarray(0, cut)), () => this.#body(piece.subarray(cut)));
  }

  /** BDAT may end without CR LF, and the last octets may still be in memory here. */
  #complete(): Later<void> {
    if (this.refusal !== undefined) return undefined;
    if (!this.#scanner.ended && !this.#scanner.atLineStart) {
      const ending = Buffer.from(CRLF);
      const { done } = this.read(ending, 0, ending.length);
      return whenDone(done, () => this.#complete());
    }
    return this.#headerDone ? this.#flush() : this.#giveHeader(NOTHING);
  }

  /** A header that comes whole is not held, so it is taken however busy we are. */
  #gatherable(piece: Buffer, headerEnd: number): boolean {
    const { held, limit } = this.#memory;
    return headerEnd !== -1 || held + 2 * piece.length <= limit;
  }

  #gather(piece: Buffer): void {
    const needed = this.#headerLength + piece.length;
    if (needed > this.#header.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(SMALL_PIECE, needed * 2));
      this.#header.copy(larger, 0, 0, this.#headerLength);
      this.#memory.held += larger.length - this.#header.length;
      this.#header = larger;
    }
    piece.copy(this.#header, this.#headerLength);
    this.#headerLength = needed;
  }

  #giveHeader(last: Buffer): Later<void> {
    if (this.#headerLength > 0) this.#gather(last);
    const header = this.#headerLength > 0 ? this.#header.subarray(0, this.#headerLength) : last;
    this.#headerDone = true;
    this.#dropHeader();
    const refusal = this.#ask(() => this.#options.sink.header(header), replies.localError);
    return whenDone(refusal, (reply) => {
      if (reply !== undefined) this.refuse(reply);
    });
  }

  #dropHeader(): void {
    this.#memory.held -= this.#header.length;
    this.#header = NOTHING;
  }

  #body(piece: Buffer): Later<void> {
    if (piece.length === 0 || this.refusal !== undefined) return undefined;
    if (piece.length >= SMALL_PIECE) return whenDone(this.#flush(), () => this.#give(piece));
    if (this.#blockLength + piece.length > BLOCK) return whenDone(this.#flush(), () => this.#body(piece));
    if (this.#block.length === 0) this.#block = Buffer.allocUnsafeSlow(BLOCK);
    piece.copy(this.#block, this.#blockLength);
    this.#blockLength += piece.length;
    return undefined;
  }

  #flush(): Later<void> {
    if (this.#blockLength === 0) return undefined;
    const block = this.#block.subarray(0, this.#blockLength);
    // Much smaller than its block (the end of a message): cut to size, for the handler may hold it long.
    const octets = block.length < BLOCK / 2 ? Buffer.from(block) : block;
    this.#block = NOTHING;
    this.#blockLength = 0;
    return this.#give(octets);
  }

  #give(octets: Buffer): Later<void> {
    if (this.refusal !== undefined) return undefined;
    const refusal = this.#ask(() => whenDone(this.#options.sink.body(octets), () => undefined), replies.localError);
    return whenDone(refusal, (reply: NamedReply | undefined) => {
      if (reply !== undefined) this.refuse(reply);
    });
  }

  /** Asks the sink; a fault of it becomes `otherwise`. */
  #ask<T>(question: () => Later<T>, otherwise: NamedReply): Later<T | NamedReply> {
    const failed = (fault: unknown) => {
      this.#options.onFault(fault);
      return otherwise;
    };
    if (this.#dropped) return otherwise;
    try {
      const answer = question();
      return answer instanceof Promise ? answer.catch(failed) : answer;
    } catch (fault) {
      return failed(fault);
    }
  }
}
