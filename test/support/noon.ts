/**
 * The next noon in Luxembourg. A test that counts days starts its clock there: days of 24 hours then stay within the
 * days that people count, though the clocks are put forward and back, and no midnight falls into the test.
 */
export function nextNoon(): Temporal.ZonedDateTime {
  const now = Temporal.Now.zonedDateTimeISO('Europe/Luxembourg');
  const noon = now.with({ hour: 12, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 });
  return Temporal.ZonedDateTime.compare(noon, now) > 0 ? noon : noon.add({ days: 1 });
}
