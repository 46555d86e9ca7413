// Exim as a peer: takes everything on a port of loopback and hands it to one next host, or keeps it.

import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate, Submission } from './certificates.ts';
import { unpackedPackages } from './debian-package.ts';
import { waitForPort } from './ports.ts';
import { runOrThrow, startProcess } from './processes.ts';

export interface EximOptions {
  folder: string;
  hostname: string;
  port: number;
  /** Everything goes to this host; else it is kept in the maildir `mail` in `folder`. */
  relayhost?: { host: string; port: number };
  /** Logs in to `relayhost`, over TLS with a certificate for its `host`. */
  submission?: Submission;
  /** Offers STARTTLS with this certificate. */
  tls?: Certificate;
  /** Offers DSN (RFC 3461). */
  dsn?: boolean;
  /** A domain whose mail goes to this port instead, to see what Exim does to a message by itself. */
  direct?: { domain: string; port: number };
  /** Settings of a customer's server, by section; mail that no router of theirs takes is kept. */
  own?: EximSections;
}

/** What is put into the sections of the configuration; `rcpt` at the beginning of the ACL for RCPT. */
export interface EximSections {
  main: string;
  rcpt: string;
  routers: string;
  transports: string;
  authenticators: string;
}

export interface Exim extends AsyncDisposable {
  /** Messages in the queue. */
  queued(): Promise<number>;
  log(): string;
}

// The program knows its user by name alone, and as it is set-uid it takes libraries only from where the system looks. It
// gets both in a mount namespace of its own, so that the machine stays as it is. The number is `nobody`.
const USER_ID = 65534;
const OWN_FILES = [
  ...['passwd', 'group', 'ld.so.cache'].map((name) => `mount --bind "$0/${name}" /etc/${name}`),
  'exec "$@"',
].join(' && ');

const PACKAGES = ['exim4-daemon-light', 'exim4-base', 'libidn12'];

/** The unpacked program, or the reason why it cannot be had. */
export async function findExim(): Promise<{ program: string; libraries: string } | { skip: string }> {
  const unpacked = await unpackedPackages('exim', PACKAGES);
  if ('skip' in unpacked) return unpacked;
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  return {
    program: join(unpacked.root, 'usr/sbin/exim4'),
    libraries: join(unpacked.root, `usr/lib/${machine}-linux-gnu`),
  };
}

function router(name: string, domain: string, host: string): string {
  return `${name}:
  driver = manualroute
  transport = remote
  route_list = ${domain} ${host} byname
  self = send`;
}

const KEEPING_ROUTER = `keep:
  driver = accept
  transport = keep`;

function tlsSettings(folder: string): string {
  return `tls_advertise_hosts = *
tls_certificate = ${join(folder, 'tls.crt')}
tls_privatekey = ${join(folder, 'tls.key')}`;
}

function securityOfRemote({ folder, submission }: EximOptions): string {
  if (submission === undefined) return '  hosts_avoid_tls = *';
  return `  hosts_require_tls = *
  hosts_require_auth = *
  tls_verify_hosts = *
  tls_verify_cert_hostnames = *
  tls_verify_certificates = ${join(folder, 'ca.crt')}`;
}

function authenticator({ submission }: EximOptions): string {
  if (submission === undefined) return '';
  return `begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  client_send = ^${submission.login}^${submission.password}
`;
}

