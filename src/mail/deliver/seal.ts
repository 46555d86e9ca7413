// ARC for inbound mail that was changed here: whoever verifies it behind us learns what it was when it came (RFC 8617).

import { readChain } from '../../protocol/arc/chain.ts';
import { sealMessage } from '../../protocol/arc/seal.ts';
import { readAuthenticationResults } from '../../protocol/auth-results/read.ts';
import type { SigningKey, SigningLane } from '../../protocol/dkim/sign.ts';
import type { HeaderSection } from '../../protocol/mime/header.ts';
import { resultsOf } from '../inspect/authentication/results-field.ts';
import type { MessageMeta } from '../message.ts';

/** The message in the form in which it is sent. */
export interface SealedForm {
  header: HeaderSection;
  /** Hash of the relaxed body, base64. */
  bodyHash: string;
  domain: string;
  /** Seconds since 1970. */
  at: number;
}

/** Whether a message is to be sealed: it was authenticated here, and is no longer what came. */
export function isToBeSealed(meta: MessageMeta, converted: boolean): boolean {
  if (meta.direction !== 'inbound' || !(converted || meta.changed === true)) return false;
  return foundOf(meta) !== undefined;
}

/**
 * The fields of our set, CRLF included; empty where the chain that came does not hold: RFC 8617 5.1.2 allows a seal that
 * says so, but it is of no use to anybody.
 */
export async function sealFields(
  meta: MessageMeta,
  { header, ...form }: SealedForm,
  keys: readonly SigningKey[],
  lane: SigningLane,
): Promise<string> {
  const found = foundOf(meta);
  // RSA is what everybody who reads ARC can verify.
  const key = keys.find((one) => one.key.asymmetricKeyType === 'rsa') ?? keys[0];
  if (found === undefined || key === undefined || found.chain === 'fail') return '';
  const fields = header.fields.map(({ start, end }) => header.octets.toString('latin1', start, end));
  const chain = readChain(fields);
  const sets = chain.kind === 'sets' ? chain.sets : [];
  // What was found of the chain is about these very sets, or nothing is said.
  if (chain.kind === 'broken' || (found.chain === 'pass') !== sets.length > 0) return '';
  return (await sealMessage({ header, sets, results: found.results, ...form }, key, lane)) ?? '';
}

/** What our own field before the content says. */
function foundOf({ received }: MessageMeta): { results: string; chain: string } | undefined {
  const results = resultsOf(received);
  if (results === undefined) return undefined;
  const chain = readAuthenticationResults(results)?.results.find(({ method }) => method === 'arc')?.result;
  return { results, chain: chain ?? 'fail' };
}
