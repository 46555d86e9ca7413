// The two who know the truth: a client that notes every 250, and a receiver that notes every message. Both live in the
// process of the test, so that no crash of the relay touches what they know.

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sink, startSink } from '../../bench/sink.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { INSIDE } from './complete-citizen.ts';

/** What becomes of a message depends on its recipient's domain. */
export type Fate = 'delivered' | 'deferred' | 'bounced';

/** Domain of the recipient of message `number`: of ten, eight are taken, one is told 451, one 550. */
export function fateOf(number: number): Fate {
  if (number % 10 === 8) return 'deferred';
  if (number % 10 === 9) return 'bounced';
  return 'delivered';
}

const DOMAINS: Record<Fate, string> = { delivered: 'takes.test', deferred: 'later.test', bounced: 'never.test' };

/** Whether a message is for another customer of the relay. */
export function isInside(number: number): boolean {
  return number % 10 === 4;
}

/** Recipient of a message; its number can be read from it again. */
export function recipientOf(number: number): string {
  if (isInside(number)) return `n${number}@${INSIDE.domain}`;
  return `n${number}@d${number % 5}.${DOMAINS[fateOf(number)]}`;
}

export function senderOf(number: number): string {
  return `n${number}@acme.test`;
}

function numberOf(address: string): number {
  return Number(/^n(\d+)@/.exec(address)?.[1] ?? -1);
}

/** Content of a message: most are small, some too large to be kept inside the queue's file. */
export function contentOf(number: number): Buffer {
  const size = number % 37 === 0 ? 200_000 : 300 + ((number * 7919) % 6000);
  const header = `From: <${senderOf(number)}>\r\nTo: <${recipientOf(number)}>\r\nSubject: number ${number}\r\nMessage-ID: <n${number}@acme.test>\r\n\r\n`;
  const line = `${String(number).padStart(70, 'x')}\r\n`;
  return Buffer.from(header + line.repeat(Math.ceil(size / line.length)), 'latin1');
}

export interface Receiver extends AsyncDisposable {
  readonly port: number;
  /** How often each message came whole. */
  readonly copies: Map<number, number>;
  /** When each message came first, milliseconds since 1970. */
  readonly firstAt: Map<number, number>;
  /** Messages whose content was not what had been sent. */
  readonly damaged: Set<number>;
  /** When the sender of a message got a bounce notice. */
  readonly bounced: Map<number, number>;
  /** Messages that came with a DKIM signature of ours. */
  readonly signed: Set<number>;
  /** Different notices by what they are about, such as `17 delayed`: a copy of the same one is no second. */
  readonly notices: Map<string, Set<string>>;
  /** Messages that came since then. */
  since(time: number): number;
  /** From now on takes what it deferred so far. */
  takeDeferred(): void;
}

/** Starts the receiver of all domains, and of the bounces to the senders. `delayMs` before each of its replies. */
export async function startReceiver(port = 0, delayMs?: number): Promise<Receiver> {
  const copies = new Map<number, number>();
  const firstAt = new Map<number, number>();
  const damaged = new Set<number>();
  const bounced = new Map<number, number>();
  const signed = new Set<number>();
  const notices = new Map<string, Set<string>>();
  let defers = true;
  let times: number[] = [];
  const reply = (recipient: string): string | undefined => {
    if (recipient.endsWith(DOMAINS.bounced)) return '550 5.1.1 no such user\r\n';
    return defers && recipient.endsWith(DOMAINS.deferred) ? '451 4.2.1 not now\r\n' : undefined;
  };
  const sink: Sink = await startSink({
    port,
    whole: true,
    ...(delayMs === undefined ? {} : { delayMs }),
    rcptReply: reply,
    onMessage: (recipients, message) => {
      for (const recipient of recipients) {
        const number = numberOf(recipient);
        const now = performance.timeOrigin + performance.now();
        if (recipient.endsWith('@acme.test')) {
          const action = noteNotice(notices, number, message);
          if (action === 'failed' && !bounced.has(number)) bounced.set(number, now);
          continue;
        }
        if (message.subarray(0, 4000).includes('DKIM-Signature: ')) signed.add(number);
        times.push(now);
        copies.set(number, (copies.get(number) ?? 0) + 1);
        if (!firstAt.has(number)) firstAt.set(number, now);
        if (!isWhole(number, message)) damaged.add(number);
      }
    },
  });
  return {
    port: sink.port,
    copies,
    firstAt,
    damaged,
    bounced,
    signed,
    notices,
    since: (time) => {
      times = times.slice(-100_000);
      return times.filter((one) => one >= time).length;
    },
    takeDeferred: () => {
      defers = false;
    },
    [Symbol.asyncDispose]: () => sink.stop(),
  };
}

