// The directory at the size it is built for: 1,000,000 sources, 500,000 domains, 100,000 customers. Prints the time of
// the build, memory shared and each thread's own, and the time of look-ups. `node bench/directory.ts`

import { randomInt } from 'node:crypto';
import type { CustomerFact, DomainFact, SourceFact } from '../src/mail/authorise/directory.ts';
import { buildDirectoryBase, type DirectoryBase, openDirectory } from '../src/mail/authorise/directory-index.ts';
import type { CustomerId } from '../src/mail/message.ts';

const CUSTOMERS = 100_000;
const DOMAINS = 500_000;
const SOURCES = 1_000_000;
const LOOKUPS = 200_000;

const customerId = (i: number) => `customer-${i}` as CustomerId;

function* customers(): Generator<CustomerFact> {
  for (let i = 0; i < CUSTOMERS; i++) {
    yield {
      id: customerId(i),
      name: `Customer number ${i} S.A.`,
      state: 'live',
      pools: ['standard', 'reserve'],
      streams: [{ name: 'bulk', pools: ['bulk'], match: { header: 'X-Stream', value: 'bulk' } }],
      mailhosts: [{ host: `mail.customer-${i}.example`, port: 25, preference: 10, tls: 'opportunistic' }],
      foreignFrom: 'refuse',
      hide: 'off',
      forwards: 'refuse',
      returnPath: 'sender',
      recipientCheck: 'none',
      language: 'fr',
    };
  }
}

function* domains(): Generator<DomainFact> {
  for (let i = 0; i < DOMAINS; i++) {
    const customer = customerId(i % CUSTOMERS);
    yield {
      name: `domain-${i}.example`,
      customer,
      outbound: true,
      inbound: true,
      subdomains: i % 3 === 0,
      verified: true,
    };
  }
}

/** A third unshared IPv4, a third unshared IPv6, a third holders of ten shared networks. */
function* sources(): Generator<SourceFact> {
  for (let i = 0; i < SOURCES; i++) {
    const customer = customerId(i % CUSTOMERS);
    const octets = [i >>> 16, (i >>> 8) & 255, i & 255];
    if (i % 3 === 0) yield { network: `${11 + (octets[0] ?? 0)}.${octets[1]}.${octets[2]}.0/24`, customer };
    else if (i % 3 === 1)
      yield { network: `2001:db8:${octets[0]?.toString(16)}:${(i & 0xffff).toString(16)}::/64`, customer };
    else
      yield {
        network: `40.${i % 10}.0.0/16`,
        customer,
        shared: { kind: 'header', name: 'X-Tenant', value: `tenant-${i}` },
      };
  }
}

function megabytes(octets: number): string {
  return `${Math.round(octets / 1024 ** 2)} MB`;
}

function sharedOctets(base: DirectoryBase): number {
  const tables = [base.v4, base.v6].flatMap((table) => [table.starts, table.groups, table.table, table.members]);
  return [...base.chunks, base.slots, ...tables].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

function time(what: string, look: (i: number) => unknown): void {
  for (let i = 0; i < 20_000; i++) look(i);
  // Of this thread alone: what else the machine does is not counted, but for what it takes from the caches.
  const start = process.threadCpuUsage();
  for (let i = 0; i < LOOKUPS; i++) look(i);
  const { user, system } = process.threadCpuUsage(start);
  process.stdout.write(`${what.padEnd(44)} ${((user + system) / LOOKUPS).toFixed(2)} µs\n`);
}

const before = performance.now();
const base = buildDirectoryBase({
  customers: customers(),
  domains: domains(),
  sources: sources(),
  grants: [],
  logins: [],
  pools: [],
});
process.stdout.write(
  `built in ${((performance.now() - before) / 1000).toFixed(1)} s, peak ${megabytes(process.resourceUsage().maxRSS * 1024)}\n`,
);
process.stdout.write(`shared by all threads: ${megabytes(sharedOctets(base))}\n`);
const heap = process.memoryUsage().heapUsed;
const directory = openDirectory(base);
const numbers = Array.from({ length: LOOKUPS }, () => randomInt(DOMAINS));
const at = (i: number) => numbers[i % LOOKUPS] ?? 0;
time('domain that is registered, at random', (i) => directory.domain(`domain-${at(i)}.example`));
time('domain that is not', (i) => directory.domain(`domain-${at(i)}.invalid`));
time('name below a registered domain', (i) => directory.domain(`a.b.c.domain-${at(i) - (at(i) % 3)}.example`));
time('customer, at random', (i) => directory.customer(customerId(at(i) % CUSTOMERS)));
time('customer, the same hundred', (i) => directory.customer(customerId(i % 100)));
time('IPv4 of one customer', (i) => directory.network(`${11 + (i & 7)}.${i & 255}.${at(i) & 255}.7`));
time('IPv6 of one customer', (i) =>
  directory.network(`2001:db8:${(i & 15).toString(16)}:${(at(i) & 0xffff).toString(16)}::25`),
);
time('shared network', (i) => directory.network(`40.${i % 10}.3.4`));
time('holder of a shared network', (i) => directory.holder(`40.${i % 10}.3.4`, customerId(at(i) % CUSTOMERS)));
time('a stranger', (i) => directory.network(`203.0.113.${i & 255}`));
process.stdout.write(`this thread's own: ${megabytes(Math.max(0, process.memoryUsage().heapUsed - heap))}\n`);
