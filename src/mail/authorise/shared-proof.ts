// What a customer shows to be told from the other tenants of a shared source.

import { hash, timingSafeEqual } from 'node:crypto';
import { fieldsNamed, fieldText, type HeaderEdit, type HeaderSection } from '../../protocol/mime/header.ts';
import type { SharedProof } from './directory.ts';

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

/** Takes out every field that may hold a secret, whoever's it is: nobody after us may see it. */
export function hideSecrets(names: ReadonlySet<string>, header: HeaderSection): HeaderEdit[] {
  if (names.size === 0) return [];
  return header.fields.filter((field) => names.has(field.name)).map((field) => ({ kind: 'remove', field }));
}