function configuration(options: EximOptions, program: string): string {
  const { folder, hostname, port, relayhost, direct, tls, own } = options;
  return `
exim_path = ${program}
primary_hostname = ${hostname}
spool_directory = ${join(folder, 'spool')}
log_file_path = ${join(folder, 'log/%slog')}
pid_file_path = ${join(folder, 'exim.pid')}
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
disable_ipv6 = true
${tls === undefined ? 'tls_advertise_hosts =' : tlsSettings(folder)}
chunking_advertise_hosts = *
smtputf8_advertise_hosts = *
dsn_advertise_hosts = ${options.dsn === true ? '*' : ''}
keep_environment =
host_lookup =
rfc1413_hosts =
never_users =
${own === undefined ? '' : own.main}
acl_smtp_rcpt = ${own === undefined ? 'accept' : 'acl_check_rcpt'}
acl_smtp_data = accept
smtp_accept_max = 100
smtp_accept_max_per_connection = 100000
smtp_accept_queue_per_connection = 100000
message_size_limit = 100M
begin acl
${own === undefined ? '' : `acl_check_rcpt:\n${own.rcpt}  accept`}
begin routers
${own === undefined ? '' : own.routers}
${direct === undefined ? '' : router('direct', direct.domain, `127.0.0.1::${direct.port}`)}
${relayhost === undefined ? KEEPING_ROUTER : router('smarthost', '*', `${relayhost.host}::${relayhost.port}`)}
begin transports
${own === undefined ? '' : own.transports}
keep:
  driver = appendfile
  directory = ${join(folder, 'mail')}
  maildir_format
  create_directory
  user = Debian-exim
  check_string =
  escape_string =
remote:
  driver = smtp
${securityOfRemote(options)}
  hosts_try_fastopen =
  message_linelength_limit = 10M
begin retry
* * F,1h,5s
begin rewrite
${own === undefined ? authenticator(options) : `begin authenticators\n${own.authenticators}`}`;
}

/** Starts Exim in the foreground, in a folder of its own. */
export async function startExim(options: EximOptions): Promise<Exim> {
  const found = await findExim();
  if ('skip' in found) throw new Error(found.skip);
  const { program, libraries } = found;
  for (const name of ['spool', 'log', 'mail/new']) mkdirSync(join(options.folder, name), { recursive: true });
  for (const name of ['passwd', 'group']) {
    const line = name === 'passwd' ? `Debian-exim:x:${USER_ID}:${USER_ID}::/:/bin/false` : `Debian-exim:x:${USER_ID}:`;
    writeFileSync(join(options.folder, name), `${readFileSync(`/etc/${name}`, 'utf8')}${line}\n`, { mode: 0o644 });
  }
  await runOrThrow('/sbin/ldconfig', ['-C', join(options.folder, 'ld.so.cache'), libraries]);
  await runOrThrow('chown', [
    '-R',
    `${USER_ID}:${USER_ID}`,
    join(options.folder, 'spool'),
    join(options.folder, 'log'),
    join(options.folder, 'mail'),
  ]);
  if (options.tls !== undefined) {
    writeFileSync(join(options.folder, 'tls.crt'), readFileSync(options.tls.certificate), { mode: 0o644 });
    writeFileSync(join(options.folder, 'tls.key'), readFileSync(options.tls.key), { mode: 0o644 });
  }
  if (options.submission !== undefined) {
    writeFileSync(join(options.folder, 'ca.crt'), readFileSync(options.submission.ca), { mode: 0o644 });
  }
  chmodSync(options.folder, 0o755);
  const file = join(options.folder, 'exim.conf');
  writeFileSync(file, configuration(options, program), { mode: 0o644 });
  const running = startProcess(
    'unshare',
    ['-m', 'sh', '-c', OWN_FILES, options.folder, program, '-C', file, '-bdf', '-q5s'],
    { name: 'exim' },
  );
  try {
    await waitForPort(options.port, 10_000);
  } catch (error) {
    await running.stop('SIGKILL');
    throw new Error(`exim did not start: ${running.output()}`, { cause: error });
  }
  return {
    queued: async () => readdirSync(join(options.folder, 'spool/input')).filter((name) => name.endsWith('-H')).length,
    log: () => readFileSync(join(options.folder, 'log/mainlog'), 'utf8'),
    [Symbol.asyncDispose]: async () => void (await running.stop('SIGTERM', 3000)),
  };
}
