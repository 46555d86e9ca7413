// What a sender usually does, and how far it is from that: pure, no clock of its own. Volume alone is never a reason to
// lock anybody: there is no cap, only protection.

import { type IdentityKind, isShared } from './identity.ts';

/** What an identity did since the last time it was told of; counts. */
export interface Activity {
  messages: number;
  recipients: number;
  /** Recipients refused because the identity was limited or locked. */
  held: number;
  /** Recipients that receivers refused for good: unknown, or mail of this sender unwanted. */
  refused: number;
  /** The same of mail that was taken longer ago than the hour that is looked at. */
  late: number;
  /** Messages in which a virus was found, or that were spam past its threshold. */
  bad: number;
  /** Hashes (32 bits) of recipients' domains. */
  destinations: readonly number[];
  /** Of shared identities: hashes of the senders from which `refused` and `bad` came. */
  culprits: readonly number[];
}

/** A rolling hour is looked at, in slices. */
export const SLICES = 12;
export const SLICE_MS = 300_000;
export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Hours of a week. */
const WEEK_HOURS = 168;

/** What is usual fades by half in so long, so that a habit of last year excuses nothing. */
const FADES_MS = 21 * DAY_MS;
/** Domains remembered; the oldest are forgotten. Bounds a row to some kilobytes. */
const KNOWN_DESTINATIONS = 512;
/** Culprits remembered of a slice. */
const CULPRITS = 64;
/** A shared identity is locked where each culprit behind it has so few offences: made-up senders, not one mailbox. */
const OFFENCES_EACH = 4;

interface Slice {
  /** Number of the slice since 1970. */
  at: number;
  recipients: number;
  /** Counts for the rate alone: what was not taken cannot have been refused by anybody. */
  held: number;
  messages: number;
  refused: number;
  late?: number;
  bad: number;
  /** Recipients' domains that were new, each once. */
  fresh: number;
  culprits?: number[];
}

/** All that is kept of an identity. Plain data. */
export interface Habits {
  since: number;
  last: number;
  slices: Slice[];
  /** Recipients of its busiest hour, fading. */
  busiest: number;
  busiestAt: number;
  /** Weeks in which it sent in this hour of the week (UTC), at most 255 of each. */
  hours: number[];
  /** The hour (since 1970) last counted in `hours`. */
  hourCounted: number;
  destinations: number[];
  /** When it was locked, as far as that counts. */
  locks: number[];
  level: Level;
}

/** `slowed` ends once all is calm; `locked` at a time; without one once a person has looked. */
export type Level =
  | { kind: 'free' }
  | { kind: 'slowed'; since: number; calmSince: number; signs: readonly Sign[] }
  | { kind: 'locked'; since: number; until?: number; signs: readonly Sign[] };

/** What gave an identity away. */
export type Sign = 'rate' | 'refusals' | 'spam' | 'destinations' | 'hours';

/** Points of each sign, and their sum. */
export interface Judgement {
  points: number;
  signs: Sign[];
  now: HourNow;
  usual: { busiest: number; hours: number };
}

export interface HourNow {
  messages: number;
  recipients: number;
  held: number;
  refused: number;
  late: number;
  bad: number;
  fresh: number;
  /** Of a shared identity: senders behind it that `refused` and `bad` came from. */
  culprits: number;
}

/** A newcomer may send to so many an hour before its rate is a sign: a department's newsletter, not a break-in's yield. */
const RATE_FLOOR = 200;
/** The floor of a whole server, or a login that a server uses. */
const SHARED_RATE_FLOOR = 5_000;
const RATE_TIMES = [3, 10] as const;
/** Refusals are a sign from so many on: a list that nobody cleaned for a year has some. */
const REFUSALS_FLOOR = 20;
const BAD_FLOOR = 5;
/** Domains never written to before, in an hour. */
const FRESH_FLOOR = 50;
/** Younger than this it has no habits of destinations and hours yet. */
const HABITS_AFTER_MS = 7 * DAY_MS;
/** A shared identity is to blame where so many senders behind it are. */
export const CROWD = 5;

/** From so many points on it is slowed, and from so many locked. */
export const SLOWED_AT = 3;
export const LOCKED_AT = 5;
/** Slowed until nothing spoke against it for so long. */
export const CALM_MS = 30 * 60_000;
/** How long it is locked the first and the second time within `LOCKS_COUNT_MS`; then until a person looks. */
export const LOCK_MS = [HOUR_MS, 4 * HOUR_MS] as const;
/** A whole server is never locked for longer: its mail waits where it is, and comes again by itself. */
const LONGEST_SOURCE_LOCK_MS = 4 * HOUR_MS;
const LOCKS_COUNT_MS = 7 * DAY_MS;

/** An identity that nobody has heard of. */
export function newHabits(now: number): Habits {
  return {
    since: now,
    last: now,
    slices: [],
    busiest: 0,
    busiestAt: now,
    hours: [],
    hourCounted: 0,
    destinations: [],
    locks: [],
    level: { kind: 'free' },
  };
}

