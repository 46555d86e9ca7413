// The name of a set of hosts: domains whose mail goes to the same hosts share connections and limits under it.

import { hash } from 'node:crypto';
import type { Host } from './route.ts';

/** Beyond this the name is cut and made unique by a hash. */
const LONGEST = 120;

/** Equal for equal sets of hosts and ports, in whatever order. */
export function siteName(hosts: readonly Pick<Host, 'name' | 'port'>[]): string {
  const names = hosts.map(({ name, port }) => (port === 25 ? name : `${name}:${port}`)).sort();
  const site = [...new Set(names)].join(',');
  return site.length <= LONGEST ? site : `${names[0] ?? ''},+${names.length - 1},${hash('sha256', site).slice(0, 16)}`;
}
