// Content of mail that waits for a person, or with a suspended customer, is sealed after the hold: the hold's own
// transaction notes the message, a later one replaces the content while nobody has it in hand.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Body, QueueId } from '../../message.ts';
import { SEALED_SUFFIX } from '../body-store.ts';
import type { ClaimedRows, SealedContent, ToSeal, ToSealAnswer, ToSealRequest } from '../engine.ts';
import { isSealed } from '../sealed-content.ts';
import type { Changes } from './changes.ts';
import type { Holds } from './holds.ts';

interface Found {
  row: number;
  id: QueueId;
  customer: string;
  recipients: number;
  bodyFile: string | null;
}

/** Makes the operation that notes a message as one whose content is to be sealed. */
export function prepareToSeal(database: DatabaseSync): (message: number) => void {
  const note = database.prepare('insert or ignore into to_seal (message) values (?)');
  return (message) => void note.run(message);
}

/** Whether content lies sealed. */
export function isSealedBody(body: Body): boolean {
  return body.kind === 'file' ? body.name.endsWith(SEALED_SUFFIX) : isSealed(body.bytes);
}

export class Sealing {
  readonly #holds: Holds;
  readonly #noted: StatementSync;
  readonly #message: StatementSync;
  readonly #body: StatementSync;
  readonly #held: StatementSync;
  readonly #forget: StatementSync;
  readonly #replaceBytes: StatementSync;
  readonly #replaceFile: StatementSync;

  constructor(database: DatabaseSync, holds: Holds) {
    this.#holds = holds;
    this.#noted = database.prepare('select message from to_seal where message > ? order by message limit ?');
    this.#message = database.prepare(
      'select row, id, customer, recipients, body_file as bodyFile from message where row = ?',
    );
    this.#body = database.prepare('select body from message where row = ?');
    this.#held = database.prepare(
      'select 1 from recipient indexed by held where row >= ? and row < ? and status >= 2 limit 1',
    );
    this.#forget = database.prepare('delete from to_seal where message = ?');
    this.#replaceBytes = database.prepare('update message set body = ? where row = ? and body_file is null');
    this.#replaceFile = database.prepare(
      `update message set body_file = ?1 where row = ?2 and body_file || '${SEALED_SUFFIX}' = ?1`,
    );
  }

  /** Those in flight are passed over, and stay noted. */
  find({ after, messages, octets, claimed }: ToSealRequest): ToSealAnswer {
    const found: ToSeal[] = [];
    let left = octets;
    let looked = 0;
    for (const noted of this.#noted.iterate(after, messages)) {
      const row = Number(noted['message']);
      looked += 1;
      const one = this.#toSeal(row, claimed);
      if (one !== undefined) found.push(one);
      // A file is a step of its own.
      left -= one?.body?.kind === 'file' ? left : (one?.body?.bytes.length ?? 0);
      if (left <= 0) return { found, next: row };
      after = row;
    }
    return looked < messages ? { found } : { found, next: after };
  }

  #toSeal(row: number, claimed: ClaimedRows): ToSeal | undefined {
    const message = this.#read(row);
    if (message === undefined || !this.#isHeld(message)) return { row };
    if (isClaimed(message, claimed)) return undefined;
    const body = this.#bodyOf(message);
    return isSealedBody(body) ? { row } : { row, id: message.id, body };
  }

  /** False where it was not replaced: in flight, free or gone by now, or there was nothing to replace. */
  seal({ row, body }: SealedContent, claimed: ClaimedRows, changes: Changes): boolean {
    const message = this.#read(row);
    if (message === undefined || !this.#isHeld(message)) return this.#done(row, false);
    if (body === undefined) return isSealedBody(this.#bodyOf(message)) && this.#done(row, false);
    if (isClaimed(message, claimed)) return false;
    const { changes: replaced } =
      body.kind === 'file' ? this.#replaceFile.run(body.name, row) : this.#replaceBytes.run(body.bytes, row);
    if (Number(replaced) === 0) return false;
    if (message.bodyFile !== null) changes.bodies.push(message.bodyFile);
    return this.#done(row, true);
  }

  #done(row: number, sealed: boolean): boolean {
    this.#forget.run(row);
    return sealed;
  }

  #read(row: number): Found | undefined {
    return this.#message.get(row) as Found | undefined;
  }

  #bodyOf({ row, bodyFile }: Found): Body {
    if (bodyFile !== null) return { kind: 'file', name: bodyFile };
    const bytes = this.#body.get(row)?.['body'];
    return { kind: 'inline', bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array() };
  }

  #isHeld({ row, recipients, customer }: Found): boolean {
    return this.#holds.isPaused(customer) || this.#held.get(row, row + recipients) !== undefined;
  }
}

/** Who has it in hand may open its file only later, by the name that it was told. */
function isClaimed({ row, recipients }: Found, claimed: ClaimedRows): boolean {
  for (let one = row; one < row + recipients; one++) if (claimed.has(one)) return true;
  return false;
}
