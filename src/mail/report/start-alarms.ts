// Joins the alarms to the running relay: what is looked at, and who is told.

import { join } from 'node:path';
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
  config: Pick<Config, 'alarm' | 'node' | 'tls' | 'listener' | 'queue'>;
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
}

/** Starts looking. */
export function startAlarms(options: StartAlarmsOptions): StartedAlarms {
  const { config, clock, log, metrics } = options;
  const alarms = createAlarms({
    clock,
    log,
    metrics,
    node: config.node.hostname,
    repeatMs: config.alarm.repeat,
    senders: sendersOf(config, clock),
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
    intervalMs: config.alarm.interval,
    certificates: () => certificatesOf(config),
    certificateDays: config.alarm.certificate_days,
    queueAgeMs: config.alarm.queue_age,
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
  return { watch, alarms };
}

function sendersOf(config: Pick<Config, 'alarm' | 'node'>, clock: Clock): AlarmSender[] {
  const { webhook, command, smtp } = config.alarm;
  const node = config.node.hostname;
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
