// The first start: without a configuration the relay runs a sandbox, with a customer `demo` on this machine and a
// receiver that plays the Internet. Nothing leaves the machine.

import { join } from 'node:path';
import { createPreviewer } from '../control/quarantine/previewer.ts';
import type { SandboxDesk } from '../control/sandbox/sandbox-desk.ts';
import type { CustomerId } from '../mail/message.ts';
import { systemClock } from '../platform/clock.ts';
import { type KeyOrigins, parseConfig } from '../platform/config/load.ts';
import type { Config } from '../platform/config/schema.ts';
import { type Endpoint, endpointText } from '../platform/config/units.ts';
import type { Log } from '../platform/log.ts';
import { openCaughtMail } from './caught-mail.ts';
import { startReceiver } from './receiver.ts';
import { sampleMessage } from './samples.ts';
import { sendOverSmtp } from './send-sample.ts';

/** Where the sandbox is reached; also what the command line looks for without a configuration. */
export const SANDBOX = { smtp: '127.0.0.1:2525', http: '127.0.0.1:8025', folder: 'data/sandbox' } as const;

export interface Sandbox {
  /** What `apply` is to set: the customer `demo`, its domain and where its mail goes. */
  document: string;
  /** What the API shows of it. */
  desk: SandboxDesk;
  config: Config;
  origins: KeyOrigins;
  close(): Promise<void>;
}

/** The sandbox's configuration; `receiver` is where everything goes. */
export function sandboxConfig(receiver: string, env: NodeJS.ProcessEnv = {}): Config {
  return loadSandbox(receiver, env).config;
}

function loadSandbox(receiver: string, env: NodeJS.ProcessEnv): { config: Config; origins: KeyOrigins } {
  const loaded = parseConfig(configText(receiver), env);
  if (!loaded.ok) {
    const faults = loaded.faults.map((fault) => `${fault.key} ${fault.message}`).join('; ');
    throw new Error(`the sandbox cannot start with this environment: ${faults}`);
  }
  const { config, origins } = loaded;
  if (env['EASYMAIL_HTTP__URL'] !== undefined) return { config, origins };
  // Links and the check of origins go by it: where the port was changed, it goes with it.
  return {
    config: { ...config, http: { ...config.http, url: `http://localhost:${config.http.address.port}` } },
    origins,
  };
}

/** Starts the receiver; the relay itself is started with what this gives. */
export async function prepareSandbox(log: Log, env: NodeJS.ProcessEnv): Promise<Sandbox> {
  const folder = sandboxConfig('127.0.0.1:1', env).node.data_dir;
  const mail = await openCaughtMail(join(folder, 'caught'), systemClock.now);
  const receiver = await startReceiver(mail, log);
  const { config, origins } = loadSandbox(receiver.address, env);
  const previewer = createPreviewer({ clock: systemClock, log, config: () => config });
  const smtp = config.listener[0]?.address ?? { host: '127.0.0.1', port: 2525 };
  return {
    config,
    origins,
    document: applyDocument(receiver.address),
    desk: {
      smtp,
      customer: 'demo' as CustomerId,
      domain: 'demo.test',
      commands: firstMessages(smtp),
      caught: async () => mail.list(),
      source: (name) => mail.source(name),
      preview: previewer.preview,
      send: (kind) => sendOverSmtp(smtp, sampleMessage(kind, systemClock.now())),
    },
    async close() {
      await Promise.all([receiver.close(), previewer.close()]);
    },
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
[access]
second_factor = []
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
domains = [{ name = "demo.test", outbound = true, inbound = true, subdomains = false, verified = true, dkim = { published = true } }]
`;
}

/** Any machine that has curl, or swaks, can send it. */
function firstMessages(listener: Endpoint): SandboxDesk['commands'] {
  const at = endpointText(listener);
  const header = 'From: Ada <ada@demo.test>\\r\\nTo: Bob <bob@example.org>\\r\\nSubject: Hello';
  return {
    curl:
      `printf '${header}\\r\\n\\r\\nIt works.\\r\\n' | ` +
      `curl -sS smtp://${at} --mail-from ada@demo.test --mail-rcpt bob@example.org --upload-file -`,
    swaks:
      `swaks --server ${at} --from ada@demo.test --to bob@example.org ` +
      `--header 'Subject: Hello' --body 'It works.'`,
  };
}
