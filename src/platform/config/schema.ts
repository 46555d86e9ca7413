// The one schema of the configuration file: key, type, unit, default, description. docs/reference/configuration.md is
// generated from it.

import { z } from 'zod';
import { authentication } from './authentication.ts';
import { checks, inbound } from './checks.ts';
import { inspect } from './inspect.ts';
import { backup, privacy, retention } from './keeping.ts';
import { bounces, hide, notices, operator } from './letters.ts';
import { limits } from './limits.ts';
import { clamd, rspamd } from './scanners.ts';
import { dnsbl, greylist, strangers } from './strangers.ts';
import { termination } from './termination.ts';
import { domainPattern, duration, endpoint, network, size } from './units.ts';
import { webhooks } from './webhooks.ts';

const positive = z.number().int().min(1);

const node = z.strictObject({
  hostname: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]*\.)*[a-zA-Z0-9-]+$/, 'must be a host name such as "relay1.example.lu"')
    .describe('Name of this node: in the greeting, in Received, in queue ids of DSNs.'),
  data_dir: z.string().min(1).describe('Folder of everything the relay keeps. Only its owner may read it.'),
  threads: positive.max(64).optional().describe('Relay threads. Default: the number of cores.'),
  id: z
    .number()
    .int()
    .min(0)
    .max(1023)
    .default(0)
    .describe(
      'Number of this node in its queue ids: another for each node, so that an id names one message among all of them.',
    ),
});

const tlsFiles = z.strictObject({
  certificate: z.string().describe('PEM file with the certificate and its chain. Read again on SIGHUP.'),
  key: z.string().describe('PEM file with the private key.'),
});

const tls = tlsFiles.extend({
  client_ca: z
    .string()
    .optional()
    .describe(
      'PEM file of the authorities whose client certificates count by the names in them. Without it only fingerprints count.',
    ),
});

const listener = z
  .strictObject({
    address: endpoint.describe('Address and port to listen on.'),
    roles: z
      .array(z.enum(['outbound', 'inbound', 'submission']))
      .min(1)
      .describe(
        '`outbound`: customers by source or login. `inbound`: the Internet to customers. `submission`: customers by login only.',
      ),
    tls: z
      .enum(['none', 'starttls', 'implicit'])
      .default('starttls')
      .describe('`implicit` speaks TLS from the first octet (port 465).'),
    certificate: tlsFiles.optional().describe('Certificate of this listener alone; else that of `[tls]`.'),
    client_certificates: z
      .boolean()
      .default(false)
      .describe(
        'Clients are asked for a certificate, which may be a customer’s by fingerprint, or by name where `tls.client_ca` issued it.',
      ),
    proxies: z
      .array(network)
      .default([])
      .describe(
        'Addresses and networks of proxies. From them a PROXY header (version 1 or 2) must come first, and the client it names counts for everything; from anybody else it is refused.',
      ),
    testers: z
      .array(network)
      .default([])
      .describe(
        'Addresses and networks that may say with XCLIENT whom to take them for: a login or a source of any customer. For tests only.',
      ),
  })
  .refine(({ client_certificates, tls }) => !client_certificates || tls !== 'none', {
    path: ['client_certificates'],
    message: 'needs TLS on the listener: tls = "starttls" or "implicit"',
  })
  .refine(({ roles, tls }) => !roles.every((role) => role === 'submission') || tls !== 'none', {
    path: ['tls'],
    message: 'must be "starttls" or "implicit" for submission: nobody logs in without TLS',
  });

/** All threads share each port, so that the system would let two listeners take it, each some of the connections. */
const listeners = z
  .array(listener)
  .min(1)
  .superRefine((all, context) => {
    for (const [i, { address }] of all.entries()) {
      const first = all.findIndex((one) => one.address.host === address.host && one.address.port === address.port);
      if (first === i || address.port === 0) continue;
      context.addIssue({ code: 'custom', path: [i, 'address'], message: `is that of listener.${first} already` });
    }
  });

