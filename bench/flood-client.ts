// A flood of strangers on an SMTP port, from many loopback addresses, in every manner that is no mail. Runs as a process
// of its own: `node bench/flood-client.ts --port 2525 --rate 2000 --hold 12000 --seconds 20` prints what it met as JSON.

import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

/** `silent` never speaks; `slow` sends an octet a second; `rubbish` pipelines what is no command; `early` speaks before
 * the greeting; `header` begins a message whose header never ends; `reset` connects and is gone. */
export const MANNERS = ['silent', 'slow', 'rubbish', 'early', 'header', 'reset'] as const;
export type Manner = (typeof MANNERS)[number];

export interface FloodOptions {
  port: number;
  /** New connections a second, the manners in turn. */
  rate: number;
  /** Connections that are kept open besides; one that is cut off is opened again. */
  hold: number;
  seconds: number;
  /** Addresses the flood comes from, from 127.77.0.1 on. */
  addresses: number;
  manners: readonly Manner[];
  /** A recipient that the relay takes mail for, for headers that never end. */
  recipient: string;
}

export interface FloodResult {
  opened: number;
  /** Connections that could not be opened, or were reset before a word was said. */
  reset: number;
  /** … that got the greeting. */
  greeted: number;
  /** … that got another first reply, by its code. */
  refused: Record<string, number>;
  /** Most that were held open at once. */
  heldMost: number;
}

const PATIENCE_MS = 15_000;
const RUBBISH = Buffer.from(Array.from({ length: 500 }, (_, i) => `XRUBBISH ${i} ${'x'.repeat(60)}\r\n`).join(''));
const HEADER = Buffer.from(`X-Long: ${'x'.repeat(900)}\r\n`.repeat(64));
const STEP_MS = 10;

class Flood {
  readonly result: FloodResult = { opened: 0, reset: 0, greeted: 0, refused: {}, heldMost: 0 };
  readonly #options: FloodOptions;
  readonly #open = new Set<Socket>();
  readonly #held = new Set<Socket>();
  #next = 0;

  constructor(options: FloodOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { rate, hold, seconds, manners } = this.#options;
    const began = performance.now();
    let made = 0;
    let reopened = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const passed = performance.now() - began;
        if (passed >= seconds * 1000) {
          clearInterval(timer);
          return resolve();
        }
        for (const due = (passed / 1000) * rate; made < due; made++) {
          const manner = manners[made % manners.length];
          if (manner !== undefined) this.#attack(manner);
        }
        // What is held is built up in five seconds; what was cut off comes back a hundred a second.
        for (const due = heldDue(passed / 1000, hold); reopened < due; reopened++) {
          if (this.#held.size < hold) this.#hold();
        }
        this.result.heldMost = Math.max(this.result.heldMost, this.#held.size);
      }, STEP_MS);
    });
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  #connect(): Socket {
    const number = this.#next++ % this.#options.addresses;
    const socket = connect({
      port: this.#options.port,
      host: '127.0.0.1',
      localAddress: `127.77.${Math.floor(number / 250)}.${(number % 250) + 1}`,
      noDelay: true,
    });
    this.result.opened++;
    this.#open.add(socket);
    let first = true;
    socket.once('data', (data: Buffer) => {
      first = false;
      const code = data.toString('latin1', 0, 3);
      if (code === '220') this.result.greeted++;
      else this.result.refused[code] = (this.result.refused[code] ?? 0) + 1;
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (first) this.result.reset++;
      this.#open.delete(socket);
    });
    socket.resume();
    return socket;
  }

  #hold(): void {
    const socket = this.#connect();
    this.#held.add(socket);
    socket.once('close', () => this.#held.delete(socket));
  }

  #attack(manner: Manner): void {
    const socket = this.#connect();
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    switch (manner) {
      case 'silent':
        return;
      case 'early':
        return void socket.write('EHLO early.test\r\nMAIL FROM:<x@early.test>\r\n');
      case 'reset':
        return void socket.once('connect', () => socket.resetAndDestroy());
      case 'slow':
        return this.#slowly(socket);
      case 'rubbish':
        return void socket.once('data', () => this.#endlessly(socket, RUBBISH));
      case 'header':
        socket.once('data', () => {
          socket.write(`EHLO big.test\r\nMAIL FROM:<x@big.test>\r\nRCPT TO:<${this.#options.recipient}>\r\nDATA\r\n`);
          socket.on('data', (data: Buffer) => {
            if (data.includes('\r\n354') || data.toString('latin1', 0, 3) === '354') this.#endlessly(socket, HEADER);
          });
        });
        return;
      default:
        manner satisfies never;
    }
  }

  #slowly(socket: Socket): void {
    const text = 'EHLO slow.test\r\n'.repeat(100);
    let at = 0;
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 1000);
    socket.once('close', () => clearInterval(timer));
  }

  #endlessly(socket: Socket, piece: Buffer): void {
    const go = () => {
      while (!socket.destroyed && socket.write(piece))
        if (socket.bytesWritten > 16 * 1024 ** 2) return socket.destroy();
      return undefined;
    };
    socket.on('drain', go);
    go();
  }
}

function heldDue(seconds: number, hold: number): number {
  return (Math.min(seconds, 5) / 5) * hold + Math.max(0, seconds - 5) * 100;
}

/** Floods for the time it is told, then cuts everything off. */
export async function flood(options: FloodOptions): Promise<FloodResult> {
  const running = new Flood(options);
  await running.run();
  return running.result;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '2525' },
      rate: { type: 'string', default: '2000' },
      hold: { type: 'string', default: '12000' },
      seconds: { type: 'string', default: '20' },
      addresses: { type: 'string', default: '100' },
      manners: { type: 'string', default: MANNERS.join(',') },
      recipient: { type: 'string', default: 'someone@acme.test' },
    },
  });
  const result = await flood({
    port: Number(values.port),
    rate: Number(values.rate),
    hold: Number(values.hold),
    seconds: Number(values.seconds),
    addresses: Number(values.addresses),
    manners: values.manners.split(',') as Manner[],
    recipient: values.recipient,
  });
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
