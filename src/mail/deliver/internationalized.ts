// RFC 6531 3.2: a message that asked for SMTPUTF8, for a receiver that does not offer it. It goes where it needs the
// extension in nothing: a domain has an ASCII form (RFC 5891), a local part and a header have none.

import { isAscii } from 'node:buffer';
import type { Content } from '../../network/smtp-transaction.ts';
import { toLookupDomain } from '../../protocol/smtp/domain.ts';

const ASCII = /^[\x00-\x7f]*$/;

/** The address in ASCII, its domain as A-labels; `undefined` where there is no such form. */
export function asciiAddress(address: string): string | undefined {
  if (ASCII.test(address)) return address;
  const at = address.lastIndexOf('@');
  const localPart = address.slice(0, Math.max(at, 0));
  if (at === -1 || !ASCII.test(localPart)) return undefined;
  const domain = toLookupDomain(address.slice(at + 1));
  return domain === undefined ? undefined : `${localPart}@${domain}`;
}

/** Whether the header is ASCII, and the content again: what was read of it is given once more. Rejects as reading does. */
export async function hasAsciiHeader(content: Content): Promise<{ ascii: boolean; content: Content }> {
  if (content.kind === 'bytes') return { ascii: isAscii(headerIn(content.bytes)), content };
  const iterator = content.chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const bytes = first.done === true ? new Uint8Array(0) : first.value;
  return { ascii: isAscii(headerIn(bytes)), content: { kind: 'stream', chunks: continued(bytes, iterator) } };
}

/** The header as far as it lies in these octets; all of them where it does not end there. */
function headerIn(octets: Uint8Array): Uint8Array {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const end = bytes.indexOf('\r\n\r\n');
  return end === -1 ? bytes : bytes.subarray(0, end);
}

async function* continued(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
