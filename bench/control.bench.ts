// The control plane at the size it is built for: 100,000 customers, 500,000 domains, 1,000,000 sources, and a relay that
// runs on them. Prints how long lists take over the API, and after how long a change is in force on every relay thread.
// `node bench/control.bench.ts`; look-ups and memory of the directory alone: `node bench/directory.ts`.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../test/support/ports.ts';
import { acmeProvision, apiGet, type Relay, startRelay } from '../test/support/relay.ts';
import { SmtpClient } from '../test/support/smtp-client.ts';
import { temporaryFolder } from '../test/support/temp.ts';
import { customerId, storeCustomers, storedCustomer, storedNetwork } from './stored-customers.ts';

/** Below it there are fewer customers than the changes speak of. */
const SMALLEST = 0.02;
const scale = Number(process.argv[2] ?? 1);
if (!(scale >= SMALLEST)) throw new Error(`the scale is ${process.argv[2]}; it must be a number from ${SMALLEST} on`);
const CUSTOMERS = 100_000 * scale;
const DOMAINS = 500_000 * scale;
const SOURCES = 1_000_000 * scale;
const RESULTS = 1_000_000 * scale;
const ENTRIES = 200_000 * scale;
const ROUNDS = 30;
const CHANGES = 15;
const IN_FORCE_MS = 60_000;

const LISTS = [
  '/customers?limit=100',
  '/customers?limit=100&stage=live',
  '/customers?limit=100&text=number%2077',
  '/customers?limit=100&text=no-such-name',
  '/customers?limit=100&domain=domain-77777.example',
  '/customers?limit=100&source=11.0.7.1',
  `/customers/${customerId(777)}`,
  `/customers/${customerId(777)}/domains?limit=100`,
  `/customers/${customerId(777)}/sources`,
  `/customers/${customerId(777)}/checks`,
  '/checks?limit=100',
  '/checks?limit=100&state=fail',
  '/checks?limit=100&kind=spf',
  '/mailhosts?limit=100',
  '/mailhosts?limit=100&state=ok',
  '/mailhosts?limit=100&state=fail',
  '/sources?limit=100',
  '/sources?limit=100&state=waiting',
  '/sources?limit=100&state=fail',
  '/sources?limit=100&waiting=true',
  '/dkim/keys?limit=100',
  `/audit?limit=100`,
  `/audit?limit=100&customer=${customerId(777)}`,
  `/audit?limit=100&who=p7@operator.example`,
  `/audit?limit=100&since=2026-11-23T00:00:00Z&until=2026-11-24T00:00:00Z`,
  '/suppressions?limit=100',
  '/users?limit=100',
  '/keys?limit=100',
  '/webhooks?limit=100',
  '/events?limit=100',
  '/pools',
];

async function measureLists(relay: Relay): Promise<void> {
  for (const path of LISTS) {
    const taken: number[] = [];
    let pages = 0;
    let next: string | undefined;
    let status = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const after = next === undefined ? '' : `&after=${encodeURIComponent(next)}`;
      const begun = performance.now();
      const answer = await apiGet(relay.dataDir, `/api/v1${path}${path.includes('?') ? after : ''}`);
      taken.push(performance.now() - begun);
      status = answer.status;
      if (status !== 200) break;
      ({ next } = JSON.parse(answer.body) as { next?: string });
      pages += 1;
    }
    report(`${status} ${path}`, taken, `${pages} pages`);
  }
}

function report(what: string, taken: number[], more = ''): void {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  process.stdout.write(`${what.padEnd(92)} median ${at(0.5)} ms, worst ${at(1)} ms ${more}\n`);
}

/** From the call of the API until every relay thread takes mail that it would have refused. */
async function measureChange(relay: Relay, outbound: number): Promise<void> {
  const taken: number[] = [];
  const answered: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const ip = `127.0.1.${i + 1}`;
    const of = customerId(i * 101);
    const domain = `domain-${i * 101}.example`;
    if (await isTaken(outbound, ip, domain)) throw new Error(`${ip} may send before it is registered`);
    const facts = storedCustomer(i * 101);
    const mine = Array.from({ length: SOURCES }, (_, n) => n)
      .filter((n) => n % CUSTOMERS === i * 101)
      .map(storedNetwork);
    const domains = Array.from({ length: DOMAINS }, (_, n) => n)
      .filter((n) => n % CUSTOMERS === i * 101)
      .map((n) => ({ name: `domain-${n}.example`, verified: true }));
    const begun = performance.now();
    const tables = { id: of, name: facts.name, pools: ['standard'], sources: [...mine, ip], domains };
    const applied = await relay.apply({ customer: [tables] });
    if (applied.code !== 0) throw new Error(applied.stdout + applied.stderr);
    answered.push(performance.now() - begun);
    let inRow = 0;
    // Connections are spread over the threads by the kernel: so many in a row met all of them.
    while (inRow < 8) {
      inRow = (await isTaken(outbound, ip, domain)) ? inRow + 1 : 0;
      if (performance.now() - begun > IN_FORCE_MS) throw new Error(`${ip} is refused a minute after it was registered`);
    }
    taken.push(performance.now() - begun);
  }
  report('apply of one customer, answered (with the start of the command)', answered);
  report('the same, until 8 connections in a row were taken by the relay threads', taken);
}

async function isTaken(port: number, from: string, domain: string): Promise<boolean> {
  await using client = await SmtpClient.connect({ port, from });
  await client.hello();
  await client.command(`MAIL FROM:<a@${domain}>`);
  const reply = await client.command('RCPT TO:<b@elsewhere.test>');
  return reply.code === 250;
}

function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}

const temp = temporaryFolder('control-bench');
const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
const ports = { outbound, inbound, submission, http };
await using empty = await startRelay({ folder: temp.file('empty') });
const without = residentMb(empty.pid);
await empty.stop();
mkdirSync(temp.file('full', 'data'), { recursive: true });
const seeded = performance.now();
await storeCustomers(join(temp.file('full', 'data'), 'control.db'), {
  customers: CUSTOMERS,
  domains: DOMAINS,
  sources: SOURCES,
  results: RESULTS,
  entries: ENTRIES,
});
process.stdout.write(`seeded in ${((performance.now() - seeded) / 1000).toFixed(0)} s\n`);
const begun = performance.now();
const { pool } = acmeProvision() as { pool: never };
await using relay = await startRelay({ folder: temp.file('full'), apply: { pool }, readyTimeoutMs: 240_000 }, ports);
process.stdout.write(`started, and a pool applied, in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
process.stdout.write(`resident: ${residentMb(relay.pid)} MB; of an empty relay ${without} MB\n`);
await measureLists(relay);
await measureChange(relay, outbound);
process.stdout.write(`resident at the end: ${residentMb(relay.pid)} MB\n`);
await relay.stop();
temp.remove();
