// Whether the audit is as it was written. Each entry's hash covers the entry and the hash before it, so that one that was
// changed, taken out or put in breaks the chain there; anchors are sealed; heads noted outside show an end that was cut
// off or written anew.

import { setImmediate as breath } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { ControlTables } from '../database/tables.ts';
import { CHAIN_START, chainEnd, chainHash } from './audit.ts';
import type { NotedHeads } from './heads.ts';
import { isOwnAnchor } from './prune.ts';

/** A place at which the audit is not as it was written. */
export interface AuditFault {
  /** The entry; 0: no entry in particular. */
  id: number;
  what: string;
}

export interface AuditVerdict {
  ok: boolean;
  /** Entries looked at. */
  entries: number;
  first: number | null;
  last: number | null;
  /** Hash of the newest entry, hexadecimal. */
  head: string;
  /** The last entry that was dropped at its date; null: all are kept. */
  dropped_up_to: number | null;
  /** Heads noted outside of the database that were compared. */
  heads: number;
  /** The first hundred. */
  faults: AuditFault[];
}

export interface VerifyParts {
  db: Kysely<ControlTables>;
  box: SecretBox;
  heads: () => NotedHeads;
}

/** Entries read at once; others who use the database come between. */
const AT_ONCE = 500;
const MOST_FAULTS = 100;

/** Looks at everything that is kept. */
export async function verifyAudit(parts: VerifyParts): Promise<AuditVerdict> {
  const begin = await beginOfChain(parts);
  const walked = await walkChain(parts.db, { after: begin.id, hash: begin.hash, most: Number.POSITIVE_INFINITY });
  const anchored = await parts.db
    .selectFrom('audit_anchor')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  // The beginning was dropped at its date while we looked.
  if ((anchored?.id ?? 0) > begin.id) return verifyAudit(parts);
  const noted = await compareHeads(parts, begin.id);
  const faults = [...begin.faults, ...walked.faults, ...noted.faults];
  return {
    ok: faults.length === 0,
    entries: walked.entries,
    first: walked.entries === 0 ? null : begin.id + 1,
    last: walked.entries === 0 ? null : walked.last.id,
    head: Buffer.from(walked.last.hash).toString('hex'),
    dropped_up_to: begin.id === 0 ? null : begin.id,
    heads: noted.compared,
    faults: faults.slice(0, MOST_FAULTS),
  };
}

/** Looks at some entries after this one, and says where to go on; 0: from the beginning. */
export async function verifySome(
  parts: VerifyParts,
  { after, most }: { after: number; most: number },
): Promise<{ faults: AuditFault[]; goOn: number }> {
  const begin = await beginOfChain(parts);
  const from = after <= begin.id ? begin : ((await entryAt(parts.db, after)) ?? begin);
  const walked = await walkChain(parts.db, { after: from.id, hash: from.hash, most });
  const noted = await compareHeads(parts, begin.id);
  const faults = [...begin.faults, ...walked.faults, ...noted.faults];
  return { faults, goOn: walked.entries < most ? 0 : walked.last.id };
}

/** What the first entry that is kept has to follow. */
async function beginOfChain({ db, box }: VerifyParts): Promise<{ id: number; hash: Uint8Array; faults: AuditFault[] }> {
  const anchors = await db.selectFrom('audit_anchor').selectAll().orderBy('id').execute();
  const forged = anchors.filter((anchor) => !isOwnAnchor(box, anchor));
  const faults = forged.map(({ id }) => ({
    id,
    what: 'its anchor was not made here, or is of a master key that is no longer known',
  }));
  const last = anchors.at(-1);
  return last === undefined ? { id: 0, hash: CHAIN_START, faults } : { id: last.id, hash: last.hash, faults };
}

async function walkChain(
  db: Kysely<ControlTables>,
  { after, hash, most }: { after: number; hash: Uint8Array; most: number },
): Promise<{ entries: number; last: { id: number; hash: Uint8Array }; faults: AuditFault[] }> {
  const faults: AuditFault[] = [];
  let last = { id: after, hash };
  let entries = 0;
  while (entries < most) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('id', '>', last.id)
      .orderBy('id')
      .limit(AT_ONCE)
      .execute();
    for (const { hash: kept, ...row } of rows) {
      if (row.id !== last.id + 1)
        faults.push({ id: row.id, what: `entries ${last.id + 1} to ${row.id - 1} are missing` });
      else if (!Buffer.from(kept).equals(chainHash(last.hash, row))) {
        faults.push({ id: row.id, what: 'was changed, or does not follow the entry before it' });
      }
      // Go on from what stands there: each break is told once.
      last = { id: row.id, hash: kept };
    }
    entries += rows.length;
    if (rows.length < AT_ONCE || faults.length >= MOST_FAULTS) break;
    await breath();
  }
  return { entries, last, faults };
}

/** Heads that were noted must still stand in the chain. */
async function compareHeads(
  { db, heads }: VerifyParts,
  droppedUpTo: number,
): Promise<{ compared: number; faults: AuditFault[] }> {
  const { heads: noted, unreadable, gone } = heads();
  const end = await chainEnd(db);
  const faults: AuditFault[] = [];
  if (unreadable > 1) faults.push({ id: 0, what: `${unreadable} lines of the noted heads cannot be read` });
  if (gone !== undefined) faults.push({ id: gone.id, what: `had its head noted at ${gone.at}, and the note is gone` });
  const known = gone === undefined ? noted : [...noted, { ...gone, isOwn: () => true }];
  let compared = 0;
  for (const head of known.filter(({ id }) => id >= droppedUpTo)) {
    compared += 1;
    // There may be tens of thousands; others who use the thread come between.
    if (compared % AT_ONCE === 0) await breath();
    const what = await faultOfHead(db, head, { end: end.id, droppedUpTo });
    if (what !== undefined) faults.push({ id: head.id, what });
    if (faults.length >= MOST_FAULTS) break;
  }
  return { compared, faults };
}

async function faultOfHead(
  db: Kysely<ControlTables>,
  head: NotedHeads['heads'][number],
  { end, droppedUpTo }: { end: number; droppedUpTo: number },
): Promise<string | undefined> {
  const { id, hash, at } = head;
  if (!head.isOwn()) return `has a noted head of ${at} that was not made here, or with a master key no longer known`;
  if (id > end) return `was there at ${at}, and is missing at the end`;
  const entry = id === droppedUpTo ? undefined : await entryAt(db, id);
  return entry !== undefined && Buffer.from(entry.hash).toString('hex') !== hash
    ? `is not what it was at ${at}`
    : undefined;
}

function entryAt(db: Kysely<ControlTables>, id: number): Promise<{ id: number; hash: Uint8Array } | undefined> {
  return db.selectFrom('audit').select(['id', 'hash']).where('id', '=', id).executeTakeFirst();
}
