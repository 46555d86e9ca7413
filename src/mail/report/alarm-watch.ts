// Looks at the conditions of the alarms, again and again. Each look asks what it needs by a function; one that fails or
// does not answer stops none of the others.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../platform/clock.ts';
import { inTime } from '../../platform/in-time.ts';
import type { Log } from '../../platform/log.ts';
import type { CounterHandle } from '../../platform/metrics.ts';
import type { Said } from '../../platform/sentence.ts';
import type { LoadCause } from '../accept/front/load.ts';
import type { MailHostNews } from '../deliver/reach.ts';
import type { StoreHealth } from '../queue/operations.ts';
import { alarmSays } from './alarm-sentences.ts';
import type { Alarms } from './alarms.ts';
import type { Reconciler, ReconcilerReport } from './reconciler.ts';

/** Settings may be getters: they are looked at anew for each use. */
export interface AlarmWatchOptions {
  alarms: Alarms;
  clock: Clock;
  log: Log;
  /** How often the conditions are looked at, milliseconds. */
  intervalMs: number;
  /** PEM files of all certificates in use. */
  certificates: () => readonly string[];
  /** Days before its end at which a certificate alarms. */
  certificateDays: number;
  /** Fresh mail older than this without an attempt means that the queue does not drain, milliseconds. */
  queueAgeMs: number;
  /** Octets of free disk below which new mail gets 452. */
  lowWater: number;
  /** Days of the trace that were put aside and still lie there, with their file. */
  setAsideDays: () => ReadonlyMap<string, string>;
  health(): Promise<StoreHealth>;
  reconciler: Reconciler;
  mailHosts: CounterHandle<'state'>;
}

/** What the last look saw. */
export interface LastLook {
  /** Milliseconds since 1970. */
  at: number;
  /** Absent: the store thread did not answer. */
  health?: StoreHealth;
  reconciler: ReconcilerReport;
}

export interface AlarmWatch {
  /** What the last look saw; nothing before the first. */
  readonly last: LastLook | undefined;
  /** One look at everything; the timer does the same. Never rejects. */
  look(): Promise<void>;
  /** A thread ended by itself and was started again. */
  threadRestarted(name: string): void;
  /** A customer's mail host is found down again, or is back. */
  mailHost(news: MailHostNews): void;
  /** Queued mail of this customer found no active address. */
  noAddress(customer: string): void;
  /** A customer has an active address again. */
  hasAddress(customer: string): void;
  /** A key that should sign cannot be had, or its published record is wrong. `key` is `selector._domainkey.domain`. */
  signingKey(key: string, fault: string): void;
  /** It was seen to be right again. */
  signingKeyRight(key: string): void;
  /** Active addresses of ours that DNS does not speak for, each with its fault: all there are. */
  sendingAddresses(faults: ReadonlyMap<string, string>): void;
  /** A day of the trace could not be read and was put aside. */
  traceSetAside(notice: { day: string; file: string }): void;
  /** What lies somewhere although its time is over, each with its place: all there is. */
  retention(faults: ReadonlyMap<string, string>): void;
  /** What is wrong with the backups; nothing where all is well. */
  backup(fault: Said | undefined): void;
  /** How many hours the looks at what customers have in DNS are late; nothing where they are in time. */
  checksLate(hours: number | undefined): void;
  /** A relay thread is under load, by its cause; nothing where it no longer is. */
  underLoad(thread: string, cause: LoadCause | undefined): void;
  /** What is wrong with a DNS blocklist; nothing where it is used. */
  dnsbl(zone: string, fault: string | undefined): void;
  /** What is wrong with a scanner; nothing where it answers. */
  scanner(name: string, fault: string | undefined): void;
  /** What is wrong with taking messages apart, or nothing any more: in a thread, or about one content. */
  inspection(about: string, fault: Said | undefined): void;
  /** A sender of a customer is locked until somebody has looked. */
  senderLocked(customer: string, name: string): void;
  /** The first place at which the audit is not as it was written; nothing where it is. */
  audit(fault: string | undefined): void;
  close(): void;
}

