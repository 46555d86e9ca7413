// docs/reference/configuration.md from the schema: key, type, default, description.

import { z } from 'zod';
import { configSchema } from '../../src/platform/config/schema.ts';

interface Row {
  key: string;
  type: string;
  fallback: string;
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

/** The page as Markdown. */
export function configurationReference(): string {
  const sections = Object.entries(configSchema.shape).map(([name, schema]) => section(name, schema));
  return [
    '# Configuration',
    '',
    'One TOML file. Every key can be set by the environment as well: `EASYMAIL_NODE__HOSTNAME` is `node.hostname`,',
    '`EASYMAIL_LISTENER__0__ADDRESS` the address of the first listener. A wrong configuration is reported with all its',
    'faults at once, and the relay does not start.',
    '',
    '<!-- Generated from src/platform/config/schema.ts by `npm run reference`. -->',
    '',
    ...sections,
  ].join('\n');
}

function section(name: string, schema: z.ZodType): string {
  const inner = unwrap(schema);
  const list = inner instanceof z.ZodArray;
  const table = list ? unwrap(inner.element as z.ZodType) : inner;
  const title = list ? `\`[[${name}]]\`` : `\`[${name}]\``;
  const about = schema.description === undefined ? '' : `${schema.description}\n\n`;
  const rows = rowsOf(table, '').map(
    (row) => `| \`${row.key}\` | ${row.type} | ${row.fallback} | ${row.description} |`,
  );
  return `## ${title}\n\n${about}| key | type | default | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function rowsOf(table: z.ZodType, prefix: string): Row[] {
  if (!(table instanceof z.ZodObject)) return [];
  return Object.entries(table.shape).flatMap(([key, field]) => {
    const schema = field as z.ZodType;
    const inner = unwrap(schema);
    const own: Row = {
      key: prefix + key,
      type: typeOf(inner),
      fallback: fallbackOf(schema),
      description: describe(schema),
    };
    return inner instanceof z.ZodObject ? [own, ...rowsOf(inner, `${prefix}${key}.`)] : [own];
  });
}

function describe(schema: z.ZodType): string {
  return schema.description ?? '';
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}

function typeOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${String(option)}\``).join(', ');
  if (schema instanceof z.ZodArray) return `list of ${typeOf(unwrap(schema.element as z.ZodType))}`;
  if (schema instanceof z.ZodPipe) return pipeType(schema);
  if (schema instanceof z.ZodObject) return 'table';
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  return 'text';
}

/** Durations, sizes and endpoints are pipes; which one shows in what they say to a wrong value. */
function pipeType(schema: z.ZodType): string {
  const message = schema.safeParse('').error?.issues[0]?.message ?? '';
  if (message.includes('a time')) return 'time';
  if (message.includes('a size')) return 'size';
  return 'address:port';
}

function fallbackOf(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodDefault)) return schema.safeParse(undefined).success ? '' : 'required';
  const value: unknown = schema.def.defaultValue;
  const type = typeOf(unwrap(schema));
  if (typeof value === 'number' && type === 'time') return `\`${inUnit(value, DURATION_UNITS, 'ms')}\``;
  if (typeof value === 'number' && type === 'size') return `\`${inUnit(value, SIZE_UNITS, 'B')}\``;
  if (Array.isArray(value)) return `\`[${value.map(asEndpoint).join(', ')}]\``;
  return `\`${asEndpoint(value)}\``;
}

function asEndpoint(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('host' in value) || !('port' in value))
    return JSON.stringify(value);
  return JSON.stringify(`${String(value.host)}:${String(value.port)}`);
}

function inUnit(value: number, units: readonly [number, string][], smallest: string): string {
  const [size, name] = units.find(([factor]) => value >= factor && value % factor === 0) ?? [1, smallest];
  return `${value / size}${name}`;
}
