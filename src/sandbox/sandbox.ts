// The first start: without a configuration the relay runs a sandbox, with a customer `demo` on this machine and a
// receiver that plays the Internet. Nothing leaves the machine.

import { join } from 'node:path';
import { systemClock } from '../platform/clock.ts';
import { parseConfig } from '../platform/config/load.ts';
import type { Config } from '../platform/config/schema.ts';
import type { Log } from '../platform/log.ts';
import { openCaughtMail } from './caught-mail.ts';
import { caughtPage, type Page } from './caught-page.ts';
import { startReceiver } from './receiver.ts';

/** Where the sandbox is reached; also what the command line looks for without a configuration. */
export const SANDBOX = { smtp: '127.0.0.1:2525', http: '127.0.0.1:8025', folder: 'data/sandbox' } as const;

export interface Sandbox {
  /** What `apply` is to set: the customer `demo`, its domain and where its mail goes. */
  document: string;
  /** A command that sends a first message. */
  firstMessage: string;
  page(path: string): Promise<Page | undefined>;
  config: Config;
  close(): Promise<void>;
}

/** The sandbox's configuration; `receiver` is where everything goes. */
export function sandboxConfig(receiver: string, env: NodeJS.ProcessEnv = {}): Config {
  const loaded = parseConfig(configText(receiver), env);
  if (loaded.ok) return loaded.config;
  throw new Error(
    `the sandbox cannot start with this environment: ${loaded.faults.map((fault) => `${fault.key} ${fault.message}`).join('; ')}`,
  );
}

/** Starts the receiver; the relay itself is started with what this gives. */
export async function prepareSandbox(log: Log, env: NodeJS.ProcessEnv): Promise<Sandbox> {
  const folder = sandboxConfig('127.0.0.1:1', env).node.data_dir;
  const mail = await openCaughtMail(join(folder, 'caught'), systemClock.now);
  const receiver = await startReceiver(mail, log);
  const config = sandboxConfig(receiver.address, env);
  const firstMessage = firstMessageTo(config);
  return {
    config,
    document: applyDocument(receiver.address),
    firstMessage,
    page: (path) => caughtPage(path, mail, firstMessage),
    close: () => receiver.close(),
  };
}

function configText(receiver: string): string {
  return `
[node]
hostname = "relay.sandbox.test"
data_dir = "${SANDBOX.folder}"
threads = 1
[[listener]]
address = "${SANDBOX.smtp}"
roles = ["outbound", "inbound"]
tls = "none"
[http]
address = "${SANDBOX.http}"
url = "http://localhost:8025"
[[route]]
domain = "*"
hosts = ["${receiver}"]
tls = "none"
[queue]
low_water = "64MB"
[delivery]
allow_private = true
[operator]
postmaster = ["operator@demo.test"]
`;
}

function applyDocument(receiver: string): string {
  const [host, port] = receiver.split(':');
  return `
[[pool]]
name = "sandbox"
addresses = [{ ip = "127.0.0.1", hostname = "out1.sandbox.test", state = "active" }]
[[customer]]
id = "demo"
name = "Demo S.A."
pools = ["sandbox"]
sources = ["127.0.0.0/8", "::1/128"]
mailhosts = [{ host = "${host}", port = ${port} }]
domains = [{ name = "demo.test", outbound = true, inbound = true, subdomains = false, verified = true }]
`;
}

/** Any machine that has curl can send it. */
function firstMessageTo(config: Config): string {
  const smtp = config.listener[0]?.address ?? { host: '127.0.0.1', port: 2525 };
  return (
    `printf 'From: Ada <ada@demo.test>\\r\\nTo: Bob <bob@example.org>\\r\\nSubject: Hello\\r\\n\\r\\nIt works.\\r\\n' | ` +
    `curl -sS smtp://${smtp.host}:${smtp.port} --mail-from ada@demo.test --mail-rcpt bob@example.org --upload-file -`
  );
}
