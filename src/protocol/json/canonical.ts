// RFC 8785: one way to write a JSON value, so that a signature over its octets can be checked by others. Numbers here are
// whole and safe, which leaves their form to nobody's reading.

/** The canonical text. Throws a TypeError for what JSON does not know, and for numbers that are not safe integers. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'string') {
    // RFC 8785 3.2.2.2: a lone surrogate cannot be written.
    if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical form');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new TypeError('not a whole number in safe range');
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value as Record<string, unknown>);
  throw new TypeError(`${typeof value} has no canonical form`);
}

function canonicalObject(value: Record<string, unknown>): string {
  // RFC 8785 3.2.3: by UTF-16 code units, as the language compares texts.
  const names = Object.keys(value).sort();
  const members = names.flatMap((name) => {
    const member = value[name];
    return member === undefined ? [] : [`${canonicalJson(name)}:${canonicalJson(member)}`];
  });
  return `{${members.join(',')}}`;
}
