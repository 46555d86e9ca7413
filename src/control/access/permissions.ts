// What can be done, and which role may do it: least privilege, one table. The scopes of API keys are the same words.

/** Every permission, with what it lets its holder do. Content of messages is never part of another. */
export const PERMISSIONS = {
  'relay:read': 'See the state, metrics, addresses and settings of the relay',
  'relay:operate': 'Drain the relay and change what all customers share',
  'queue:read': 'See what waits in the queue',
  'queue:write': 'Hold, release, retry, remove and reroute queued mail',
  'messages:read': 'Search and read the trace, without subject and content',
  'messages:content': 'Read content of messages; needs a reason, is logged, and the customer sees it',
  'explain:read': 'Ask what would happen to a message',
  'customers:read': 'See customers, their contracts, entries and checks',
  'customers:write': 'Register customers, enter and change what is theirs',
  'customers:approve': 'Approve entries, give up subscriptions, set the stage of a customer',
  'customers:suspend': 'Suspend customers and let them go on',
  'domains:read': 'See domains, sources, mail hosts, grants and what is wrong with them',
  'domains:write': 'Change domains, sources, mail hosts and settings of a customer; look again',
  'suppressions:read': 'See suppressed addresses',
  'suppressions:write': 'Add and remove suppressed addresses',
  'dkim:read': 'See DKIM keys (never the private part)',
  'dkim:write': 'Make, import, rotate and retire DKIM keys',
  'protection:read': 'See settings and rules of protection, scanners, identities and locks',
  'protection:write': 'Change settings and rules of protection; lock and unlock senders',
  'quarantine:read': 'See what is held or quarantined, without its content',
  'quarantine:write': 'Release, delete and report what is held or quarantined',
  'quarantine:virus': 'Be one of the two who release mail with a virus',
  'pools:read': 'See pools, sending addresses and the SPF include',
  'pools:write': 'Change pools and sending addresses',
  'users:read': 'See users, their roles and sessions',
  'users:write': 'Invite, change and remove users; end their sessions',
  'keys:read': 'See API keys (never the secret)',
  'keys:write': 'Make and revoke API keys',
  'webhooks:read': 'See webhooks and their deliveries',
  'webhooks:write': 'Change, test and replay webhooks',
  'audit:read': 'Read and verify the audit',
  'privacy:read': 'See retention, the register of processing, requests and who looked at content',
  'privacy:write': 'Ask for export or erasure of what is kept about an address',
  'apply:write': 'Apply and export the whole configuration of customers',
  'backups:write': 'Make backups',
} as const satisfies Record<string, string>;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];
const READS = ALL_PERMISSIONS.filter((one) => one.endsWith(':read'));
/** Who mailed whom. */
const ABOUT_MAIL: Permission[] = [
  'messages:read',
  'queue:read',
  'suppressions:read',
  'explain:read',
  'quarantine:read',
];
/** What a customer's side can ever hold. */
const CUSTOMER_WRITES: Permission[] = [
  'domains:write',
  'suppressions:write',
  'protection:write',
  'quarantine:write',
  'dkim:write',
  'users:write',
  'keys:write',
  'webhooks:write',
  'privacy:write',
  'messages:content',
];
const CUSTOMER_READS: Permission[] = [
  'queue:read',
  'messages:read',
  'explain:read',
  'customers:read',
  'domains:read',
  'suppressions:read',
  'protection:read',
  'quarantine:read',
  'dkim:read',
  'users:read',
  'keys:read',
  'webhooks:read',
  'audit:read',
  'privacy:read',
];

/** Who works with mail needs nothing of what is known about colleagues and keys. */
const FOR_ADMINISTRATORS: Permission[] = ['users:read', 'keys:read', 'audit:read', 'privacy:read'];

/** All that anybody of a customer's side can hold. */
export const CUSTOMER_PERMISSIONS: readonly Permission[] = [...CUSTOMER_READS, ...CUSTOMER_WRITES];

/** Roles of the operator's side; they see every customer. */
export const OPERATOR_ROLES = {
  administrator: ALL_PERMISSIONS,
  mail_engineer: [
    ...READS.filter((one) => one !== 'privacy:read'),
    'relay:operate',
    'queue:write',
    'messages:content',
    'customers:write',
    'customers:approve',
    'customers:suspend',
    'domains:write',
    'suppressions:write',
    'protection:write',
    'quarantine:write',
    'quarantine:virus',
    'dkim:write',
    'pools:write',
    'webhooks:write',
    'backups:write',
  ],
  service_desk: [
    'relay:read',
    'queue:read',
    'messages:read',
    'explain:read',
    'customers:read',
    'customers:write',
    'domains:read',
    'domains:write',
    'suppressions:read',
    'suppressions:write',
    'protection:read',
    'quarantine:read',
    'quarantine:write',
    'dkim:read',
    'pools:read',
  ],
  // How the relay is run and by whom, not who mails whom.
  auditor: READS.filter((one) => !ABOUT_MAIL.includes(one)),
  data_protection_officer: [
    'relay:read',
    'customers:read',
    'users:read',
    'audit:read',
    'privacy:read',
    'privacy:write',
  ],
} as const satisfies Record<string, readonly Permission[]>;

/** Roles of a customer's side; they see nothing of another customer. */
export const CUSTOMER_ROLES = {
  customer_administrator: CUSTOMER_PERMISSIONS,
  customer_member: [
    ...CUSTOMER_READS.filter((one) => !FOR_ADMINISTRATORS.includes(one)),
    'suppressions:write',
    'quarantine:write',
  ],
  customer_viewer: [
    'queue:read',
    'messages:read',
    'customers:read',
    'domains:read',
    'suppressions:read',
    'dkim:read',
    'quarantine:read',
  ],
} as const satisfies Record<string, readonly Permission[]>;

export type OperatorRole = keyof typeof OPERATOR_ROLES;
export type CustomerRole = keyof typeof CUSTOMER_ROLES;
export type Role = OperatorRole | CustomerRole;

/** What a role may do. */
export function permissionsOf(role: Role): readonly Permission[] {
  return role in OPERATOR_ROLES ? OPERATOR_ROLES[role as OperatorRole] : CUSTOMER_ROLES[role as CustomerRole];
}
