// Times of the search are UTC; people read and type those of their own clock.

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A moment of the address as a field for dates and times shows it; empty where it is none. */
export function localMoment(text: string, side: 'since' | 'until'): string {
  const isDay = DAY.test(text);
  const at = Date.parse(isDay ? `${text}T00:00Z` : `${text.replace(/Z$/, '')}Z`);
  if (Number.isNaN(at)) return '';
  // A day is meant as a whole.
  const meant = isDay && side === 'until' ? at + DAY_MS - MINUTE_MS : at;
  const away = new Date(meant).getTimezoneOffset() * MINUTE_MS;
  return new Date(meant - away).toISOString().slice(0, 16);
}

/** The other way; nothing where the field is empty. */
export function utcMoment(typed: string): string | undefined {
  const at = Date.parse(typed);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 16);
}
