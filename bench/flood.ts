// What a flood of strangers on port 25 does to a registered customer that sends all the while. `node bench/flood.ts`
// measures the relay's speed, then the customer at half of it: alone, beside the flood, and when it is over.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { freePorts } from '../test/support/ports.ts';
import { type Running, startProcess } from '../test/support/processes.ts';
import { acmeProvision, callApi, type Relay, startRelay, type Table } from '../test/support/relay.ts';
import { temporaryFolder } from '../test/support/temp.ts';
import type { FloodResult } from './flood-client.ts';
import { machine, percentile, residentBytes } from './measure.ts';
import { ownSink, ownSource } from './tools.ts';

export interface FloodSettings {
  /** New connections a second, and connections held open. */
  rate: number;
  hold: number;
  /** Of each measurement. */
  seconds: number;
  /** Messages a second of the customer; without it half of what the relay moves. */
  customerRate?: number;
  /** The flood gives way to everybody else on the machine, which it shares with the relay only here. */
  nice: boolean;
  say: (line: string) => void;
}

export interface FloodFigures {
  /** Messages a second of the customer. */
  rate: number;
  /** Milliseconds from the final dot to the 250. */
  alone: Latency;
  beside: Latency;
  after: Latency;
  flood: FloodResult;
  /** Octets resident: before, and the most during the flood. */
  memory: { before: number; most: number };
  /** Seconds from the end of the flood until the relay is no longer under load and only the customer is connected. */
  calmAfter: number;
}

export interface Latency {
  p50: number;
  p99: number;
  sent: number;
  refused: number;
}

const CUSTOMER_SESSIONS = 20;
const CALM_DEADLINE_MS = 60_000;
const MEMORY_LOOK_MS = 250;

/** A relay with one port for everybody, as port 25 is; `acme` sends from 127.0.0.1 alone. */
async function floodedRelay(folder: string, sinkPort: number): Promise<Relay> {
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  const provision = acmeProvision() as { pool: Table[]; customer: Table[] };
  const listener: Table = { address: `127.0.0.1:${outbound}`, roles: ['outbound', 'inbound'], tls: 'none' };
  return startRelay(
    {
      folder,
      apply: { pool: provision.pool, customer: [{ ...provision.customer[0], sources: ['127.0.0.1/32'] }] },
      config: { listener: [listener], route: [{ domain: '*', hosts: [`127.0.0.1:${sinkPort}`] }] },
    },
    { outbound, inbound, submission, http },
  );
}

/** The load comes from one sender, as no customer's does: it is not to be taken for one gone bad. */
async function letOneSenderSend(relay: Relay): Promise<void> {
  const { status, body } = await callApi(relay.dataDir, {
    method: 'PATCH',
    path: '/api/v1/protection?direction=outbound&customer=acme',
    body: { set: { lock_senders: false }, reason: 'all load comes from one sender' },
    headers: { 'if-match': '*' },
  });
  if (status !== 200) throw new Error(`the sender may be slowed: ${body}`);
}

/** Measures it all. Throws where a message of the customer was refused. */
export async function measureFlood(settings: FloodSettings): Promise<FloodFigures> {
  await using folder = temporaryFolder('flood');
  await using sink = await ownSink();
  await using relay = await floodedRelay(folder.path, sink.port);
  await letOneSenderSend(relay);
  const port = relay.ports.outbound;
  const send = async (rate: number | undefined, messages: number) => {
    const load = { port, sessions: CUSTOMER_SESSIONS, reuse: true, messages: Math.ceil(messages) };
    const { latencies, accepted, refused, seconds } = await ownSource({ ...load, ...(rate !== undefined && { rate }) });
    const latency = { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), sent: accepted, refused };
    return { latency, speed: accepted / seconds };
  };
  const warm = await send(undefined, settings.customerRate === undefined ? 2000 : 200);
  const best = settings.customerRate ?? (await send(undefined, warm.speed * Math.min(5, settings.seconds))).speed;
  const rate = settings.customerRate ?? best / 2;
  settings.say(`the customer sends ${rate.toFixed(0)} messages a second`);
  const steady = async () => (await send(rate, rate * settings.seconds)).latency;
  const alone = await steady();
  const before = residentBytes(relay.pid);
  const watched = watchMemory(relay.pid);
  const flooding = startFlood(port, settings);
  // What is held open is there after five seconds.
  await new Promise((done) => setTimeout(done, Math.min(5, settings.seconds / 2) * 1000));
  const beside = await steady();
  const floodResult = await flooding.result;
  const calmAfter = await untilCalm(relay);
  const memory = { before, most: watched.stop() };
  const after = await steady();
  return { rate, alone, beside, after, flood: floodResult, memory, calmAfter };
}

function startFlood(port: number, settings: FloodSettings): { running: Running; result: Promise<FloodResult> } {
  const seconds = settings.seconds + Math.min(5, settings.seconds / 2) + 3;
  const args = [resolve(import.meta.dirname, 'flood-client.ts'), '--port', String(port)];
  args.push('--rate', String(settings.rate), '--hold', String(settings.hold), '--seconds', String(seconds));
  const [program, ...rest] = settings.nice
    ? ['nice', '-n', '19', process.execPath, ...args]
    : [process.execPath, ...args];
  const running = startProcess(program, rest, { name: 'flood' });
  let last = '';
  running.onLine((line) => (last = line));
  const result = running.exited.then(() => JSON.parse(last) as FloodResult);
  return { running, result };
}

function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, residentBytes(pid))), MEMORY_LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

/** Reads values of the metrics, added up over the threads. */
async function metric(relay: Relay, name: string): Promise<number> {
  const body = await (await fetch(`http://127.0.0.1:${relay.ports.http}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(body)?.[1] ?? Number.NaN);
}

async function untilCalm(relay: Relay): Promise<number> {
  const began = performance.now();
  for (;;) {
    const [load, open] = [
      await metric(relay, 'easymail_under_load'),
      await metric(relay, 'easymail_smtp_sessions_open'),
    ];
    const passed = performance.now() - began;
    if (load === 0 && open <= CUSTOMER_SESSIONS) return passed / 1000;
    if (passed > CALM_DEADLINE_MS) throw new Error(`not calm after a minute: load ${load}, ${open} sessions`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rate: { type: 'string', default: '2000' },
      hold: { type: 'string', default: '12000' },
      seconds: { type: 'string', default: '30' },
      'customer-rate': { type: 'string' },
      nice: { type: 'boolean', default: false },
    },
  });
  console.log(machine());
  const customerRate = values['customer-rate'];
  const figures = await measureFlood({
    rate: Number(values.rate),
    hold: Number(values.hold),
    seconds: Number(values.seconds),
    nice: values.nice,
    say: (line) => console.log(line),
    ...(customerRate !== undefined && { customerRate: Number(customerRate) }),
  });
  const row = ({ p50, p99, sent, refused }: Latency) =>
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${sent} accepted, ${refused} refused`;
  console.log(`alone:  ${row(figures.alone)}\nbeside: ${row(figures.beside)}\nafter:  ${row(figures.after)}`);
  console.log(`flood: ${JSON.stringify(figures.flood)}`);
  const megabytes = (octets: number) => `${Math.round(octets / 1024 ** 2)} MB`;
  console.log(`memory ${megabytes(figures.memory.before)} before, ${megabytes(figures.memory.most)} at most`);
  console.log(`calm after ${figures.calmAfter.toFixed(1)} s`);
}
