// RFC 8617 5.2: whether a chain of ARC sets holds.
//
// - The newest ARC-Message-Signature must hold for the message as it came.
// - Each ARC-Seal must hold over all sets up to its own, and say that what was before it held.

import { decodeBase64, recordName } from '../dkim/key-record.ts';
import { relaxedField } from '../dkim/relaxed.ts';
import { withoutSignature } from '../dkim/signature.ts';
import { parseTagList, withoutSpace } from '../dkim/tag-list.ts';
import {
  beginSignature,
  isSignedBy,
  type KeyAnswer,
  type SignatureContext,
  type SignatureVerdict,
  tryKeys,
  usableKey,
} from '../dkim/verify.ts';
import { type ArcSet, readChain, resultsPayload } from './chain.ts';

/** What a chain is worth. `temperror` is ours: a key could not be looked up, so that nothing can be said. */
export interface ArcVerdict {
  result: 'none' | 'pass' | 'fail' | 'temperror';
  /** Why it is not a pass. */
  reason?: string;
  /** Of a chain that passes, the oldest first: who sealed, and what it had found (RFC 8601 2.2, without the instance). */
  sets: { domain: string; results: string }[];
}

/** ARC-Seal read (RFC 8617 4.1.3). */
interface Seal {
  domain: string;
  selector: string;
  type: 'rsa' | 'ed25519';
  signature: Buffer;
  status: 'none' | 'pass' | 'fail';
}

/**
 * Begins with the chain of a header: asks for keys, and has the body hashed as the newest set wants it. What it returns
 * gives the verdict; to be called when the body is at its end. Never rejects.
 */
export function beginChain(context: SignatureContext): () => Promise<ArcVerdict> {
  const chain = readChain(context.header.fields);
  if (chain.kind === 'none') return async () => ({ result: 'none', sets: [] });
  if (chain.kind === 'broken') return failed(chain.reason);
  const { sets } = chain;
  const seals: { seal: Seal; keys: Promise<KeyAnswer> }[] = [];
  for (const set of sets) {
    const seal = readSeal(set);
    if (typeof seal === 'string') return failed(`seal ${set.instance}: ${seal}`);
    // RFC 8617 5.2 step 3: the first seal says none, all others pass.
    if (seal.status !== (set.instance === 1 ? 'none' : 'pass')) {
      return failed(`seal ${set.instance} says cv=${seal.status}`);
    }
    seals.push({ seal, keys: context.lookup(recordName(seal.selector, seal.domain)) });
  }
  const newest = beginSignature(sets.at(-1)?.message ?? '', context, 'arc');
  return async () => {
    const message = await newest();
    if (message.result !== 'pass') return asChain(message, 'the newest signature');
    // RFC 6376 8.2: behind a part of the body anybody may have put something, and no seal says otherwise.
    if (message.uncovered === true) return asChain(PARTIAL, 'the newest signature');
    const texts = sets.map(canonicalSet);
    // RFC 8617 5.2 step 5: from the newest to the oldest.
    for (const [index, { seal, keys }] of [...seals.entries()].toReversed()) {
      const verdict = sealVerdict(seal, await keys, coveredBySeal(texts, index, sets[index]?.seal ?? ''));
      if (verdict.result !== 'pass') return asChain(verdict, `seal ${index + 1}`);
    }
    return {
      result: 'pass',
      sets: sets.map((set, index) => ({ domain: seals[index]?.seal.domain ?? '', results: resultsPayload(set) })),
    };
  };
}

const PARTIAL: SignatureVerdict = { result: 'fail', reason: 'it covers only a part of the body' };

function failed(reason: string): () => Promise<ArcVerdict> {
  return async () => ({ result: 'fail', reason, sets: [] });
}

function asChain({ result, reason = '' }: SignatureVerdict, about: string): ArcVerdict {
  return { result: result === 'temperror' ? 'temperror' : 'fail', reason: `${about}: ${reason}`, sets: [] };
}

function sealVerdict(seal: Seal, keys: KeyAnswer, covered: string): SignatureVerdict {
  return tryKeys(keys, (record) => {
    const key = usableKey(record, { ...seal, identityDomain: seal.domain });
    if ('unfit' in key) return { result: 'permerror', reason: key.unfit };
    return isSignedBy(covered, seal, key.key) ? { result: 'pass' } : { result: 'fail', reason: 'a set was changed' };
  });
}

/** RFC 8617 5.1.1: the order of the fields in a set as a seal covers it. */
function canonicalSet({ results, message, seal }: ArcSet): string {
  return [results, message, seal].map((field) => `${relaxedField(field)}\r\n`).join('');
}

/** RFC 8617 5.1.1: all sets up to the seal's own, which comes last, with nothing in `b` and without a line end. */
export function coveredBySeal(sets: readonly string[], index: number, seal: string): string {
  const own = `${relaxedField(seal)}\r\n`;
  const before = sets.slice(0, index + 1).join('');
  return before.slice(0, before.length - own.length) + relaxedField(withoutSignature(seal));
}

function readSeal({ seal }: ArcSet): Seal | string {
  const tags = parseTagList(seal.slice(seal.indexOf(':') + 1));
  if (tags === undefined) return 'it is no list of tags';
  const tag = (name: string) => tags.get(name) ?? '';
  // RFC 8617 4.1.3: h must not be there; whoever wrote it thinks that a seal covers other fields than it does.
  if (tags.has('h')) return 'it has h';
  const algorithm = tag('a').toLowerCase();
  if (algorithm !== 'rsa-sha256' && algorithm !== 'ed25519-sha256') return 'a is not allowed';
  const status = tag('cv').toLowerCase();
  if (status !== 'none' && status !== 'pass' && status !== 'fail') return 'cv is not known';
  const signature = decodeBase64(withoutSpace(tag('b')));
  if (signature === undefined || signature.length === 0) return 'b is not base64';
  const [domain, selector] = [tag('d').toLowerCase(), tag('s').toLowerCase()];
  if (domain === '' || selector === '') return 'd or s is missing';
  return { domain, selector, type: algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519', signature, status };
}
