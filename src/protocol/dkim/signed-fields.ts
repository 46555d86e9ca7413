// RFC 6376 5.4: which header fields a signature covers.

/** Named once more than they are there, so that none can be added without breaking the signature (RFC 6376 8.15). */
const OVERSIGNED: readonly string[] = [
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'cc',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'content-description',
];

/** Signed where they are there. RFC 6376 5.4.1; RFC 8058 4 asks for the List-Unsubscribe fields. */
const SIGNED: readonly string[] = [
  'sender',
  'in-reply-to',
  'references',
  'resent-date',
  'resent-from',
  'resent-to',
  'resent-cc',
  'resent-message-id',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
  'auto-submitted',
  'feedback-id',
  'content-language',
];

/** Places of the fields by name; those that are not signed are left out. */
export type FieldsByName = Map<string, string[]>;

const ALL: ReadonlySet<string> = new Set([...OVERSIGNED, ...SIGNED]);

/** Whether fields of this name (lower case) are signed. */
export function isSigned(name: string): boolean {
  return ALL.has(name);
}

/** The names for `h`, in order: a name as often as it is there, and once more where it is oversigned. */
export function signedNames(fields: FieldsByName): string[] {
  const names: string[] = [];
  for (const name of OVERSIGNED) for (let i = fields.get(name)?.length ?? 0; i >= 0; i--) names.push(name);
  for (const name of SIGNED) for (let i = fields.get(name)?.length ?? 0; i > 0; i--) names.push(name);
  return names;
}
