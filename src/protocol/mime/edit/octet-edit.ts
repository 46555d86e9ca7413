// A change to the octets of a message; every other octet stays as it was.

/** `remove` octets at `at` are replaced. */
export interface OctetEdit {
  at: number;
  remove: number;
  insert: Buffer;
}

/** The octets with edits made that do not overlap; those at one place in their order. */
export function withOctetEdits(content: Uint8Array, edits: readonly OctetEdit[]): Buffer {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.at - b.at)) {
    pieces.push(content.subarray(at, edit.at), edit.insert);
    at = edit.at + edit.remove;
  }
  return Buffer.concat([...pieces, content.subarray(at)]);
}
