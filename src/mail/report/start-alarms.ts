// Joins the alarms to the running relay: what is looked at, and who is told.

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { StoreControl } from '../queue/operations.ts';
import { listSetAside } from '../trace/day-file.ts';
import type { Reader } from '../trace/reader.ts';
import type { TraceClient } from '../trace/trace-client.ts';
import { directMail } from './alarm-mail.ts';
import { commandSender, smtpSender, webhookSender } from './alarm-senders.ts';
import { type AlarmWatch, watchAlarms } from './alarm-watch.ts';
import { type AlarmSender, type Alarms, createAlarms } from './alarms.ts';
import { createReconciler } from './reconciler.ts';

export interface StartAlarmsOptions {
  /** As it was read last; asked anew for each use. */
  config: () => Pick<Config, 'alarm' | 'node' | 'tls' | 'listener' | 'queue'>;
  clock: Clock;
  log: Log;
  /** Main's own metrics. */
  metrics: Metrics;
  /** Asked anew for each use: a restart replaces them. */
  store: () => StoreControl;
  trace: () => TraceClient;
  reader: Reader;
}

export interface StartedAlarms {
  /** Told of what happens between two looks. */
  watch: AlarmWatch;
  /** `active()` lists what is on. */
  alarms: Alarms;
  /** The configuration was read again. */
  reloaded(): void;
}

/** Starts looking. */
export function startAlarms(options: StartAlarmsOptions): StartedAlarms {
  const { clock, log, metrics } = options;
  // What needs a restart stays as it is now.
  const config = options.config();
  const read = () => options.config().alarm;
  const alarms = createAlarms({
    clock,
    log,
    metrics,
    node: config.node.hostname,
    get repeatMs() {
      return read().repeat;
    },
    senders: sendersOf(config.alarm, config.node.hostname, clock),
  });
  const reconciler = createReconciler({
    clock,
    log,
    queueSums: async () => {
      const { seq, accepted, final, queued, deferred, held, quarantined } = await options.store().counts();
      return { seq, accepted, final, inQueue: queued + deferred + held + quarantined };
    },
    traceTotals: (seq) => options.trace().totals({ seq }),
    lost: (acceptedBefore, page) => options.reader.lost(acceptedBefore, page),
  });
  const watch = watchAlarms({
    alarms,
    clock,
    log,
    get intervalMs() {
      return read().interval;
    },
    certificates: () => certificatesOf({ tls: options.config().tls ?? config.tls, listener: config.listener }),
    get certificateDays() {
      return read().certificate_days;
    },
    get queueAgeMs() {
      return read().queue_age;
    },
    lowWater: config.queue.low_water,
    setAsideDays: () => listSetAside(join(config.node.data_dir, 'trace')),
    health: () => options.store().health(),
    reconciler,
    mailHosts: metrics.counter(
      'easymail_mailhost_total',
      'Times that a mail host of a customer was found down again (`unreachable`) or back (`recovered`). Worry when it grows.',
      ['state'],
    ),
  });
  let told = config.alarm;
  return {
    watch,
    alarms,
    reloaded() {
      const now = read();
      const [before, after] = [told, now].map(({ webhook, command, smtp }) => ({ webhook, command, smtp }));
      told = now;
      if (!isDeepStrictEqual(before, after)) alarms.tellOthers(sendersOf(now, config.node.hostname, clock));
    },
  };
}

function sendersOf({ webhook, command, smtp }: Config['alarm'], node: string, clock: Clock): AlarmSender[] {
  const senders: AlarmSender[] = [];
  if (webhook !== undefined) senders.push(webhookSender(webhook));
  if (command !== undefined) senders.push(commandSender(command));
  if (smtp !== undefined) {
    const sendMail = directMail({ server: smtp.host, hostname: node, clock });
    senders.push(smtpSender({ from: smtp.from, to: smtp.to, node, sendMail }));
  }
  return senders;
}

function certificatesOf(config: Pick<Config, 'tls' | 'listener'>): string[] {
  const all = [config.tls, ...config.listener.map((listener) => listener.certificate)];
  return all.flatMap((files) => (files === undefined ? [] : [files.certificate]));
}
