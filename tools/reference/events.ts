// docs/reference/events.md: each event with its meaning and an example made by the functions that make the real ones.

import type { Attempt, Cause, CustomerId, MessageMeta, QueueId } from '../../src/mail/message.ts';
import { acceptedEvent, FINAL_EVENTS, type MailEvent, recipientEvent } from '../../src/mail/report/events.ts';

const ABOUT = {
  'message.accepted': 'A message got its 250. Carries all its recipients; the others name them by their index.',
  'message.held': 'All recipients wait until this reason is lifted. Several reasons may hold at once.',
  'message.released': 'A reason to hold was lifted; other reasons stay.',
  'message.quarantined': 'Held because of its content.',
  'message.rejected':
    'A transaction, a recipient or a connection was refused. It has no queue id. With `count`, it stands for many of its kind (past `trace.rejections_per_second`).',
  'message.recipient.delivered': 'The receiver took the message over with a 2yz reply.',
  'message.recipient.deferred': 'An attempt failed and another follows at `nextAttemptAt`.',
  'message.recipient.delay_told': 'The sender was told that this recipient waits for long; see `notice`.',
  'message.recipient.bounced': 'Refused for good; the sender gets a notice, unless it is null.',
  'message.recipient.expired': 'The time allowed was over before an attempt succeeded; the sender gets a notice.',
  'message.recipient.suppressed': 'Not tried, because the address is on a list of those that are not.',
  'message.recipient.removed': 'An operator took it out of the queue.',
  'message.recipient.held': 'This recipient alone waits until the reason is lifted.',
  'message.recipient.released': 'A reason to hold this recipient was lifted; other reasons stay.',
  'message.recipient.complained':
    'The recipient called the message unwanted (a report of its provider). A note: the final event stays what it was.',
  'message.recipient.rerouted': 'An operator named other hosts for it.',
  'message.recipient.retried': 'An operator made it due at once.',
} satisfies Record<MailEvent['type'], string>;

const FIELDS: readonly [string, string, string][] = [
  ['type', 'all', 'One of the names on this page.'],
  ['at', 'all', 'When it happened, milliseconds since 1970.'],
  ['customer', 'all; of a refusal only where it is known', 'Id of the customer whose message it is.'],
  [
    'id',
    'all but `message.rejected`',
    'Queue id: in the 250, in Received, in the log. It names the time of acceptance.',
  ],
  [
    'meta',
    '`message.accepted`',
    'What is known of the message: sender, size, origin, Message-ID, subject where it is kept, …',
  ],
  ['recipients', '`message.accepted`', 'Forward paths in the order of the transaction.'],
  [
    'hidden, hiddenMore',
    '`message.accepted`, outbound',
    "What was taken out of the header or rewritten to hide the customer's own network: `field`, `before`, `after` (absent: taken out), `kept` (it is signed); and how many more there were. See [hiding](../hiding.md).",
  ],
  [
    'index, recipient',
    '`message.recipient.*`',
    'Which recipient: its place in the transaction, from 0, and its address.',
  ],
  ['direction, sender', '`message.recipient.*`, `message.rejected`', 'Repeated, so that the event stands alone.'],
  [
    'attempt',
    '`delivered`, `deferred`, `bounced`',
    'Number, host, addresses, TLS and the conversation: verbs, replies, milliseconds; never content or credentials.',
  ],
  [
    'reply',
    '`delivered`; of a refusal the name of ours',
    "The receiver's reply; see [replies](replies.md) for our own names.",
  ],
  [
    'cause',
    '`deferred`, `bounced`, `expired`',
    '`from: "remote"` quotes what a remote said, `from: "us"` names what we concluded.',
  ],
  [
    'bounce',
    '`deferred`, `bounced`, `expired`',
    '`class`, `permanence`, `responsible` and whether it was `asynchronous`; see [bounces](../bounces.md).',
  ],
  ['suppressed', '`bounced`, `complained`', "True where the customer's mail is not sent to this address from now on."],
  ['nextAttemptAt', '`deferred`', 'Not before this time, milliseconds since 1970.'],
  [
    'notice',
    '`bounced`, `expired`, `suppressed`, `delivered`, `delay_told`',
    'Whether the sender was told: what the notice is about (`subject`) with the queue id of the notice, or why there is `none`: `null-sender`, `not-asked` (NOTIFY), `unknown-sender` or `setting` (mail from the Internet).',
  ],
  [
    'asynchronous',
    '`bounced`',
    'True where the bounce came by mail after the final event: a note on it, not a second one.',
  ],
  ['reason, by, note', '`held`, `released`, `quarantined`, `suppressed`', 'Kind of the hold, who, and in words why.'],
  ['ip, helo, code, enhanced, count', '`message.rejected`', 'The client, the reply, and how many the row stands for.'],
];

