// docs/reference/webhook-events.md: each type that webhooks tell, with its meaning and a body made by the functions that
// make the real ones.

import {
  CONTROL_EVENT_TYPES,
  type ControlEventType,
  MESSAGE_EVENT_TYPES,
  type MessageEventType,
} from '../../src/control/events/event-types.ts';
import { eventBody, thinControlData } from '../../src/control/webhooks/event-body.ts';
import { type Data, messageData, publicTypes, thinMessageData } from '../../src/control/webhooks/message-payload.ts';
import type { Attempt, Cause, CustomerId, MessageMeta, Outcome, QueueId } from '../../src/mail/message.ts';
import { acceptedEvent, type MailEvent, recipientEvent } from '../../src/mail/report/events.ts';
import type { FedEvent } from '../../src/mail/trace/feed-reader.ts';

const AT = Date.parse('2026-10-01T09:12:03.120Z');
const KEPT_MS = 184 * 86_400_000;

const META: MessageMeta = {
  id: '1k7tme5ve00016g00' as QueueId,
  customer: 'acme' as CustomerId,
  direction: 'outbound',
  stream: 'business',
  sender: 'alice@acme.example',
  acceptedAt: AT - 900,
  size: 18_233,
  origin: { ip: '203.0.113.7', helo: 'mail.acme.example' },
  received: '',
  eightBit: true,
  smtpUtf8: false,
  messageId: 'note-1@acme.example',
  recipientCount: 1,
};
const RECIPIENT = { address: 'a@example.org', index: 0 };
const ATTEMPT: Attempt = {
  number: 1,
  at: AT - 812,
  durationMs: 812,
  host: 'mx1.example.org',
  ip: '198.51.100.2',
  from: { ip: '192.0.2.10', hostname: 'out1.relay.example', pool: 'standard' },
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: true },
  conversation: [],
};

function refusal(code: number, enhanced: string, text: string): Cause {
  return { from: 'remote', stage: 'rcpt', host: 'mx1.example.org', reply: { code, enhanced, text } };
}

const OUTCOMES = {
  'message.recipient.delivered': {
    kind: 'delivered',
    reply: { code: 250, enhanced: '2.0.0', text: 'Ok: queued as 4Y0f5T1ZxVz2xL' },
    attempt: ATTEMPT,
  },
  'message.recipient.deferred': {
    kind: 'deferred',
    cause: refusal(450, '4.2.2', 'Mailbox full'),
    scope: 'recipient',
    attempt: ATTEMPT,
  },
  'message.recipient.bounced': {
    kind: 'bounced',
    cause: refusal(550, '5.1.1', 'User unknown'),
    attempt: ATTEMPT,
  },
  'message.recipient.expired': {
    kind: 'expired',
    lastCause: { from: 'us', cause: 'connect-timeout', detail: 'mx1.example.org' },
  },
  'message.recipient.suppressed': { kind: 'suppressed' },
} as const satisfies Partial<Record<MessageEventType, Outcome>>;

const NOTE = { at: AT, customer: META.customer, id: META.id };
const ABOUT_RECIPIENT = {
  ...NOTE,
  direction: META.direction,
  sender: META.sender,
  index: 0,
  recipient: RECIPIENT.address,
};

const REFUSED_BY_INSPECTION = {
  type: 'message.rejected',
  at: AT,
  customer: META.customer,
  direction: 'inbound',
  ip: '198.51.100.2',
  helo: 'mx1.example.org',
  sender: 'a@example.org',
  recipient: 'alice@acme.example',
  reply: 'virusFound',
  code: 554,
  enhanced: '5.7.1',
} as const;
const SPAM = {
  check: 'spam',
  result: 'spam',
  verdict: 'tag',
  ms: 31,
  details: { score: 7.2, symbols: ['BAYES_SPAM'] },
};
const RULE = {
  check: 'content',
  result: 'rule',
  verdict: 'hold',
  ms: 4,
  details: { parts: 3, rules: ['Payment cards'] },
};

