// From the text of an `apply` file to what it asks for, or to everything that is wrong with it: each fault with its key
// and line. What can only be told from what is already set comes later (clashes.ts).

import { Worker } from 'node:worker_threads';
import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { lineOf, locateKeys, tomlFault } from '../../platform/config/toml-lines.ts';
import { type ApplyDocument, documentSchema } from './document-schema.ts';
import { findDuplicates } from './duplicates.ts';

/** One thing that is wrong. `key` is the place in the file such as `customer.0.domains.1.name`. */
export interface ApplyFault {
  key: string;
  line?: number;
  message: string;
}

/** Path of a key, before its line is looked up. */
export interface PlacedFault {
  path: readonly PropertyKey[];
  message: string;
}

export type ReadDocument = { ok: true; document: ApplyDocument } | { ok: false; faults: ApplyFault[] };

/** Reads and checks the text of a file. Never throws for what is in it. */
export function readDocument(text: string): ReadDocument {
  let tree: Record<string, unknown>;
  try {
    tree = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = `is not valid TOML: ${tomlFault(error)}`;
    return { ok: false, faults: [{ key: 'file', line: error.line, message }] };
  }
  const result = documentSchema.safeParse(tree);
  if (!result.success) return { ok: false, faults: locateFaults(text, result.error.issues.flatMap(placedFaults)) };
  const duplicates = findDuplicates(result.data);
  if (duplicates.length > 0) return { ok: false, faults: locateFaults(text, duplicates) };
  return { ok: true, document: result.data };
}

/** Gives faults their lines in the text, and puts them in that order. */
export function locateFaults(text: string, faults: readonly PlacedFault[]): ApplyFault[] {
  const lines = locateKeys(text);
  return faults
    .map(({ path, message }): ApplyFault => {
      const line = lineOf(lines, path);
      const key = path.map(String).join('.');
      return line === undefined ? { key, message } : { key, line, message };
    })
    .toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
}

/** A larger file takes seconds to read: a thread of its own does it. */
const LARGE_TEXT = 1024 * 1024;

/** Reads a file without keeping the caller's thread busy. */
export async function readLater(text: string): Promise<ReadDocument> {
  if (text.length < LARGE_TEXT) return readDocument(text);
  const worker = new Worker(new URL('./read-document-thread.ts', import.meta.url), { workerData: { text } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the file was not read')));
  });
}

/** What one issue of the schema says, in words for people, at its place. */
export function placedFaults(issue: z.core.$ZodIssue): PlacedFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a key here; see docs/apply.md' }));
  }
  return [{ path: issue.path, message: allowed(issue) }];
}

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text in quotes',
  boolean: 'true or false',
  array: 'a list: values in [ ], or tables each under its [[name]]',
  object: 'a table: { key = value }',
};

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.includes('received undefined')) return 'is missing';
      return `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? 'must not be empty'
        : issue.origin === 'string'
          ? issue.message
          : `must be ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string' ? issue.message : `must be ${issue.maximum} or less`;
    case 'invalid_union':
      return unionMessage(issue);
    default:
      return issue.message;
  }
}

/** The branch that got furthest knows best what is wrong. */
function unionMessage(issue: z.core.$ZodIssueInvalidUnion): string {
  const branches = issue.errors.filter((branch) =>
    branch.every((one) => one.code !== 'invalid_type' || one.path.length > 0),
  );
  const [only] = branches.length === 1 ? branches : [];
  if (only === undefined) return issue.message;
  return only
    .map((one) => `${one.path.length === 0 ? '' : `${one.path.map(String).join('.')} `}${allowed(one)}`)
    .join('; ');
}
