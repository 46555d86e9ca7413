// What is kept, of whom, where, what for and for how long: one table. The job that drops (drop-overdue.ts) and the register
// of processing (register.ts) follow it; the job that looks whether anything is left (look/) does not read it.

import type { Config } from '../../platform/config/schema.ts';

/** Stores, as people find them. */
export type Store = 'queue' | 'trace' | 'control' | 'recipients' | 'hosts' | 'webhooks' | 'files' | 'backups' | 'log';

/** PRODUCT: whose data they are. */
export type Subject = 'end users' | 'customers' | 'employees of the controller' | "operator's staff";

export type Category =
  | 'standard identification'
  | 'electronic identification'
  | 'authentication'
  | 'content of messages';

export type Purpose = 'provide the service' | 'detect, prevent and limit fraud' | 'offer, keep up and improve services';

/** How a kind of data goes when its time is over. */
export type Drop =
  /** Days of the trace, each whole. */
  | { by: 'days' }
  /** Rows of the control store whose `column` (milliseconds since 1970, with an index) is older; `only` narrows them. */
  | { by: 'rows'; table: string; column: string; only?: string }
  /** The audit, from its beginning on, with an anchor that what is left follows. */
  | { by: 'audit' }
  /** Results of exports. */
  | { by: 'exports' }
  /** The ledger of erasures: rows, and lines of the file beside the backups. */
  | { by: 'ledger' }
  /** Its part of the relay does it, in the course of its work. */
  | { by: 'itself'; how: string };

