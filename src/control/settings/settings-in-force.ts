// Every key of the configuration as it is in force, with where its value comes from. Secrets are never shown.

import type { z } from 'zod';
import {
  type DescribedKey,
  describedKey,
  listedTable,
  unwrapped,
  writtenValue,
} from '../../platform/config/described-keys.ts';
import type { KeyOrigin, KeyOrigins } from '../../platform/config/load.ts';
import { type Config, configSchema } from '../../platform/config/schema.ts';

/** What is known of the configuration; main keeps it. */
export interface ConfigSource {
  /** As it was at the start: what needs a restart is in force so. */
  started: Config;
  /** As it was read last. */
  read: Config;
  /** Of what was read last. */
  origins: KeyOrigins;
  /** The file; nothing in the sandbox, whose settings are built in. */
  file: string | undefined;
  /** Whether changes of the section are taken while the relay runs. */
  takenWhileRunning: (section: string) => boolean;
}

/** A key with its value. */
export interface SettingInForce extends Omit<DescribedKey, 'key' | 'fallback'> {
  /** Whole, such as `listener.0.address`. */
  key: string;
  section: string;
  /** As it is written in the file; nothing where it is not set, or must not be shown. */
  value: string | undefined;
  fallback: string | undefined;
  /** It holds a secret: whether it is set is all that is said. */
  secret: boolean;
  set: boolean;
  origin: KeyOrigin;
  /** A change is in force after a restart alone. */
  restart: boolean;
  /** It was changed in the file, and waits for the restart. */
  waits: boolean;
}

/** Addresses with a token in them, and arguments of programs, are for those who run them. */
export const SECRET_KEYS: ReadonlySet<string> = new Set(['alarm.webhook', 'alarm.command']);

interface Place {
  section: string;
  path: readonly string[];
  started: unknown;
  read: unknown;
}

/** All keys, in the order of the reference. */
export function settingsInForce(source: ConfigSource): SettingInForce[] {
  return Object.entries(configSchema.shape).flatMap(([section, schema]) => {
    const name = section as keyof Config;
    const place = { section, path: [section], started: source.started[name], read: source.read[name] };
    return settingsAt(schema, place, source);
  });
}

function settingsAt(schema: z.ZodType, place: Place, source: ConfigSource): SettingInForce[] {
  const inner = unwrapped(schema);
  const table = listedTable(inner);
  if (table !== undefined) return listedSettings(schema, table, place, source);
  if (!isTable(inner) || !isSet(place, source)) return [setting(schema, place, source)];
  return Object.entries(inner.shape).flatMap(([key, field]) => settingsAt(field, below(place, key), source));
}

/** Each table of a list by its number; one row where there is none. */
function listedSettings(schema: z.ZodType, table: z.ZodObject, place: Place, source: ConfigSource): SettingInForce[] {
  const shown = inForce(place, source);
  const count = Array.isArray(shown) ? shown.length : 0;
  if (count === 0) return [setting(schema, place, source)];
  return Array.from({ length: count }, (_, i) => settingsAt(table, below(place, String(i)), source)).flat();
}

function setting(schema: z.ZodType, place: Place, source: ConfigSource): SettingInForce {
  const { key: _key, fallback, ...described } = describedKey('', schema);
  const key = place.path.join('.');
  const restart = !source.takenWhileRunning(place.section);
  const value = inForce(place, source);
  const secret = SECRET_KEYS.has(key);
  const written = value === undefined ? undefined : writtenValue(value, described.kind);
  return {
    ...described,
    key,
    section: place.section,
    value: secret ? undefined : written,
    fallback,
    secret,
    set: value !== undefined,
    origin: source.origins(place.path),
    restart,
    waits: restart && JSON.stringify(place.read) !== JSON.stringify(place.started),
  };
}

function inForce({ section, started, read }: Place, source: ConfigSource): unknown {
  return source.takenWhileRunning(section) ? read : started;
}

function isSet(place: Place, source: ConfigSource): boolean {
  return inForce(place, source) !== undefined;
}

function isTable(schema: z.ZodType): schema is z.ZodObject<Record<string, z.ZodType>> {
  return 'shape' in schema;
}

function below(place: Place, key: string): Place {
  return {
    section: place.section,
    path: [...place.path, key],
    started: valueAt(place.started, key),
    read: valueAt(place.read, key),
  };
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
