// Writes one export: page after page of the search into a file, with a pause after each, so that those who search by hand
// come first.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Directory } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { TraceSight } from '../../mail/trace/read-messages.ts';
import type { Reader } from '../../mail/trace/reader.ts';
import type { Config } from '../../platform/config/schema.ts';
import { type ExportColumn, exportHead, exportLines } from './export-columns.ts';
import { seenRow } from './seen-row.ts';
import type { MessageExportRow } from './tables.ts';

/** A spreadsheet has no more rows. */
export const MOST_ROWS = 1_000_000;
const PAGE = 200;
/** All recipients of a message. */
const MOST_OF_MESSAGE = 100_000;
const WITHIN_MS = 150;
const DEADLINE_MS = 30_000;
const BREATH_MS = 10;
/** Times the low-water mark of the disk: what is left is the mail's. */
const ROOM = 2;

/** How far an export is. */
export interface ExportProgress {
  rows: number;
  /** Everything later than this is in the file, milliseconds since 1970. */
  searchedTo: number;
}

export interface WriteParts {
  reader: Pick<Reader, 'searchRows'>;
  directory: Pick<Directory, 'domain'>;
  config: () => Config;
}

/** Why an export was not written, in words for whoever asked. */
export class ExportFault extends Error {}

/** Writes the file at `path`. Rejects with an ExportFault, or with the reason of `signal`; then there is no file. */
export async function writeExport(
  parts: WriteParts,
  row: MessageExportRow,
  { path, signal, onProgress }: { path: string; signal: AbortSignal; onProgress: (progress: ExportProgress) => void },
): Promise<{ rows: number; octets: number; cut: boolean }> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.new`;
  const file = openSync(unfinished, 'w', 0o600);
  try {
    const written = await writePages(parts, row, { path: unfinished, file, signal, onProgress });
    fsyncSync(file);
    renameSync(unfinished, path);
    return written;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

async function writePages(
  { reader, directory, config }: WriteParts,
  row: MessageExportRow,
  {
    path,
    file,
    signal,
    onProgress,
  }: { path: string; file: number; signal: AbortSignal; onProgress: (progress: ExportProgress) => void },
): Promise<{ rows: number; octets: number; cut: boolean }> {
  const customer = (row.customer ?? undefined) as CustomerId | undefined;
  const columns = JSON.parse(row.columns) as ExportColumn[];
  const sight: TraceSight = {
    ...(customer !== undefined && { customer }),
    ...(row.subjects === 0 && { subjects: false }),
  };
  // What comes in meanwhile is not part of it, and "two hours ago" is counted from when it was asked for.
  const query = `${row.query} until:${new Date(row.asked_at).toISOString()}`;
  const page = { limit: PAGE, most: MOST_OF_MESSAGE, withinMs: WITHIN_MS, now: row.asked_at, sight };
  let octets = writeSync(file, exportHead(columns));
  let rows = 0;
  for (let before: string | undefined, first = true; first || before !== undefined; first = false) {
    signal.throwIfAborted();
    assertRoom(path, config().queue.low_water);
    const answer = await reader.searchRows(query, before === undefined ? page : { ...page, before }, DEADLINE_MS);
    if (answer.kind === 'refused') throw new ExportFault(answer.fault.message);
    if (answer.kind !== 'ok')
      throw new ExportFault('the trace could not be read; ask for it again, for a shorter time');
    const seen = answer.value.rows.slice(0, MOST_ROWS - rows).map((one) => seenRow(customer, one, directory));
    octets += writeSync(file, exportLines(seen, columns));
    rows += seen.length;
    before = answer.value.next;
    onProgress({ rows, searchedTo: answer.value.searchedTo ?? row.asked_at });
    if (rows >= MOST_ROWS && before !== undefined) return { rows, octets, cut: true };
    await sleep(BREATH_MS, undefined, { signal });
  }
  return { rows, octets, cut: false };
}

function assertRoom(path: string, lowWater: number): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < ROOM * lowWater) throw new ExportFault('no_room');
}
