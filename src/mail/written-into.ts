// Addresses that were written into the local part of another: `bounce+bob=example.org@…` (VERP) and
// `SRS0=h=t=example.org=bob@…` (SRS) tell of bob@example.org.

/** Places in a local part at which an address may begin or end. */
const PLACES = 20;
const DOMAIN = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+$/u;

/** All that may have been written into the address, likeliest last; more than one where it can be read in several ways. */
export function* addressesWrittenInto(address: string): Generator<string> {
  const local = address.slice(0, address.lastIndexOf('@'));
  let places = 0;
  for (let at = local.indexOf('='); at !== -1 && places < PLACES; at = local.indexOf('=', at + 1)) {
    places += 1;
    const [before, after] = [local.slice(0, at), local.slice(at + 1)];
    const verp = after.split('=')[0] ?? '';
    if (DOMAIN.test(verp)) for (const start of startsOf(before)) yield `${before.slice(start)}@${verp}`;
    const srs = before.split('=').at(-1) ?? '';
    if (DOMAIN.test(srs) && after !== '') yield `${after}@${srs}`;
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length - 1 && starts.length < PLACES; at++)
    if ('+-='.includes(text.charAt(at))) starts.push(at + 1);
  return starts;
}
