// The control database: one file, main its one writer. Kysely speaks to node:sqlite through a few lines.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { ControlTables } from './tables.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations/control');

export interface ControlDatabase {
  /** Statements wait for a running transaction: only one has the connection. */
  db: Kysely<ControlTables>;
  /** What is committed, on a connection that only reads: it waits for no change that is being made. */
  reads: Kysely<ControlTables>;
  /** The same connection, for look-ups by the hundred thousand inside of a transaction. */
  raw: DatabaseSync;
  close(): Promise<void>;
}

/** Opens the file, makes it where it is missing, and brings it up to date. Throws where it cannot. */
export function openControlDatabase(path: string): ControlDatabase {
  const raw = new DatabaseSync(path);
  raw.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000');
  // What is deleted is overwritten: an erasure leaves no octets in the file.
  raw.exec('pragma secure_delete = on');
  migrate(raw);
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('pragma busy_timeout = 5000');
  const [writing, reading] = [kyselyOn(raw), kyselyOn(reader)];
  return {
    db: writing.db,
    reads: reading.db,
    raw,
    close: async () => {
      await reading.close();
      await writing.close();
    },
  };
}

function kyselyOn(connection: DatabaseSync) {
  // Kysely opens its connection at the first statement and would leave ours open if there was none.
  let open = true;
  const close = () => {
    if (open) connection.close();
    open = false;
  };
  const database = { close, prepare: (sql: string) => statement(connection, sql) };
  const db = new Kysely<ControlTables>({ dialect: new SqliteDialect({ database }) });
  return {
    db,
    close: async () => {
      await db.destroy();
      close();
    },
  };
}

function statement(raw: DatabaseSync, sql: string) {
  const prepared = raw.prepare(sql);
  const bind = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: prepared.columns().length > 0,
    all: (parameters: readonly unknown[]) => prepared.all(...bind(parameters)),
    run: (parameters: readonly unknown[]) => prepared.run(...bind(parameters)),
    iterate: (parameters: readonly unknown[]) => prepared.iterate(...bind(parameters)),
  };
}

/** Forward only: files in order of their number, each in a transaction of its own, counted in user_version. */
function migrate(raw: DatabaseSync): void {
  const files = readdirSync(MIGRATIONS)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort();
  const done = Number(raw.prepare('pragma user_version').get()?.['user_version'] ?? 0);
  if (done > files.length) throw new Error(`the control database is from a newer version (${done} > ${files.length})`);
  for (const [index, file] of files.entries()) {
    if (index < done) continue;
    const sql = readFileSync(join(MIGRATIONS, file), 'utf8');
    raw.exec(`begin; ${sql}; pragma user_version = ${index + 1}; commit`);
  }
}
