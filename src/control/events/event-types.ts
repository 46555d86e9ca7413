// The types of events that webhooks tell, each with what it means. Types are only ever added, and so are fields.

/** Events of messages: read from the trace. */
export const MESSAGE_EVENT_TYPES = {
  'message.accepted': 'A message got its 250: the relay has it, with the recipients named.',
  'message.rejected': 'A message, a recipient or a connection was refused while it was offered.',
  'message.held': 'A message, or the recipient named, waits until the reason is lifted.',
  'message.released': 'A reason to hold was lifted; other reasons stay.',
  'message.quarantined': 'A message is held because of its content.',
  'message.recipient.delivered': 'The receiver took the message over for this recipient.',
  'message.recipient.deferred': 'An attempt failed; another follows.',
  'message.recipient.bounced':
    'Refused for good; or, `asynchronous`, a bounce that came by mail after the final event.',
  'message.recipient.complained': 'The recipient called the message unwanted. The status stays what it was.',
  'message.recipient.suppressed': 'Not tried: the address is suppressed.',
  'message.recipient.expired': 'The time allowed was over before an attempt succeeded.',
  'message.recipient.removed': 'Taken out of the queue by an operator.',
  'scan.virus_found': 'A virus scanner found something in a message.',
  'scan.spam_detected': 'A message was rated as spam, and tagged, put into quarantine or refused.',
  'scan.policy_matched': 'A message met rules of the content filter.',
} as const satisfies Record<string, string>;

export type MessageEventType = keyof typeof MESSAGE_EVENT_TYPES;

/** Events of the control plane: written with the change that they tell of. */
export const CONTROL_EVENT_TYPES = {
  'customer.onboarding_link_created': 'A link was made over which the customer enters what is its own.',
  'customer.onboarding_submitted': 'The customer has entered everything; the operator looks at it next.',
  'customer.activated': 'The customer is live.',
  'customer.notice_given': 'The service ends at a date.',
  'customer.suspended': 'The operator suspended the customer: new mail is refused, queued mail waits.',
  'customer.resumed': 'A suspension was lifted.',
  'customer.deactivated': 'The service ended: new mail is refused.',
  'customer.removed': 'Everything of the customer was removed.',
  'domain.created': 'A domain was entered.',
  'domain.status_changed': 'What checks say of a domain changed.',
  'domain.deactivated': 'A domain was stopped: its proof is gone for longer than the grace.',
  'domain.removed': 'A domain was removed.',
  'mailhost.unreachable': 'A mail host of the customer cannot be reached; its inbound mail waits.',
  'mailhost.recovered': 'A mail host can be reached again.',
  'source.added': 'An outgoing address was entered.',
  'source.approved': 'An outgoing address may send.',
  'source.blocked': 'An outgoing address may no longer send.',
  'source.removed': 'An outgoing address was removed.',
  'address.drained': 'A sending address of ours gets no new mail.',
  'address.returned': 'A sending address of ours carries mail again.',
  'scan.scanner_unavailable': 'A scanner does not answer: mail that needs it has to come later, or is held.',
  'protection.changed': 'Settings of protection, a rule of the content filter or a list of senders was changed.',
  'identity.limited': 'A sender left its habits and is slowed down.',
  'identity.locked': 'A sender was locked: its mail is refused for a while, or until a person looks.',
  'identity.unlocked': 'A lock was lifted, or ran out.',
  'quarantine.expiring': 'Quarantined mail is about to be removed by its date.',
  'suppression.created': 'An address is not sent to from now on.',
  'suppression.deleted': 'An address is sent to again.',
  'privacy.request_opened': 'Export or erasure of what is kept about an address was asked for.',
  'privacy.completed': 'An export or erasure is done.',
  'retention.run_completed': 'What was past its retention is gone.',
  'webhook.test': 'Somebody pressed the test button of this webhook.',
} as const satisfies Record<string, string>;

/** Add a type here, with its meaning, and an example to tools/reference/webhook-events.ts. */
export type ControlEventType = keyof typeof CONTROL_EVENT_TYPES;

const ALL: readonly string[] = [...Object.keys(MESSAGE_EVENT_TYPES), ...Object.keys(CONTROL_EVENT_TYPES)];

/**
 * Whether a filter can ever fit: `*`, a type, or the beginning of types up to a dot with `*` behind it
 * (`message.recipient.*`).
 */
export function isEventFilter(text: string): boolean {
  if (!/^(?:\*|[a-z][a-z_]*(?:\.[a-z_]+)*(?:\.\*)?)$/.test(text)) return false;
  return ALL.some((type) => fitsFilter(text, type));
}

/** Whether a type fits one filter. */
export function fitsFilter(filter: string, type: string): boolean {
  if (filter === '*') return true;
  return filter.endsWith('.*') ? type.startsWith(filter.slice(0, -1)) : filter === type;
}

/** Whether any of the filters can fit an event of a message. */
export function wantsMessages(filters: readonly string[]): boolean {
  return filters.some((filter) => Object.keys(MESSAGE_EVENT_TYPES).some((type) => fitsFilter(filter, type)));
}
