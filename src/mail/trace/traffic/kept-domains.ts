// Which domains of recipients are counted by their name: the first so many of a customer on a day, of all together more.
// The others are counted as one, so that nobody's list of addresses becomes a list of ours.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ALL } from './traffic.ts';

const DOMAINS = { own: 200, all: 1000 };
/** Days of customers whose domains are kept in memory; past it they are read again. */
const REMEMBERED = 2000;

export class KeptDomains {
  readonly #read: StatementSync;
  readonly #days = new Map<string, Set<string>>();

  constructor(db: DatabaseSync) {
    this.#read = db.prepare('SELECT domain FROM domain WHERE customer = ? AND at = ?');
  }

  /** The name under which the domain is counted: its own, or '' for all others. */
  nameOf(customer: string, at: number, domain: string): string {
    const names = this.#namesOf(customer, at);
    if (names.has(domain)) return domain;
    if (names.size >= (customer === ALL ? DOMAINS.all : DOMAINS.own)) return '';
    names.add(domain);
    return domain;
  }

  /** What was added may not stand in the file. */
  forget(): void {
    this.#days.clear();
  }

  #namesOf(customer: string, at: number): Set<string> {
    const key = `${at} ${customer}`;
    let names = this.#days.get(key);
    if (names === undefined) {
      if (this.#days.size >= REMEMBERED) this.#days.clear();
      names = new Set(this.#read.all(customer, at).map((row) => String(row['domain'])));
      this.#days.set(key, names);
    }
    return names;
  }
}
