// OpenSMTPD as a peer: takes everything on a port of loopback and keeps it, or hands it to one next host.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Submission } from './certificates.ts';
import { unpackedPackages } from './debian-package.ts';
import { waitForPort } from './ports.ts';
import { runOrThrow, startProcess } from './processes.ts';

export interface OpenSmtpdOptions {
  folder: string;
  hostname: string;
  port: number;
  /** Everything goes to this host; else it is kept in the maildir `mail` in `folder`. */
  relayhost?: { host: string; port: number };
  /** Logs in to `relayhost`, over TLS with a certificate of the authority. */
  submission?: Submission;
  /** Offers STARTTLS, with an RSA certificate of its own. */
  tls?: boolean;
  /** Rules of a customer's server instead of ours; mail for the action "local_mail" is kept. */
  own?: string;
  /** PEM file of the one authority that it trusts. */
  ca?: string;
}

export interface OpenSmtpd extends AsyncDisposable {
  output(): string;
}

// It knows its users by name, and its folders and helpers by fixed paths. It gets all of them in a mount namespace of
// its own, so that the machine stays as it is. The number is `nobody`.
const USER_ID = 65534;
const NAMES = ['opensmtpd', 'opensmtpq', 'osmailbox'];
const OWN_FILES = [
  ...['passwd', 'group'].map((name) => `mount --bind "$0/${name}" /etc/${name}`),
  ...['spool', 'lib', 'run'].map((name) => `mount --bind "$0/var/${name}" /var/${name}`),
  'mount --bind "$1" /usr/libexec',
  // It trusts the authorities of the system, and no other.
  'if [ -e "$0/ca.crt" ]; then mount --bind "$0/ca.crt" /etc/ssl/certs/ca-certificates.crt; fi',
  'shift && exec "$@"',
].join(' && ');

const PACKAGES = ['opensmtpd', 'libevent-2.1-7'];

/** Root of the unpacked packages, or the reason why they cannot be had. */
export function findOpenSmtpd(): Promise<{ root: string } | { skip: string }> {
  return unpackedPackages('opensmtpd', PACKAGES);
}

function relaying({ hostname, submission }: OpenSmtpdOptions, to: { host: string; port: number }): string {
  const next = `${to.host}:${to.port}`;
  return submission === undefined
    ? `relay host smtp://${next} helo ${hostname}`
    : `relay host smtp+tls://relay@${next} auth <logins> tls helo ${hostname}`;
}

function configuration(options: OpenSmtpdOptions): string {
  const { folder, hostname, port, relayhost, submission, tls } = options;
  const secured = tls === true ? ' tls pki own' : '';
  const pki =
    tls !== true ? '' : `pki own cert "${join(folder, 'tls.crt')}"\npki own key "${join(folder, 'tls.key')}"\n`;
  const action =
    relayhost === undefined
      ? `maildir "${join(folder, 'mail')}" virtual { "@" = osmailbox }`
      : relaying(options, relayhost);
  const ownRules = `action "local_mail" maildir "${join(folder, 'mail')}" virtual { "@" = osmailbox }\n${options.own ?? ''}`;
  const logins = submission === undefined ? '' : `table logins file:${join(folder, 'logins')}\n`;
  return `${pki}${logins}smtp max-message-size 100M
queue ttl 1h
listen on 127.0.0.1 port ${port} hostname ${hostname}${secured}
${options.own === undefined ? `action "all" ${action}\nmatch from any for any action "all"\n` : ownRules}`;
}

function writeFiles(options: OpenSmtpdOptions): void {
  const { folder, submission } = options;
  for (const name of ['var/spool/smtpd', 'var/lib/opensmtpd/empty', 'var/run', 'mail']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const passwd = NAMES.map((name) => `${name}:x:${USER_ID}:${USER_ID}::${folder}:/bin/false\n`).join('');
  const group = NAMES.map((name) => `${name}:x:${USER_ID}:\n`).join('');
  for (const [name, lines] of [
    ['passwd', passwd],
    ['group', group],
  ] as const) {
    writeFileSync(join(folder, name), readFileSync(`/etc/${name}`, 'utf8') + lines, { mode: 0o644 });
  }
  writeFileSync(join(folder, 'smtpd.conf'), configuration(options), { mode: 0o644 });
  if (submission !== undefined) {
    const { login, password } = submission;
    writeFileSync(join(folder, 'logins'), `relay ${login}:${password}\n`, { mode: 0o644 });
  }
  const ca = submission?.ca ?? options.ca;
  if (ca !== undefined) writeFileSync(join(folder, 'ca.crt'), readFileSync(ca), { mode: 0o644 });
  chmodSync(folder, 0o755);
}

async function makeCertificate({ folder, hostname }: OpenSmtpdOptions): Promise<void> {
  const files = ['-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')];
  const kind = ['-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${hostname}`];
  await runOrThrow('openssl', ['req', '-x509', ...kind, ...files]);
  // It wants its key to be readable by root alone.
  chmodSync(join(folder, 'tls.key'), 0o600);
}

/** Starts OpenSMTPD in the foreground, in a folder of its own. Needs root. */
export async function startOpenSmtpd(options: OpenSmtpdOptions): Promise<OpenSmtpd> {
  const found = await findOpenSmtpd();
  if ('skip' in found) throw new Error(found.skip);
  writeFiles(options);
  if (options.tls === true) await makeCertificate(options);
  chmodSync(join(options.folder, 'var/spool/smtpd'), 0o711);
  await runOrThrow('chown', ['-R', `${USER_ID}:${USER_ID}`, join(options.folder, 'mail')]);
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const running = startProcess(
    'unshare',
    ['-m', 'sh', '-c', OWN_FILES, options.folder, join(found.root, 'usr/libexec')].concat([
      join(found.root, 'usr/sbin/smtpd'),
      '-d',
      '-f',
      join(options.folder, 'smtpd.conf'),
    ]),
    { name: 'opensmtpd', env: { LD_LIBRARY_PATH: join(found.root, `usr/lib/${machine}-linux-gnu`) } },
  );
  try {
    await waitForPort(options.port, 10_000);
  } catch (error) {
    await running.stop('SIGKILL');
    throw new Error(`opensmtpd did not start: ${running.output()}`, { cause: error });
  }
  return {
    output: () => running.output(),
    [Symbol.asyncDispose]: async () => void (await running.stop('SIGTERM', 3000)),
  };
}
