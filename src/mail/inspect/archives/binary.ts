// Reading numbers out of octets that may end too early: what is not there reads as 0.

/** Little-endian, 16 bits. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

/** Little-endian, 32 bits, without sign. */
export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) + u16(bytes, at + 2) * 0x10000;
}

/** Little-endian, 64 bits; past 2^53 not exact, which no place in a message needs. */
export function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + u32(bytes, at + 4) * 0x100000000;
}

/** The octets as a Buffer over the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether these octets stand at a place. */
export function has(bytes: Uint8Array, at: number, ...octets: readonly number[]): boolean {
  return octets.every((octet, index) => bytes[at + index] === octet);
}

/** Whether this text (Latin-1) stands at a place. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}
