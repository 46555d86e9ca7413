// Installs what the tests need beside npm: `node tools/install-peers.ts`. As root on a Debian it asks apt once; anywhere
// else it says what is missing. Suites whose server is missing say that they are skipped.

import { existsSync } from 'node:fs';
import { findProgram, run } from '../test/support/processes.ts';

/** Program that must be there, and the Debian package that brings it. */
const PEERS: Record<string, string> = {
  postfix: 'postfix',
  swaks: 'swaks',
  strace: 'strace',
  openssl: 'openssl',
  unbound: 'unbound',
  nsd: 'nsd',
  faketime: 'faketime',
  opendkim: 'opendkim',
  dkimverify: 'python3-dkim',
  msmtp: 'msmtp',
  haproxy: 'haproxy',
  pdftotext: 'poppler-utils',
  clamd: 'clamav-daemon',
  'clamav-milter': 'clamav-milter',
  rspamd: 'rspamd',
  chromium: 'chromium',
};

/** Units of packages that would begin to serve at the machine's next start. */
const UNITS: Record<string, string[]> = {
  clamd: ['clamav-daemon', 'clamav-freshclam'],
  'clamav-milter': ['clamav-milter'],
  rspamd: ['rspamd'],
};

/** Packages that programs need and only recommend: Ed25519 in python3-dkim, logins of Postfix. */
const ALONG: Record<string, string[]> = { dkimverify: ['python3-nacl'], postfix: ['libsasl2-modules'] };

const missing = Object.keys(PEERS).filter((program) => findProgram(program) === undefined);
const present = existsSync('/etc/debian_version')
  ? await run('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\\n', ...Object.values(ALONG).flat()])
  : { stdout: '' };
const isThere = new Set(present.stdout.split('\n').map((line) => line.replace(/^installed /, '')));
const packages = [
  ...missing.map((program) => PEERS[program] as string),
  ...Object.values(ALONG)
    .flat()
    .filter((name) => !isThere.has(name)),
];

if (packages.length === 0) {
  console.log('all peers are installed');
} else if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
  console.log(`missing: ${missing.join(', ')}. On Debian, as root: apt-get install ${packages.join(' ')}`);
} else {
  // RUNLEVEL=1 keeps the packages from starting their daemons: tests start instances of their own.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await run('apt-get', ['-q', 'update'], { env });
  const result = await run('apt-get', ['-q', '-y', 'install', '--no-install-recommends', ...packages], { env });
  if (result.code === 0) console.log(`installed: ${packages.join(', ')}`);
  else console.log(`could not install ${packages.join(', ')}:\n${result.stderr.trim()}`);
  const units = missing.flatMap((program) => UNITS[program] ?? []);
  if (units.length > 0) await run('systemctl', ['disable', '--quiet', ...units]);
}
