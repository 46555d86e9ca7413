// The front of a relay thread: who is let in, how long they wait for the greeting, and what load makes of it.

import type { Clock } from '../../../platform/clock.ts';
import type { Config } from '../../../platform/config/schema.ts';
import { strangers as defaults } from '../../../platform/config/strangers.ts';
import type { Log } from '../../../platform/log.ts';
import type { CounterHandle, GaugeHandle, Metrics } from '../../../platform/metrics.ts';
import { openFilesLimit } from '../../../platform/open-files.ts';
import type { ConnectionCounters } from '../connection-counters.ts';
import type { Limits } from '../conversation.ts';
import type { LongContents } from '../long-contents.ts';
import type { NamedReply } from '../replies.ts';
import { type ConnectionRates, createConnectionRates, openConnectionRates } from './connection-rates.ts';
import type { Dnsbl } from './dnsbl.ts';
import { type Admission, Allowance, Gate, type Standing } from './gate.ts';
import { LOOK_MS, Load, type LoadCause } from './load.ts';

export interface FrontOptions {
  standing: (ip: string) => Standing;
  rates: ConnectionRates;
  /** Looked at anew for each connection. */
  settings: () => Config['strangers'];
  /** Relay threads. */
  threads: number;
  /** Octets past which a content gets a file of its own. */
  fileFrom: number;
  dnsbl: Pick<Dnsbl, 'listing' | 'close'> | undefined;
  /** Told of load that lasts, with what showed it, and when it has been over for a while. */
  load: (cause: LoadCause | undefined) => void;
}

/** What the front shares with the listeners of its thread. */
export interface FrontSurroundings {
  counters: ConnectionCounters;
  limits: () => Limits;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

/** Descriptors for all that is no client: deliveries, files, the API. At least so many, or this share of all. */
const OTHER_FILES = 256;
const OTHER_FILES_SHARE = 0.2;
/** Refused clients that are told why, a second and thread: enough for those who made a mistake, next to nothing to us. */
const WORDS_PER_SECOND = 25;
/** Files of contents that strangers have not finished, of those for all that is no client; hosts known by their mail … */
const LONG_FILES_SHARE = 0.25;
/** … have as many, and as much of the disk; over all threads. Forty of the largest messages at once. */
const LONG_OCTETS = 2 * 1024 ** 3;
/** As `queue.inline_body` has it, where nobody says otherwise. */
const FILE_FROM = 128 * 1024;
/** Of a refused message of a stranger, under load. */
const BUSY_DROPPED = 1024 ** 2;
/** Octets that are read of all strangers on a thread under load, in a second … */
const BUSY_OCTETS_PER_SECOND = 8 * 1024 ** 2;
/** … as long as they wait no longer than this, milliseconds. */
const LONGEST_PACE_MS = 1000;
/** Shorter waits are not worth a timer. */
const SHORTEST_PACE_MS = 5;
/** Load that is over sooner is nobody's alarm, … */
const LASTING_MS = 10_000;
/** … and one that comes back sooner is the same. */
const OVER_MS = 60_000;

/** For listeners that nobody but friends reaches: everybody is let in while there is room. */
export function openToAll(): FrontOptions {
  const settings = defaults.parse({});
  return {
    standing: () => 'registered',
    rates: openConnectionRates(createConnectionRates()),
    settings: () => settings,
    threads: 1,
    fileFrom: FILE_FROM,
    dnsbl: undefined,
    load: () => {},
  };
}

export class Front {
  readonly #options: FrontOptions;
  readonly #surroundings: FrontSurroundings;
  readonly #gate: Gate;
  readonly #load: Load;
  readonly #words: Allowance;
  readonly #timer: NodeJS.Timeout;
  readonly #underLoad: GaugeHandle<never>;
  readonly #cutOff: CounterHandle<'reply'>;
  /** What `load` was told last, and what it will be told unless the load changes before. */
  #told: LoadCause | undefined;
  #telling: NodeJS.Timeout | undefined;
  /** Connections of strangers that are open on this thread. */
  #strangers = 0;
  /** Monotonic time until which what was read of strangers is paid for. */
  #readUntil = 0;