/** Remembers a notice by its Message-ID; gives what it tells of. */
function noteNotice(notices: Map<string, Set<string>>, number: number, message: Buffer): string {
  const text = message.toString('latin1');
  const action = /\r\nAction: (\w+)/.exec(text)?.[1] ?? 'unknown';
  const id = /\r\nMessage-ID: (\S+)/i.exec(text)?.[1] ?? text;
  const known = notices.get(`${number} ${action}`);
  if (known === undefined) notices.set(`${number} ${action}`, new Set([id]));
  else known.add(id);
  return action;
}

/** Of what more than one notice was made: nobody is told twice. */
export function toldTwice(receiver: Receiver): string[] {
  return [...receiver.notices].flatMap(([about, ids]) => (ids.size > 1 ? [about] : []));
}

const hash = (octets: Buffer) => createHash('sha1').update(octets).digest('hex');

/** Whether a delivered message ends with what was sent; the relay puts its trace header before it. */
function isWhole(number: number, message: Buffer): boolean {
  const sent = contentOf(number);
  return message.length >= sent.length && hash(message.subarray(message.length - sent.length)) === hash(sent);
}

export interface Sender {
  /** Queue id of every message that got its 250. */
  readonly noted: Map<number, string>;
  /** Messages whose end was sent; those not noted may be there or not. */
  readonly sent: Set<number>;
  /** Replies to an end of data other than 250. */
  readonly refusals: Map<string, number>;
  /** The longest a message took to be accepted since this was asked last, in milliseconds. */
  takeSlowest(): number;
  stop(): Promise<void>;
}

export interface SenderOptions {
  port: number;
  sessions: number;
  /** Stops by itself after so many messages. */
  messages?: number;
  /** Number of the first message. */
  from?: number;
}

/** Sends without end over several sessions, each of which connects again whenever the relay goes away. */
export function startSender(options: SenderOptions): Sender {
  const noted = new Map<number, string>();
  const sent = new Set<number>();
  const refusals = new Map<string, number>();
  const first = options.from ?? 0;
  let next = first;
  let running = true;
  let slowestMs = 0;
  const more = () => running && next - first < (options.messages ?? Number.POSITIVE_INFINITY);

  const speak = async (client: SmtpClient) => {
    await client.hello();
    while (more()) {
      const number = next++;
      sent.add(number);
      const begun = performance.now();
      const reply = await client.message({
        from: senderOf(number),
        to: [recipientOf(number)],
        content: contentOf(number),
      });
      slowestMs = Math.max(slowestMs, performance.now() - begun);
      const id = /queued as (\S+)/.exec(reply.text)?.[1];
      if (id === undefined) refusals.set(reply.text, (refusals.get(reply.text) ?? 0) + 1);
      else noted.set(number, id);
      if (reply.code === 421) return;
    }
    await client.quit();
  };
  const session = async () => {
    while (more()) {
      try {
        await using client = await SmtpClient.connect({ port: options.port });
        await speak(client);
      } catch {
        // The relay went away, which is what this test is about.
        await sleep(10);
      }
    }
  };
  const sessions = Array.from({ length: options.sessions }, session);
  return {
    noted,
    sent,
    refusals,
    takeSlowest: () => {
      const slowest = slowestMs;
      slowestMs = 0;
      return slowest;
    },
    stop: async () => {
      if (options.messages === undefined) running = false;
      await Promise.all(sessions);
    },
  };
}

/** Waits until every noted message was delivered or bounced; gives those that were not. */
export async function unaccounted(sender: Sender, receiver: Receiver, timeoutMs = 30_000): Promise<string[]> {
  receiver.takeDeferred();
  const end = performance.now() + timeoutMs;
  for (;;) {
    const missing = [...sender.noted].filter(
      ([number]) => !receiver.copies.has(number) && !receiver.bounced.has(number),
    );
    if (missing.length === 0 || performance.now() > end) return missing.map(([number, id]) => `${number} (${id})`);
    await sleep(100);
  }
}
