// Debian's Postfix as a peer: instances of our own, side by side, on loopback, each in a folder of its own.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificate, Submission } from './certificates.ts';
import { waitForPort } from './ports.ts';
import {
  endProcess,
  processTree,
  type Running,
  run,
  runOrThrow,
  skipWithoutPrograms,
  startProcess,
} from './processes.ts';

/** For the `skip` option of a test. */
export const skipWithoutPostfix: string | false = skipWithoutPrograms(['postfix'], { root: true });

export interface PostfixOptions {
  /** Folder for this instance; made if it is not there. Everyone must be able to enter its parents. */
  folder: string;
  hostname: string;
  /** Ports to listen on at 127.0.0.1. */
  ports: number[];
  /** Takes all mail and delivers it to the maildir `mail` in `folder`. */
  maildir?: boolean;
  /** Everything goes to this host. */
  relayhost?: { host: string; port: number };
  /** Logs in to `relayhost`, over TLS with a certificate for its `host`. */
  submission?: Submission;
  /** Offers STARTTLS with this certificate, and uses TLS where the next host offers it. */
  tls?: Certificate;
  /** Further settings of main.cf; they win over ours. */
  main?: Record<string, string>;
  /** Program and arguments to start the master under, such as strace. */
  under?: string[];
}

export interface Postfix extends AsyncDisposable {
  readonly folder: string;
  /** Process of the master; all others are below it. */
  readonly pid: number;
  /** Messages waiting in the queue. */
  queued(): Promise<number>;
  /** Tries everything that waits now. */
  flush(): Promise<void>;
  log(): string;
  stop(): Promise<void>;
}

interface Master {
  pid: number;
  wrapper: Running | undefined;
}

// As Debian ships it, without chroot (its files are copied by the init script) and without what needs port 25.
const SERVICES = `
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
virtual   unix  -       n       n       -       -       virtual
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
tlsproxy  unix  -       -       n       -       0       tlsproxy
postlog   unix-dgram n  -       n       -       1       postlogd
`;

// Owner of the maildirs: the user `nobody`.
const NOBODY = '65534';

function mainSettings(options: PostfixOptions): Record<string, string> {
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: join(options.folder, 'spool'),
    data_directory: join(options.folder, 'data'),
    maillog_file: join(options.folder, 'mail.log'),
    maillog_file_prefixes: `/var, /tmp, /dev/shm, ${options.folder}`,
    myhostname: options.hostname,
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    local_recipient_maps: '',
    local_transport: 'error:no local mail',
    // No header of a message that passes is "repaired", as for mail from strangers.
    local_header_rewrite_clients: '',
    append_dot_mydomain: 'no',
    biff: 'no',
    message_size_limit: '104857600',
    mailbox_size_limit: '0',
    virtual_mailbox_limit: '0',
    // The machine of tests asks no resolver.
    smtp_host_lookup: 'native',
    smtpd_peername_lookup: 'no',
    smtp_tls_security_level: options.tls === undefined ? 'none' : 'may',
    smtpd_tls_security_level: options.tls === undefined ? 'none' : 'may',
  };
  if (options.relayhost !== undefined) settings['relayhost'] = `[${options.relayhost.host}]:${options.relayhost.port}`;
  if (options.tls !== undefined) {
    settings['smtpd_tls_chain_files'] = `${options.tls.key}, ${options.tls.certificate}`;
  }
  if (options.submission !== undefined) {
    const { login, password, ca } = options.submission;
    Object.assign(settings, {
      smtp_tls_security_level: 'secure',
      smtp_tls_secure_cert_match: 'nexthop',
      smtp_tls_CAfile: ca,
      smtp_tls_loglevel: '1',
      smtp_sasl_auth_enable: 'yes',
      smtp_sasl_security_options: 'noanonymous',
      smtp_sasl_password_maps: `static:${login}:${password}`,
    });
  }
  if (options.maildir === true) {
    Object.assign(settings, {
      virtual_mailbox_domains: 'static:all',
      virtual_mailbox_base: options.folder,
      virtual_mailbox_maps: 'static:mail/',
      virtual_uid_maps: `static:${NOBODY}`,
      virtual_gid_maps: `static:${NOBODY}`,
      virtual_minimum_uid: '1',
    });
  }
  return { ...settings, ...options.main };
}

