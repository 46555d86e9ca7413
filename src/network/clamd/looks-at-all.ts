// Whether a clamd says so where it did not look at everything. By default it calls clean what is past its limits.

import { gzipSync } from 'node:zlib';
import { type ClamdReply, readClamdReply } from './clamd-reply.ts';
import { type ClamdAddress, openClamdSession } from './clamd-session.ts';

const CONNECT_MS = 3000;
/** Deeper than any clamd may be set to look (MaxRecursion is 100 at most). */
const NESTED = 120;

/** Something packed into itself so often that no clamd gets to its end. */
let packed: Buffer | undefined;

/** False where it calls clean what it did not look at (`AlertExceedsMax` is off). Rejects where it does not answer. */
export async function looksAtAll(address: ClamdAddress, timeoutMs: number): Promise<boolean> {
  packed ??= Array.from({ length: NESTED }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.from('deep inside'));
  const reply = await scanWith(address, [packed], timeoutMs);
  return reply.kind !== 'clean';
}

/** Gives a content to a clamd in a session of its own. Rejects where it does not answer. */
export async function scanWith(
  address: ClamdAddress,
  pieces: readonly Buffer[],
  timeoutMs: number,
): Promise<ClamdReply> {
  const session = await openClamdSession(address, CONNECT_MS);
  try {
    const stream = session.stream();
    for (const piece of pieces) {
      stream.write(piece);
      await stream.taken();
    }
    return readClamdReply(await stream.end(timeoutMs));
  } finally {
    session.close();
  }
}