/** The wall clock may differ from the running time by so much between two looks; a leap second does no harm. */
const CLOCK_JUMP_MS = 5000;
const DAY_MS = 86_400_000;
/** The trace keeps up while fewer events than this wait, or while they grow fewer. */
const EVENTS_WAITING = 20_000;
/** Looks in a row at which events must have grown before it is called a fault. */
const EVENTS_LOOKS = 5;
/** An unanswered look at the store ends after this time. */
const HEALTH_MS = 10_000;

/** Starts looking. */
export function watchAlarms(options: AlarmWatchOptions): AlarmWatch {
  return new Watch(options);
}

class Watch implements AlarmWatch {
  readonly #options: AlarmWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #wall: number;
  #running: number;
  #eventsPending = 0;
  #eventsGrew = 0;
  #looking: Promise<void> | undefined;
  last: LastLook | undefined;

  constructor(options: AlarmWatchOptions) {
    this.#options = options;
    this.#wall = options.clock.now();
    this.#running = options.clock.monotonic();
    this.#lookLater();
  }

  /** Not an interval: a reload may change how long it is. */
  #lookLater(): void {
    this.#timer = setTimeout(() => {
      this.#lookLater();
      void this.look();
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  threadRestarted(name: string): void {
    this.#options.alarms.raise('thread-restarted', alarmSays('thread-ended', { thread: name }), name);
  }

  mailHost({ customer, host, state, detail }: MailHostNews): void {
    const about = `${customer} ${host}`;
    const { log, alarms, mailHosts } = this.#options;
    mailHosts.add(1, { state });
    if (state === 'unreachable') alarms.raise('mailhost', alarmSays('mailhost-unreachable', { detail }), about);
    else alarms.clear('mailhost', about);
    log.info(`mailhost.${state}`, { customer, host, ...(detail !== '' && { detail }) });
  }

  noAddress(customer: string): void {
    this.#options.alarms.raise('no-address', alarmSays('no-address'), customer);
  }

  hasAddress(customer: string): void {
    this.#options.alarms.clear('no-address', customer);
  }

  signingKey(key: string, fault: string): void {
    this.#options.alarms.raise('signing-key', alarmSays('signing-key', { key, fault }), key);
  }

  signingKeyRight(key: string): void {
    this.#options.alarms.clear('signing-key', key);
  }

  sendingAddresses(faults: ReadonlyMap<string, string>): void {
    this.#options.alarms.set('sending-address', uncoded(faults));
  }

  traceSetAside(notice: { day: string; file: string }): void {
    this.#options.alarms.raise('trace', alarmSays('trace-set-aside', { file: notice.file }), notice.day);
  }

  retention(faults: ReadonlyMap<string, string>): void {
    this.#options.alarms.set('retention', uncoded(faults));
  }

  backup(fault: Said | undefined): void {
    if (fault === undefined) this.#options.alarms.clear('backup');
    else this.#options.alarms.raise('backup', fault);
  }

  checksLate(hours: number | undefined): void {
    if (hours === undefined) this.#options.alarms.clear('checks');
    else this.#options.alarms.raise('checks', alarmSays('checks-late', { hours }));
  }

  scanner(name: string, fault: string | undefined): void {
    if (fault === undefined) this.#options.alarms.clear('scanner', name);
    else this.#options.alarms.raise('scanner', alarmSays('scanner-down', { name, fault }), name);
  }

  inspection(about: string, fault: Said | undefined): void {
    if (fault === undefined) this.#options.alarms.clear('inspection', about);
    else this.#options.alarms.raise('inspection', fault, about);
  }

  senderLocked(customer: string, name: string): void {
    // Whose address it is stays in the list of limits, which needs a permission.
    this.#options.alarms.raise('sender', alarmSays('sender-locked', { customer }), name);
  }

  audit(fault: string | undefined): void {
    if (fault === undefined) this.#options.alarms.clear('audit');
    else this.#options.alarms.raise('audit', { text: fault });
  }

  underLoad(thread: string, cause: LoadCause | undefined): void {
    if (cause === undefined) this.#options.alarms.clear('flood', thread);
    else this.#options.alarms.raise('flood', alarmSays(`load-${cause}`), thread);
  }

