// Whose certificate a client showed.

import type { SessionFacts } from './authorise.ts';
import type { CertificateFact, Directory } from './directory.ts';

/**
 * The fact under the surest of the keys that is registered: the certificate itself, its public key, a name in it.
 * `several`: names of different customers are in it, so it tells nobody's.
 */
export function certificateHolder(
  directory: Directory,
  { certificate: keys, roles }: Pick<SessionFacts, 'certificate' | 'roles'>,
): CertificateFact | 'several' | undefined {
  // Where customers do not send, nobody is one.
  if (keys === undefined || roles.every((role) => role === 'inbound')) return undefined;
  let found: CertificateFact | undefined;
  for (const key of keys) {
    const fact = directory.certificate(key);
    if (fact === undefined) continue;
    if (!key.startsWith('name:')) return fact;
    if (found !== undefined && found.customer !== fact.customer) return 'several';
    found ??= fact;
  }
  return found;
}
