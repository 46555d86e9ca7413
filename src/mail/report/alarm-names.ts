// The alarms there are. Each has a page in docs/runbooks of the same name.

export interface AlarmKind {
  /** What it means, in a sentence for the log and for those who are called. */
  meaning: string;
  /**
   * For alarms that an event raises: with no such event for this long, milliseconds, it is over. The others are over
   * when their condition is.
   */
  overAfterMs?: number;
}

const QUARTER_HOUR_MS = 15 * 60_000;

export const ALARMS = {
  reconciler: { meaning: 'The count of recipients does not come out even: mail may be lost.' },
  disk: { meaning: 'Disk space is short; new mail gets 452 until there is more.' },
  'no-address': {
    meaning: 'No pool of a customer has an active address; its mail waits.',
    overAfterMs: 4 * QUARTER_HOUR_MS,
  },
  mailhost: {
    meaning: 'A mail host of a customer cannot be reached; its inbound mail waits or goes to the next host.',
    overAfterMs: 2 * QUARTER_HOUR_MS,
  },
  certificate: { meaning: 'A certificate is near its end, past it, or cannot be read.' },
  'queue-stalled': { meaning: 'Fresh mail waits without an attempt: the queue does not drain.' },
  clock: {
    meaning: 'The clock of the machine was set; times in trace and retries may be wrong.',
    overAfterMs: QUARTER_HOUR_MS,
  },
  'thread-restarted': { meaning: 'A thread ended by itself and was started again.', overAfterMs: QUARTER_HOUR_MS },
  'signing-key': {
    meaning: 'Mail waits because its DKIM key cannot be had, or a key signs whose published record is wrong.',
    // The records of keys in use are looked at once a day.
    overAfterMs: 25 * 4 * QUARTER_HOUR_MS,
  },
  'sending-address': {
    meaning:
      'Receivers may refuse mail: DNS does not cover an active address of ours (SPF), or its reverse DNS does not match.',
  },
  trace: { meaning: 'The trace does not keep up with the queue, or a day of it could not be read.' },
  retention: { meaning: 'Something is kept although its time is over, or lies where nobody knows of it.' },
  backup: { meaning: 'There is no recent backup, or the last one could not be made.' },
  audit: { meaning: 'The audit is not as it was written: somebody may have tampered with it.' },
  checks: { meaning: 'What customers have in DNS is looked at far too late: proofs that are gone go unseen.' },
  flood: {
    meaning: 'A relay thread is under load: strangers wait first, customers and known mail hosts go on.',
  },
  dnsbl: { meaning: 'A DNS blocklist does not answer as it must, and is not used.' },
  inspection: {
    meaning: 'Messages cannot be taken apart: the processes for it do not start, or one content ends them.',
    overAfterMs: 2 * QUARTER_HOUR_MS,
  },
  sender: {
    meaning: 'A sender of a customer left its habits again and again; it is locked until somebody has looked.',
    overAfterMs: 4 * QUARTER_HOUR_MS,
  },
  scanner: { meaning: 'A scanner does not answer; mail that needs it is told to come later.' },
} as const satisfies Readonly<Record<string, AlarmKind>>;

export type AlarmName = keyof typeof ALARMS;
export const ALARM_NAMES = Object.keys(ALARMS) as AlarmName[];
