// Alarms: what is wrong now, told when it begins, again after a while, and when it is over. To the log, to a metric and
// to who the configuration names; never through the queue, which may be what is broken.

import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Said } from '../../platform/sentence.ts';
import { ALARM_NAMES, ALARMS, type AlarmKind, type AlarmName } from './alarm-names.ts';

/** What is sent: ids, numbers and names of files or threads; never content, addresses of people or secrets. */
export interface AlarmNotice {
  event: 'raised' | 'repeated' | 'cleared';
  name: AlarmName;
  /** What it is about, where there can be several: a customer, a thread, a certificate. */
  about?: string;
  meaning: string;
  /** What was seen, in words. */
  text: string;
  /** ISO 8601: when it began. */
  since: string;
  /** Name of this node. */
  node: string;
  runbook: string;
}

/** A way to tell somebody. Rejects where that failed; it is tried again at the next look. */
export interface AlarmSender {
  kind: string;
  send(notice: AlarmNotice): Promise<void>;
}

export interface AlarmsOptions {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Name of this node. */
  node: string;
  /** An alarm that goes on is told again after this time, milliseconds; looked at anew for each use. */
  readonly repeatMs: number;
  senders: readonly AlarmSender[];
}

/** An alarm that is on, with what was seen. */
export interface ActiveAlarm extends Said {
  name: AlarmName;
  about?: string;
  /** ISO 8601. */
  since: string;
}

export interface Alarms {
  /** Raises an alarm, or says that it goes on. */
  raise(name: AlarmName, said: Said, about?: string): void;
  /** It is over. Nothing happens where it was not on. */
  clear(name: AlarmName, about?: string): void;
  /** All alarms of this name: those that are given are on, the others over. Key: `about`, or '' where there is but one. */
  set(name: AlarmName, now: ReadonlyMap<string, Said>): void;
  active(): ActiveAlarm[];
  /** Others are told from now on; they begin with what is on. What the others before did not take is not sent. */
  tellOthers(senders: readonly AlarmSender[]): void;
  /** Ends what time ends, repeats what goes on, sends what could not be sent. Call it at every look. */
  look(): void;
  /** Resolves once what is being sent is sent or has failed. */
  idle(): Promise<void>;
}

interface State {
  name: AlarmName;
  about: string;
  said: Said;
  /** Wall clock. */
  since: number;
  /** Monotonic. */
  lastSeen: number;
  lastTold: number;
}

/** Notices that wait for a sender; older ones are dropped first. */
const WAITING_NOTICES = 100;

/** No alarm is on at the start. */
export function createAlarms(options: AlarmsOptions): Alarms {
  return new AlarmStates(options);
}

class AlarmStates implements Alarms {
  readonly #options: AlarmsOptions;
  readonly #states = new Map<string, State>();
  #outboxes: Outbox[];
  readonly #gauge;

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#outboxes = options.senders.map((sender) => new Outbox(sender, options.log));
    this.#gauge = options.metrics.gauge(
      'easymail_alarm',
      'Alarms that are on, by name: how many things it is about. Worry at anything above 0: docs/runbooks/<name>.md.',
      ['name'],
    );
    for (const name of ALARM_NAMES) this.#gauge.set(0, { name });
  }

  raise(name: AlarmName, said: Said, about = ''): void {
    const now = this.#options.clock.monotonic();
    const key = `${name} ${about}`;
    const known = this.#states.get(key);
    if (known !== undefined) {
      known.said = said;
      known.lastSeen = now;
      return;
    }
    const state = { name, about, said, since: this.#options.clock.now(), lastSeen: now, lastTold: now };
    this.#states.set(key, state);
    this.#tell('raised', state);
  }

  clear(name: AlarmName, about = ''): void {
    const key = `${name} ${about}`;
    const state = this.#states.get(key);
    if (state === undefined) return;
    this.#states.delete(key);
    this.#tell('cleared', state);
  }

  set(name: AlarmName, now: ReadonlyMap<string, Said>): void {
    for (const state of this.#states.values()) {
      if (state.name === name && !now.has(state.about)) this.clear(name, state.about);
    }
    for (const [about, said] of now) this.raise(name, said, about);
  }

  active(): ActiveAlarm[] {
    return [...this.#states.values()].map(({ name, about, said, since }) => ({
      name,
      ...(about === '' ? {} : { about }),
      ...said,
      since: new Date(since).toISOString(),
    }));
  }

  tellOthers(senders: readonly AlarmSender[]): void {
    this.#outboxes = senders.map((sender) => new Outbox(sender, this.#options.log));
    for (const state of this.#states.values()) this.#send('repeated', state);
  }

  look(): void {
    const now = this.#options.clock.monotonic();
    for (const state of this.#states.values()) {
      const { overAfterMs }: AlarmKind = ALARMS[state.name];
      if (overAfterMs !== undefined && now - state.lastSeen >= overAfterMs) {
        this.clear(state.name, state.about);
      } else if (now - state.lastTold >= this.#options.repeatMs) {
        state.lastTold = now;
        this.#tell('repeated', state);
      }
    }
    for (const outbox of this.#outboxes) outbox.go();
  }

  async idle(): Promise<void> {
    await Promise.all(this.#outboxes.map((outbox) => outbox.idle()));
  }

  /** One place for log line, metric and notice. */
  #tell(event: AlarmNotice['event'], state: State): void {
    const { name, about, said } = state;
    const { text } = said;
    const on = [...this.#states.values()].filter((one) => one.name === name).length;
    this.#gauge.set(on, { name });
    const fields = { alarm: name, about: about === '' ? undefined : about, text };
    if (event === 'cleared') this.#options.log.info('alarm cleared', fields);
    else this.#options.log.error(event === 'raised' ? 'alarm raised' : 'alarm goes on', fields);
    this.#send(event, state);
  }

  #send(event: AlarmNotice['event'], { name, about, said: { text }, since }: State): void {
    const notice: AlarmNotice = {
      event,
      name,
      ...(about === '' ? {} : { about }),
      meaning: ALARMS[name].meaning,
      text,
      since: new Date(since).toISOString(),
      node: this.#options.node,
      runbook: `docs/runbooks/${name}.md`,
    };
    for (const outbox of this.#outboxes) outbox.add(notice);
  }
}

/** Notices for one sender, in order; what fails stays for the next look. */
class Outbox {
  readonly #sender: AlarmSender;
  readonly #log: Log;
  #waiting: AlarmNotice[] = [];
  #sending: Promise<void> | undefined;

  constructor(sender: AlarmSender, log: Log) {
    this.#sender = sender;
    this.#log = log;
  }

  add(notice: AlarmNotice): void {
    this.#waiting.push(notice);
    if (this.#waiting.length > WAITING_NOTICES) this.#waiting.shift();
    this.go();
  }

  go(): void {
    if (this.#sending !== undefined || this.#waiting.length === 0) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async idle(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let notice = this.#waiting[0]; notice !== undefined; notice = this.#waiting[0]) {
      try {
        await this.#sender.send(notice);
      } catch (err) {
        this.#log.error('alarm not sent', { by: this.#sender.kind, alarm: notice.name, err });
        return;
      }
      this.#waiting = this.#waiting.filter((one) => one !== notice);
    }
  }
}
