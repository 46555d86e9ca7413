// Rows of the queue as lists name them.

/** The text that names a row in lists. */
export function rowKey(row: number): string {
  return row.toString(36);
}

/** The row that a text names; nothing where it names none. */
export function rowOfKey(key: string): number | undefined {
  const row = /^[0-9a-z]{1,11}$/.test(key) ? Number.parseInt(key, 36) : Number.NaN;
  return Number.isSafeInteger(row) ? row : undefined;
}
