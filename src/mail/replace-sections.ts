// A reloaded configuration on a relay thread: sections are replaced in place, since what was opened with them holds them.

import type { Config } from '../platform/config/schema.ts';

/** What a reload may change while the relay runs; the rest needs a restart, and main says so. */
export function replaceSections(current: Config, next: Config): void {
  replaceList(current.route, next.route);
  replaceList(current.clamd, next.clamd);
  replaceList(current.rspamd, next.rspamd);
  replaceList(current.dnsbl, next.dnsbl);
  Object.assign(current.inbound, next.inbound);
  Object.assign(current.limits, next.limits);
  Object.assign(current.delivery, next.delivery);
  Object.assign(current.retry, next.retry);
  Object.assign(current.recipients, next.recipients);
  Object.assign(current.strangers, next.strangers);
  Object.assign(current.greylist, next.greylist);
  delete current.authentication.id;
  Object.assign(current.authentication, next.authentication);
  Object.assign(current.trace, next.trace);
  replaceAll(current.inspect, next.inspect);
  replaceAll(current.termination, next.termination);
  if (next.tls !== undefined) current.tls = next.tls;
}

function replaceList<T>(list: T[], next: readonly T[]): void {
  list.splice(0, list.length, ...next);
}

/** What is no longer named counts no longer. */
function replaceAll(section: object, next: object): void {
  for (const key of Object.keys(section)) Reflect.deleteProperty(section, key);
  Object.assign(section, next);
}
