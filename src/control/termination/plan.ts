// The dates of an end, and what is due on a day. Pure.
//
// - The notice runs its full time from the day on which it was given, whenever that is: a relay that was off gives it late,
//   and everything after it moves along.
// - Nothing is skipped: deactivation follows a notice, removal follows a deactivation and its months.

import { addDays, daysIn, laterOf } from './days.ts';

/** `[termination]` of the configuration; milliseconds. */
export interface Periods {
  notice: number;
  removal: number;
  reminder: number;
}

/** What was announced: days. */
export interface Plan {
  noticed: string;
  deactivation: string;
  removal: string;
}

/** The dates that a notice given on this day announces. */
export function planFrom(noticed: string, { notice, removal }: Periods): Plan {
  const deactivation = addDays(noticed, daysIn(notice));
  return { noticed, deactivation, removal: addDays(deactivation, daysIn(removal)) };
}

/** The day of the removal once the customer was deactivated: never before the one announced, nor sooner after. */
export function removalAfter(deactivated: string, announced: string, { removal }: Pick<Periods, 'removal'>): string {
  return laterOf(announced, addDays(deactivated, daysIn(removal)));
}

/** How far an end has come. */
export type Progress =
  | { at: 'begun' }
  | { at: 'noticed'; plan: Plan; reminded: boolean }
  | { at: 'deactivated'; removal: string }
  | { at: 'removed' };

/** What is to be done today: one step, the next is asked for after it. */
export type DueStep = 'give-notice' | 'remind' | 'deactivate' | 'remove' | 'nothing';

/** The step that is due on a day. */
export function dueStep(progress: Progress, today: string, { reminder }: Pick<Periods, 'reminder'>): DueStep {
  switch (progress.at) {
    case 'begun':
      return 'give-notice';
    case 'noticed': {
      const { deactivation, noticed } = progress.plan;
      if (today >= deactivation) return 'deactivate';
      const remindOn = addDays(deactivation, -daysIn(reminder));
      // A notice that is shorter than the reminder is its own reminder.
      return !progress.reminded && remindOn > noticed && today >= remindOn ? 'remind' : 'nothing';
    }
    case 'deactivated':
      return today >= progress.removal ? 'remove' : 'nothing';
    case 'removed':
      return 'nothing';
    default:
      return progress satisfies never;
  }
}
