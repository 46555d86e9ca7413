// Heads of the audit, noted outside of the control database and sealed under the master key: who rewrites the end of the
// chain, or cuts it off, cannot write the heads that would fit it, and has to change the log too, wherever it was sent.

import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { SecretBox } from '../../platform/secret-box.ts';

/** Id and hash (hexadecimal) of the newest entry at a time (ISO 8601). */
export interface AuditHead {
  id: number;
  hash: string;
  at: string;
}

export interface AuditHeads {
  /** Notes a head. Throws where the disk refuses. */
  note(head: AuditHead): void;
  read(): NotedHeads;
}

export interface NotedHeads {
  /** All that are noted, oldest first; `isOwn` says whether its seal was made here. */
  heads: (AuditHead & { isOwn(): boolean })[];
  /** Lines that are no heads. */
  unreadable: number;
  /** The head noted last since the start, where the file does not have it any more. */
  gone?: AuditHead;
}

/** Heads kept; a busy day has some hundred. */
const KEPT = 20_000;

const ABOUT = 'head of the audit';

/** The file of heads, sealed with this box. It is made at the first note, for its owner only. */
export function openAuditHeads(path: string, box: SecretBox): AuditHeads {
  let lines = existsSync(path) ? readLines(path).length : 0;
  // A line that a crash cut off must not take the next one with it.
  let begin = existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n') ? '\n' : '';
  // What was noted since the start is known without the file.
  let last: AuditHead | undefined;
  return {
    note(head) {
      const seal = box.seal(sealed(head), ABOUT).toString('base64');
      appendFileSync(path, `${begin}${JSON.stringify({ ...head, seal })}\n`, { mode: 0o600, flush: true });
      begin = '';
      last = head;
      lines += 1;
      if (lines < KEPT * 2) return;
      writeFileSync(`${path}.new`, `${readLines(path).slice(-KEPT).join('\n')}\n`, { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
      lines = KEPT;
    },
    read() {
      const all = existsSync(path) ? readLines(path) : [];
      const parsed = all.map(parseHead).filter((head) => head !== undefined);
      const isThere = last === undefined || parsed.some(({ id, hash }) => id === last?.id && hash === last.hash);
      return {
        heads: parsed.map((head) => ({ ...head, isOwn: () => isOwn(head) })),
        unreadable: all.length - parsed.length,
        ...(!isThere && last !== undefined && { gone: last }),
      };
    },
  };

  function isOwn({ seal, ...head }: SealedHead): boolean {
    return box.open(Buffer.from(seal, 'base64'), ABOUT)?.equals(sealed(head)) === true;
  }
}

type SealedHead = AuditHead & { seal: string };

function sealed({ id, hash, at }: AuditHead): Buffer {
  return Buffer.from(`${id} ${hash} ${at}`);
}

function readLines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function parseHead(line: string): SealedHead | undefined {
  try {
    const { id, hash, at, seal = '' } = JSON.parse(line) as Partial<SealedHead>;
    const isHead = Number.isSafeInteger(id) && typeof hash === 'string' && typeof at === 'string';
    return isHead && typeof seal === 'string' ? { id: Number(id), hash, at, seal } : undefined;
  } catch {
    // A line that was cut off, by a crash or by somebody; the caller is told how many there are.
    return undefined;
  }
}
