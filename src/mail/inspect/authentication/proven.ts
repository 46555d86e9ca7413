// Domains that are proven to have sent a message, for the checks that come after authentication.

import type { InspectedMessage } from '../inspection.ts';
import { type Authenticated, provesBody } from './authenticate.ts';

const NOTHING: ReadonlySet<string> = new Set();
const proven = new WeakMap<InspectedMessage, ReadonlySet<string>>();

/**
 * Domains (lower-case A-labels) that SPF or DKIM has shown for this message, known once `authentication` is at its end; of
 * mail that a customer of the relay sent, those it may send for.
 */
export function provenDomains(message: InspectedMessage): ReadonlySet<string> {
  return message.sentHere?.domains ?? proven.get(message) ?? NOTHING;
}

/** Notes what was found. */
export function noteProven(message: InspectedMessage, { spf, dkim }: Authenticated): void {
  const domains = new Set(dkim.filter(provesBody).flatMap(({ domain }) => domain ?? []));
  if (spf.result === 'pass') domains.add(spf.domain);
  proven.set(message, domains);
}