const AT = Date.parse('2026-11-22T12:00:00Z');

/** The page as Markdown. */
export function eventsReference(): string {
  const names = Object.entries(ABOUT).map(([name, about]) => {
    const final = (FINAL_EVENTS as readonly string[]).includes(name) ? 'final' : '';
    return `| \`${name}\` | ${final} | ${about} |`;
  });
  return [
    '# Events',
    '',
    'What the relay tells about a message. The event of a change of state is written in the transaction of that change;',
    'the trace keeps all of them, and `easymail trace id:ID --json` shows those of one message. Each accepted recipient',
    'ends with exactly one final event. Fields are only ever added. Order is that of the commits, for each message.',
    '',
    '<!-- Generated from src/mail/report/events.ts by `npm run reference`. -->',
    '',
    '| event | | meaning |',
    '| --- | --- | --- |',
    ...names,
    '',
    '## Fields',
    '',
    '| field | of | |',
    '| --- | --- | --- |',
    ...FIELDS.map(([field, of, about]) => `| \`${field.replaceAll(', ', '`, `')}\` | ${of} | ${about} |`),
    '',
    '## Examples',
    '',
    ...examples().flatMap((event) => ['```json', JSON.stringify(event, null, 2), '```', '']),
  ].join('\n');
}

function examples(): (MailEvent | undefined)[] {
  const id = '1k7tme5ve00016g00' as QueueId;
  const meta: MessageMeta = {
    id,
    customer: 'acme' as CustomerId,
    direction: 'outbound',
    stream: 'business',
    sender: 'alice@acme.example',
    acceptedAt: AT,
    size: 10_240,
    origin: { ip: '192.0.2.25', helo: 'mail.acme.example' },
    received: '',
    eightBit: true,
    smtpUtf8: false,
    messageId: 'note-1@acme.example',
    headerFrom: 'alice@acme.example',
    subject: 'Offer',
    recipientCount: 1,
  };
  const attempt: Attempt = {
    number: 1,
    at: AT + 5,
    durationMs: 41,
    host: 'mx.example.org',
    ip: '198.51.100.7',
    from: { ip: '203.0.113.10', hostname: 'out1.relay.example', pool: 'standard' },
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: true },
    signed: ['em1._domainkey.acme.example'],
    conversation: [
      { said: 'MAIL FROM:<alice@acme.example> SIZE=10240', reply: '250 2.1.0 Ok', ms: 18 },
      { said: 'RCPT TO:<bob@example.org>', reply: '450 4.2.2 Mailbox full', ms: 41 },
    ],
  };
  const cause: Cause = {
    from: 'remote',
    stage: 'rcpt',
    host: 'mx.example.org',
    reply: { code: 450, enhanced: '4.2.2', text: 'Mailbox full' },
  };
  const recipient = { address: 'bob@example.org', index: 0 };
  return [
    acceptedEvent(meta, [recipient.address]),
    recipientEvent(
      meta,
      recipient,
      { kind: 'deferred', cause, scope: 'recipient', attempt },
      { at: AT + 50, nextAttemptAt: AT + 60_050 },
    ),
    {
      type: 'message.rejected',
      at: AT,
      ip: '192.0.2.99',
      helo: 'unknown.example',
      recipient: 'bob@example.org',
      reply: 'relayDenied',
      code: 550,
      enhanced: '5.7.1',
    },
  ];
}
