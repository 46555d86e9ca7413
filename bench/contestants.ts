// The two that are measured, each started alone with the same work to do: everything goes to one next host.

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Authority, Certificate } from '../test/support/certificates.ts';
import { freePort } from '../test/support/ports.ts';
import { startPostfix } from '../test/support/postfix.ts';
import { acmeProvision, apiGet, startRelay, type Table } from '../test/support/relay.ts';
import { cpuMs } from './measure.ts';
import { startOpenDkim } from './opendkim.ts';

export interface StartOptions {
  folder: string;
  sinkPort: number;
  tls?: { authority: Authority; certificate: Certificate };
  /** strace and its arguments, to slow or count syncs. */
  under?: string[];
  /** Both sign with this RSA key (PEM): Easymail itself, Postfix with OpenDKIM as a milter. */
  dkimKey?: string;
  /** Further tables of Easymail's configuration. */
  config?: Table;
  apply?: Table;
  /** Further settings of Postfix's main.cf. */
  main?: Record<string, string>;
}

/** A running contestant. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** Process whose tree is the contestant. */
  readonly pid: number;
  readonly folder: string;
  /** Processor milliseconds used so far. */
  cpuMs(): number;
  /** True when no message waits: all are delivered. */
  delivered(): Promise<boolean>;
  /** True when nothing waits: no message, and for Easymail no event either, which it writes once a second. */
  empty(): Promise<boolean>;
}

export type ContestantName = 'easymail' | 'postfix';

/** Debian's Postfix with Debian's settings, all mail to the sink. */
async function startPostfixContestant(options: StartOptions): Promise<Contestant> {
  const port = await freePort();
  const { folder, sinkPort, tls, under, dkimKey } = options;
  const milter =
    dkimKey === undefined
      ? undefined
      : await startOpenDkim(`${folder}-opendkim`, { domain: SIGNED_DOMAIN, privateKey: dkimKey });
  const main: Record<string, string> = {
    // Off by default, even where the plain connections are reused; here both sides reuse theirs.
    ...(tls !== undefined && { smtp_tls_connection_reuse: 'yes' }),
    // Nothing leaves unsigned.
    ...(milter !== undefined && {
      smtpd_milters: `inet:127.0.0.1:${milter.port}`,
      milter_default_action: 'tempfail',
    }),
    ...options.main,
  };
  const instance = await startPostfix({
    folder,
    hostname: 'postfix.test',
    ports: [port],
    relayhost: { host: '127.0.0.1', port: sinkPort },
    main,
    ...(tls === undefined ? {} : { tls: tls.certificate }),
    ...(under === undefined ? {} : { under }),
  });
  const spool = join(folder, 'spool');
  const waiting = (name: string) => readdirSync(join(spool, name), { recursive: true }).length;
  const empty = async () => waiting('incoming') + waiting('active') === 0;
  return {
    name: 'postfix',
    port,
    pid: instance.pid,
    folder,
    cpuMs: () => cpuMs(instance.pid) + (milter === undefined ? 0 : cpuMs(milter.running.pid)),
    delivered: empty,
    empty,
    [Symbol.asyncDispose]: async () => {
      await instance.stop();
      await milter?.[Symbol.asyncDispose]();
    },
  };
}

/** The domain that the load comes from. */
const SIGNED_DOMAIN = 'acme.test';

function signedProvision(privateKey: string): Table {
  const apply = acmeProvision();
  const [customer] = apply['customer'] as [Table];
  const [domain] = customer['domains'] as [Table];
  domain['dkim'] = { published: true, keys: [{ selector: 'bench', private_key: privateKey }] };
  return apply;
}

/** Easymail with its defaults, trace on, all mail to the sink. */
async function startEasymailContestant(options: StartOptions): Promise<Contestant> {
  const { folder, sinkPort, tls, under } = options;
  const files: Table = tls === undefined ? {} : { tls: { ...tls.certificate } };
  const relay = await startRelay({
    folder,
    apply: options.apply ?? (options.dkimKey === undefined ? acmeProvision() : signedProvision(options.dkimKey)),
    listenerTls: tls === undefined ? 'none' : 'starttls',
    readyTimeoutMs: 60_000,
    config: {
      node: { threads: availableParallelism() },
      route: [{ domain: '*', hosts: [`127.0.0.1:${sinkPort}`] }],
      ...files,
      ...options.config,
    },
    ...(under === undefined ? {} : { under }),
  });
  const waiting = async (...names: string[]) => {
    const { body } = await apiGet(relay.dataDir, '/api/v1/queue');
    const counts = JSON.parse(body) as Record<string, number>;
    return names.some((name) => counts[name] !== 0);
  };
  return {
    name: 'easymail',
    port: relay.ports.outbound,
    pid: relay.pid,
    folder,
    cpuMs: () => cpuMs(relay.pid),
    delivered: async () => !(await waiting('queued', 'deferred')),
    empty: async () => !(await waiting('queued', 'deferred', 'events_pending')),
    [Symbol.asyncDispose]: async () => void (await relay.stop()),
  };
}

/** Starts one of the two. */
export function startContestant(name: ContestantName, options: StartOptions): Promise<Contestant> {
  return name === 'postfix' ? startPostfixContestant(options) : startEasymailContestant(options);
}
