// The relay killed with SIGKILL at random moments under load and started again, many times.

import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../support/ports.ts';
import { type Relay, type RelayPorts, startRelay } from '../support/relay.ts';
import { temporaryFolder } from '../support/temp.ts';
import { COMPLETE_CONFIG, completeCitizen } from './complete-citizen.ts';
import { type Receiver, startReceiver, startSender, toldTwice } from './witness.ts';

export interface CrashReport {
  rounds: number;
  /** Messages that got their 250. */
  noted: number;
  delivered: number;
  bounced: number;
  queued: number;
  /** Noted and nowhere to be found. */
  lost: string[];
  /** Delivered with another content than was sent. */
  damaged: number;
  /** Copies beyond the first. */
  duplicates: number;
  /** Messages that had reached the receiver within the last moments before a kill: each may come again. */
  inFlight: number;
  /** Notices of a delay, and what was told by more than one notice. */
  delaysTold: number;
  toldTwice: string[];
  /** Delivered with a signature of ours. */
  signed: number;
  /** Longest time from start to listening, in milliseconds. */
  slowestStartMs: number;
  refusals: Map<string, number>;
}

export interface CrashOptions {
  rounds: number;
  sessions: number;
  random: () => number;
  say?: (line: string) => void;
}

// A message handed over this shortly before a kill may not have been settled yet: one commit and its sync. On a machine
// that is busy with other things a commit takes longer: no longer than the slowest message took to be accepted then.
const SETTLE_MS = 100;

/** Ids that the queue still holds. */
export async function queuedIds(relay: Relay): Promise<Set<string>> {
  const { stdout, stderr, code } = await relay.cli('queue', 'list', '--json', '--limit', '1000000');
  if (code !== 0 && stdout.trim() !== '') throw new Error(`queue list ended with ${code}: ${stdout}${stderr}`);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
}

/** Waits until nothing is waiting for its first attempt. */
async function fresh(relay: Relay, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const counts = await relay.counts();
    if (counts.queued === 0 && counts.events_pending === 0) return;
    if (performance.now() > end) throw new Error(`still waiting after ${timeoutMs} ms: ${JSON.stringify(counts)}`);
    await sleep(300);
  }
}

function relayOptions(folder: string, receiver: Receiver): Parameters<typeof startRelay>[0] {
  return {
    folder,
    apply: completeCitizen(receiver.port),
    config: {
      ...COMPLETE_CONFIG,
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`] }],
      retry: { first: '1h' },
      limits: { connections_per_customer: 10_000 },
    },
  };
}

async function killOnce(
  options: ReturnType<typeof relayOptions>,
  ports: RelayPorts,
  random: () => number,
): Promise<{ startMs: number; killedAt: number }> {
  const begun = performance.now();
  const { apply: _applied, ...again } = options;
  const relay = await startRelay(again, ports);
  const startMs = performance.now() - begun;
  await sleep(20 + random() * 700);
  const killedAt = performance.timeOrigin + performance.now();
  await relay.kill();
  return { startMs, killedAt };
}

/** Runs the rounds and looks for every noted message. */
export async function crashRounds(options: CrashOptions): Promise<CrashReport> {
  await using folder = temporaryFolder('crash');
  await using receiver = await startReceiver();
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  const ports = { outbound, inbound, submission, http };
  const relaySettings = relayOptions(folder.file('relay'), receiver);
  await (await startRelay(relaySettings, ports)).stop();
  const sender = startSender({ port: outbound, sessions: options.sessions });
  let inFlight = 0;
  let slowestStartMs = 0;
  for (let round = 1; round <= options.rounds; round++) {
    const { startMs, killedAt } = await killOnce(relaySettings, ports, options.random);
    inFlight += receiver.since(killedAt - Math.max(SETTLE_MS, sender.takeSlowest()));
    slowestStartMs = Math.max(slowestStartMs, startMs);
    if (round % 10 === 0) {
      options.say?.(`${round} kills, ${sender.noted.size} noted, ${receiver.copies.size} delivered so far`);
    }
  }
  const { apply: _applied, ...again } = relaySettings;
  await using relay = await startRelay(again, ports);
  await sender.stop();
  await fresh(relay, 120_000);
  const held = await queuedIds(relay);
  const { noted } = sender;
  const delivered = [...noted.keys()].filter((number) => receiver.copies.has(number));
  const bounced = [...noted.keys()].filter((number) => receiver.bounced.has(number));
  const queued = [...noted].filter(([, id]) => held.has(id));
  const lost = [...noted].filter(
    ([number, id]) => !receiver.copies.has(number) && !receiver.bounced.has(number) && !held.has(id),
  );
  return {
    rounds: options.rounds,
    noted: noted.size,
    delivered: delivered.length,
    bounced: bounced.length,
    queued: queued.length,
    lost: lost.map(([number, id]) => `${number} (${id})`),
    damaged: receiver.damaged.size,
    duplicates: [...receiver.copies.values()].reduce((sum, copies) => sum + copies - 1, 0),
    inFlight,
    delaysTold: [...receiver.notices.keys()].filter((about) => about.endsWith(' delayed')).length,
    toldTwice: toldTwice(receiver),
    signed: receiver.signed.size,
    slowestStartMs: Math.round(slowestStartMs),
    refusals: sender.refusals,
  };
}
