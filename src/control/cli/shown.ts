// Lists and objects of the API for people, or one object a line for programs.

import type { Command } from 'commander';
import { jsonLine, printable, table } from './io.ts';
import { type Cli, optionsOf } from './verb.ts';

export type Entry = Record<string, unknown>;

/** Writes a list: these fields of each entry as columns, or all of it with `--json`. */
export function showEntries(cli: Cli, command: Command, entries: readonly Entry[], fields: readonly string[]): void {
  if (optionsOf(command).json === true) {
    for (const entry of entries) cli.io.out(jsonLine(entry));
    return;
  }
  cli.io.out(
    table(
      fields.map((field) => field.replaceAll('_', ' ')),
      entries.map((entry) => fields.map((field) => cellOf(entry[field]))),
    ),
  );
}

/** Writes one object, a field a line; lists and objects in it as JSON. */
export function showObject(cli: Cli, command: Command, object: Entry): void {
  if (optionsOf(command).json === true) {
    cli.io.out(jsonLine(object));
    return;
  }
  const shown = Object.entries(object).filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  const lines = shown.map(([name, value]) => `${name.replaceAll('_', ' ').padEnd(width)}  ${cellOf(value)}`);
  cli.io.out(`${lines.join('\n')}\n`);
}

/** Writes a sentence for people, or the answer with `--json`. */
export function say(cli: Cli, command: Command, answer: unknown, sentence: string): void {
  cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : `${printable(sentence)}\n`);
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '-';
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
