// What may be wrong with a field of a request, once: in English here, and by its code and values for other languages.

import { type Sentence, sentence, type ValuesOf } from '../../platform/sentence.ts';

/** Said after the name of the field; what stands in braces is filled in. */
export const FIELD_FAULTS = {
  missing: 'is missing',
  'unknown-here': 'is not known here',
  'not-asked-for': 'is not asked for here',
  'wrong-type': 'must be {expected}',
  'one-of': 'must be one of {values}',
  'too-long': 'must have {most} characters at most',
  'too-short': 'must have {least} characters at least',
  'too-many': 'must have {most} entries at most',
  'too-few': 'must have {least} entries at least',
  'too-high': 'must be {most} at most',
  'too-low': 'must be {least} at least',
  'whole-number': 'must be a whole number',
  'wrong-format': 'is not written as it must be',
  'in-future': 'must lie in the future',
  'beyond-own-rights': 'has permissions that you do not hold: {permissions}',
  'not-of-customers': 'has permissions that are none of a customer: {permissions}',
  'your-email': 'must be your e-mail address such as "you@example.lu"',
  'of-another-user': 'is another user’s',
  'password-short': 'must have at least {least} characters; a sentence is fine',
  'password-long': 'must have at most {most} characters',
  'password-is-address': 'must not be your e-mail address',
  'password-plain': 'must not be one or two characters over and over',
  'not-right': 'is not right',
  'code-not-right': 'is not right; is the clock of the device?',
  'ticket-old': 'is too old; begin again',
  'ticket-used': 'was used before; begin again',
  'passkey-unasked': 'does not fit what was asked for',
  'passkey-id-long': 'has an id that is too long',
  'passkey-kind': 'has a key of a kind that is not taken',
  'has-access': 'has access already',
  'email-ascii': 'must be an e-mail address such as "anna@example.lu", ASCII before the @',
  'customer-needed': 'is missing: the role is one of a customer’s side',
  'customer-not-needed': 'must be left out for this role',
  'key-reused': 'was used for another request',
  'key-not-for-account': 'is not kept for sign-ins and the own account; leave it out here',
  'key-not-for-unknown': 'is for callers who are known; leave it out here',
  'content-type': 'must be {types}',
  json: 'must be JSON',
  nested: 'must not be nested more than {most} deep',
  'published-by-operator': 'is for the operator: the record is looked for in DNS',
  unreadable: 'cannot be read',
  'too-large': 'is too large',
  'type-not-taken': 'is of a type that is not taken here',
  'too-slow': 'took too long',
  etag: 'must be an ETag in double quotes, as it was received',
  'other-version': 'does not name the present version, {version}',
  'only-requested': 'can only be requested',
  'operators-to-change': 'is for the operator to change',
  cursor: 'must be `next` of the page before',
  'recipient-index': 'there is no recipient with this index',
  'query-needed': 'must say which messages are meant',
  'means-nothing': 'means nothing that could be changed',
  'whole-queue': 'is empty, which means the whole queue; say all: true if that is meant',
  'quarantine-kind': 'is a kind that the quarantine lifts',
  'hosts-missing': 'is missing: where should it go?',
  'before-until': 'must lie before until',
  'until-before-start': 'must not be before {since}',
  'must-not-be-false': 'must not be false with outbound',
  taken: 'is taken',
  'in-pool': 'is in the pool',
  'in-use': 'is in use',
  'belongs-to': 'belongs to customer "{customer}"',
  'pool-unknown': 'names the pool "{pool}", which does not exist',
  'open-quotes': 'has quotes that are not closed, or stand in the middle of a value',
  'no-column': 'is no column; columns are {columns}',
  'there-twice': 'is there twice',
  'columns-missing': 'is missing: the first line names the columns',
  'on-line-already': 'stands on line {line} already',
  'values-and-columns': 'has {values} values, but there are {columns} columns',
  'host-unfit': 'cannot be used: {why}',
  'not-held-here': 'is no recipient of this message that waits',
  'no-sender': 'must be false for a message without a sender',
  'operators-for-outgoing': "is the operator's to say for outgoing mail",
  'needs-customer': 'needs a customer',
  'stream-known': 'must be {streams}',
  'in-set-too': '{key} stands in "set" too',
  'operators-setting': "is the operator's to change",
  'beyond-records': 'must be {most} at most (retention.records)',
  'higher-than': 'is {value}, higher than {other}, which is {otherValue}',
  'for-allowed-only': 'is only for senders that are allowed',
  'needs-attachment-condition': 'needs a condition about attachments, which says what is taken out',
  'operators-rules': 'is for rules of the operator',
  'field-written-twice': 'write the field {field} more than once',
  'needed-with-override': 'is needed with override',
  'hostname-while-active': 'cannot change while the address is active; drain it first, or override with a reason',
  'address-unfit': 'expected {expected}; found {found}',
  url: 'must be a URL such as https://example.org/hook',
  'url-https': 'must begin with https://',
  'url-user': 'must not hold a user name or password',
  'url-fragment': 'must not have a fragment (#…)',
  'url-host': 'must name a host',
  'url-port': 'must use port 443, or one from 1024 on',
  'one-line': 'must be one line of text',
  'one-line-200': 'must be one line of text, of 200 characters at most',
  reason: 'must say why, in 3 to 500 characters',
  telephone: 'must be a telephone number',
  sha256: 'must be a SHA-256',
  'visible-ascii': 'must be visible ASCII without spaces',
  id: 'must be 1 to 64 letters, digits, dots, hyphens or underscores',
  'kind-word': 'must be a word such as "internet"',
  'subscription-word': 'must be a word such as "easymail" or "internet"',
  'queue-id': 'must be a queue id such as the one in "queued as …"',
  'customer-id': 'must be the id of a customer',
  time: 'must be a time such as 2026-11-22T08:30:00Z',
  'caught-name': 'must be the name of a caught message',
  'stream-or-all': 'must be the name of a stream, or * for all',
  'any-direction': 'must be inbound, outbound or both',
  'link-id': 'must be the id of a link',
  ip: 'must be an IPv4 or IPv6 address',
  'passkey-id': 'must be the id of a passkey',
  'just-one-line': 'must be one line',
  'six-digits': 'must be six digits',
  network: 'must be an address or a network',
  'network-fault': 'must be an address or a network: {fault}',
  'change-until': 'must be `until` of previewQueueChange',
  'job-id': 'must be the id of a job',
  'recipient-key': 'must be the `key` of a recipient in the queue',
  'hold-kind': 'must be the kind of a hold such as "operator"',
  'host-port': 'must be "host", "host:port" or "[v6]:port"',
  'stream-name': 'must be the name of a stream',
  'rule-id': 'must be the id of a rule, such as rul_…',
  'entry-id': 'must be the id of an entry, such as snd_…',
  'an-address': 'must be an address',
  'share-id': 'must be the id of a link, such as shr_…',
  'export-id': 'must be the id of an export, such as exp_…',
  'page-name': 'must be the name of a page, such as "messages"',
  'parameters-30': 'has more than 30 parameters',
  'search-id': 'must be the id of a search, such as srch_…',
  'webhook-id': 'must be the id of a webhook, such as whk_…',
  'event-type': 'must be a type of events, or the beginning of types such as message.*',
  'request-id': 'must be the id of a request such as "prq_…"',
  'address-once': 'must name each address once',
  'field-name': 'must be the name of a header field such as "X-Relay-Secret"',
  'header-name': 'must be the name of a header field',
  'begins-with-x': 'must begin with "X-"',
  'one-line-ascii': 'must be one line of ASCII',
  'time-of-day': 'must be a time such as "18:30"',
  'time-zone': 'must be a time zone such as "Europe/Luxembourg"',
  'media-type': 'must be a media type such as "application/zip", with * and ?',
  'address-or-domain': 'must be an address, "@example.lu", or "@.example.lu" for all below too',
  'domain-name': 'must be a domain name such as "example.lu"',
  'domain-name-plain': 'must be a domain name such as example.lu',
  email: 'must be an e-mail address',
  'user-address': 'must be an address such as user@example.org',
  'alice-address': 'must be an address such as "alice@example.lu"',
  language: 'must be en, de or fr',
  'language-tag': 'must be a language such as "fr" or "de-LU"',
  'login-name': 'must be a login name without control characters',
  'login-password': 'must have 12 characters or more',
  saslprep: 'holds characters that RFC 4013 forbids',
  'host-name': 'must be a host name such as "out1.example.lu"',
  'include-name': 'must be a name such as "_spf.relay.example.lu"',
  domain_needed: 'must name a domain',
  direction_needed: 'must be inbound, outbound or both',
  mailhost_needed: 'must name the server that takes mail for the inbound domains',
  source_needed: 'must name the addresses that mail of the outbound domains comes from',
  person_needed: 'must name somebody, since the portal is asked for',
  host_not_public: 'cannot be used: {why}',
  source_not_public: 'is not public: no mail can come from it over the Internet',
  source_shared: 'is needed, with shared: customers of {cloud} all send from there, so an address proves nothing',
  name_missing: 'is missing',
  email_wrong: 'must be an e-mail address',
  email_twice: 'is named a second time',
  test_recipient_foreign: 'must be an address of an inbound domain of yours',
  'before-to': 'must be before `to`',
  stretch: 'must be at most {most} {unit}s before `to`',
  'zone-plain': 'must be a time zone such as Europe/Luxembourg',
  'out-name': 'must be a host name such as "out1.relay.example.lu"',
  selector: 'must be a selector such as "mail2026"',
  'password-or-scram': 'needs a password or scram keys, one of them',
  'sha256-hex': 'must be a SHA-256 in hexadecimal such as "sha256:9F:86:…"',
  'id-of': 'must be the id of {what}',
  'proof-needs-shared': 'has a proof, so it needs shared = true',
  'header-proof': 'must be "header:NAME=VALUE"',
  'ann-address': 'must be an address such as "ann@example.lu", or "@example.lu"',
  domain_taken: 'belongs to another customer, or lies above or below what another has; ask your provider',
  source_taken: 'is held by another customer, or overlaps what another holds; ask your provider',
  'idempotency-key': 'must be 1 to 200 visible ASCII characters',
  pattern: '{why}',
  'narrow-address': 'needs a customer or a destination beside it: more than {most} ways are in use',
} as const satisfies Record<string, string>;

