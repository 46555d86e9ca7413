// Debian's rspamd as a peer: instances of our own without network, Redis or the machine's own settings, each in a folder.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { endProcess, processTree, type Running, skipWithoutPrograms, startProcess } from './processes.ts';
import { until } from './until.ts';

/** For the `skip` option of a test. */
export const skipWithoutRspamd: string | false = skipWithoutPrograms(['rspamd']);

/** The line that every spam filter takes for spam; put together here so that none takes this file for it. */
export const GTUBE: string = ['XJS*C4JDBQADN1', 'NSBN3*2IDNEN*GTUBE', 'STANDARD', 'ANTI', 'UBE', 'TEST', 'EMAIL*C.34X']
  .join('-')
  .replace('N1-', 'N1.');

export interface RspamdOptions {
  /** Folder for this instance; made if it is not there. */
  folder: string;
  /** Ports at 127.0.0.1 of the scanner and of the controller; default: free ones. */
  ports?: { scan: number; controller: number };
  /** Also speaks milter at this port, for other mail servers. */
  milterPort?: number;
  /** Scanning processes. Default 1. */
  workers?: number;
  /** Password for learning. Default `learn`. */
  password?: string;
  /** Compiles its expressions for speed: the first start takes half a minute. Default no. */
  fast?: boolean;
  /** Further UCL at the end of the configuration. */
  more?: string;
  /** Rules: a name, the text that a message must hold, and its score. */
  rules?: Record<string, { text: string; score: number }>;
}

export interface Rspamd extends AsyncDisposable {
  readonly pid: number;
  readonly ports: { scan: number; controller: number };
  readonly url: string;
  readonly controllerUrl: string;
  readonly password: string;
  log(): string;
  /** SIGSTOP to all its processes: they accept connections and say nothing. */
  hang(): void;
  /** SIGCONT. */
  goOn(): void;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Modules that ask DNS, the network or Redis. */
const OFF =
  `antivirus arc asn aws_s3 bimi clickhouse dcc dkim dkim_signing dmarc elastic external_relay external_services
fuzzy_check greylist hfilter history_redis metadata_exporter metric_exporter mx_check neural p0f phishing ratelimit rbl
replies reputation rspamd_update spamtrap spf surbl url_redirector whitelist`.split(/\s+/);

function configure(options: RspamdOptions, ports: { scan: number; controller: number }, password: string): string {
  const { folder } = options;
  const worker = (name: string, port: number, more = '') =>
    `worker "${name}" { bind_socket = "127.0.0.1:${port}"; count = 1; ${more} }\n`;
  return [
    '.include "$CONFDIR/common.conf"',
    'options {',
    '  .include "$CONFDIR/options.inc"',
    `  pidfile = "${folder}/rspamd.pid"; tempdir = "${folder}"; control_socket = "${folder}/control.sock";`,
    `  disable_hyperscan = ${options.fast === true ? 'false' : 'true'};`,
    '  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.05s; retransmits = 1; }',
    '  filters = "chartable,regexp"; local_addrs = ["192.0.2.0/24"];',
    '}',
    'logging { type = "console"; level = "notice"; color = false; }',
    worker('normal', ports.scan, `count = ${options.workers ?? 1};`).replace('count = 1; ', ''),
    worker(
      'controller',
      ports.controller,
      `password = "${password}"; enable_password = "${password}"; secure_ip = [];`,
    ),
    options.milterPort === undefined
      ? ''
      : worker(
          'rspamd_proxy',
          options.milterPort,
          `milter = yes; upstream "local" { default = yes; hosts = "127.0.0.1:${ports.scan}"; }`,
        ),
    options.more ?? '',
  ].join('\n');
}

/** Learning is kept in a file, and counts from the first few messages on. */
const STATISTIC = `backend = "sqlite3"; min_learns = 2; learn_condition = "return function() return true end";
statfile { symbol = "BAYES_HAM"; spam = false; path = "$DBDIR/ham.sqlite"; }
statfile { symbol = "BAYES_SPAM"; spam = true; path = "$DBDIR/spam.sqlite"; }
cache { type = "sqlite3"; path = "$DBDIR/learned.sqlite"; }`;

function writeConfiguration(options: RspamdOptions, ports: { scan: number; controller: number }, password: string) {
  const local = join(options.folder, 'local.d');
  mkdirSync(local, { recursive: true });
  mkdirSync(join(options.folder, 'override.d'), { recursive: true });
  for (const name of OFF) writeFileSync(join(local, `${name}.conf`), 'enabled = false;\n');
  writeFileSync(join(options.folder, 'override.d', 'classifier-bayes.conf'), STATISTIC);
  const rules = Object.entries(options.rules ?? {}).map(
    ([name, { text, score }]) => `config['regexp']['${name}'] = { re = '/${text}/{body}', score = ${score} }`,
  );
  writeFileSync(join(options.folder, 'rspamd.local.lua'), `${rules.join('\n')}\n`);
  const file = join(options.folder, 'rspamd.conf');
  writeFileSync(file, configure(options, ports, password));
  return file;
}

/** Starts an instance and waits until it scans. Needs Debian's package rspamd; root is not needed. */
export async function startRspamd(options: RspamdOptions): Promise<Rspamd> {
  const { folder } = options;
  const [scan = 0, controller = 0] = options.ports === undefined ? await freePorts(2) : [];
  const ports = options.ports ?? { scan, controller };
  const password = options.password ?? 'learn';
  const file = writeConfiguration(options, ports, password);
  const folders = { DBDIR: folder, RUNDIR: folder, LOGDIR: folder, LOCAL_CONFDIR: folder };
  const variables = Object.entries(folders).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  const running: Running = startProcess('rspamd', ['-f', '-i', '-c', file, ...variables], {
    name: 'rspamd',
    // A helper that it starts in the moment of its end stays, and holds its output open.
    group: true,
  });
  const url = `http://127.0.0.1:${ports.scan}`;
  const controllerUrl = `http://127.0.0.1:${ports.controller}`;
  // One that is not answered, of a worker that is just being replaced, must not be waited for: `fetch` would for minutes.
  const answers = (of: string) =>
    fetch(`${of}/ping`, { signal: AbortSignal.timeout(2000) }).then(
      (got) => (got.ok ? true : undefined),
      () => undefined,
    );
  const ready = until('rspamd to answer', async () => (await answers(url)) && (await answers(controllerUrl)), 90_000);
  const failed = running.exited.then((exit) => {
    throw new Error(`rspamd ended with ${exit.code ?? exit.signal}\n${running.output()}`);
  });
  await Promise.race([ready, failed]);
  const signalAll = (signal: NodeJS.Signals) => {
    for (const pid of processTree(running.pid)) if (existsSync(`/proc/${pid}`)) process.kill(pid, signal);
  };
  const stop = async (signal: NodeJS.Signals) => {
    const tree = processTree(running.pid);
    signalAll('SIGCONT');
    // Its workers hold its output open for as long as they live.
    if (signal === 'SIGKILL') signalAll(signal);
    await running.stop(signal, 10_000);
    for (const pid of tree) await endProcess(pid, 'SIGKILL');
  };
  return {
    pid: running.pid,
    ports,
    url,
    controllerUrl,
    password,
    log: () => running.output(),
    hang: () => signalAll('SIGSTOP'),
    goOn: () => signalAll('SIGCONT'),
    kill: () => stop('SIGKILL'),
    stop: () => stop('SIGTERM'),
    [Symbol.asyncDispose]: () => stop('SIGTERM'),
  };
}
