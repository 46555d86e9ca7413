// docs/reference/configuration.md from the schema: key, type, default, description.

import { z } from 'zod';
import { type DescribedKey, describedKey, type KeyKind, unwrapped } from '../../src/platform/config/described-keys.ts';
import { configSchema } from '../../src/platform/config/schema.ts';
import { isTakenWhileRunning } from '../../src/start/reload.ts';

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
    'After `SIGHUP` the file is read again; a faulty one is reported in the log, and the old one stays. Most sections are in',
    'force at once then; those marked *after a restart* are not. `easymail settings` shows what is in force, where it comes',
    'from, and what waits for a restart. Certificates are read again besides, whichever section names them.',
    '',
    'Times are written as `30s`, `5m`, `4h`, `5d` or `500ms`, sizes as `64KB`, `50MB` or `2GB` (powers of 1,024).',
    '',
    '<!-- Generated from src/platform/config/schema.ts by `npm run reference`. -->',
    '',
    ...sections,
  ].join('\n');
}

function section(name: string, schema: z.ZodType): string {
  const inner = unwrapped(schema);
  const list = inner instanceof z.ZodArray;
  const table = list ? unwrapped(inner.element as z.ZodType) : inner;
  const title = list ? `\`[[${name}]]\`` : `\`[${name}]\``;
  const when = isTakenWhileRunning(name) ? '' : '*After a restart.*';
  const about = [schema.description, when].filter((text) => text !== undefined && text !== '').join(' ');
  const rows = keysOf(table, '').map(
    (row) => `| \`${row.key}\` | ${typeOf(row)} | ${fallbackOf(row)} | ${row.description} |`,
  );
  return `## ${title}\n\n${about === '' ? '' : `${about}\n\n`}| key | type | default | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function keysOf(table: z.ZodType, prefix: string): DescribedKey[] {
  if (!(table instanceof z.ZodObject)) return [];
  return Object.entries(table.shape).flatMap(([key, field]) => {
    const schema = field as z.ZodType;
    const own = describedKey(prefix + key, schema);
    return own.kind === 'table' ? [own, ...keysOf(unwrapped(schema), `${prefix}${key}.`)] : [own];
  });
}

function typeOf({ kind, of, choices }: DescribedKey): string {
  if (kind === 'list' && of !== undefined) return `list of ${named(of, choices)}`;
  return named(kind, choices);
}

function named(kind: KeyKind, choices: string[] | undefined): string {
  if (kind === 'choice') return (choices ?? []).map((choice) => `\`${choice}\``).join(', ');
  if (kind === 'address') return 'address:port';
  return kind === 'boolean' ? 'true or false' : kind;
}

function fallbackOf({ fallback, required }: DescribedKey): string {
  if (fallback !== undefined) return `\`${fallback}\``;
  return required ? 'required' : '';
}
