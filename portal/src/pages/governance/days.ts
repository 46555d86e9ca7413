// Days as people type them into a filter, read as moments: a day begins at midnight where they are.

/** The day, or nothing where it is none. */
export function asDay(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00`);
  return Number.isNaN(day.getTime()) ? undefined : day;
}

/** Its beginning as the API takes it. */
export function dayStart(text: string | undefined): string | undefined {
  return asDay(text)?.toISOString();
}

/** The beginning of the day after: up to there the day counts. */
export function dayAfter(text: string | undefined): string | undefined {
  const day = asDay(text);
  if (day === undefined) return undefined;
  day.setDate(day.getDate() + 1);
  return day.toISOString();
}
