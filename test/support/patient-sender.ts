// A sender of clean mail and of viruses that tries again what it was asked to.

import assert from 'node:assert/strict';
import { EICAR } from './clamd.ts';
import type { Reply } from './smtp-client.ts';
import { until } from './until.ts';

export interface PatientSenderWays {
  send: (mail: { to: string; body: string; type: string }) => Promise<Reply>;
  /** What arrived for this recipient. */
  arrived: (to: string) => readonly unknown[];
}

const WORDS = 'The committee meets on Thursday to look at the figures of the last quarter.\r\n';

/** A sender that tries again what it was asked to, as mail servers do; gives what it was told meanwhile. */
export class PatientSender {
  readonly told: string[] = [];
  readonly waiting = new Set<string>();
  readonly taken = new Set<string>();
  #count = 0;
  readonly #name: string;
  readonly #ways: PatientSenderWays;

  constructor(name: string, ways: PatientSenderWays) {
    this.#name = name;
    this.#ways = ways;
  }

  /** Three new ones, and everything that has to come again. Each third is a virus. */
  async round(): Promise<void> {
    for (let i = 0; i < 3; i++) this.waiting.add(`${this.#name}${this.#count++}${i === 2 ? '-virus' : ''}@there.test`);
    await Promise.all([...this.waiting].map((to) => this.#try(to)));
  }

  async #try(to: string): Promise<void> {
    const body = to.includes('virus') ? `${EICAR}\r\n` : `${WORDS}Told to ${to}.\r\n`;
    const type = to.includes('virus') ? 'Content-Type: application/octet-stream\r\n' : '';
    const { code, text } = await this.#ways.send({ to, body, type });
    this.told.push(text);
    if (code >= 400 && code < 500) return;
    this.waiting.delete(to);
    if (code === 250) this.taken.add(to);
  }

  async untilTaken(): Promise<void> {
    await until('all to be taken', async () => {
      await Promise.all([...this.waiting].map((to) => this.#try(to)));
      return this.waiting.size === 0 ? true : undefined;
    });
  }

  /** Everything it may get rid of is taken, and arrives once; no virus does. */
  async allThrough(): Promise<void> {
    await this.untilTaken();
    for (const to of this.taken) {
      assert.ok(!to.includes('virus'), `${to} was taken`);
      await until(`mail to ${to}`, () => (this.#ways.arrived(to).length > 0 ? true : undefined));
      assert.equal(this.#ways.arrived(to).length, 1, to);
    }
    assert.equal(this.taken.size, (this.#count / 3) * 2);
  }
}
