// Rows a to d: messages a second from accept to delivered, in turns, and what each message costs.

import { generateKeyPair } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createAuthority } from '../test/support/certificates.ts';
import { temporaryFolder } from '../test/support/temp.ts';
import { type Contestant, type ContestantName, type StartOptions, startContestant } from './contestants.ts';
import { median } from './measure.ts';
import { ownSink, ownSource, postfixSink, postfixSource, type SinkProcess } from './tools.ts';

export interface ThroughputRow {
  key: string;
  title: string;
  sessions: number;
  reuse: boolean;
  tls: boolean;
  slowSyncs: boolean;
  /** Both sign with RSA-2048; Easymail hides the customer's server besides, as it does by default. */
  dkim?: boolean;
  /** Easymail's rate divided by Postfix's must reach this. */
  wanted: number;
}

export const THROUGHPUT_ROWS: ThroughputRow[] = [
  {
    key: 'a',
    title: 'a connection for each message, 50 sessions',
    sessions: 50,
    reuse: false,
    tls: false,
    slowSyncs: false,
    wanted: 4,
  },
  {
    key: 'b',
    title: 'connections reused, 50 sessions',
    sessions: 50,
    reuse: true,
    tls: false,
    slowSyncs: false,
    wanted: 7,
  },
  {
    key: 'c',
    title: 'connections reused, STARTTLS on both sides',
    sessions: 50,
    reuse: true,
    tls: true,
    slowSyncs: false,
    wanted: 2,
  },
  {
    key: 'd',
    title: '200 sessions reused, each sync 20 ms slower',
    sessions: 200,
    reuse: true,
    tls: false,
    slowSyncs: true,
    wanted: 4,
  },
  {
    key: 'h',
    title: 'connections reused, signed with RSA-2048',
    sessions: 50,
    reuse: true,
    tls: false,
    slowSyncs: false,
    dkim: true,
    wanted: 5,
  },
];

export interface Figures {
  /** Messages a second, from the first connection until nothing waits. */
  rate: number;
  /** Processor milliseconds a message. */
  cpu: number;
}

export interface ThroughputResult {
  row: ThroughputRow;
  easymail: Figures[];
  postfix: Figures[];
  /** Syncs a message, from a short run under strace. */
  syncs: Record<ContestantName, number>;
}

export interface Settings {
  rounds: number;
  seconds: number;
  contestants: ContestantName[];
  say: (line: string) => void;
}

// Until a rate is known: a guess for the first round's number of messages.
const FIRST_GUESS: Record<ContestantName, number> = { easymail: 1500, postfix: 350 };
const SYNC_DELAY_US = 20_000;

const strace = (file: string, rest: string[]) => ['strace', '-f', '--seccomp-bpf', '-o', file, ...rest];

/** One round on a fresh instance: `messages` sent, and all delivered. */
async function round(row: ThroughputRow, contestant: Contestant, messages: number): Promise<Figures> {
  const load = { port: contestant.port, sessions: row.sessions, messages, reuse: row.reuse };
  const cpuBefore = contestant.cpuMs();
  const begun = performance.now();
  if (row.tls) await ownSource({ ...load, tls: true });
  else await postfixSource(load);
  while (!(await contestant.empty())) await sleep(100);
  const seconds = (performance.now() - begun) / 1000;
  return { rate: messages / seconds, cpu: (contestant.cpuMs() - cpuBefore) / messages };
}

async function newRsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

async function withContestant<T>(
  row: ThroughputRow,
  name: ContestantName,
  options: { under?: (folder: string) => string[]; work: (contestant: Contestant, sink: SinkProcess) => Promise<T> },
): Promise<T> {
  await using folder = temporaryFolder('bench');
  const authority = await createAuthority(folder.path);
  const certificate = await authority.issue('bench', ['127.0.0.1', 'bench.test']);
  await using sink = row.tls ? await ownSink({ tls: certificate }) : await postfixSink();
  const start: StartOptions = {
    folder: folder.file(name),
    sinkPort: sink.port,
    ...(row.tls ? { tls: { authority, certificate } } : {}),
    ...(row.dkim === true ? { dkimKey: await newRsaKey() } : {}),
    ...(options.under === undefined ? {} : { under: options.under(folder.path) }),
  };
  await using contestant = await startContestant(name, start);
  return await options.work(contestant, sink);
}

async function measureRound(
  row: ThroughputRow,
  name: ContestantName,
  guess: number,
  seconds: number,
): Promise<Figures> {
  const inject = `inject=fsync,fdatasync:delay_enter=${SYNC_DELAY_US}`;
  const under = row.slowSyncs ? () => strace('/dev/null', ['-e', 'trace=fsync,fdatasync', '-e', inject]) : undefined;
  return withContestant(row, name, {
    ...(under === undefined ? {} : { under }),
    work: async (contestant) => {
      // Caches, compiled code and idle processes are there before the clock starts.
      await round(row, contestant, Math.min(2000, Math.ceil(guess * 2)));
      return round(row, contestant, Math.ceil(guess * seconds));
    },
  });
}

/** Syncs a message, counted by strace in a run of its own, since that slows each sync. */
export async function countSyncs(row: ThroughputRow, name: ContestantName, messages: number): Promise<number> {
  await using folder = temporaryFolder('syncs');
  const log = folder.file('strace.log');
  await withContestant(row, name, {
    under: () => strace(log, ['-e', 'trace=fsync,fdatasync']),
    work: (contestant) => round(row, contestant, messages),
  });
  const syncs = readFileSync(log, 'utf8').match(/ (fsync|fdatasync)\(/g)?.length ?? 0;
  return syncs / messages;
}

/** All rounds of a row, in turns. */
export async function measureThroughput(row: ThroughputRow, settings: Settings): Promise<ThroughputResult> {
  const result: ThroughputResult = {
    row,
    easymail: [],
    postfix: [],
    syncs: { easymail: Number.NaN, postfix: Number.NaN },
  };
  const guess = { ...FIRST_GUESS };
  for (let index = 0; index < settings.rounds; index++) {
    for (const name of settings.contestants) {
      const figures = await measureRound(row, name, guess[name], settings.seconds);
      guess[name] = figures.rate;
      result[name].push(figures);
      settings.say(
        `  ${row.key} ${index + 1} ${name}: ${figures.rate.toFixed(0)} msg/s, ${figures.cpu.toFixed(2)} CPU ms a message`,
      );
    }
  }
  for (const name of settings.contestants) {
    result.syncs[name] = await countSyncs(row, name, Math.ceil(median(result[name].map((one) => one.rate)) * 2));
  }
  return result;
}
