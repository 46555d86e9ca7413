// What the schema says of every key: its kind, default and description, and how a value is written. The reference of the
// configuration and the list of settings in force are made from it.

import { z } from 'zod';
import { scannerName } from './scanners.ts';

export type KeyKind = 'time' | 'size' | 'number' | 'boolean' | 'text' | 'address' | 'choice' | 'list' | 'table';

/** A key of a table of the configuration. */
export interface DescribedKey {
  /** Within its table, such as `certificate.key`. */
  key: string;
  kind: KeyKind;
  /** Of a list: the kind of what is in it. */
  of?: KeyKind;
  /** Of a choice, or of a list of choices. */
  choices?: string[];
  /** As it is written; absent where there is none. */
  fallback?: string;
  required: boolean;
  description: string;
}

const DURATION_UNITS: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
];
const SIZE_UNITS: readonly [number, string][] = [
  [1024 ** 3, 'GB'],
  [1024 ** 2, 'MB'],
  [1024, 'KB'],
];

/** What a schema is without its default and without being optional. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}

/** The table in a list of tables such as `[[listener]]`; nothing where it is something else. */
export function listedTable(schema: z.ZodType): z.ZodObject | undefined {
  if (!(schema instanceof z.ZodArray)) return undefined;
  const element = unwrapped(schema.element as z.ZodType);
  return element instanceof z.ZodObject ? element : undefined;
}

/** What the schema of one key says. */
export function describedKey(key: string, schema: z.ZodType): DescribedKey {
  const inner = unwrapped(schema);
  const kind = kindOf(inner);
  const element = inner instanceof z.ZodArray ? unwrapped(inner.element as z.ZodType) : undefined;
  const choices = choicesOf(element ?? inner);
  const fallback = schema instanceof z.ZodDefault ? writtenValue(schema.def.defaultValue, kind) : undefined;
  return {
    key,
    kind,
    ...(element !== undefined && { of: kindOf(element) }),
    ...(choices !== undefined && { choices }),
    ...(fallback !== undefined && { fallback }),
    required: !(schema instanceof z.ZodDefault) && !schema.safeParse(undefined).success,
    description: schema.description ?? '',
  };
}

/** A value as it is written in the file: times and sizes with their unit, addresses as text. */
export function writtenValue(value: unknown, kind: KeyKind): string {
  if (typeof value === 'number' && kind === 'time') return inUnit(value, DURATION_UNITS, 'ms');
  if (typeof value === 'number' && kind === 'size') return inUnit(value, SIZE_UNITS, 'B');
  if (Array.isArray(value)) return `[${value.map((one) => JSON.stringify(withoutParts(one))).join(', ')}]`;
  return JSON.stringify(withoutParts(value));
}

/** Addresses are read into their parts; they are written as one text. */
function withoutParts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('path' in value && typeof value.path === 'string') return value.path;
  if (!('host' in value) || !('port' in value)) return value;
  return scannerName({ host: String(value.host), port: Number(value.port) });
}

function kindOf(schema: z.ZodType): KeyKind {
  if (schema instanceof z.ZodEnum) return 'choice';
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodPipe) return pipeKind(schema);
  if (schema instanceof z.ZodObject) return 'table';
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  return 'text';
}

/** Durations, sizes, addresses and patterns of domains are pipes; which one shows in what they say to a wrong value. */
function pipeKind(schema: z.ZodType): KeyKind {
  const message = schema.safeParse('').error?.issues[0]?.message ?? '';
  if (message.includes('a time')) return 'time';
  if (message.includes('a size')) return 'size';
  return message.includes('a domain') ? 'text' : 'address';
}

function choicesOf(schema: z.ZodType): string[] | undefined {
  return schema instanceof z.ZodEnum ? schema.options.map(String) : undefined;
}

function inUnit(value: number, units: readonly [number, string][], smallest: string): string {
  const [size, name] = units.find(([factor]) => value >= factor && value % factor === 0) ?? [1, smallest];
  return `${value / size}${name}`;
}
