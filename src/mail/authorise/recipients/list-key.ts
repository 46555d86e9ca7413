// The one form in which addresses stand on a customer's list of recipients.

const QUOTED = /^"((?:[^"\\]|\\.)*)"$/;

/**
 * An address as the list has it: lower case (RFC 5321 2.4 would let a host tell `Ann` from `ann`; none that lives does,
 * and a sender that writes it otherwise is not to be refused for it), quotes taken off.
 */
export function listKey(localPart: string, domain: string): string {
  const inside = QUOTED.exec(localPart)?.[1];
  const plain = inside === undefined ? localPart : inside.replace(/\\(.)/g, '$1');
  return `${plain.normalize('NFC').toLowerCase()}@${domain}`;
}

/** The same address without its `+detail`, where it has one. */
export function withoutDetail(key: string): string | undefined {
  const plus = key.indexOf('+');
  const at = key.lastIndexOf('@');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : undefined;
}
