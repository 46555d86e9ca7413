// Power cuts of the relay itself: one run is recorded, then the relay is started on what each cut would have left, and
// every message that had its 250 by then must come out of it, whole.

import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../support/ports.ts';
import { type Counts, callApi, type Relay, type RelayOptions, type RelayPorts, startRelay } from '../support/relay.ts';
import type { TemporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { COMPLETE_CONFIG, completeCitizen } from './complete-citizen.ts';
import { cutPoints, type Mode, rebuild, snapshot } from './power-cut.ts';
import { type Base, type Recording, readRecording, recorder } from './recording.ts';
import { contentsIn } from './sealed.ts';
import { type Receiver, recipientOf, startReceiver, startSender } from './witness.ts';

export interface RecordedRun {
  base: Base;
  recording: Recording;
  /** Number of each message by its queue id. */
  numbers: Map<string, number>;
  /** When a message was delivered, or its bounce was, milliseconds since 1970. */
  finalAt: Map<number, number>;
  /** Port of the receiver; what was applied names it. */
  receiverPort: number;
}

export interface CutReport {
  cuts: number;
  /** Messages looked for, summed over all cuts. */
  promised: number;
  /** Cuts at which some had been delivered already and so need not be in the folder. */
  lost: { point: number; mode: Mode; messages: string[]; log: string }[];
  syncCalls: number;
}

// Deferred mail is tried again at once, in the recorded run and after each cut.
const RETRY = { first: '1s', factor: 1, longest: '2s', jitter: 0 };

/**
 * Their recipients are suppressed while their mail is deferred: it is held and then sealed, one of them in a file of its
 * own, and let go after each cut.
 */
const HELD = [8, 18, 148];

/** A rule puts them into quarantine, sealed, one of them in a file of its own; they are released after each cut. */
const QUARANTINED = [12, 37];

// A receiver this slow leaves many messages in the queue at each moment.
const SLOW_RECEIVER_MS = 150;

async function ports(): Promise<RelayPorts> {
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  return { outbound, inbound, submission, http };
}

function relayOptions(folder: string, receiver: Receiver): RelayOptions {
  return {
    folder,
    apply: completeCitizen(receiver.port),
    config: {
      ...COMPLETE_CONFIG,
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`] }],
      retry: RETRY,
      queue: { inline_body: '64KB' },
    },
  };
}

/** Runs the relay under strace while `messages`, 150 at least, are sent through it, and reads what it did. */
export async function recordRelay(
  temp: TemporaryFolder,
  options: { messages: number; withoutSyncs?: boolean },
): Promise<RecordedRun> {
  await using receiver = await startReceiver(0, SLOW_RECEIVER_MS);
  const used = await ports();
  const folder = temp.file('recorded');
  const { apply, ...again } = relayOptions(folder, receiver);
  const first = await startRelay({ ...again, ...(apply === undefined ? {} : { apply }) }, used);
  await quarantineRule(first);
  await first.stop();
  const base = snapshot(`${folder}/data`);
  const log = temp.file('strace.log');
  const under = recorder(log, { withoutSyncs: options.withoutSyncs === true });
  const relay = await startRelay({ ...again, under, readyTimeoutMs: 60_000 }, used);
  const sender = startSender({ port: used.outbound, sessions: 8, messages: options.messages });
  await sender.stop();
  await suppressions(relay, 'add');
  // What is fresh is delivered, what is deferred has been tried again, what is suppressed is held.
  await until('held mail', async () => isHeld(await relay.counts()) || undefined, 60_000);
  const { length: sealed } = [...HELD, ...QUARANTINED];
  await until('held mail to be sealed', () => contentsIn(relay.dataDir).sealed >= sealed || undefined, 60_000);
  await sleep(3000);
  await relay.kill();
  return {
    base,
    recording: await readRecording(log, base),
    numbers: new Map([...sender.noted].map(([number, id]) => [id, number])),
    finalAt: new Map([...receiver.bounced, ...receiver.firstAt]),
    receiverPort: receiver.port,
  };
}

function isHeld({ held, quarantined }: Counts): boolean {
  return held >= HELD.length && quarantined >= QUARANTINED.length;
}

async function quarantineRule(relay: Relay): Promise<void> {
  const body = {
    name: 'quarantined',
    conditions: [{ on: 'recipient', in: QUARANTINED.map(recipientOf) }],
    actions: [{ do: 'quarantine' }],
  };
  const made = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/rules', body });
  if (made.status !== 201) throw new Error(made.body);
}

/** Before the cut in which one was added there is none to remove. */
async function suppressions(relay: Relay, verb: 'add' | 'remove'): Promise<void> {
  for (const number of HELD) await relay.cli('suppression', verb, 'acme', recipientOf(number));
}

/** Starts the relay on a rebuilt folder; gives the messages among `promised` that do not come out of it. */
async function missing(
  temp: TemporaryFolder,
  receiver: Receiver,
  promised: number[],
): Promise<{ numbers: number[]; log: string }> {
  const found = (number: number) =>
    (receiver.copies.has(number) && !receiver.damaged.has(number)) || receiver.bounced.has(number);
  const { apply: _kept, ...options } = relayOptions(temp.file('rebuilt'), receiver);
  try {
    await using relay = await startRelay(options, await ports());
    await suppressions(relay, 'remove');
    await relay.cli('quarantine', 'release', 'reason:content', '--yes');
    const end = performance.now() + 15_000;
    while (performance.now() < end && !promised.every(found)) await sleep(50);
    await relay.kill();
    return { numbers: promised.filter((number) => !found(number)), log: relay.running.output() };
  } catch (error) {
    return { numbers: promised.filter((number) => !found(number)), log: `did not start: ${String(error)}` };
  }
}

/** Cuts the power at random points of a recorded run. `stopAtLoss` ends at the first message lost. */
export async function checkCuts(
  temp: TemporaryFolder,
  run: RecordedRun,
  options: { cuts: number; random: () => number; stopAtLoss?: boolean; say?: (line: string) => void },
): Promise<CutReport> {
  const { recording, base } = run;
  const report: CutReport = { cuts: 0, promised: 0, lost: [], syncCalls: recording.syncCalls };
  for (const [index, point] of cutPoints(recording, options.cuts, options.random).entries()) {
    const mode: Mode = index % 3 === 0 ? 'synced' : 'some';
    const folder = temp.file('rebuilt', 'data');
    mkdirSync(temp.file('rebuilt'), { recursive: true });
    rebuild(recording, { base: base.folder, folder }, { point, mode, random: options.random });
    const at = (recording.times[point - 1] ?? 0) * 1000;
    const promised = recording.accepted
      .filter(({ line }) => line < point)
      .map(({ id }) => run.numbers.get(id) ?? -1)
      .filter((number) => number >= 0 && !((run.finalAt.get(number) ?? Number.POSITIVE_INFINITY) < at));
    await using receiver = await startReceiver(run.receiverPort);
    receiver.takeDeferred();
    const { numbers, log } = await missing(temp, receiver, promised);
    report.cuts++;
    report.promised += promised.length;
    if (numbers.length > 0) report.lost.push({ point, mode, messages: numbers.map(String), log: log.slice(-4000) });
    if (report.cuts % 10 === 0) {
      options.say?.(
        `${report.cuts} cuts, ${report.promised} messages looked for, ${report.lost.length} cuts with a loss`,
      );
    }
    if (options.stopAtLoss === true && report.lost.length > 0) break;
  }
  return report;
}
