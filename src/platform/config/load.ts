// From file and environment to a configuration, or to the list of everything that is wrong with it.

import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { type Config, configSchema } from './schema.ts';
import { lineOf, locateKeys, tomlFault } from './toml-lines.ts';

/** One thing that is wrong: the key, its line where it stands in the file, and what is allowed. */
export interface ConfigFault {
  key: string;
  line?: number;
  message: string;
}

/** Where the value of a key comes from. */
export type KeyOrigin =
  | { from: 'default' }
  | { from: 'file'; line?: number }
  | { from: 'environment'; variable: string };

/** Where the value at a path, such as `['listener', '0', 'tls']`, comes from. */
export type KeyOrigins = (path: readonly string[]) => KeyOrigin;

export type LoadedConfig = { ok: true; config: Config; origins: KeyOrigins } | { ok: false; faults: ConfigFault[] };

/** What a start is to use: a file, or the sandbox where there is none. */
export type ConfigChoice = { kind: 'file'; path: string } | { kind: 'sandbox' };

/** `--config FILE`, then `EASYMAIL_CONFIG`, then `./easymail.toml`, then the sandbox. */
export function findConfig(
  option: string | undefined,
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean,
): ConfigChoice {
  const named = option ?? env['EASYMAIL_CONFIG'];
  if (named !== undefined && named !== '') return { kind: 'file', path: named };
  return exists('easymail.toml') ? { kind: 'file', path: 'easymail.toml' } : { kind: 'sandbox' };
}

/** Reads and checks a file; all faults at once. Never throws. */
export function loadConfig(path: string, env: NodeJS.ProcessEnv = process.env): LoadedConfig {
  try {
    return parseConfig(readFileSync(path, 'utf8'), env);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { ok: false, faults: [{ key: path, message: `cannot be read (${code}); name another file with --config` }] };
  }
}

/** `node.data_dir` of a file that may be faulty elsewhere; nothing where it cannot be told. Never throws. */
export function dataDirIn(path: string, env: NodeJS.ProcessEnv): string | undefined {
  try {
    const tree = parse(readFileSync(path, 'utf8'));
    overrideFromEnvironment(tree, env);
    const node = tree['node'];
    const folder = typeof node === 'object' && 'data_dir' in node ? node['data_dir'] : undefined;
    return typeof folder === 'string' && folder !== '' ? folder : undefined;
  } catch {
    // What is wrong with the file has been told by reading it as a whole.
    return undefined;
  }
}

/** The same from text, for tests and for the sandbox. */
export function parseConfig(text: string, env: NodeJS.ProcessEnv = {}): LoadedConfig {
  let tree: Tree;
  try {
    tree = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = `is not valid TOML: ${tomlFault(error)}`;
    return { ok: false, faults: [{ key: 'file', line: error.line, message }] };
  }
  const written = structuredClone(tree);
  const { faults, variables } = overrideFromEnvironment(tree, env);
  const result = configSchema.safeParse(tree, { reportInput: true });
  if (!result.success) {
    const lines = locateKeys(text);
    for (const issue of result.error.issues) faults.push(...faultsOf(issue, lines));
  }
  if (result.success && faults.length === 0) {
    return { ok: true, config: result.data, origins: keyOrigins(text, written, variables) };
  }
  return { ok: false, faults: faults.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity)) };
}

/** A fault as one line for people: `easymail.toml:12: delivery.port must be …`. */
export function describeFault(file: string, fault: ConfigFault): string {
  return `${file}${fault.line === undefined ? '' : `:${fault.line}`}: ${fault.key} ${fault.message}`;
}

type Tree = Record<string, unknown>;

/** `EASYMAIL_NODE__HOSTNAME` is `node.hostname`; `EASYMAIL_LISTENER__0__ADDRESS` is the first listener's address. */
function overrideFromEnvironment(
  tree: Tree,
  env: NodeJS.ProcessEnv,
): { faults: ConfigFault[]; variables: Map<string, string> } {
  const faults: ConfigFault[] = [];
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('EASYMAIL_') || !name.includes('__') || value === undefined) continue;
    const path = name.slice('EASYMAIL_'.length).toLowerCase().split('__');
    if (!setPath(tree, path, tomlValue(value))) {
      faults.push({ key: name, message: `names no place in the configuration (read as ${path.join('.')})` });
    }
    variables.set(path.join('.'), name);
  }
  return { faults, variables };
}

function keyOrigins(text: string, written: Tree, variables: ReadonlyMap<string, string>): KeyOrigins {
  const lines = locateKeys(text);
  return (path) => {
    const around = path.map((_, i) => path.slice(0, path.length - i).join('.'));
    const variable = around.map((one) => variables.get(one)).find((name) => name !== undefined);
    if (variable !== undefined) return { from: 'environment', variable };
    if (!isWritten(written, path)) return { from: 'default' };
    const line = lineOf(lines, path);
    return { from: 'file', ...(line !== undefined && { line }) };
  };
}

function isWritten(tree: Tree, path: readonly string[]): boolean {
  let place: unknown = tree;
  for (const part of path) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, part)) return false;
    place = (place as Tree)[part];
  }
  return true;
}

/** A number, a truth value, a list or a table is read as TOML; anything else is text as it stands. */
function tomlValue(text: string): unknown {
  if (!/^(?:[-+]?\d+(?:\.\d+)?|true|false|\[.*\]|\{.*\}|".*")$/s.test(text)) return text;
  try {
    return parse(`value = ${text}`)['value'];
  } catch {
    // Not TOML after all, such as an IPv6 address in brackets: the schema says what is wrong with it, if anything.
    return text;
  }
}

function setPath(tree: Tree, path: string[], value: unknown): boolean {
  let place: Tree = tree;
  for (const [position, part] of path.entries()) {
    if (part === '') return false;
    if (position === path.length - 1) {
      place[part] = value;
      return true;
    }
    const next = place[part] ?? (/^\d+$/.test(path[position + 1] ?? '') ? [] : {});
    if (typeof next !== 'object' || next === null) return false;
    place[part] = next;
    place = next as Tree;
  }
  return false;
}

function faultsOf(issue: z.core.$ZodIssue, lines: ReadonlyMap<string, number>): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      fault([...issue.path, key], 'is not a key; see docs/reference/configuration.md', lines),
    );
  }
  return [fault(issue.path, allowed(issue), lines)];
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return issue.message.startsWith('must ') ? issue.message : `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' ? 'must not be empty' : `must be ${issue.minimum} or more`;
    case 'too_big':
      return `must be ${issue.maximum} or less`;
    default:
      return issue.message;
  }
}

function article(type: string): string {
  const names: Record<string, string> = {
    int: 'a whole number',
    string: 'text in quotes',
    boolean: 'true or false',
    array: 'a list: values in [ ], or tables each under its [[name]]',
    object: 'a table: { key = value }, or keys under its [name]',
  };
  return names[type] ?? `a ${type}`;
}

function fault(path: readonly PropertyKey[], message: string, lines: ReadonlyMap<string, number>): ConfigFault {
  const line = lineOf(lines, path);
  const key = path.map(String).join('.');
  return line === undefined ? { key, message } : { key, line, message };
}