function mailEvent(type: MessageEventType): MailEvent | undefined {
  switch (type) {
    case 'message.accepted':
      return acceptedEvent(META, [RECIPIENT.address]);
    case 'message.rejected':
      return {
        type,
        at: AT,
        customer: META.customer,
        direction: 'outbound',
        ip: '203.0.113.7',
        helo: 'mail.acme.example',
        sender: 'alice@other.example',
        reply: 'senderNotAllowed',
        code: 550,
        enhanced: '5.7.1',
      };
    case 'scan.virus_found':
      return {
        ...REFUSED_BY_INSPECTION,
        inspection: [
          {
            check: 'virus',
            result: 'virus',
            verdict: 'reject',
            ms: 12,
            details: { virus: 'Win.Test.EICAR_HDB-1', scanner: '127.0.0.1:3310' },
          },
        ],
      };
    case 'scan.spam_detected':
      return acceptedEvent({ ...META, inspection: [SPAM] }, [RECIPIENT.address]);
    case 'scan.policy_matched':
      return acceptedEvent({ ...META, inspection: [RULE] }, [RECIPIENT.address]);
    case 'message.held':
    case 'message.released':
      return { ...NOTE, type, reason: 'operator', by: 'operator', note: 'asked by telephone' };
    case 'message.quarantined':
      return { ...NOTE, type, reason: 'quarantine' };
    case 'message.recipient.complained':
      return { ...ABOUT_RECIPIENT, type, suppressed: true };
    case 'message.recipient.removed':
      return { ...ABOUT_RECIPIENT, type, by: 'operator' };
    case 'message.recipient.deferred':
      return recipientEvent(META, RECIPIENT, OUTCOMES[type], { at: AT, nextAttemptAt: AT + 60_000 });
    default:
      return recipientEvent(META, RECIPIENT, OUTCOMES[type], { at: AT });
  }
}

/** `data` of the events of the control plane. */
const CONTROL: Record<ControlEventType, Data> = {
  'customer.onboarding_link_created': {
    customer: 'acme',
    link: '6b1f0c2d9e3a4f58',
    kind: 'onboarding',
    expires: '2026-10-15T09:12:03.120Z',
  },
  'customer.onboarding_submitted': {
    customer: 'acme',
    from: 'invited',
    to: 'submitted',
    reason: 'entered over the link',
  },
  'customer.activated': {
    customer: 'acme',
    from: 'verifying',
    to: 'live',
    reason: 'all checks are green, both test messages arrived',
  },
  'customer.notice_given': {
    customer: 'acme',
    from: 'live',
    to: 'notice',
    reason: 'the last other subscription ended',
  },
  'customer.suspended': { customer: 'acme', suspension: 3, reason: 'a compromised account sends spam' },
  'customer.resumed': { customer: 'acme', suspension: 3, reason: 'the password was changed', standing: [] },
  'customer.deactivated': { customer: 'acme', from: 'notice', to: 'deactivated', reason: 'the date of the notice' },
  'customer.removed': { customer: 'acme', from: 'deactivated', to: 'removed', reason: 'the following months are over' },
  'domain.created': { customer: 'acme', domain: 'acme.example' },
  'domain.status_changed': {
    domain: 'acme.example',
    old_status: 'verified',
    new_status: 'proof_missing',
    records: [
      { type: 'TXT', host: '_easymail-challenge.acme.example', value: 'easymail-domain-verification=b0JzY3VyZQ' },
    ],
  },
  'domain.deactivated': {
    domain: 'acme.example',
    old_status: 'proof_missing',
    new_status: 'stopped',
    records: [
      { type: 'TXT', host: '_easymail-challenge.acme.example', value: 'easymail-domain-verification=b0JzY3VyZQ' },
    ],
  },
  'domain.removed': { customer: 'acme', domain: 'acme.example' },
  'mailhost.unreachable': { customer: 'acme', host: 'mx.acme.example:25' },
  'mailhost.recovered': { customer: 'acme', host: 'mx.acme.example:25' },
  'source.added': { customer: 'acme', network: '203.0.113.7/32' },
  'source.approved': { customer: 'acme', network: '203.0.113.7/32' },
  'source.blocked': { customer: 'acme', network: '203.0.113.7/32', reason: 'an open relay' },
  'source.removed': { customer: 'acme', network: '203.0.113.7/32' },
  'address.drained': {
    pool: 'standard',
    ip: '192.0.2.10',
    hostname: 'out1.relay.example',
    old_state: 'active',
    state: 'draining',
    reason: 'listed',
  },
  'address.returned': {
    pool: 'standard',
    ip: '192.0.2.10',
    hostname: 'out1.relay.example',
    old_state: 'out',
    state: 'active',
    reason: null,
  },
  'scan.scanner_unavailable': { scanner: 'clamd', address: '127.0.0.1:3310', since: AT },
  'protection.changed': { what: 'rule', rule: 'rul_0123456789abcdef01234567', action: 'changed', by: 'it@acme.test' },
  'identity.limited': { identity: 'a@acme.test', kind: 'sender', reason: 'rate', until: AT },
  'identity.locked': { identity: 'a@acme.test', kind: 'sender', reason: 'rate', until: AT },
  'identity.unlocked': { identity: 'a@acme.test', kind: 'sender', by: 'operator' },
  'quarantine.expiring': { messages: 1, until: new Date(AT).toISOString(), ids: ['1k80dag2700vm0000'] },
  'suppression.created': { address: 'a@example.org', reason: 'invalid_address', by: 'relay' },
  'suppression.deleted': { address: 'a@example.org', by: 'operator' },
  'privacy.request_opened': { request: 'prv_7d1c', kind: 'erasure' },
  'privacy.completed': { request: 'prv_7d1c', kind: 'erasure', found: { messages: 12 } },
  'retention.run_completed': { dropped: { 'trace days': 1 }, failed: {} },
  'webhook.test': { webhook: 'whk_5f1d2c3b4a59687706152433', by: 'operator' },
};

