// The SPF include that pools make, published in a real DNS server (NSD) and judged by three: our own evaluation, mailauth,
// and python3-spf. Every address of ours passes, neighbours do not, and no limit is met.

import assert from 'node:assert/strict';
import { Resolver as NodeResolver } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { spfTree } from '../../src/control/pools/spf-tree.ts';
import { createResolver } from '../../src/network/resolver.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { aggregate } from '../../src/protocol/ip/aggregate.ts';
import { formatIp, type IpAddress } from '../../src/protocol/ip/network.ts';
import { evaluateSpf } from '../../src/protocol/spf/evaluate.ts';
import { unpackedPackages } from '../support/debian-package.ts';
import { freePorts, waitForPort } from '../support/ports.ts';
import { findProgram, type Running, run, skipWithoutPrograms, startProcess } from '../support/processes.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';

/** Addresses of a pool; networks as operators have them, and addresses scattered over everything. */
const SIZES = [1, 2, 12, 40, 70, 150, 400, 2000];
/** Questions for each pool; python3-spf parses a large record anew for each. */
const ASKED = 6;

type Mailauth = (options: {
  ip: string;
  helo: string;
  sender: string;
  mta: string;
  strict: boolean;
  maxResolveCount: number;
  maxVoidCount: number;
  resolver: (name: string, type: string) => Promise<unknown>;
}) => Promise<{ status: { result: string } }>;

const { spf: mailauthSpf } = createRequire(import.meta.url)('mailauth/lib/spf') as { spf: Mailauth };

const PYTHON = `
import sys, json, DNS, spf
given = json.load(sys.stdin)
DNS.defaults['server'] = ['127.0.0.1']
DNS.defaults['server_rotate'] = False
DNS.defaults['port'] = given['port']
spf.MAX_PER_LOOKUP_TIME = 20
results = []
for ip, domain in given['questions']:
    query = spf.query(i=ip, s='ann@' + domain, h='out1.' + domain, strict=True, timeout=20)
    results.append([query.check()[0], query.lookups, query.void_lookups])
json.dump(results, sys.stdout)
`;

interface Question {
  ip: string;
  domain: string;
  expected: 'pass' | 'fail';
}

