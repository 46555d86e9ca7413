// Test data of other projects, kept beside the checkout and read from there.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const checkout = resolve(import.meta.dirname, '../..');

/** Folder of the test data: `EASYMAIL_SUITES`, else `../shared/suites` beside the checkout. */
export const suitesRoot: string = process.env['EASYMAIL_SUITES'] ?? resolve(checkout, '../shared/suites');

/** Path inside the test data. */
export function suitePath(...parts: string[]): string {
  return join(suitesRoot, ...parts);
}

/** For the `skip` option of a test: false where the folder or file is there, else the reason. */
export function skipWithout(...parts: string[]): string | false {
  const path = suitePath(...parts);
  return existsSync(path) ? false : `test data is absent: ${path} (set EASYMAIL_SUITES to its folder)`;
}

/** All files below a folder of the test data, as whole paths in a fixed order; none where it is absent. */
export function suiteFiles(folder: string, accept: (path: string) => boolean = () => true): string[] {
  const root = suitePath(folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile() && accept(path))
    .sort();
}