const OPERATORS_OWN: ReadonlySet<string> = new Set([
  'address.drained',
  'address.returned',
  'retention.run_completed',
  'scan.scanner_unavailable',
]);

function body(type: string, data: Data, customer: string | null): string {
  const told = { id: 'evt_0123456789abcdef0123456789abcdef', type, at: AT, customer, data };
  return JSON.stringify(JSON.parse(Buffer.from(eventBody(told)).toString()), null, 2);
}

function fed(type: MessageEventType): FedEvent {
  const event = mailEvent(type);
  if (event === undefined || !publicTypes(event).includes(type)) throw new Error(`no example of ${type}`);
  const found: FedEvent = { event, sequence: type === 'message.accepted' ? 1 : 100_001 };
  if (event.type !== 'message.rejected') found.accepted = acceptedEvent(META, [RECIPIENT.address]);
  if (type === 'message.recipient.complained') found.status = 'delivered';
  return found;
}

function section(type: string, meaning: string, example: string): string[] {
  return [`### \`${type}\``, '', meaning, '', '```json', example, '```', ''];
}

/** The page as Markdown. */
export function webhookEventsReference(): string {
  const messages = Object.entries(MESSAGE_EVENT_TYPES) as [MessageEventType, string][];
  const control = Object.entries(CONTROL_EVENT_TYPES) as [ControlEventType, string][];
  const bounced = fed('message.recipient.bounced');
  return [
    '# Events of webhooks',
    '',
    'The types that webhooks tell, each with a body as it is sent. How they are sent: [webhooks](../webhooks.md). Types and',
    'fields are only ever added; a field whose value is not known is left out.',
    '',
    '<!-- Generated from src/control/events/event-types.ts and src/control/webhooks by `npm run reference`. -->',
    '',
    '| type | meaning |',
    '| --- | --- |',
    ...[...messages, ...control].map(([type, meaning]) => `| \`${type}\` | ${meaning} |`),
    '',
    '## Messages',
    '',
    ...messages.flatMap(([type, meaning]) =>
      section(type, meaning, body(type, messageData(fed(type), type, KEPT_MS), 'acme')),
    ),
    '## Customers, domains, servers, addresses',
    '',
    ...control.flatMap(([type, meaning]) =>
      section(type, meaning, body(type, CONTROL[type], OPERATORS_OWN.has(type) ? null : 'acme')),
    ),
    '## Thin',
    '',
    'With `thin`, a webhook gets identifiers alone:',
    '',
    '```json',
    body('message.recipient.bounced', thinMessageData(bounced), 'acme'),
    '```',
    '',
    '```json',
    body('suppression.created', thinControlData(CONTROL['suppression.created']), 'acme'),
    '```',
    '',
  ].join('\n');
}
