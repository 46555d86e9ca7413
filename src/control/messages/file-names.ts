// Whether a file names an address, read in stretches: it may be large.

import { createReadStream, existsSync } from 'node:fs';

/** Longer than any address. */
const OVERLAP = 400;

/** Whether one of these forms (lower case) stands in the file, whatever the case there. False where there is no file. */
export async function fileNames(path: string, forms: readonly string[]): Promise<boolean> {
  if (!existsSync(path)) return false;
  let end = '';
  for await (const stretch of createReadStream(path, 'utf8')) {
    const text = end + String(stretch).toLowerCase();
    if (forms.some((form) => text.includes(form))) return true;
    end = text.slice(-OVERLAP);
  }
  return false;
}
