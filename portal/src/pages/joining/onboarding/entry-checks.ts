// What can be told of an entry while it is typed, without asking: whether values are of their kind. The relay checks all
// of it again.

import type { Answer } from '../../../api/call.ts';
import type { Values } from '../../../relay-words.ts';

export type Entry = Answer<'getOnboarding'>['entry'];
export type EntryDomain = Entry['domains'][number];
export type EntryMailHost = Entry['mailhosts'][number];
export type EntryPerson = Entry['administrators'][number];
/** A proof in which a secret may still stand; the relay keeps and shows its hash alone. */
export type EntryProof = NonNullable<Entry['sources'][number]['proof']> | { secret_header: string; secret: string };
export interface EntrySource {
  network: string;
  shared: boolean;
  proof?: EntryProof | undefined;
}
/** The entry while it is typed. */
export type Draft = Omit<Entry, 'sources'> & { sources: readonly EntrySource[] };

/** A fault of a field such as `domains.0.name`; `code` as the API names it. */
export interface EntryFault {
  field: string;
  code: string | undefined;
  message: string;
  values: Values;
}

const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`;
/** A top-level domain is no number, so that an address mistyped is no name. */
const DOMAIN = new RegExp(String.raw`^(?:${LABEL}\.)+(?!\d+\.?$)${LABEL}\.?$`, 'u');
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const IPV6 = /^(?=.*:.*:)[0-9a-f:.]{2,45}$/i;
const EMAIL = /^[^\s@<>"]{1,64}@[^\s@]+$/;
/** 128 bits take so many characters of base64. */
const SHORTEST_SECRET = 22;
/** What a header field can hold in one piece. */
const SECRET = /^[\x21-\x7E]*$/;

export function isDomain(text: string): boolean {
  return text.length <= 253 && DOMAIN.test(text.trim());
}

function isAddress(text: string): boolean {
  return IPV4.test(text) || IPV6.test(text);
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, more] = text.trim().split('/');
  if (more !== undefined || !isAddress(address)) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (address.includes(':') ? 128 : 32));
}

export function isEmail(text: string): boolean {
  const address = text.trim();
  return EMAIL.test(address) && isDomain(address.slice(address.lastIndexOf('@') + 1));
}

/** All that can be told of it. What is still empty is told with `complete` alone. */
export function formatFaults(draft: Draft, complete: boolean): EntryFault[] {
  const wrong = (field: string, text: string, isRight: boolean, code: string): EntryFault[] =>
    isRight || (text.trim() === '' && !complete) ? [] : [{ field, code, message: '', values: {} }];
  return [
    ...draft.domains.flatMap(({ name }, i) => wrong(`domains.${i}.name`, name, isDomain(name), 'domain_wrong')),
    ...draft.mailhosts.flatMap(({ host }, i) =>
      wrong(`mailhosts.${i}.host`, host, isDomain(host) || isAddress(host.trim()), 'host_wrong'),
    ),
    ...draft.sources.flatMap(({ network, proof }, i) => [
      ...wrong(`sources.${i}.network`, network, isNetwork(network), 'network_wrong'),
      ...proofFaults(`sources.${i}.proof`, proof, complete),
    ]),
    ...draft.administrators.flatMap(({ name, email }, i) => [
      ...wrong(`administrators.${i}.name`, name, name.trim() !== '', 'name_missing'),
      ...wrong(`administrators.${i}.email`, email, isEmail(email), 'email_wrong'),
    ]),
  ];
}

function proofFaults(field: string, proof: EntryProof | undefined, complete: boolean): EntryFault[] {
  if (proof === undefined || proof === 'login') return [];
  const fault = (code: string): EntryFault[] => [{ field, code, message: '', values: {} }];
  if ('header' in proof) return complete && (proof.header === '' || proof.value === '') ? fault('proof_wrong') : [];
  if ('secret' in proof && (complete || proof.secret !== '')) {
    if (!SECRET.test(proof.secret)) return fault('secret_wrong');
    if (proof.secret.length < SHORTEST_SECRET) return fault('secret_short');
  }
  return complete && proof.secret_header === '' ? fault('proof_wrong') : [];
}

/** Whether the relay can be asked about it: a secret that is still being typed is no value it takes. */
export function canBeSaved(draft: Draft): boolean {
  return draft.sources.every(
    ({ proof }) =>
      proof === undefined ||
      proof === 'login' ||
      !('secret' in proof) ||
      (proof.secret.length >= SHORTEST_SECRET && SECRET.test(proof.secret)),
  );
}