const http = z.strictObject({
  address: endpoint
    .default({ host: '127.0.0.1', port: 8025 })
    .describe('Where the API, its documentation, health, metrics and, in the sandbox, the caught mail are served.'),
  url: z
    .string()
    .regex(/^https?:\/\//, 'must begin with http:// or https://')
    .default('http://localhost:8025')
    .describe('The address people use, for links; never taken from a request.'),
  certificate: tlsFiles
    .optional()
    .describe('Speak TLS with this certificate. Without it: plain HTTP, for loopback or for a proxy in front.'),
  trusted_proxies: z
    .array(network)
    .default([])
    .describe(
      'Addresses and networks of proxies in front: whom they name in X-Forwarded-For counts as the client. From anybody else the field means nothing.',
    ),
  metrics_from: z
    .array(network)
    .default(['127.0.0.0/8', '::1/128'])
    .describe('Addresses and networks that may read `/metrics`, and the reasons that `/readyz` gives.'),
  requests_per_minute: positive
    .default(1200)
    .describe('Requests to the API of one user or key; of a link a twentieth, but 60 at least.'),
  unknown_requests_per_minute: positive
    .default(120)
    .describe('Requests to the API from one address (IPv6: one /64) that no credentials, or wrong ones, come with.'),
});

const store = z.strictObject({
  url: z
    .string()
    .regex(/^sqlite:$/, 'must be "sqlite:" (the embedded store)')
    .default('sqlite:')
    .describe('`sqlite:` is the embedded store in `node.data_dir`.'),
});

const dns = z.strictObject({
  servers: z
    .array(endpoint)
    .default([{ host: '127.0.0.1', port: 53 }])
    .describe('Recursive resolvers, asked in order.'),
  trust_ad: z
    .boolean()
    .default(false)
    .describe('True only if these servers validate DNSSEC and the way to them is safe.'),
  timeout: duration.default(5000).describe('Time for one look-up over all servers.'),
});

const route = z.strictObject({
  domain: domainPattern.describe('Recipient domain; `*` is every domain, `*.example.lu` every name below it.'),
  hosts: z.array(endpoint).min(1).describe('Hosts in order of preference, instead of MX.'),
  tls: z.enum(['opportunistic', 'verify', 'none']).default('opportunistic').describe('TLS towards these hosts.'),
  connections: positive
    .optional()
    .describe('Connections to these hosts over all threads. Default: `delivery.connections_per_destination`.'),
});

const queue = z.strictObject({
  inline_body: size.default(128 * 1024).describe('Larger messages get a file of their own.'),
  low_water: size
    .default(512 * 1024 ** 2)
    .describe('Free disk space below which new mail gets 452; what is left is for settling.'),
  memory: size
    .default(128 * 1024 ** 2)
    .describe('Content of fresh messages kept in memory for their first attempt, over all relay threads.'),
  suppressed_hold: duration
    .default(3 * 86_400_000)
    .describe('How long mail to a suppressed recipient waits for the suppression to be removed.'),
});

const retry = z.strictObject({
  first: duration.default(60_000).describe('Wait after the first failed attempt.'),
  factor: z.number().min(1).max(10).default(2).describe('Each wait is the one before, times this.'),
  longest: duration.default(3 * 3_600_000).describe('Longest wait between two attempts.'),
  jitter: z.number().min(0).max(0.5).default(0.2).describe('Each wait is changed at random by up to this share.'),
});

const delivery = z.strictObject({
  port: z.number().int().min(1).max(65_535).default(25).describe('Port of MX hosts.'),
  expire_after: duration
    .default(5 * 86_400_000)
    .describe('Life of a message in the queue; time spent held does not count.'),
  allow_private: z
    .boolean()
    .default(false)
    .describe('MX hosts and probes at private or loopback addresses are allowed.'),
  connections_per_destination: positive.default(20).describe('Connections to one site over all threads.'),
  messages_per_connection: positive.default(100).describe('Messages over one connection before a new one is made.'),
  recipients_per_transaction: positive.default(50).describe('Recipients of one transaction towards a receiver.'),
  chunking: z
    .enum(['auto', 'never', 'always'])
    .default('auto')
    .describe(
      'BDAT (RFC 3030) towards receivers that offer it. `auto`: where the way is long enough that a round trip less counts.',
    ),
  idle_timeout: duration.default(5000).describe('How long a connection without work is kept.'),
  connect_timeout: duration.default(30_000).describe('For the TCP connection.'),
  command_timeout: duration.default(300_000).describe('For the greeting and each reply (RFC 5321 4.5.3.2).'),
  dot_timeout: duration.default(600_000).describe('For the reply to the end of a message (RFC 5321 4.5.3.2.6).'),
  content_timeout: duration
    .default(3_600_000)
    .describe('For the whole of one large message, however slowly the receiver takes it.'),
});

const probe = z.strictObject({
  address: z
    .array(z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address'))
    .default([])
    .describe("Addresses of this machine that no customer lets through: customers' port 25 is tried from there."),
  vantage: endpoint.optional().describe("SOCKS5 server (RFC 1928) elsewhere: customers' port 25 is tried through it."),
  control: endpoint
    .optional()
    .describe('Host and port known to be open to all, such as our own MX: shows that the way out is not blocked.'),
  timeout: duration.default(15_000).describe('For the connection, and for each reply.'),
});

const spf = z.strictObject({
  include: z
    .string()
    .regex(/^[a-z0-9_]([a-z0-9_-]*\.)+[a-z0-9-]+$/, 'must be a name in lower case such as "_spf.relay.example.lu"')
    .optional()
    .describe(
      'Name of the SPF include that customers put into their records, such as "_spf.relay.example.lu"; its records are generated from the pools.',
    ),
  check_addresses: z
    .boolean()
    .default(true)
    .describe(
      'An address of ours becomes active only once the SPF include in DNS covers it and its reverse DNS matches both ways.',
    ),
  check_interval: duration.default(3_600_000).describe('How often the include and all addresses are looked at in DNS.'),
  lookups: positive
    .max(10)
    .default(3)
    .describe(
      'Look-ups (of the 10 of RFC 7208) that the include may cost a customer; past it records grow beyond what an old UDP answer holds.',
    ),
  keep: duration.default(86_400_000).describe('How long an address stays in the include once it is out.'),
});

const provisioning = z.strictObject({
  approvals: z
    .number()
    .int()
    .min(1)
    .max(2)
    .default(1)
    .describe(
      'People who must approve what a customer entered; with 2, nobody approves twice, nor what they entered for it.',
    ),
  link_life: duration.default(14 * 86_400_000).describe('How long a link to enter data over counts.'),
  test_interval: duration
    .default(5000)
    .describe('How often the way of customers that are being verified is looked at.'),
});

const recipients = z.strictObject({
  known_lifetime: duration
    .default(86_400_000)
    .describe('For so long a mail host that took a recipient is not asked again; after half of it without haste.'),
  known_kept: duration
    .default(31 * 86_400_000)
    .describe('For so long a recipient that was known passes while its mail host does not answer.'),
  unknown_lifetime: duration.default(3_600_000).describe('For so long a recipient that was unknown stays so.'),
  known: positive.default(200_000).describe('Known recipients remembered, over restarts too.'),
  unknown: positive.default(100_000).describe('Unknown recipients remembered.'),
  timeout: duration
    .default(20_000)
    .describe('How long a sender waits at RCPT for the mail host; less than senders have patience for.'),
  connections: positive.default(2).describe('Connections to the mail hosts of one customer, on each relay thread.'),
});

const trace = z.strictObject({
  retention: duration
    .default(184 * 86_400_000)
    .describe('Days older than this are dropped whole. Six months by default.'),
  subject: z.boolean().default(true).describe('Whether the subject of messages is kept and searched.'),
  rejections_per_second: positive.default(200).describe('Refusals kept one by one; past this rate as counts.'),
});

const dkim = z.strictObject({
  overlap: duration
    .default(7 * 86_400_000)
    .describe(
      'How long the record of a key has to stay published after the key signed last. Mail may be on its way so long.',
    ),
  check_interval: duration
    .default(60_000)
    .describe(
      'How often DNS is looked at for the record of a new key, on its first day; then every ten times as long.',
    ),
});

const secrets = z.strictObject({
  master_key_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File of the master key under which secrets are kept: 32 random octets (or their hexadecimal or base64). Default: `master.key` in `node.data_dir`, made at the first start.',
    ),
  previous_master_key_files: z
    .array(z.string().min(1))
    .default([])
    .describe('Master keys that were used before: what they sealed is sealed anew at the start.'),
  master_key_lost: z
    .boolean()
    .default(false)
    .describe(
      'The master key is lost: start although secrets that it sealed cannot be opened. Mail that lost DKIM keys should sign waits until other keys take their place (docs/dkim.md).',
    ),
});

const access = z.strictObject({
  session_idle: duration.default(3_600_000).describe('A session that is not used for so long ends.'),
  session_lifetime: duration.default(12 * 3_600_000).describe('Every session ends after this time, however busy.'),
  step_up: duration
    .default(10 * 60_000)
    .describe('For so long after a sign-in, or a fresh proof, dangerous acts need no other.'),
  second_factor: z
    .array(
      z.enum([
        'administrator',
        'mail_engineer',
        'service_desk',
        'auditor',
        'data_protection_officer',
        'customer_administrator',
        'customer_member',
        'customer_viewer',
      ]),
    )
    .default(['administrator'])
    .describe('Roles that need a second factor or a passkey: without one they can do nothing but set it up.'),
  invitation: duration.default(7 * 86_400_000).describe('How long the link of an invitation is good.'),
  reset: duration.default(3_600_000).describe('How long the link for a new password is good.'),
});

const log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('`debug` names addresses; the others only ids.'),
});

