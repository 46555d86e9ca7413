// Hours and days in which a rule holds, by the clock of a place.

import type { Condition } from './rule.ts';

type TimeCondition = Extract<Condition, { on: 'time' }>;

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * A test of times (milliseconds since 1970). Days count from 1, Monday, to 7; none means every day. `to` itself is out; one that is not
 * later than `from` is on the next day, and the whole night belongs to the day on which it began.
 */
export function matchTime({ days, from, to, zone }: TimeCondition): (at: number) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const [first, past] = [minutesOf(from), minutesOf(to)];
  const on = (day: number) => days.length === 0 || days.includes(day);
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf(parts['weekday'] ?? '') + 1;
    const now = minutesOf(`${parts['hour']}:${parts['minute']}`);
    if (first < past) return on(day) && now >= first && now < past;
    if (now >= first) return on(day);
    return now < past && on(day === 1 ? 7 : day - 1);
  };
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