  /** Begins to look at the load. */
  constructor(options: FrontOptions, surroundings: FrontSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    const { clock, metrics } = surroundings;
    const now = clock.monotonic;
    this.#underLoad = metrics.gauge(
      'easymail_under_load',
      'Relay threads that are under load: strangers wait first. Worry while it stays above 0 (docs/runbooks/flood.md).',
    );
    this.#underLoad.set(0);
    this.#cutOff = metrics.counter(
      'easymail_smtp_cut_off_total',
      'Clients cut off without a word, by the reply that others like them got. Worry when it grows: a flood.',
      ['reply'],
    );
    this.#load = new Load({
      clock,
      settings: options.settings,
      threads: options.threads,
      strangersShare: () => (this.#strangers * options.threads) / this.#gate.strangersRoom,
      changed: (cause) => this.#loadChanged(cause),
    });
    const openFiles = filesForClients();
    if (openFiles < surroundings.limits().connections) {
      surroundings.log.warn('fewer files may be open than limits.connections asks for', { connections: openFiles });
    }
    this.#gate = new Gate({ ...options, ...surroundings, load: this.#load, openFiles, now });
    this.#words = new Allowance(now);
    this.#timer = setInterval(() => this.#load.look(), LOOK_MS).unref();
  }

  /** How long a stranger may say nothing, milliseconds; without load there is no such limit. */
  get patience(): number | undefined {
    return this.#load.busy ? this.#options.settings().busy_timeout : undefined;
  }

  /** `screen`: strangers' addresses are looked up in the DNS blocklists too. */
  admit(ip: string, screen: boolean): Admission {
    const admission = this.#gate.admit(ip, screen);
    if (admission.kind === 'refused' || admission.standing !== 'stranger') return admission;
    this.#strangers++;
    const leave = (fruitful: boolean) => {
      this.#strangers--;
      admission.leave(fruitful);
    };
    return { ...admission, leave };
  }

  /** What a refused client is told; nothing where too many were told already: then it is cut off without a word. */
  words(reply: NamedReply): NamedReply | undefined {
    if (this.#words.take(WORDS_PER_SECOND)) return reply;
    this.#cutOff.add(1, { reply: reply.name });
    return undefined;
  }

  /** Octets of a refused message that are read so that its sender gets to hear why. */
  mostDropped(stranger: boolean): number {
    if (!stranger) return Number.POSITIVE_INFINITY;
    return this.#load.busy ? BUSY_DROPPED : this.#surroundings.limits().message_size;
  }

  /** What strangers on this thread, or hosts known by their mail, may have of long contents that are not whole yet. */
  longContents(): LongContents {
    const { fileFrom, threads } = this.#options;
    const mostFiles = Math.max(1, Math.floor((otherFiles() * LONG_FILES_SHARE) / threads));
    return { from: fileFrom, files: 0, mostFiles, octets: 0, mostOctets: Math.floor(LONG_OCTETS / threads) };
  }

  /** A stranger sent so much: milliseconds until more is read of it. */
  pace(octets: number): number {
    if (!this.#load.busy) return 0;
    const now = this.#surroundings.clock.monotonic();
    this.#readUntil = Math.max(this.#readUntil, now) + (octets * 1000) / BUSY_OCTETS_PER_SECOND;
    const wait = Math.min(this.#readUntil - now, LONGEST_PACE_MS);
    return wait < SHORTEST_PACE_MS ? 0 : wait;
  }

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#telling);
    this.#options.dnsbl?.close();
  }

  #loadChanged(cause: LoadCause | undefined): void {
    const { log } = this.#surroundings;
    this.#underLoad.set(cause === undefined ? 0 : 1);
    if (cause === undefined) log.info('no longer under load');
    else log.warn('under load, strangers wait first', { cause });
    clearTimeout(this.#telling);
    if ((cause === undefined) === (this.#told === undefined)) return;
    const tell = () => {
      this.#told = cause;
      this.#options.load(cause);
    };
    this.#telling = setTimeout(tell, cause === undefined ? OVER_MS : LASTING_MS).unref();
  }
}

function filesForClients(): number {
  const files = openFilesLimit();
  return Number.isFinite(files) ? files - otherFiles() : files;
}

function otherFiles(): number {
  return Math.max(OTHER_FILES, Math.floor(openFilesLimit() * OTHER_FILES_SHARE));
}