const alarm = z.strictObject({
  webhook: z
    .string()
    .regex(/^https?:\/\//, 'must begin with http:// or https://')
    .optional()
    .describe('Gets each alarm as a JSON POST.'),
  command: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Program and arguments; gets each alarm as JSON on standard input.'),
  smtp: z
    .strictObject({
      host: endpoint.describe('Server that takes the alarm; never our own queue.'),
      from: z.string().describe('Sender.'),
      to: z.array(z.string()).min(1).describe('Recipients.'),
    })
    .optional()
    .describe('Direct mail, not through the queue.'),
  interval: duration.default(30_000).describe('How often the conditions of alarms are looked at.'),
  repeat: duration.default(3_600_000).describe('An alarm that goes on is sent again after this time.'),
  certificate_days: positive.default(21).describe('Days before its end at which a certificate alarms.'),
  queue_age: duration
    .default(30 * 60_000)
    .describe('Fresh mail older than this without an attempt means that the queue does not drain.'),
});

/** The configuration file. */
export const configSchema = z.strictObject({
  node,
  listener: listeners.describe('One for each address and port.'),
  tls: tls.optional().describe('Certificate of all listeners that name none.'),
  http: http.prefault({}),
  store: store.prefault({}),
  dns: dns.prefault({}),
  route: z.array(route).default([]).describe('Static routes, looked at before MX; the first that fits counts.'),
  limits: limits.prefault({}),
  queue: queue.prefault({}),
  retry: retry.prefault({}),
  delivery: delivery.prefault({}),
  bounces: bounces.prefault({}),
  operator: operator.prefault({}),
  notices: notices.prefault({}),
  hide: hide.prefault({}),
  probe: probe.prefault({}),
  dkim: dkim.prefault({}),
  secrets: secrets.prefault({}),
  access: access.prefault({}),
  spf: spf.prefault({}),
  inbound: inbound.prefault({}),
  checks: checks.prefault({}),
  provisioning: provisioning.prefault({}),
  termination: termination.prefault({}),
  recipients: recipients.prefault({}),
  strangers: strangers.prefault({}),
  dnsbl: z
    .array(dnsbl)
    .default([])
    .describe('DNS blocklists that strangers’ addresses are looked up in before the greeting.'),
  greylist: greylist.prefault({}),
  inspect: inspect.prefault({}),
  clamd: z
    .array(clamd)
    .default([])
    .describe('Virus scanners, each asked in turn. Without one nothing is scanned for viruses.'),
  rspamd: z.array(rspamd).default([]).describe('Spam scanners, each asked in turn. Without one nothing is rated.'),
  authentication: authentication.prefault({}),
  trace: trace.prefault({}),
  webhooks: webhooks.prefault({}),
  retention: retention.prefault({}),
  backup: backup.prefault({}),
  privacy: privacy.prefault({}),
  log: log.prefault({}),
  alarm: alarm.prefault({}),
});

/** The configuration as the relay uses it: defaults filled in, times in milliseconds, sizes in octets. */
export type Config = z.output<typeof configSchema>;