export type FieldFaultCode = keyof typeof FIELD_FAULTS;

/** A fault of a field, as problems name it. */
export interface FieldFault {
  field: string;
  message: string;
  code: FieldFaultCode;
  values?: Readonly<Record<string, string | number>>;
}

/** The fault with this code, in this field. */
export function fault<Code extends FieldFaultCode>(
  field: string,
  code: Code,
  ...values: ValuesOf<(typeof FIELD_FAULTS)[Code]>
): FieldFault {
  const said: Sentence = sentence(FIELD_FAULTS[code], values[0]);
  return { field, message: said.text, code, ...(said.values !== undefined && { values: said.values }) };
}

/** The fault with this code, which names nothing. */
export function plainFault(field: string, code: PlainCode): FieldFault {
  return { field, message: FIELD_FAULTS[code], code };
}

/** The sentence of a fault that names nothing, for schemas; `codeOfSentence` finds its code again. */
export function says(code: PlainCode): string {
  return FIELD_FAULTS[code];
}

/** Codes of faults that name nothing. */
export type PlainCode = {
  [C in FieldFaultCode]: ValuesOf<(typeof FIELD_FAULTS)[C]> extends [] ? C : never;
}[FieldFaultCode];

const BY_SENTENCE = new Map<string, FieldFaultCode>(
  (Object.keys(FIELD_FAULTS) as FieldFaultCode[]).toReversed().map((code) => [FIELD_FAULTS[code], code]),
);

/** The code of a sentence that `says` gave to a schema; nothing for words of others. */
export function codeOfSentence(text: string): FieldFaultCode | undefined {
  return BY_SENTENCE.get(text);
}
