// What a reloaded configuration can change while the relay runs, and what needs a restart.

import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../platform/config/schema.ts';

/** Sections that are taken over at once; certificates are read again besides. */
const WHILE_RUNNING: ReadonlySet<keyof Config> = new Set([
  'route',
  'limits',
  'delivery',
  'retry',
  'recipients',
  'authentication',
  'strangers',
  'greylist',
  'inspect',
  'clamd',
  'rspamd',
  'dnsbl',
  'trace',
  'tls',
  'alarm',
  'retention',
  'backup',
  'privacy',
  'dkim',
  'access',
  'webhooks',
  'inbound',
  'checks',
  'provisioning',
  'termination',
  'log',
]);

/** Whether a change of the section is in force without a restart. */
export function isTakenWhileRunning(section: string): boolean {
  return (WHILE_RUNNING as ReadonlySet<string>).has(section);
}

/**
 * Names of what changed and is in force only after a restart: sections, and keys that go further than the running relay
 * has room for. `mostConnections`: so many it can count.
 */
export function changedForRestart(before: Config, after: Config, mostConnections: number): string[] {
  const sections = Object.keys(after) as (keyof Config)[];
  const changed: string[] = sections.filter(
    (name) => !WHILE_RUNNING.has(name) && !isDeepStrictEqual(before[name], after[name]),
  );
  // Other files are read at once; whether TLS is offered at all is decided when a listener is opened.
  if ((before.tls === undefined) !== (after.tls === undefined)) changed.push('tls');
  const tooMany = after.limits.connections > mostConnections;
  return tooMany ? [...changed, `limits.connections past ${mostConnections}`] : changed;
}
