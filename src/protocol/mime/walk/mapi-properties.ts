// Properties of messages and attachments as TNEF writes them (MS-OXTNEF 2.1.3.4): one behind the other, each with its type.

/** What a property holds (MS-OXCDATA 2.11.1). */
const OBJECT = 0x000d;
const BINARY = 0x0102;
const OF_ANY_LENGTH: ReadonlySet<number> = new Set([0x001e, 0x001f, OBJECT, BINARY]);
/** Octets of the others; those that are not here have four. */
const LENGTHS: Readonly<Record<number, number>> = { 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16 };
const MANY_VALUES = 0x1000;
/** From here on a property has a name of its own, which stands before its value. */
const FIRST_NAMED = 0x8000;
/** An object begins with the name of its interface. */
const INTERFACE = 16;

/** Binary values and objects of these properties, as far as they can be read. */
export function mapiProperties(data: Buffer, ids: readonly number[]): Buffer[] {
  const found: Buffer[] = [];
  const cursor = new Cursor(data);
  const count = cursor.number();
  for (let index = 0; index < count && cursor.goesOn(); index++) {
    const tag = cursor.number();
    const [type, id] = [tag & 0x0fff, tag >>> 16];
    if (id >= FIRST_NAMED) cursor.passName();
    const variable = OF_ANY_LENGTH.has(type);
    const values = variable || (tag & MANY_VALUES) !== 0 ? cursor.number() : 1;
    for (let value = 0; value < values && cursor.goesOn(); value++) {
      const octets = cursor.take(variable ? cursor.number() : (LENGTHS[type] ?? 4));
      if (octets.length === 0 || !ids.includes(id)) continue;
      if (type === BINARY) found.push(octets);
      else if (type === OBJECT) found.push(octets.subarray(INTERFACE));
    }
  }
  return found;
}

/** Reads on from place to place; past the end everything is empty. */
class Cursor {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  goesOn(): boolean {
    return this.#at + 4 <= this.#data.length;
  }

  number(): number {
    const value = this.goesOn() ? this.#data.readUInt32LE(this.#at) : 0;
    this.#at += 4;
    return value;
  }

  /** So many octets; what follows begins at the next multiple of four. */
  take(length: number): Buffer {
    const octets = this.#data.subarray(this.#at, this.#at + length);
    this.#at += Math.ceil(length / 4) * 4;
    return octets;
  }

  /** A set, and a number or a text in it. */
  passName(): void {
    this.take(16);
    const isText = this.number() !== 0;
    if (isText) this.take(this.number());
    else this.number();
  }
}
