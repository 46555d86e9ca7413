// Single sources and mail hosts by the rules that hold for an entry and for an `apply` file.

import type { SharedProof } from '../../mail/authorise/directory.ts';
import { createOutsideGuard } from '../../network/outside-address.ts';
import { parseIp } from '../../protocol/ip/network.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import { codedFault } from '../api/schema-faults.ts';
import { sourceSchema } from '../apply/document-schema.ts';
import { placedFaults } from '../apply/read-document.ts';
import { appliedSource, sourceFaults } from './check-entry.ts';
import type { EntrySource } from './entry.ts';

/** The source as the mail path knows it; a 422 with all its faults. */
export function readSource(given: EntrySource, allowPrivate: boolean): { network: string; shared?: SharedProof } {
  const read = sourceSchema.safeParse(appliedSource(given));
  const worded = read.success ? [] : read.error.issues.flatMap(placedFaults);
  const faults = [
    ...worded.map(({ path, message }) => codedFault({ field: path.map(String).join('.') || 'network', message })),
    ...sourceFaults(given, { allowPrivate }),
  ];
  if (read.success && faults.length === 0) return read.data;
  throw problem('source-faulty', { count: faults.length }, faults);
}

/**
 * A 422 where a customer names an address that no mail host on the Internet has. What a name leads to is looked at each
 * time that mail goes there.
 */
export function assertOutside(host: string, allowPrivate: boolean): void {
  const refused = parseIp(host) === undefined ? undefined : createOutsideGuard({ allowPrivate }).refuses(host);
  if (refused === undefined) return;
  throw problem('mailhost-unfit', {}, [fault('host', 'host-unfit', { why: refused })]);
}