/** Adds what it did. */
export function addActivity(habits: Habits, activity: Activity, at: number): void {
  // A clock that was set back: hours that overlap would look like one busy hour.
  if (at < habits.last) forgetHour(habits);
  const slice = sliceAt(habits, at);
  slice.messages += activity.messages;
  slice.recipients += activity.recipients;
  slice.held += activity.held;
  slice.refused += activity.refused;
  if (activity.late > 0) slice.late = (slice.late ?? 0) + activity.late;
  slice.bad += activity.bad;
  slice.fresh += learnDestinations(habits, activity.destinations);
  if (activity.culprits.length > 0) {
    slice.culprits = [...new Set([...(slice.culprits ?? []), ...activity.culprits])].slice(0, CULPRITS);
  }
  habits.last = at;
}

function sliceAt(habits: Habits, at: number): Slice {
  const number = Math.floor(at / SLICE_MS);
  const last = habits.slices.at(-1);
  if (last?.at === number) return last;
  const kept = habits.slices.filter((slice) => slice.at > number - SLICES);
  // What was usual is learned from hours that are over: the hour that is looked at does not excuse itself.
  if (kept.length < habits.slices.length) learnHour(habits, habits.slices, at);
  const slice = { at: number, recipients: 0, held: 0, messages: 0, refused: 0, bad: 0, fresh: 0 };
  habits.slices = [...kept, slice];
  return slice;
}

/** Only what passed without a sign becomes a habit. */
function learnHour(habits: Habits, slices: readonly Slice[], at: number): void {
  if (habits.level.kind !== 'free') return;
  const recipients = slices.reduce((sum, slice) => sum + slice.recipients, 0);
  const usual = busiestNow(habits, at);
  if (recipients >= usual) {
    habits.busiest = recipients;
    habits.busiestAt = at;
  }
  for (const slice of slices) {
    const hour = Math.floor((slice.at * SLICE_MS) / HOUR_MS);
    if (hour === habits.hourCounted) continue;
    habits.hourCounted = hour;
    const place = hour % WEEK_HOURS;
    while (habits.hours.length < WEEK_HOURS) habits.hours.push(0);
    habits.hours[place] = Math.min(255, (habits.hours[place] ?? 0) + 1);
  }
}

function busiestNow({ busiest, busiestAt }: Habits, at: number): number {
  return busiest * 0.5 ** (Math.max(0, at - busiestAt) / FADES_MS);
}

/** How many of them were new. */
function learnDestinations(habits: Habits, found: readonly number[]): number {
  let fresh = 0;
  for (const one of found) {
    if (habits.destinations.includes(one)) continue;
    habits.destinations.push(one);
    fresh += 1;
  }
  const more = habits.destinations.length - KNOWN_DESTINATIONS;
  if (more > 0) habits.destinations.splice(0, more);
  return fresh;
}

/** What speaks against it now. `shared`: behind it may be many people (`isShared`). */
export function judge(habits: Habits, at: number, shared: boolean): Judgement {
  const hour = hourOf(habits, at);
  const busiest = busiestNow(habits, at);
  const old = at - habits.since >= HABITS_AFTER_MS;
  const points: [Sign, number][] = [
    ['rate', ratePoints(hour, Math.max(busiest, shared ? SHARED_RATE_FLOOR : RATE_FLOOR))],
    // One mailbox behind it is that mailbox's affair.
    ...(shared && hour.culprits < CROWD
      ? []
      : ([
          ['refusals', refusalPoints(hour, busiest)],
          ['spam', sharePoints(hour.bad, hour.messages, BAD_FLOOR)],
        ] satisfies [Sign, number][])),
    ['destinations', old && !shared ? freshPoints(hour, busiest) : 0],
    ['hours', old && !shared ? hourPoints(habits, hour, at) : 0],
  ];
  const against = points.filter(([, count]) => count > 0);
  return {
    points: against.reduce((sum, [, count]) => sum + count, 0),
    signs: against.map(([sign]) => sign),
    now: hour,
    usual: { busiest: Math.round(busiest), hours: habits.hours.filter((weeks) => weeks > 0).length },
  };
}

/** What it did in one slice of the last hour. */
export interface SliceNow {
  /** Its begin, milliseconds since 1970. */
  at: number;
  messages: number;
  recipients: number;
  held: number;
  refused: number;
  bad: number;
}

/** The last hour slice by slice, the oldest first. */
export function courseOf(habits: Habits, at: number): SliceNow[] {
  const last = Math.floor(at / SLICE_MS);
  return Array.from({ length: SLICES }, (_, index) => {
    const number = last - SLICES + 1 + index;
    const {
      messages = 0,
      recipients = 0,
      held = 0,
      refused = 0,
      late = 0,
      bad = 0,
    } = habits.slices.find((slice) => slice.at === number) ?? {};
    return { at: number * SLICE_MS, messages, recipients, held, refused: refused + late, bad };
  });
}

/** Weeks in which it sent, for each hour of a week that begins on Monday (UTC). */
export function weekOf({ hours }: Habits): number[] {
  // 1970 began on a Thursday.
  const monday = 4 * 24;
  return Array.from({ length: WEEK_HOURS }, (_, hour) => hours[(hour + monday) % WEEK_HOURS] ?? 0);
}