/** Numbers that are the same at each run (an LCG). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

function poolOf(size: number): IpAddress[] {
  const next = numbers(size);
  return Array.from({ length: size }, (_, i): IpAddress => {
    const host = next() % 2048;
    switch (i % 4) {
      case 0:
        return { family: 4, words: [0x57f00000 + host] };
      case 1:
        return { family: 6, words: [0x2a027e80, next(), 0, host] };
      case 2:
        return { family: 6, words: [0x2a027e80, 1, 0, host % 64] };
      default:
        return { family: 4, words: [next()] };
    }
  });
}

function neighbour({ family, words }: IpAddress, bit: number): IpAddress {
  const last = words.at(-1) ?? 0;
  return { family, words: [...words.slice(0, -1), (last ^ bit) >>> 0] };
}

function questionsOf(size: number, addresses: readonly IpAddress[]): Question[] {
  const domain = `c${size}.zone.test`;
  const own = new Set(addresses.map(formatIp));
  const step = Math.max(1, Math.floor(addresses.length / ASKED));
  const some = addresses.filter((_, i) => i % step === 0);
  const others = some.flatMap((ip) => [1, 2, 0x10000].map((bit) => formatIp(neighbour(ip, bit))));
  return [
    ...some.map((ip) => ({ ip: formatIp(ip), domain, expected: 'pass' as const })),
    ...others.filter((ip) => !own.has(ip)).map((ip) => ({ ip, domain, expected: 'fail' as const })),
  ];
}

const nsdConfig = (folder: string, port: number) => `
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
  name: zone.test
  zonefile: zone.test
`;

const python = await unpackedPackages('python3-spf', ['python3-spf', 'python3-dns']);
const noPython = 'skip' in python ? python.skip : skipWithoutPrograms(['python3']);

describe('the SPF include in a real DNS server', { skip: skipWithoutPrograms(['nsd']) }, () => {
  let folder: TemporaryFolder;
  let nsd: Running;
  let port = 0;
  const questions: Question[] = [];
  const costs = new Map<string, number>();

  before(async () => {
    folder = temporaryFolder('spf-include');
    [port = 0] = await freePorts(1);
    const lines = [
      '$ORIGIN zone.test.',
      '$TTL 60',
      '@ SOA ns.zone.test. h.zone.test. 1 60 60 60 60',
      '@ NS ns',
      'ns A 127.0.0.1',
    ];
    for (const size of SIZES) {
      const addresses = poolOf(size);
      const tree = spfTree({ name: `_spf.p${size}.zone.test`, networks: aggregate(addresses), lookups: 3 });
      for (const { name, strings } of tree.records)
        lines.push(`${name}. TXT ${strings.map((one) => `"${one}"`).join(' ')}`);
      lines.push(`c${size} TXT "v=spf1 include:${tree.name} -all"`);
      costs.set(`c${size}.zone.test`, tree.lookups);
      questions.push(...questionsOf(size, addresses));
    }
    writeFileSync(folder.file('zone.test'), `${lines.join('\n')}\n`);
    writeFileSync(folder.file('nsd.conf'), nsdConfig(folder.path, port));
    nsd = startProcess(findProgram('nsd') ?? '', ['-d', '-c', folder.file('nsd.conf')]);
    await waitForPort(port);
  });

  after(async () => {
    await nsd?.stop();
    folder?.remove();
  });

  test('our own evaluation, over our own resolver', async () => {
    const dns = createResolver({
      servers: [{ host: '127.0.0.1', port }],
      trustAd: false,
      timeoutMs: 10_000,
      clock: systemClock,
    });
    for (const { ip, domain, expected } of questions) {
      const verdict = await evaluateSpf(dns, { ip, domain, sender: `ann@${domain}`, helo: `out1.${domain}` });
      assert.equal(verdict.result, expected, `${ip} for ${domain}: ${verdict.detail}`);
      assert.ok(verdict.lookups <= (costs.get(domain) ?? 0) && verdict.voids === 0);
    }
  });

  test('mailauth, over the resolver of Node', async () => {
    const dns = new NodeResolver();
    dns.setServers([`127.0.0.1:${port}`]);
    const resolver = (name: string, type: string) => dns.resolve(name, type as 'TXT');
    for (const { ip, domain, expected } of questions) {
      const options = { ip, helo: `out1.${domain}`, sender: `ann@${domain}`, mta: 'mx.test', strict: true };
      const { status } = await mailauthSpf({ ...options, maxResolveCount: 10, maxVoidCount: 2, resolver });
      assert.equal(status.result, expected, `${ip} for ${domain}`);
    }
  });

  test('python3-spf, strictly', { skip: noPython }, async () => {
    if ('skip' in python) return;
    const packages = join(python.root, 'usr/lib/python3/dist-packages');
    const input = JSON.stringify({ port, questions: questions.map(({ ip, domain }) => [ip, domain]) });
    writeFileSync(folder.file('questions.json'), input);
    const ask = async () => {
      const command = ['-c', `exec python3 -W ignore -c "$0" < "$1"`, PYTHON, folder.file('questions.json')];
      const said = await run('sh', command, { env: { PYTHONPATH: packages } });
      assert.equal(said.code, 0, said.stderr);
      return JSON.parse(said.stdout) as [string, number, number][];
    };
    let results = await ask();
    // It asks once, over UDP, and says "none" where the answer is lost.
    if (results.some(([result]) => result === 'none')) results = await ask();
    assert.equal(results.length, questions.length);
    for (const [i, { ip, domain, expected }] of questions.entries()) {
      const [result, lookups, voids] = results[i] ?? [];
      assert.equal(result, expected, `${ip} for ${domain}`);
      assert.ok((lookups ?? 99) <= (costs.get(domain) ?? 0) && voids === 0, `${domain}: ${lookups} look-ups`);
    }
  });

  test('what the includes cost', (context) => {
    for (const [domain, lookups] of costs) {
      context.diagnostic(`${domain.padEnd(16)} ${lookups} look-ups`);
      assert.ok(lookups <= 3);
    }
    context.diagnostic(`${questions.length} questions to each of three`);
  });
});
