// Heads of the audit, noted outside of the control database: who rewrites the end of the chain, or cuts it off, has to
// rewrite this file too, and the log wherever it was sent.

import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Id and hash (hexadecimal) of the newest entry at a time (ISO 8601). */
export interface AuditHead {
  id: number;
  hash: string;
  at: string;
}

export interface AuditHeads {
  /** Notes a head. Throws where the disk refuses. */
  note(head: AuditHead): void;
  /** All that are noted, oldest first; `unreadable` counts lines that are no heads. */
  read(): { heads: AuditHead[]; unreadable: number };
}

/** Heads kept; a busy day has some hundred. */
const KEPT = 20_000;

/** The file of heads. It is made at the first note, for its owner only. */
export function openAuditHeads(path: string): AuditHeads {
  let lines = existsSync(path) ? readLines(path).length : 0;
  return {
    note(head) {
      appendFileSync(path, `${JSON.stringify(head)}\n`, { mode: 0o600, flush: true });
      lines += 1;
      if (lines < KEPT * 2) return;
      writeFileSync(`${path}.new`, `${readLines(path).slice(-KEPT).join('\n')}\n`, { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
      lines = KEPT;
    },
    read() {
      const all = existsSync(path) ? readLines(path) : [];
      const heads = all.map(parseHead).filter((head) => head !== undefined);
      return { heads, unreadable: all.length - heads.length };
    },
  };
}

function readLines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function parseHead(line: string): AuditHead | undefined {
  try {
    const { id, hash, at } = JSON.parse(line) as Partial<AuditHead>;
    const isHead = Number.isSafeInteger(id) && typeof hash === 'string' && typeof at === 'string';
    return isHead ? { id: Number(id), hash, at } : undefined;
  } catch {
    // A line that was cut off, by a crash or by somebody; the caller is told how many there are.
    return undefined;
  }
}