/** A kind of data. */
export interface DataKind {
  kind: string;
  holds: string;
  of: readonly Subject[];
  categories: readonly Category[];
  store: Store;
  /** File, folder or table. */
  where: string;
  purposes: readonly Purpose[];
  /** Milliseconds; null: there is no fixed time, `until` says when it ends. */
  keptMs: (config: Config) => number | null;
  /** What the time counts from, or when it ends. */
  until: string;
  drop: Drop;
  /** Whether an erasure by address reaches it, and if not, why. */
  erasure: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const records = ({ retention }: Config) => retention.records;
const SERVICE: readonly Purpose[] = ['provide the service'];
const SAFETY: readonly Purpose[] = ['provide the service', 'detect, prevent and limit fraud'];
const ALL: readonly Purpose[] = [...SAFETY, 'offer, keep up and improve services'];
const REACHED = 'yes';
const NO_ADDRESSES = 'it holds no address of end users';

const OF_REMOVED = "customer in (select id from account where stage = 'removed')";

/** All kinds of data. */
export const DATA_KINDS: readonly DataKind[] = [
  {
    kind: 'queued messages',
    holds: 'messages that wait for delivery, with content, sender and recipients',
    of: ['end users', 'customers'],
    categories: ['electronic identification', 'content of messages'],
    store: 'queue',
    where: 'queue.db, bodies/',
    purposes: SERVICE,
    keptMs: () => null,
    until:
      'every recipient is final: `delivery.expire_after` at most, time spent held not counted; in quarantine, where content is encrypted, by `quarantine_days`',
    drop: { by: 'itself', how: 'a message and its content go with its last recipient' },
    erasure: 'no: mail that was accepted is delivered; retention and erasure never touch it',
  },
  {
    kind: 'trace',
    holds:
      'who sent what to whom, each check and attempt with its conversation, the subject where `trace.subject` is set; no content',
    of: ['end users', 'customers'],
    categories: ['electronic identification'],
    store: 'trace',
    where: 'trace/<day>.db',
    purposes: ALL,
    keptMs: ({ trace }) => trace.retention,
    until: 'after the day of acceptance',
    drop: { by: 'days' },
    erasure: REACHED,
  },
  {
    kind: 'events on their way to the trace',
    holds: 'the same, for seconds',
    of: ['end users', 'customers'],
    categories: ['electronic identification'],
    store: 'queue',
    where: 'queue.db: outbox',
    purposes: SERVICE,
    keptMs: () => null,
    until: 'the trace has them on disk',
    drop: { by: 'itself', how: 'the store thread deletes what the trace has synced' },
    erasure: 'with the trace',
  },
  {
    kind: 'known recipients',
    holds: 'addresses that mail hosts of customers were asked for',
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'recipients',
    where: 'recipients.db',
    purposes: SAFETY,
    keptMs: ({ recipients }) => recipients.known_kept,
    until: 'after the mail host was last asked',
    drop: { by: 'itself', how: 'what is too old goes at each start and in the course of writing' },
    erasure: REACHED,
  },
  {
    kind: 'known hosts',
    holds: 'keyed hashes: of hosts whose mail was taken, of first attempts (network, sender and recipient together)',
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'hosts',
    where: 'hosts.db',
    purposes: SAFETY,
    keptMs: ({ greylist }) => Math.max(greylist.passed_kept, greylist.retry_within),
    until: 'after the host was last seen',
    drop: { by: 'itself', how: 'what is too old goes at each start and in the course of writing' },
    erasure: 'no: a hash of three things together cannot be found by one of them, and says nothing to a reader',
  },
  {
    kind: 'recipient lists',
    holds: 'addresses that customers entered as theirs',
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: recipient',
    purposes: SAFETY,
    keptMs: () => null,
    until: 'the customer takes an address off, or is removed',
    drop: { by: 'itself', how: 'with the list, and with the customer' },
    erasure: REACHED,
  },
  {
    kind: 'suppressions',
    holds: "addresses that a customer's mail is not sent to, with the reason and what it follows from",
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: suppression',
    purposes: SAFETY,
    keptMs: () => null,
    until: 'it is lifted, or the customer is removed',
    drop: { by: 'itself', how: 'by hand, and with the customer' },
    erasure: 'as the request says: without the entry mail goes to the address again',
  },
  {
    kind: 'customers',
    holds: 'names, contacts, contracts, entries, domains, mail hosts and sources of customers',
    of: ['customers', 'employees of the controller'],
    categories: ['standard identification', 'electronic identification'],
    store: 'control',
    where: 'control.db: account, entry, contract, subscription, customer, domain, source',
    purposes: SERVICE,
    keptMs: () => null,
    until: 'the customer is removed',
    drop: { by: 'itself', how: 'the removal of a customer erases what is its own' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'people who sign in',
    holds: 'names, addresses, languages, second factors and passkeys of users, their sessions and API keys',
    of: ['employees of the controller', "operator's staff"],
    categories: ['standard identification', 'electronic identification', 'authentication'],
    store: 'control',
    where: 'control.db: person, passkey, recovery_code, session, device, access_token, api_key',
    purposes: SAFETY,
    keptMs: () => null,
    until: 'the user is removed; sessions and tokens end by themselves',
    drop: { by: 'itself', how: 'with the user; what has ended is dropped in the course of work' },
    erasure: 'no: who is to be forgotten as a user is removed as a user',
  },
  {
    kind: 'history of customers',
    holds: 'who moved a customer on, suspended it, or worked on its way to live, and when',
    of: ['employees of the controller', "operator's staff"],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: transition, suspension, touch',
    purposes: SAFETY,
    keptMs: records,
    until: 'after it happened, once the customer is removed',
    drop: { by: 'rows', table: 'transition', column: 'at', only: OF_REMOVED },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'suspensions of removed customers',
    holds: 'who suspended a customer and why',
    of: ["operator's staff"],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: suspension',
    purposes: SAFETY,
    keptMs: records,
    until: 'after it happened, once the customer is removed',
    drop: { by: 'rows', table: 'suspension', column: 'at', only: OF_REMOVED },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'links',
    holds: 'who made a link for a customer, and until when; a hash of the link itself',
    of: ["operator's staff"],
    categories: ['electronic identification', 'authentication'],
    store: 'control',
    where: 'control.db: link',
    purposes: SAFETY,
    keptMs: records,
    until: 'after its end',
    drop: { by: 'rows', table: 'link', column: 'expires_at' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'notices to people',
    holds: 'to whom a notice of which kind was sent, and when; never its words',
    of: ['employees of the controller', "operator's staff"],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: notice_sent',
    purposes: SERVICE,
    keptMs: records,
    until: 'after it was sent',
    drop: { by: 'rows', table: 'notice_sent', column: 'at' },
    erasure: REACHED,
  },
  {
    kind: 'acts in quarantine',
    holds: 'who released, deleted or reported which message, and when; ids of messages alone',
    of: ['employees of the controller', "operator's staff"],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: quarantine_action, quarantine_virus, quarantine_told, quarantine_digest',
    purposes: SAFETY,
    keptMs: records,
    until: 'after it was done; announcements and first people go with what they were about',
    drop: { by: 'rows', table: 'quarantine_action', column: 'at' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'ends of customers',
    holds: 'what was announced to whom and when, what was removed, the certificate of removal',
    of: ['customers', 'employees of the controller', "operator's staff"],
    categories: ['standard identification', 'electronic identification'],
    store: 'control',
    where: 'control.db: termination, termination_mail, termination_record, removal_certificate',
    purposes: SERVICE,
    keptMs: () => null,
    until: 'proof of the removal stays; addresses of readers go once there is nothing more to tell them',
    drop: { by: 'itself', how: 'readers and their mails go with the last word to them' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'webhooks',
    holds: 'endpoints of customers; of deliveries ids, times and answers alone',
    of: ['customers'],
    categories: [],
    store: 'webhooks',
    where: 'control.db: webhook; webhooks.db: delivery',
    purposes: SERVICE,
    keptMs: ({ webhooks }) => webhooks.log_kept,
    until: 'after a delivery ended; the endpoint goes with the customer',
    drop: { by: 'itself', how: 'the thread that delivers drops what has ended' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'what checks found',
    holds: 'names of hosts and domains, what DNS says of them',
    of: ['customers'],
    categories: [],
    store: 'control',
    where: 'control.db: check_subject, check_result, domain_ownership, dns_grant, grant_token',
    purposes: SERVICE,
    keptMs: () => null,
    until: 'with what it tells of',
    drop: { by: 'itself', how: 'with what it tells of' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'sign-ins',
    holds: 'when, from which address and with which program somebody signed in, or was refused',
    of: ['employees of the controller', "operator's staff"],
    categories: ['electronic identification', 'authentication'],
    store: 'control',
    where: 'control.db: login_history',
    purposes: ['detect, prevent and limit fraud'],
    keptMs: records,
    until: 'after it happened',
    drop: { by: 'rows', table: 'login_history', column: 'at' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'audit',
    holds: 'who changed what, from where, before and after; who looked at content',
    of: ['employees of the controller', "operator's staff", 'end users'],
    categories: ['standard identification', 'electronic identification'],
    store: 'control',
    where: 'control.db: audit',
    purposes: ['detect, prevent and limit fraud'],
    keptMs: ({ retention }) => retention.audit,
    until: 'after the change',
    drop: { by: 'audit' },
    erasure: 'no: it is the proof of what was done (suppressions are named in it), and goes at its time',
  },
  {
    kind: 'events of the control plane',
    holds: 'what happened to customers, domains and addresses of ours, for webhooks',
    of: ['customers', 'end users'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: control_event',
    purposes: SERVICE,
    keptMs: records,
    until: 'after it happened',
    drop: { by: 'rows', table: 'control_event', column: 'at' },
    erasure: REACHED,
  },
  {
    kind: 'answers to repeated requests',
    holds: 'answers of the API, for clients that ask again with the same Idempotency-Key',
    of: ['customers'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: idempotency_key',
    purposes: SERVICE,
    keptMs: () => DAY_MS,
    until: 'after the request',
    drop: { by: 'rows', table: 'idempotency_key', column: 'at' },
    erasure: 'no: it is sealed, and gone after a day',
  },
  {
    kind: 'requests about privacy',
    holds: 'who asked for export or erasure of which address; of an erasure that is done, a mark in its place',
    of: ['end users', 'employees of the controller'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: privacy_request',
    purposes: SERVICE,
    keptMs: records,
    until: 'after its end',
    drop: { by: 'rows', table: 'privacy_request', column: 'completed_at' },
    erasure: REACHED,
  },
  {
    kind: 'ledger of erasures',
    holds: 'keyed hashes of erased addresses, to erase them again after a restore',
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: privacy_erasure; erasures.jsonl beside the backups',
    purposes: SERVICE,
    keptMs: (config) => Math.max(config.retention.records, 2 * config.backup.keep),
    until: 'after the erasure: as long as a backup may hold what was erased',
    drop: { by: 'ledger' },
    erasure: 'no: it is what erases',
  },
  {
    kind: 'results of exports',
    holds: 'all that was kept about an address when a customer asked for it',
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'files',
    where: 'exports/',
    purposes: SERVICE,
    keptMs: ({ retention }) => retention.exports,
    until: 'after the export',
    drop: { by: 'exports' },
    erasure: REACHED,
  },
  {
    kind: 'runs of the retention',
    holds: 'numbers of what was dropped and found; no personal data',
    of: [],
    categories: [],
    store: 'control',
    where: 'control.db: retention_run',
    purposes: SERVICE,
    keptMs: records,
    until: 'after the run',
    drop: { by: 'rows', table: 'retention_run', column: 'at' },
    erasure: NO_ADDRESSES,
  },
  {
    kind: 'backups',
    holds: 'encrypted copies of all of the above',
    of: ['end users', 'customers', 'employees of the controller', "operator's staff"],
    categories: ['standard identification', 'electronic identification', 'authentication', 'content of messages'],
    store: 'backups',
    where: 'backup.folder',
    purposes: SERVICE,
    keptMs: ({ backup }) => (backup.folder === undefined ? null : backup.keep),
    until: 'after the backup was made; the newest stays until there is a newer one',
    drop: { by: 'itself', how: 'those that are too old are looked for every ten minutes' },
    erasure: 'no: they go at their time, and a restore erases again what the ledger names',
  },
  {
    kind: 'log',
    holds: 'ids, numbers and names of hosts; at level debug addresses of senders and recipients too',
    of: ['end users'],
    categories: ['electronic identification'],
    store: 'log',
    where: 'standard output: the journal, or whatever the operator keeps it in',
    purposes: SAFETY,
    keptMs: () => null,
    until: 'as the operator set its journal: six months at most, seven days for level debug (docs/privacy.md)',
    drop: { by: 'itself', how: 'by the journal (MaxRetentionSec) or logrotate (maxage)' },
    erasure: 'no: it goes at its time',
  },
];