  dnsbl(zone: string, fault: string | undefined): void {
    if (fault === undefined) this.#options.alarms.clear('dnsbl', zone);
    else this.#options.alarms.raise('dnsbl', alarmSays('dnsbl-not-used', { zone, fault }), zone);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #lookAtAll(): Promise<void> {
    this.#lookAtClock();
    this.#lookAtCertificates();
    let health: StoreHealth | undefined;
    try {
      health = await inTime(this.#options.health(), HEALTH_MS);
      if (health === undefined) throw new Error('the store thread did not answer in time');
      this.#lookAtStore(health);
    } catch (err) {
      // A store thread that is being started again answers next time; one that is not restarted raises its own alarm.
      this.#options.log.warn('health of the queue not known', { err });
    }
    const report = await this.#options.reconciler.run();
    this.last = { at: this.#options.clock.now(), reconciler: report, ...(health !== undefined && { health }) };
    const faults = report.faults.map((text, i): [string, string] => [i === 0 ? '' : String(i + 1), text]);
    if (report.unknown.length === 0 || faults.length > 0) {
      this.#options.alarms.set('reconciler', uncoded(new Map(faults)));
    }
    this.#options.alarms.look();
  }

  #lookAtClock(): void {
    const { clock, alarms } = this.#options;
    const [wall, running] = [clock.now(), clock.monotonic()];
    const jump = wall - this.#wall - (running - this.#running);
    this.#wall = wall;
    this.#running = running;
    if (Math.abs(jump) < CLOCK_JUMP_MS) return;
    const seconds = Math.round(Math.abs(jump) / 1000);
    alarms.raise('clock', alarmSays(jump < 0 ? 'clock-back' : 'clock-forward', { seconds }));
  }

  #lookAtCertificates(): void {
    const faults = new Map<string, Said>();
    for (const file of new Set(this.#options.certificates())) {
      const fault = certificateFault(file, this.#options.clock.now(), this.#options.certificateDays);
      if (fault !== undefined) faults.set(file, fault);
    }
    this.#options.alarms.set('certificate', faults);
  }

  #lookAtStore(health: StoreHealth): void {
    const { alarms, lowWater, queueAgeMs } = this.#options;
    const short = health.full || health.free < lowWater;
    const free = Math.round(health.free / 1024 ** 2);
    if (short) alarms.raise('disk', alarmSays('disk-short', { free, low: Math.round(lowWater / 1024 ** 2) }));
    else alarms.clear('disk');
    const minutes = Math.round(health.freshAgeMs / 60_000);
    if (health.freshAgeMs > queueAgeMs) alarms.raise('queue-stalled', alarmSays('queue-stalled', { minutes }));
    else alarms.clear('queue-stalled');
    this.#lookAtEvents(health.eventsPending);
  }

  #lookAtEvents(pending: number): void {
    this.#eventsGrew = pending > EVENTS_WAITING && pending >= this.#eventsPending ? this.#eventsGrew + 1 : 0;
    this.#eventsPending = pending;
    const faults = new Map<string, Said>();
    for (const [day, file] of this.#options.setAsideDays()) faults.set(day, alarmSays('trace-set-aside', { file }));
    if (this.#eventsGrew >= EVENTS_LOOKS) faults.set('', alarmSays('trace-behind', { count: pending }));
    this.#options.alarms.set('trace', faults);
  }
}

/** In English alone. */
function uncoded(faults: ReadonlyMap<string, string>): Map<string, Said> {
  return new Map([...faults].map(([about, text]) => [about, { text }]));
}

function certificateFault(file: string, now: number, days: number): Said | undefined {
  try {
    const left = Date.parse(new X509Certificate(readFileSync(file)).validTo) - now;
    if (left < 0) return alarmSays('certificate-ended', { days: Math.ceil(-left / DAY_MS) });
    return left < days * DAY_MS ? alarmSays('certificate-ends', { days: Math.floor(left / DAY_MS) }) : undefined;
  } catch (err) {
    const code = (err as { code?: unknown }).code;
    return typeof code === 'string' && !code.startsWith('ERR_OSSL')
      ? alarmSays('certificate-unreadable', { code })
      : alarmSays('certificate-none');
  }
}
