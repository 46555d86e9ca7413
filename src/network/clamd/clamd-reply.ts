// What clamd says of a stream (clamd(8)), read strictly: whatever is not understood is an error, never clean.

export type ClamdReply =
  | { kind: 'clean' }
  | { kind: 'virus'; name: string }
  /** The stream is longer than clamd takes. */
  | { kind: 'oversize' }
  /** It did not look at all of it: a limit of clamd was reached (`AlertExceedsMax`). */
  | { kind: 'limit'; name: string }
  /** It could not look into something that needs a password (`AlertEncrypted`). */
  | { kind: 'encrypted'; name: string }
  | { kind: 'error'; text: string };

/** Longest name of a virus that is kept; names are given by those who wrote the signature. */
const NAME_KEPT = 120;

/** Reads the reply to a stream, without the number of the session. */
export function readClamdReply(text: string): ClamdReply {
  if (text === 'stream: OK') return { kind: 'clean' };
  const found = /^stream: ([!-~]+(?: [!-~]+)*) FOUND$/.exec(text)?.[1];
  if (found !== undefined) return nameFound(found);
  if (/^(?:stream: )?INSTREAM size limit exceeded\. ERROR$/.test(text)) return { kind: 'oversize' };
  return { kind: 'error', text: shown(text) };
}

function nameFound(found: string): ClamdReply {
  // ExtendedDetectionInfo puts a hash and a size behind the name.
  const name = found.replace(/\([0-9a-f]{32,64}:\d+\)$/, '').slice(0, NAME_KEPT);
  if (name.startsWith('Heuristics.Limits.Exceeded')) return { kind: 'limit', name };
  if (name.startsWith('Heuristics.Encrypted.')) return { kind: 'encrypted', name };
  return { kind: 'virus', name };
}

/** A text of somebody else's, fit for a log. */
function shown(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?').slice(0, NAME_KEPT);
}
