// Authorities of the configuration.

import { readFileSync } from 'node:fs';
import type { Log } from '../../platform/log.ts';

/** The PEM text of `webhooks.ca`. A file that cannot be read adds no authority, and the log says so. */
export function readAuthorities(path: string | undefined, log: Log): { ca?: string } {
  if (path === undefined) return {};
  try {
    return { ca: readFileSync(path, 'utf8') };
  } catch (err) {
    log.error('webhooks.ca cannot be read', { err });
    return {};
  }
}
