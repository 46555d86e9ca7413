// RFC 4616: PLAIN, the one message of the client; and the base64 of RFC 4954, read strictly.

import { prepare } from './prepare.ts';

/** A name with its plain password; lives as long as one check. */
export interface PlainCredentials {
  name: string;
  password: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** RFC 4954 4: a response as text; `undefined` where it is no base64 (RFC 4648 4) or no UTF-8. */
export function decodeResponse(line: string): string | undefined {
  if (!BASE64.test(line)) return undefined;
  try {
    return utf8.decode(Buffer.from(line, 'base64'));
  } catch {
    // Not UTF-8: the only thing `decode` can throw for.
    return undefined;
  }
}

/** Reads `authzid NUL authcid NUL passwd`; an authzid must be empty or the name itself. */
export function readPlain(message: string): PlainCredentials | undefined {
  const parts = message.split('\0');
  if (parts.length !== 3) return undefined;
  const [actFor = '', given = '', password = ''] = parts;
  const name = prepare(given);
  if (name === undefined || name === '' || password === '') return undefined;
  if (actFor !== '' && prepare(actFor) !== name) return undefined;
  return { name, password };
}
