// Settlements that were sent again after a store thread died: those of a client come in the order of their keys, so
// the highest durable one tells which are known.

import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class SettledKeys {
  readonly #database: DatabaseSync;
  readonly #durable = new Map<string, number>();
  /** Of the transaction that runs. */
  readonly #pending = new Map<string, number>();
  readonly #upsert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#upsert = database.prepare('insert into settled values (?, ?) on conflict do update set key = excluded.key');
    for (const row of database.prepare('select client, key from settled').iterate()) {
      this.#durable.set(String(row['client']), Number(row['key']));
    }
  }

  /** False for a settlement that is durable already; else it counts as part of this transaction. */
  isNew(client: string, key: number): boolean {
    if (key <= (this.#pending.get(client) ?? this.#durable.get(client) ?? 0)) return false;
    this.#pending.set(client, key);
    return true;
  }

  /** Part of the transaction; `clients` names those that still are there. */
  write(clients: readonly string[] | undefined): void {
    for (const [client, key] of this.#pending) this.#upsert.run(client, key);
    if (clients === undefined) return;
    const list = JSON.stringify(clients);
    this.#database.prepare('delete from settled where client not in (select value from json_each(?))').run(list);
    for (const client of this.#durable.keys()) if (!clients.includes(client)) this.#durable.delete(client);
  }

  /** The transaction is durable. */
  keep(): void {
    for (const [client, key] of this.#pending) this.#durable.set(client, key);
    this.#pending.clear();
  }

  /** The transaction was undone. */
  discard(): void {
    this.#pending.clear();
  }
}
