// From the credentials of a request to who it comes from.

import type { Principal } from './principal.ts';

/** What a request says of its sender: header fields as they came, and the address it came from. */
export interface Credentials {
  method: string;
  authorization?: string | undefined;
  /** The whole field. */
  cookie?: string | undefined;
  origin?: string | undefined;
  /** `Sec-Fetch-Site`. */
  fetchSite?: string | undefined;
  agent?: string | undefined;
  /** Address of the client. */
  from?: string | undefined;
}

/**
 * Who the request comes from; `nobody` where it names nobody.
 *
 * `Authorization: Bearer emk_…` that is wrong, expired, revoked or from an address that the key is not for throws a
 * Problem (401) whatever the operation: whoever sends a key means it. A cookie is sent by browsers unasked: one that opens
 * no session counts as none. A cookie of a session with anything but GET, HEAD or OPTIONS from another origin than
 * `http.url` throws a Problem (403).
 */
export type Authenticate = (request: Credentials) => Promise<Principal>;
