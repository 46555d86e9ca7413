// Power cuts of the relay itself: one run is recorded, then the relay is started on what each cut would have left, and
// every message that had its 250 by then must come out of it, whole.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../support/ports.ts';
import { type Counts, callApi, type Relay, type RelayOptions, type RelayPorts, startRelay } from '../support/relay.ts';
import type { TemporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { COMPLETE_CONFIG, completeCitizen, INSIDE } from './complete-citizen.ts';
import { miscounted } from './counted.ts';
import { cutPoints, type Mode, rebuild, snapshot } from './power-cut.ts';
import { type Base, type Recording, readRecording, recorder, type Span } from './recording.ts';
import { contentsIn } from './sealed.ts';
import { isInside, type Receiver, recipientOf, startReceiver, startSender } from './witness.ts';

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
  /** Mail between customers that came out twice, and counts that were wrong, by cut. */
  wrong: { point: number; mode: Mode; twice: number[]; miscounted: string[] }[];
  /** Cuts while mail for another customer was on its way from the one to the other. */
  comingIn: number;
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

/**
 * All mail for the other customer comes in there with a field by its rule, and these into its quarantine, one of them in a
 * file of its own; they are released after each cut.
 */
const TAKEN_IN = [24, 74];

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
  await makeRules(first);
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
  const { length: sealed } = [...HELD, ...QUARANTINED, ...TAKEN_IN];
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
  return held >= HELD.length && quarantined >= QUARANTINED.length + TAKEN_IN.length;
}

async function makeRules(relay: Relay): Promise<void> {
  const quarantine = (numbers: readonly number[]) => ({
    name: 'quarantined',
    conditions: [{ on: 'recipient', in: numbers.map(recipientOf) }],
    actions: [{ do: 'quarantine' }],
  });
  const { customer } = INSIDE;
  const marked = { name: 'marked', conditions: [], actions: [{ do: 'header', name: 'X-Came-In', value: 'here' }] };
  const rules = [quarantine(QUARANTINED), { customer, ...marked }, { customer, ...quarantine(TAKEN_IN) }];
  for (const body of rules) {
    const made = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/rules', body });
    if (made.status !== 201) throw new Error(made.body);
  }
}

/**
 * From the moment at which the content of mail that came in began to have a file until the queue's log is synced after it,
 * which makes the message durable and ends it for its sender; and on to the next sync, should they have been two things.
 */
function comingIn(recording: Recording): Span[] {
  const accepted = new Set(recording.accepted.map(({ id }) => id));
  const log = recording.names.find(({ kind, path }) => kind === 'create' && path.endsWith('/queue.db-wal'));
  const files = [...recording.before].filter(([path]) => path.endsWith('/queue.db-wal')).map(([, file]) => file);
  if (log?.kind === 'create') files.push(log.file);
  const logs = files.flatMap(({ syncs }) => syncs);
  return recording.names.flatMap(({ kind, path, begin }) => {
    const id = /\/bodies\/\w\w\/(\w+)$/.exec(path)?.[1];
    if (kind !== 'create' || id === undefined || accepted.has(id)) return [];
    const synced = Math.min(...(recording.folderSyncs.get(dirname(path)) ?? []).map(firstAfter(begin)));
    const durable = Math.min(...logs.map(firstAfter(synced)));
    const next = Math.min(...logs.map(firstAfter(durable)));
    return Number.isFinite(durable) ? [{ begin, end: Number.isFinite(next) ? next : durable }] : [];
  });
}

const firstAfter = (line: number) => (sync: Span) => (sync.begin > line ? sync.end : Number.POSITIVE_INFINITY);

/** Before the cut in which one was added there is none to remove. */
async function suppressions(relay: Relay, verb: 'add' | 'remove'): Promise<void> {
  for (const number of HELD) await relay.cli('suppression', verb, 'acme', recipientOf(number));
}

/** Again and again: what was on its way at the cut comes in after the start. */
async function releaseTakenIn(relay: Relay): Promise<void> {
  const body = { query: { customer: INSIDE.customer }, action: 'release', dry_run: false };
  await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/quarantine/bulk', body });
}

interface AfterCut {
  /** Those that were promised and do not come out of it. */
  numbers: number[];
  /** Mail between customers that came out twice: it was in both places. */
  twice: number[];
  /** Counts that are not what the days say. */
  miscounted: string[];
  log: string;
}

/** Starts the relay on a rebuilt folder, and looks for what was promised. */
async function afterCut(temp: TemporaryFolder, receiver: Receiver, promised: number[]): Promise<AfterCut> {
  const found = (number: number) =>
    (receiver.copies.has(number) && !receiver.damaged.has(number)) || receiver.bounced.has(number);
  const { apply: _kept, ...options } = relayOptions(temp.file('rebuilt'), receiver);
  try {
    await using relay = await startRelay(options, await ports());
    await suppressions(relay, 'remove');
    await relay.cli('quarantine', 'release', 'reason:content', '--yes');
    const end = performance.now() + 15_000;
    while (performance.now() < end && !promised.every(found)) {
      await releaseTakenIn(relay);
      await sleep(200);
    }
    const numbers = promised.filter((number) => !found(number));
    // What is lost is told of first; what is not leaves nothing behind, and its events are all in the trace.
    if (numbers.length === 0) await relay.settled();
    await relay.kill();
    const twice = [...receiver.copies].flatMap(([number, copies]) => (isInside(number) && copies > 1 ? [number] : []));
    const wrong = numbers.length === 0 ? miscounted(relay.dataDir) : [];
    return { numbers, twice, miscounted: wrong, log: relay.running.output() };
  } catch (error) {
    const numbers = promised.filter((number) => !found(number));
    return { numbers, twice: [], miscounted: [], log: `did not come to an end: ${String(error)}` };
  }
}

/** Cuts the power at random points of a recorded run. `stopAtLoss` ends at the first message lost. */
export async function checkCuts(
  temp: TemporaryFolder,
  run: RecordedRun,
  options: { cuts: number; random: () => number; stopAtLoss?: boolean; say?: (line: string) => void },
): Promise<CutReport> {
  const { recording, base } = run;
  const { syncCalls } = recording;
  const report: CutReport = { cuts: 0, promised: 0, lost: [], wrong: [], comingIn: 0, syncCalls };
  const spans = comingIn(recording);
  for (const [index, point] of cutPoints(recording, options.cuts, options.random, spans).entries()) {
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
    const { numbers, twice, miscounted: counts, log } = await afterCut(temp, receiver, promised);
    report.cuts++;
    report.promised += promised.length;
    if (spans.some(({ begin, end }) => begin < point && point <= end + 1)) report.comingIn++;
    if (twice.length + counts.length > 0) report.wrong.push({ point, mode, twice, miscounted: counts });
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
