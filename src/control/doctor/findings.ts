// What the doctor finds, once: about what, what is wrong, and how to mend it; in English here, and by its code and values for
// whoever says it in another language.

import { sentence, type Values, type ValuesOf } from '../../platform/sentence.ts';

/** One line of the doctor. */
export interface Finding {
  state: 'ok' | 'warn' | 'fault';
  subject: string;
  found: string;
  /** What to do about it. */
  mend?: string;
  /** Which of FINDINGS it is; absent where it is in English alone. */
  code?: string;
  values?: Values;
}

const KEEP_CLOCK = 'set it, and let chrony or systemd-timesyncd keep it: retries, expiry and certificates hang on it';
const PUBLISH_SPF = 'publish one TXT record such as "v=spf1 ip4:… -all" that permits the addresses of all pools';
const PUBLISH_MX = 'publish "{domain}. MX 10 {hostname}.", or set bounces.domain: what bounces must come back here';

/** By code: about what, what was found, how to mend it where there is something to mend. `detail`: what a machine said. */
export const FINDINGS = {
  'node-fit': ['node', 'version {version}', ''],
  'node-old': [
    'node',
    'version {version}',
    'run bin/easymail, which uses the Node of the lockfile; npm ci installs it',
  ],
  'config-none': [
    'configuration',
    'none: start runs the sandbox',
    'easymail init writes a configuration to begin with',
  ],
  'config-read': ['configuration', '{file}', ''],
  'config-fault': ['configuration', '{fault}', 'every key is in docs/reference/configuration.md'],
  'backup-off': [
    'backup',
    'none are made',
    'set backup.folder (another disk or machine) and backup.key_file, or copy the relay by other means',
  ],
  'backup-beside': [
    'backup',
    '{folder} lies in the data folder',
    'what takes one takes the other: name another disk or machine',
  ],
  'backup-unopened': ['backup', '{detail}', 'a backup that cannot be opened is none: see docs/backup.md'],
  'backup-none': ['backup', 'none in {folder} yet', 'make one: easymail backup'],
  'backup-late': [
    'backup',
    'the last one is {last}, {hours} hours old',
    'see docs/runbooks/backup.md; make one: easymail backup',
  ],
  'backup-recent': ['backup', 'the last one is {last}, {hours} hours old', ''],
  'certificate-missing': [
    'certificate of {listener}',
    'the listener has tls = "{tls}" but no certificate',
    'name certificate and key in [tls], or set tls = "none" for this listener',
  ],
  'client-ca-unset': ['tls.client_ca', 'is not set: client certificates count by fingerprint and key, not by name', ''],
  'client-ca-fit': ['tls.client_ca', '{name}', ''],
  'client-ca-none': ['tls.client_ca', '{file} is no authority', 'name the certificate of the authority'],
  'client-ca-unreadable': ['tls.client_ca', '{file}: {detail}', 'it must be a readable PEM file'],
  'certificate-other-key': ['{file}', '{key} is not its key', 'name the key that the certificate was made for'],
  'certificate-ended': ['{file}', 'ended on {end}', 'renew it'],
  'certificate-early': ['{file}', 'begins on {begin}', 'check the clock, or wait'],
  'certificate-ends': ['{file}', 'ends in {days} days', 'renew it'],
  'certificate-other-name': [
    '{file}',
    'is not for {hostname}',
    'clients that verify will refuse it: get one for node.hostname',
  ],
  'certificate-fit': ['{file}', 'fits its key, ends in {days} days', ''],
  'certificate-unusable': [
    '{file}',
    'cannot be used: {detail}',
    'it and its key must be PEM files that the relay may read',
  ],
  'clock-past': ['clock', '{now}', KEEP_CLOCK],
  'clock-before-write': ['clock', '{now} is before the last write to the data folder', KEEP_CLOCK],
  'clock-unkept': ['clock', '{now}, and nothing keeps it right', KEEP_CLOCK],
  'clock-synchronised': ['clock', '{now}, synchronised', ''],
  'clock-sane': ['clock', '{now}', ''],
  'data-new': ['data folder', '{folder} will be made at the first start', ''],
  'data-missing': [
    'data folder',
    '{folder} is missing and {parent} cannot be written',
    "install -d -m 700 -o <the relay's user> {folder}",
  ],
  'data-other-user': ['data folder', '{folder} belongs to user {user}', 'run this as the user of the relay'],
  'data-unwritable': ['data folder', '{folder} cannot be written', 'chmod u+rwx {folder}'],
  'data-open': ['data folder', '{folder} is open to others', 'chmod 700 {folder}'],
  'data-keys-open': ['data folder', '{files} can be read by others', 'chmod 600'],
  'data-private': ['data folder', '{folder} is private and can be written', ''],
  'disk-short': ['disk', '{free} MB free', 'free space on it: below {low} MB (queue.low_water) new mail gets 452'],
  'disk-inodes': ['disk', 'less than 5 % of its inodes are free', 'remove files on it'],
  'disk-tight': ['disk', '{free} MB free', 'a burst could fill it: give it more room'],
  'disk-roomy': ['disk', '{free} MB free', ''],
  'dkim-right': ['dkim', '{count} record(s) are those of their keys', ''],
  'master-key-missing': [
    'master key {file}',
    'is not there',
    'name the right file in [secrets], or bring the key back: without it no mail is signed',
  ],
  'master-key-open': ['master key {file}', 'can be read by others', 'chmod 600 {file}'],
  'dkim-unanswered': ['dkim {name}', 'DNS gave no answer: {detail}', ''],
  'dkim-missing': ['dkim {name}', 'there is no record', 'publish: {record}'],
  'dkim-several': ['dkim {name}', 'there is more than one record', 'publish: {record}'],
  'dkim-wrong': ['dkim {name}', '{fault}', 'publish: {record}'],
  'dns-answers': ['dns server {server}', 'answers in {ms} ms', ''],
  'dns-unneeded': ['dns server {server}', 'does not answer, and is not needed: a [[route]] takes every domain', ''],
  'dns-silent': [
    'dns server {server}',
    'does not answer: {detail}',
    'start a resolver there (Unbound, for example), or change dns.servers: without DNS all mail is deferred',
  ],
  'name-unknown': [
    'name {hostname}',
    'could not be looked up',
    'many receivers refuse a node whose name does not resolve: publish A or AAAA',
  ],
  'name-no-address': [
    'name {hostname}',
    'has no address in DNS',
    'many receivers refuse a node whose name does not resolve: publish A or AAAA',
  ],
  'name-fit': ['name {hostname}', 'is {addresses}, and these are named so', ''],
  'name-no-ptr': [
    'name {hostname}',
    '{addresses} has no PTR record that says so',
    'ask the owner of the addresses for it',
  ],
  'no-clamd': [
    'inspection',
    'no virus scanner: mail is not scanned for viruses',
    'install clamav-daemon and name it in [[clamd]]',
  ],
  'no-rspamd': ['inspection', 'no spam scanner: mail is not rated', 'install rspamd and name it in [[rspamd]]'],
  'inspection-all': ['inspection', 'every message is taken apart', ''],
  'inspection-by-rule': ['inspection', 'messages are taken apart where a rule of the content filter holds', ''],
  'inspection-off': [
    'inspection',
    'messages are not taken apart: what only some mail programs see is not scanned',
    'take out inspect.enabled = false',
  ],
  'inspection-answers': ['inspection', 'a process starts and answers in {ms} ms', ''],
  'inspection-ended': [
    'inspection',
    'a process ended over an ordinary message ({why})',
    'inspect.memory and inspect.time are too small for this machine',
  ],
  'inspection-none-starts': [
    'inspection',
    'no process starts: mail that needs one gets 451',
    'see the log of the relay, and docs/runbooks/inspection.md',
  ],
  'listener-testers': [
    'listener {listener}',
    '{testers} may claim to be any client',
    'XCLIENT is for tests: take `testers` out of a listener that others reach',
  ],
  'listener-proxies': [
    'listener {listener}',
    'everybody is a proxy, and may claim any address',
    'name the addresses of the proxies alone',
  ],
  'relay-runs': ['relay', 'is running', ''],
  'relay-stopped': ['relay', 'is not running: its ports should be free', ''],
  'port-answers': ['port {port}', 'answers', ''],
  'port-silent': [
    'port {port}',
    'does not answer, though the relay runs',
    'a changed listener needs a restart; look for it in the log',
  ],
  'port-free': ['port {port}', 'is free', ''],
  'port-denied': [
    'port {port}',
    'may not be opened by this user',
    'AmbientCapabilities=CAP_NET_BIND_SERVICE in systemd (docs/operating.md), or sysctl net.ipv4.ip_unprivileged_port_start=25',
  ],
  'port-used': [
    'port {port}',
    'is used by another program',
    "stop it (ss -ltnp 'sport = :{number}' names it), or change the listener",
  ],
  'port-no-address': ['port {port}', 'this machine does not have the address', 'ip address lists those it has'],
  'port-unopened': ['port {port}', 'cannot be opened: {code}', ''],
  'operator-none': [
    'postmaster',
    'nobody: mail to postmaster@ and abuse@ of our names is put off with 450',
    'name a mailbox that people read in operator.postmaster (RFC 5321 4.5.1, RFC 2142)',
  ],
  'operator-named': ['postmaster', '{mailboxes}', ''],
  'operator-unfit': [
    'postmaster',
    '{mailboxes} cannot be used',
    'operator.postmaster needs mailboxes elsewhere: at names of ours their mail would go round',
  ],
  'bounce-mx-fit': ['bounce domain {domain}', 'MX is {exchanges}', ''],
  'bounce-mx-other': ['bounce domain {domain}', 'MX is {exchanges}, not {hostname}', PUBLISH_MX],
  'bounce-own-address': ['bounce domain {domain}', 'no MX; its own address stands for one', ''],
  'bounce-no-mx': ['bounce domain {domain}', 'has no MX: bounces to SRS and tagged return paths are lost', PUBLISH_MX],
  'spf-none': ['SPF of {domain}', 'there is none (RFC 7208)', PUBLISH_SPF],
  'spf-several': ['SPF of {domain}', 'there are {count} (RFC 7208 4.5)', PUBLISH_SPF],
  'spf-nobody': ['SPF of {domain}', '{record} permits nobody', PUBLISH_SPF],
  'spf-there': ['SPF of {domain}', '{record}', ''],
  'probe-off': ['probe', "is not configured: whether customers' port 25 is shut to everyone else cannot be told", ''],
  'probe-no-control': [
    'probe',
    'has a vantage, and no control to prove it by',
    'set control in [probe] to a port 25 that is open to all, such as that of our own MX',
  ],
  'probe-address': ['probe address {ip}', 'is on this machine', ''],
  'probe-address-absent': [
    'probe address {ip}',
    'this machine does not have the address',
    'ip address lists those it has; add this one, or name another in [probe]',
  ],
  'probe-no-address': ['probe from {origin}', '{host} has no address in DNS', 'change control in [probe]'],
  'probe-reaches': ['probe from {origin}', 'reaches {host} port {port}', ''],
  'probe-shut': [
    'probe from {origin}',
    'does not reach {host} port {port}: {detail}',
    'a provider may let nobody out to port 25: ask it, or look from elsewhere (vantage)',
  ],
  'clamd-down': [
    'clamd {address}',
    '{detail}',
    'start it (systemctl start clamav-daemon), or change address in [[clamd]]: until then mail gets 451',
  ],
  'clamd-no-signatures': [
    'clamd {address}',
    '{engine} has no daily signatures',
    'see that freshclam runs, and look into its log',
  ],
  'clamd-old-signatures': [
    'clamd {address}',
    '{engine}, signatures of {day}',
    'see that freshclam runs, and look into its log',
  ],
  'clamd-signatures': ['clamd {address}', '{engine}, signatures of {day}', ''],
  'clamd-blind': [
    'clamd {address}',
    'does not find the EICAR test file',
    'its signatures are missing: run freshclam, and look into its log',
  ],
  'clamd-eicar': [
    'clamd {address}',
    'says of the EICAR test file: {answer}',
    'its signatures are missing: run freshclam, and look into its log',
  ],
  'clamd-incomplete': [
    'clamd {address}',
    'calls clean what is past its limits, and what it did not look at',
    'set "AlertExceedsMax yes" in clamd.conf',
  ],
  'clamd-room': [
    'clamd {address}',
    'does not take {megabytes} MB, its max_size in [[clamd]]',
    'set StreamMaxLength, MaxFileSize and MaxScanSize in clamd.conf to "{megabytes}M" or more',
  ],
  'clamd-smaller': [
    'clamd {address}',
    'takes {megabytes} MB, and limits.message_size is {largest} MB',
    'what lies between is held or refused (setting virus_oversize): raise max_size and StreamMaxLength',
  ],
  'rspamd-rates': ['rspamd {address}', 'rates mail', ''],
  'rspamd-down': [
    'rspamd {address}',
    '{detail}',
    'start it (systemctl start rspamd), or change address in [[rspamd]]: until then mail gets 451',
  ],
  'controller-learns': ['rspamd controller {address}', 'lets us in: it learns', ''],
  'controller-refuses': [
    'rspamd controller {address}',
    'refuses us ({status}): nothing is learned',
    'put its password into the password_file of [[rspamd]]',
  ],
  'controller-down': [
    'rspamd controller {address}',
    '{detail}: nothing is learned',
    'start it, or change controller in [[rspamd]]',
  ],
} as const satisfies Record<string, readonly [subject: string, found: string, mend: string]>;

type FindingCode = keyof typeof FINDINGS;
/** The finding with this code. */
export function finding<Code extends FindingCode>(
  state: Finding['state'],
  code: Code,
  ...rest: ValuesOf<(typeof FINDINGS)[Code][number]>
): Finding {
  const [values] = rest;
  const [subject, found, mend] = FINDINGS[code].map((text) => sentence(text, values).text);
  return {
    state,
    subject: subject ?? '',
    found: found ?? '',
    ...(mend !== '' && mend !== undefined && { mend }),
    code,
    ...(values !== undefined && { values }),
  };
}
