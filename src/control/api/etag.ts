// Where two people may edit the same thing: the answer carries its version, and a change says which version it means
// (RFC 9110 8.8.3, 13.1.1; RFC 6585 3). Nobody's change is lost without a word.

import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { canonicalJson } from '../../protocol/json/canonical.ts';
import { fault } from './field-faults.ts';
import { problem } from './problem.ts';

/** For `schema.headers` of an operation that changes what two people may edit. A missing one is a 428, not a 400. */
export const ifMatchHeader = z.looseObject({
  'if-match': z
    .string()
    .max(1000)
    .optional()
    .describe(
      'Needed: the `ETag` of the version that is to be changed, as it was read, or `*` for whichever it is now.',
    ),
});

/** The versions that a request means. */
export type ExpectedVersions = { any: true } | { tags: ReadonlySet<string> };

const TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*)*$/;

/** The strong ETag of a version: a number or a word that is never used again for the same thing. */
export function etagOf(version: number | string): string {
  return `"${version}"`;
}

/** The version of something that is kept without one: what can be edited of it, in short. The same state is the same version. */
export function contentVersion(editable: unknown): string {
  return createHash('sha256').update(canonicalJson(editable)).digest('base64url').slice(0, 16);
}

/** Puts the ETag of the version into the answer. */
export function setEtag(reply: FastifyReply, version: number | string): void {
  reply.header('etag', etagOf(version));
}

/** Reads `If-Match`. Throws a 428 where it is missing, a 400 where it is none. */
export function expectedVersions(headers: { 'if-match'?: string | undefined }): ExpectedVersions {
  const given = headers['if-match'];
  if (given === undefined || given.trim() === '') {
    throw problem('version-needed', {}, [fault('If-Match', 'missing')]);
  }
  if (given.trim() === '*') return { any: true };
  if (!TAGS.test(given)) {
    throw problem('if-match-unreadable', {}, [fault('If-Match', 'etag')]);
  }
  // RFC 9110 13.1.1: the strong comparison; a weak one fits nothing.
  return { tags: new Set(given.match(/(?:W\/)?"[^"]*"/g) ?? []) };
}

/** Throws a 412 where the version is another. Call it with a version that was read inside of the transaction that changes it. */
export function assertVersion(expected: ExpectedVersions, version: number | string): void {
  if ('any' in expected || expected.tags.has(etagOf(version))) return;
  throw problem('changed-meanwhile', {}, [fault('If-Match', 'other-version', { version: etagOf(version) })]);
}
