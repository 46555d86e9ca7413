// The message that is tried: pasted, or a file.

export type MessageSource = { from: 'text'; text: string } | { from: 'file'; file: File };

export async function messageBytes(source: MessageSource): Promise<Uint8Array> {
  if (source.from === 'file') return new Uint8Array(await source.file.arrayBuffer());
  return new TextEncoder().encode(source.text.trim() === '' ? '' : source.text);
}

/** In pieces: a call takes so many arguments only. */
const PIECE = 0x8000;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

const ADDRESS = /[^\s<>,;:"'()]+@[^\s<>,;:"'()]+/g;

/** Whom the header of a message names; for filling in, nothing hangs on it. */
export function addressesIn(message: string): { from: string | undefined; to: string[] } {
  const [header = ''] = message.split(/\r?\n\r?\n/, 1);
  const unfolded = header.replaceAll(/\r?\n[ \t]+/g, ' ');
  const of = (name: string) => new RegExp(`^${name}:(.*)$`, 'im').exec(unfolded)?.[1]?.match(ADDRESS) ?? [];
  return { from: of('From')[0], to: [...of('To'), ...of('Cc')] };
}
