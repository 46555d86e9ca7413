// Days of the calendar where the operator is. A day is `YYYY-MM-DD`, so that days compare as texts do.

/** The day in a time zone at a moment (milliseconds since 1970). */
export function dayOf(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The day so many days later; earlier where the number is negative. */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** When a day begins in a time zone, milliseconds since 1970; where clocks skip midnight, the first moment after it. */
export function beginOf(day: string, timeZone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds;
}

/** The later of two days. */
export function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}

/** Whole days of a time given in milliseconds. */
export function daysIn(ms: number): number {
  return Math.round(ms / 86_400_000);
}
