// Addresses as rules and lists name them: an address, `@domain`, `@.domain` for a domain and all below, `<>` for the null
// sender.

/** A test of addresses in lower case, in a time that does not grow with the list. */
export function matchAddresses(names: readonly string[]): (address: string) => boolean {
  const wanted = new Set(names.map((name) => (name === '<>' ? '' : name.toLowerCase())));
  return (address) => addressNames(address).some((name) => wanted.has(name));
}

/** All names that mean an address (lower case): itself, its domain, and the domains above; the nearest first. */
export function addressNames(address: string): string[] {
  if (!address.includes('@')) return [address];
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const names = [address, `@${domain}`, `@.${domain}`];
  let parent = domain;
  while (parent.includes('.')) {
    parent = parent.slice(parent.indexOf('.') + 1);
    names.push(`@.${parent}`);
  }
  return names;
}