function writeConfiguration(options: PostfixOptions): string {
  const folder = join(options.folder, 'etc');
  for (const name of ['etc', 'spool', 'data']) mkdirSync(join(options.folder, name), { recursive: true });
  chmodSync(options.folder, 0o755);
  const settings = Object.entries(mainSettings(options)).map(([key, value]) => `${key} = ${value}`);
  writeFileSync(join(folder, 'main.cf'), `${settings.join('\n')}\n`);
  const listeners = options.ports.map((port) => `127.0.0.1:${port} inet n - n - - smtpd`);
  writeFileSync(join(folder, 'master.cf'), `${listeners.join('\n')}${SERVICES}`);
  for (const name of ['dynamicmaps.cf', 'postfix-files']) {
    if (existsSync(`/etc/postfix/${name}`)) writeFileSync(join(folder, name), readFileSync(`/etc/postfix/${name}`));
  }
  return folder;
}

async function prepareOwners(options: PostfixOptions): Promise<void> {
  await runOrThrow('chown', ['postfix', join(options.folder, 'data')]);
  if (options.maildir !== true) return;
  const mail = join(options.folder, 'mail');
  for (const part of ['', 'new', 'cur', 'tmp']) mkdirSync(join(mail, part), { recursive: true });
  await runOrThrow('chown', ['-R', `${NOBODY}:${NOBODY}`, mail]);
}

async function startMaster(options: PostfixOptions, configuration: string): Promise<Master> {
  let wrapper: Running | undefined;
  if (options.under === undefined) {
    await runOrThrow('postfix', ['-c', configuration, 'start']);
  } else {
    const [program = '', ...args] = options.under;
    await runOrThrow('postfix', ['-c', configuration, 'check']);
    wrapper = startProcess(program, [...args, '/usr/lib/postfix/sbin/master', '-c', configuration]);
  }
  for (const port of options.ports) await waitForPort(port, 15_000);
  const pid = Number(readFileSync(join(options.folder, 'spool/pid/master.pid'), 'utf8').trim());
  return { pid, wrapper };
}

/** Starts an instance. Needs root and Debian's package postfix. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const configuration = writeConfiguration(options);
  await prepareOwners(options);
  const { pid, wrapper } = await startMaster(options, configuration);
  let running = true;
  const kill = () => {
    if (running) for (const member of processTree(pid).toReversed()) process.kill(member, 'SIGKILL');
  };
  process.once('exit', kill);
  const stop = async () => {
    if (!running) return;
    running = false;
    process.removeListener('exit', kill);
    const tree = processTree(pid);
    await endProcess(pid);
    for (const member of tree) await endProcess(member, 'SIGTERM', 3000);
    await wrapper?.stop('SIGTERM', 3000);
  };
  return {
    folder: options.folder,
    pid,
    queued: async () => {
      const text = await runOrThrow('postqueue', ['-c', configuration, '-j']);
      return text.split('\n').filter((line) => line !== '').length;
    },
    flush: async () => void (await run('postqueue', ['-c', configuration, '-f'])),
    log: () => readFileSync(join(options.folder, 'mail.log'), 'utf8'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Waits until a maildir holds `count` messages, or the time is over; gives their paths. */
export async function waitForMaildir(folder: string, count: number, timeoutMs = 30_000): Promise<string[]> {
  const fresh = join(folder, 'mail/new');
  const end = performance.now() + timeoutMs;
  for (;;) {
    const names = readdirSync(fresh);
    if (names.length >= count || performance.now() > end) return names.map((name) => join(fresh, name));
    await sleep(50);
  }
}
