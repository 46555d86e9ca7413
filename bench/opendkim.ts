// Debian's OpenDKIM as a milter that signs, as Debian sets it up, but for where its key and socket are.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, waitForPort } from '../test/support/ports.ts';
import { type Running, startProcess } from '../test/support/processes.ts';

export interface OpenDkim extends AsyncDisposable {
  readonly running: Running;
  readonly port: number;
}

/** Starts it for one domain with one RSA key (PEM). */
export async function startOpenDkim(folder: string, sign: { domain: string; privateKey: string }): Promise<OpenDkim> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const port = await freePort();
  const key = join(folder, 'opendkim.private');
  const configuration = join(folder, 'opendkim.conf');
  writeFileSync(key, sign.privateKey, { mode: 0o600 });
  const settings = [
    'Mode s',
    'Canonicalization relaxed/relaxed',
    'OversignHeaders From',
    'Syslog yes',
    'SyslogSuccess yes',
    'RequireSafeKeys no',
    `Domain ${sign.domain}`,
    'Selector bench',
    `KeyFile ${key}`,
    `Socket inet:${port}@127.0.0.1`,
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  const running = startProcess('opendkim', ['-f', '-x', configuration], { name: 'opendkim' });
  await waitForPort(port);
  return { running, port, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
