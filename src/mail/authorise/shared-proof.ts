// What a customer shows to be told from the other tenants of a shared source.

import { hash, timingSafeEqual } from 'node:crypto';
import { fieldsNamed, fieldText, type HeaderField, type HeaderSection } from '../../protocol/mime/header.ts';
import type { SharedProof, SourceFact } from './directory.ts';

export type Prove = (proof: SharedProof, header: HeaderSection) => boolean;

/**
 * Whether the header holds the proof. The field must be there exactly once: where it is twice, one of them is not the
 * provider's. Secrets are compared in constant time, by their SHA-256.
 */
export function provesItself(proof: SharedProof, header: HeaderSection): boolean {
  if (proof.kind === 'login') return false; // a login is its own claim, before any header
  const [field, ...others] = fieldsNamed(header, proof.name.toLowerCase());
  if (field === undefined || others.length > 0) return false;
  const value = fieldText(header, field);
  if (proof.kind === 'header') return value === proof.value;
  const expected = Buffer.from(proof.sha256, 'hex');
  const shown = hash('sha256', value, 'buffer');
  return expected.length === shown.length && timingSafeEqual(shown, expected);
}

/** Fields that hold the customer's secret: nobody after us may see them. */
export function secretFields(source: SourceFact | undefined, header: HeaderSection): HeaderField[] {
  if (source?.shared?.kind !== 'secret') return [];
  return fieldsNamed(header, source.shared.name.toLowerCase());
}
