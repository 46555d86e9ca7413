// A real DNS for tests: a zone of NSD behind Unbound, which a test may edit while they run.

import { writeFileSync } from 'node:fs';
import { freePorts, waitForPort } from './ports.ts';
import { findProgram, type Running, startProcess } from './processes.ts';
import type { TemporaryFolder } from './temp.ts';

/** What has to be installed. */
export const DNS_PROGRAMS = ['nsd', 'unbound'];

export interface DnsZone {
  /** Port of the resolver, on 127.0.0.1. */
  readonly port: number;
  /** The zone is this from now on; what was heard before is forgotten at once. */
  edit(records: string): Promise<void>;
  /** Without it the resolver answers SERVFAIL. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  stop(): Promise<void>;
}

export interface ZoneOptions {
  folder: TemporaryFolder;
  /** Name of the zone, below `test`. */
  zone: string;
  /** Lines of a zone file after the SOA. */
  records: string;
}

const nsdConfig = (folder: string, port: number, zone: string) => `
server:
  ip-address: 127.0.0.1@${port}
  username: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  zonelistfile: "${folder}/zone.list"
remote-control:
  control-enable: no
zone:
  name: ${zone}
  zonefile: ${zone}.zone
`;

const unboundConfig = (folder: string, port: number, nsd: { port: number; zone: string }) => `
server:
  interface: 127.0.0.1@${port}
  port: ${port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  # Other names are known not to be there: nobody asks the Internet.
  local-zone: "test." static
  local-zone: "${nsd.zone}." transparent
  domain-insecure: "test"
  access-control: 127.0.0.0/8 allow
  module-config: "iterator"
  # What a test edits counts at once.
  cache-max-ttl: 0
  cache-max-negative-ttl: 0
  infra-host-ttl: 1
remote-control:
  control-enable: no
stub-zone:
  name: "${nsd.zone}"
  stub-addr: 127.0.0.1@${nsd.port}
`;

/** Starts both servers. */
export async function startDnsZone({ folder, zone, records }: ZoneOptions): Promise<DnsZone> {
  const [nsdPort = 0, port = 0] = await freePorts(2);
  let serial = 0;
  const write = (text: string) => {
    serial += 1;
    const head = `$ORIGIN ${zone}.\n$TTL 300\n@ SOA ns.${zone}. hostmaster.${zone}. ${serial} 3600 600 86400 60\n`;
    writeFileSync(folder.file(`${zone}.zone`), `${head}@ NS ns.${zone}.\nns A 127.0.0.1\n${text}`);
  };
  write(records);
  writeFileSync(folder.file('nsd.conf'), nsdConfig(folder.path, nsdPort, zone));
  writeFileSync(folder.file('unbound.conf'), unboundConfig(folder.path, port, { port: nsdPort, zone }));
  const startNsd = async (): Promise<Running> => {
    const nsd = startProcess(findProgram('nsd') ?? '', ['-d', '-c', folder.file('nsd.conf')]);
    await waitForPort(nsdPort);
    return nsd;
  };
  let nsd: Running | undefined = await startNsd();
  const unbound = startProcess(findProgram('unbound') ?? '', ['-d', '-p', '-c', folder.file('unbound.conf')]);
  await waitForPort(port);
  return {
    port,
    edit: async (text) => {
      write(text);
      // NSD reads its zones only once it is started anew for certain; a signal is heard some time later.
      await nsd?.stop();
      nsd = await startNsd();
    },
    stopServer: async () => {
      await nsd?.stop();
      nsd = undefined;
    },
    startServer: async () => {
      nsd ??= await startNsd();
    },
    stop: async () => {
      await unbound.stop();
      await nsd?.stop();
    },
  };
}
