// What alarms say of what was seen, once: in English here, and by its code and values for whoever says it in another
// language.

import { type Said, sentence, type ValuesOf } from '../../platform/sentence.ts';

/** What stands in braces is filled in; `fault` and `detail` are what a machine said. */
export const ALARM_SENTENCES = {
  'thread-ended': 'the thread {thread} ended and was started again',
  'mailhost-unreachable': '{detail}',
  'no-address': 'none of its pools has an active address; queued mail waits',
  'signing-key': '{key}: {fault}',
  'trace-set-aside': 'the day could not be read; it lies now in {file}',
  'trace-behind': '{count} events wait for the trace, and their number grows',
  'checks-late': 'a look is overdue for {hours} hours',
  'scanner-down': '{name} {fault}',
  'inspection-not-started': 'processes that take messages apart do not start: {failures} tries have failed',
  'inspection-content':
    'one content ends what looks at it, a process of ours or a scanner, again and again; it is held',
  'sender-locked': 'a sender of customer {customer} is locked until somebody has looked',
  'load-fruitless': 'strangers open far more connections than they bring messages',
  'load-lag': 'the thread comes late to its work',
  'load-room': 'strangers take more than half of the room they have',
  'load-memory': 'the memory of the thread is nearly full',
  'dnsbl-not-used': '{zone} is not used: {fault}',
  'clock-back': 'the clock went back by {seconds} s',
  'clock-forward': 'the clock went forward by {seconds} s',
  'disk-short': '{free} MB free, {low} MB are kept back',
  'queue-stalled': 'mail never tried waits for {minutes} minutes',
  'certificate-ended': 'ended {days} days ago',
  'certificate-ends': 'ends in {days} days',
  'certificate-unreadable': 'cannot be read ({code})',
  'certificate-none': 'cannot be read (not a certificate)',
  'backup-failed': 'the last backup could not be made: {detail}',
  'backup-folder-unreadable': 'the folder of the backups cannot be read: {detail}',
  'backup-none': 'there is no backup; one is due every {hours} hours',
  'backup-late': 'the last backup is {last}; one is due every {hours} hours',
  'backup-not-set': 'no backups are made as configured: {detail}',
} as const satisfies Record<string, string>;

export type AlarmSentenceCode = keyof typeof ALARM_SENTENCES;

/** The sentence with this code. */
export function alarmSays<Code extends AlarmSentenceCode>(
  code: Code,
  ...values: ValuesOf<(typeof ALARM_SENTENCES)[Code]>
): Said {
  return { code, ...sentence(ALARM_SENTENCES[code], values[0]) };
}