function hourOf(habits: Habits, at: number): HourNow {
  const from = Math.floor(at / SLICE_MS) - SLICES;
  const sum: HourNow = { messages: 0, recipients: 0, held: 0, refused: 0, late: 0, bad: 0, fresh: 0, culprits: 0 };
  const culprits = new Set<number>();
  for (const slice of habits.slices) {
    if (slice.at <= from) continue;
    for (const one of slice.culprits ?? []) culprits.add(one);
    for (const key of ['messages', 'recipients', 'held', 'refused', 'bad', 'fresh'] as const) sum[key] += slice[key];
    sum.late += slice.late ?? 0;
  }
  sum.culprits = culprits.size;
  return sum;
}

/** Volume is no offence: alone it has no consequence at all, it only weighs beside other signs. */
function ratePoints({ recipients, held }: HourNow, usual: number): number {
  if (recipients >= usual * RATE_TIMES[1]) return 2;
  // A server tries again by itself what it was asked to bring later: however often, that weighs no more than this.
  return recipients + held >= usual * RATE_TIMES[0] ? 1 : 0;
}

/**
 * Receivers may take hours to refuse (greylisting, a queue): what they say of mail of before is measured by the mail of
 * before, or one mailing whose last refusals come after its hour would look like nothing but refusals.
 */
function refusalPoints({ refused, late, recipients }: HourNow, busiest: number): number {
  return Math.max(
    sharePoints(refused, recipients, REFUSALS_FLOOR),
    sharePoints(refused + late, Math.max(recipients, busiest, RATE_FLOOR), REFUSALS_FLOOR),
  );
}

/** A fifth is a sign, half of all a plain one; many of them are no accident. */
function sharePoints(some: number, all: number, floor: number): number {
  const share = some / Math.max(1, all);
  if (some < floor || share < 0.2) return 0;
  return 3 + (share >= 0.5 ? 1 : 0) + (some >= 5 * floor ? 1 : 0);
}

function freshPoints({ fresh, recipients }: HourNow, busiest: number): number {
  // Who writes to hundreds every day meets new domains every day.
  return fresh >= FRESH_FLOOR && recipients >= 2 * busiest ? 1 : 0;
}

/** Half of a newcomer's rate, in an hour of the week in which it never sent before. */
function hourPoints(habits: Habits, { recipients }: HourNow, at: number): number {
  const place = Math.floor(at / HOUR_MS) % WEEK_HOURS;
  return recipients >= RATE_FLOOR / 2 && (habits.hours[place] ?? 0) === 0 ? 1 : 0;
}

/** The level that follows, written into the habits; the same object where nothing changed. */
export function nextLevel(habits: Habits, judged: Judgement, at: { now: number; kind: IdentityKind }): Level {
  const level = levelAfter(habits, judged, at);
  habits.level = level;
  return level;
}

function levelAfter(habits: Habits, judged: Judgement, { now, kind }: { now: number; kind: IdentityKind }) {
  const { level } = habits;
  const { points, signs } = judged;
  if (level.kind === 'locked') {
    if (level.until === undefined || now < level.until) return level;
    // Whoever comes back begins slowly, and with what led here forgotten.
    forgetHour(habits);
    return slowed(now, level.signs);
  }
  if (points >= LOCKED_AT && (!isShared(kind) || isRotation(judged.now))) {
    return locked(habits, signs, { now, kind });
  }
  if (points >= SLOWED_AT) {
    if (level.kind === 'free') return slowed(now, signs);
    if (level.calmSince !== now) return { ...level, calmSince: now };
    return level;
  }
  if (level.kind === 'slowed' && now - level.calmSince >= CALM_MS) return { kind: 'free' } as const;
  return level;
}

/** A sender each for a few mails: none of them has habits, so whoever stands behind them is looked at. */
function isRotation({ culprits, refused, late, bad }: HourNow): boolean {
  return culprits * OFFENCES_EACH >= Math.min(refused + late + bad, CULPRITS * OFFENCES_EACH);
}

function slowed(now: number, signs: readonly Sign[]): Level {
  return { kind: 'slowed', since: now, calmSince: now, signs };
}

function locked(habits: Habits, signs: readonly Sign[], { now, kind }: { now: number; kind: IdentityKind }): Level {
  habits.locks = [...habits.locks.filter((at) => at > now - LOCKS_COUNT_MS), now];
  const length = LOCK_MS[habits.locks.length - 1] ?? (kind === 'source' ? LONGEST_SOURCE_LOCK_MS : undefined);
  return { kind: 'locked', since: now, signs, ...(length !== undefined && { until: now + length }) };
}

/** What led to a level counts no longer: after a lock, and when a person says so. */
export function forgetHour(habits: Habits): void {
  habits.slices = [];
}

/** A person has looked: free, and nothing of before counts. */
export function pardon(habits: Habits): void {
  forgetHour(habits);
  habits.locks = [];
  habits.level = { kind: 'free' };
}
