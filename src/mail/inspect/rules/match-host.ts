// Hosts of links as rules name them: a domain means itself and all below.

/** A test of hosts (lower-case A-labels), in a time that does not grow with the list. */
export function matchHosts(domains: readonly string[]): (host: string) => boolean {
  const wanted = new Set(domains.map((domain) => domain.toLowerCase()));
  return (host) => {
    let name = host.endsWith('.') ? host.slice(0, -1) : host;
    for (;;) {
      if (wanted.has(name)) return true;
      const dot = name.indexOf('.');
      if (dot < 0) return false;
      name = name.slice(dot + 1);
    }
  };
}
