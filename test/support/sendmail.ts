// sendmail as a peer: from Debian's packages, unpacked. It expands its m4 configuration, and sends a message in the
// foreground; it does not listen.

import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackages } from './debian-package.ts';
import { runOrThrow } from './processes.ts';

const PACKAGES = ['sendmail-bin', 'sendmail-cf', 'sendmail-base', 'm4', 'libsigsegv2', 'libwrap0'];

/** Root of the unpacked packages, or the reason why they cannot be had. */
export function findSendmail(): Promise<{ root: string } | { skip: string }> {
  return unpackedPackages('sendmail', PACKAGES);
}

export interface SendmailOptions {
  folder: string;
  hostname: string;
  /** Lines of sendmail.mc between its OSTYPE and its mailers. Maps lie in the folder. */
  settings: string;
  /** Text of maps by name, each built by makemap. */
  maps: Record<string, string>;
  /** PEM file of the one authority that the machine trusts. */
  ca: string;
}

export interface Sendmail {
  /** What sendmail does with a recipient: the mailer, host and user that it resolves to. */
  resolve(address: string): Promise<string>;
  /** Sends a message and gives the conversation. */
  send(from: string, to: string, message: string): Promise<string>;
}

/** Builds configuration and maps. Rejects where sendmail cannot read them. */
export async function buildSendmail({ folder, hostname, settings, maps, ca }: SendmailOptions): Promise<Sendmail> {
  const found = await findSendmail();
  if ('skip' in found) throw new Error(found.skip);
  const { root } = found;
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const libraries = ['usr/lib', 'lib'].map((place) => join(root, place, `${machine}-linux-gnu`)).join(':');
  const env = { LD_LIBRARY_PATH: libraries };
  mkdirSync(join(folder, 'queue'), { recursive: true });
  chmodSync(join(folder, 'queue'), 0o700);
  const cf = join(root, 'usr/share/sendmail/cf');
  const mc = `divert(0)dnl
OSTYPE(\`linux')dnl
define(\`confDOMAIN_NAME', \`${hostname}')dnl
define(\`QUEUE_DIR', \`${join(folder, 'queue')}')dnl
define(\`STATUS_FILE', \`${join(folder, 'statistics')}')dnl
define(\`confSERVICE_SWITCH_FILE', \`${join(folder, 'switch')}')dnl
define(\`confTO_CONNECT', \`10s')dnl
define(\`confDONT_BLAME_SENDMAIL', \`MapInUnsafeDirPath')dnl
FEATURE(\`nocanonify')dnl
define(\`ALIAS_FILE', \`')dnl
${settings}
MAILER(\`local')dnl
MAILER(\`smtp')dnl
`;
  writeFileSync(join(folder, 'sendmail.mc'), mc);
  // The machine of tests asks no resolver.
  writeFileSync(join(folder, 'switch'), 'hosts files\naliases files\n');
  const expanded = await runOrThrow(
    join(root, 'usr/bin/m4'),
    [`-D_CF_DIR_=${cf}/`, join(cf, 'm4/cf.m4'), join(folder, 'sendmail.mc')],
    { env },
  );
  const file = join(folder, 'sendmail.cf');
  writeFileSync(file, expanded);
  for (const [name, text] of Object.entries(maps)) {
    const map = join(folder, name);
    await feed(join(root, 'usr/libexec/sendmail/makemap'), ['-C', file, 'hash', map], { input: text, env });
    chmodSync(`${map}.db`, 0o600);
  }
  // Set-gid, it would take libraries from the system's folders alone.
  const program = join(folder, 'sendmail');
  copyFileSync(join(root, 'usr/libexec/sendmail/sendmail'), program);
  chmodSync(program, 0o755);
  // It waits a minute for the machine's name to have a dot in it, and trusts no file below a folder that others may write.
  const own = 'hostname "$0" && mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && shift && exec "$@"';
  const named = ['-u', '-m', 'sh', '-c', own, hostname, ca, program];
  const run = (args: string[], input: string) => feed('unshare', [...named, '-C', file, ...args], { input, env });
  return {
    resolve: async (address) => run(['-bt'], `3,0 ${address}\n`),
    send: async (from, to, message) => run(['-Am', '-v', '-odi', '-i', '-f', from, '--', to], message),
  };
}

/** Runs a program with input; gives its output, and rejects only where it cannot be run or the configuration is bad. */
function feed(
  program: string,
  args: string[],
  { input, env }: { input: string; env: Record<string, string> },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    // EX_CONFIG, EX_OSFILE and the like, not a message that was refused.
    child.on('close', (code) => (code === 78 || code === 72 ? reject(new Error(output)) : resolve(output)));
    child.stdin.end(input);
  });
}
