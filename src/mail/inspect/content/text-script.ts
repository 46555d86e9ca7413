// Plain text that a program takes for commands: tables with formulas that start a program.

import { extension } from './file-name.ts';
import type { PartTrait } from './taken-apart.ts';

const TABLES = new Set(['csv', 'tsv', 'tab', 'slk', 'dif', 'iqy', 'txt', 'xls', 'xlsx']);

/** A cell that begins as a formula and asks another program: `=cmd|'/c …'!A1` ([MS-XLS] DDE). */
const ASKS_PROGRAM = /(?:^|[,;\t\n"'])[ \t"']{0,20}[=+@-][^\n|,;]{0,200}\|[ ]*'?[^\n!]{1,500}![^\n]/;

/** Traits of plain text with these names. */
export function readText(text: string, names: readonly string[]): PartTrait[] {
  if (!names.some((name) => TABLES.has(extension(name)))) return [];
  return ASKS_PROGRAM.test(text.slice(0, 200_000)) ? ['starts-program'] : [];
}
