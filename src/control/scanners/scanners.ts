// The scanners as the operator sees them: whether each answers, with its alarm and its event, and teaching the spam
// scanners. Relay threads find out by themselves what they can ask; this is for people.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { createVirusScanner } from '../../network/clamd/virus-scanner.ts';
import { HttpExchange } from '../../network/rspamd/http-exchange.ts';
import { createSpamLearner, type Learned, type SpamLearner } from '../../network/rspamd/spam-learner.ts';
import { createSpamScanner } from '../../network/rspamd/spam-scanner.ts';
import { clamdOf, rspamdOf } from '../../network/scanner-config.ts';
import type { ScannerNews, ScannerState } from '../../network/scanner-health.ts';
import { scannerName } from '../../platform/config/scanners.ts';
import type { Config } from '../../platform/config/schema.ts';
import { type Found, ScannerWatch, type WatchParts } from './scanner-watch.ts';

export interface ScannersParts extends WatchParts {
  /** As it is in force. */
  config: () => Pick<Config, 'clamd' | 'rspamd'>;
}

/** A scanner with all that is known of it. */
export interface WatchedScanner extends ScannerState, Found {
  /** As configured: octets, milliseconds, scans at the same time of each relay thread. */
  takes: { maxSize: number; timeoutMs: number; connections: number };
}

/** Where a spam scanner learns. */
export interface FoundController {
  address: string;
  state: 'up' | 'refused' | 'down';
  /** Messages that it has learned so far, as it says. */
  learned?: number;
}

export interface ScannersService {
  /** Teaches the spam scanners. Rejects with words for people where none takes it. */
  learn(as: 'spam' | 'ham', content: Uint8Array): Promise<void>;
  /** All scanners as they were found last, in the order of the configuration. */
  list(): WatchedScanner[];
  /** Asks every controller that is configured. Never rejects. */
  controllers(): Promise<FoundController[]>;
  /** The configuration was read again: scanners that changed are watched from now on. */
  reloaded(): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

const PROBE_EVERY_MS = 15_000;
/** Learning writes to a database of rspamd's. */
const LEARN_MS = 20_000;
/** A person waits for what a controller says of itself. */
const CONTROLLER_MS = 3000;

/** What was opened for the scanners of one configuration. */
interface Opened {
  /** What it was opened with. */
  config: Pick<Config, 'clamd' | 'rspamd'>;
  states(): ScannerState[];
  takes: WatchedScanner['takes'][];
  learner: SpamLearner;
  close(): void;
}

/** Begins to watch. */
export function openScanners(parts: ScannersParts): ScannersService {
  const watch = new ScannerWatch(parts);
  let opened = open(parts, watch);
  return {
    reloaded() {
      if (isDeepStrictEqual(opened.config, named(parts))) return;
      const before = opened.states();
      opened.close();
      opened = open(parts, watch);
      const now = new Set(opened.states().map(({ scanner, address }) => `${scanner} ${address}`));
      for (const state of before) if (!now.has(`${state.scanner} ${state.address}`)) watch.forget(state);
    },
    learn: async (as, content) => understood(await opened.learner.learn(as, content)),
    list() {
      const { takes } = opened;
      return opened
        .states()
        .map((state, index) => ({ ...state, ...watch.found(state), takes: takes[index] ?? NOTHING }));
    },
    controllers: () => Promise.all(controllersOf(opened.config.rspamd).map(lookAtController)),
    close() {
      opened.close();
      return watch.close();
    },
  };
}

function named({ config }: ScannersParts): Opened['config'] {
  const { clamd, rspamd } = config();
  return { clamd, rspamd };
}

function open(parts: ScannersParts, watch: ScannerWatch): Opened {
  const config = named(parts);
  const { clamd, rspamd } = config;
  let closed = false;
  const options = {
    alwaysDeep: true,
    probeEveryMs: PROBE_EVERY_MS,
    news: (news: ScannerNews) => {
      if (!closed) heard(watch, clamd, news);
    },
  };
  const virus = clamd.length === 0 ? undefined : createVirusScanner({ ...options, scanners: clamd.map(clamdOf) });
  const spam = rspamd.length === 0 ? undefined : createSpamScanner({ ...options, scanners: rspamd.map(rspamdOf) });
  const learner = openLearner(rspamd);
  return {
    config,
    learner,
    states: () => [...(virus?.states() ?? []), ...(spam?.states() ?? [])],
    takes: [...clamd, ...rspamd].map(({ max_size: maxSize, timeout: timeoutMs, connections }) => {
      return { maxSize, timeoutMs, connections };
    }),
    close() {
      closed = true;
      virus?.close();
      spam?.close();
      learner.close();
    },
  };
}

function heard(watch: ScannerWatch, clamd: Config['clamd'], news: ScannerNews): void {
  watch.heard(news);
  const entry = clamd.map(clamdOf).find(({ name }) => news.scanner === 'clamd' && name === news.address);
  if (entry !== undefined) void watch.lookWhetherAll(news, entry);
}

const NOTHING = { maxSize: 0, timeoutMs: 0, connections: 0 };

function openLearner(rspamd: Config['rspamd']): SpamLearner {
  return createSpamLearner({ controllers: controllersOf(rspamd), timeoutMs: LEARN_MS });
}

type Controller = Parameters<typeof createSpamLearner>[0]['controllers'][number];

function controllersOf(rspamd: Config['rspamd']): Controller[] {
  return rspamd.flatMap(({ controller: address, password_file: file }) => {
    if (address === undefined) return [];
    // Read anew each time: whoever changes the password restarts nothing.
    const password = () => (file === undefined ? undefined : readFileSync(file, 'utf8').trim());
    return [{ address, name: scannerName(address), password }];
  });
}

async function lookAtController({ address, name, password }: Controller): Promise<FoundController> {
  const http = new HttpExchange(address);
  try {
    const secret = password();
    const headers: [string, string][] = secret === undefined ? [] : [['Password', secret]];
    const { status, body } = await http.ask({ method: 'GET', path: '/stat', headers, body: [] }, CONTROLLER_MS);
    if (status !== 200) return { address: name, state: 'refused' };
    const learned = /"learned"\s*:\s*(\d{1,15})/.exec(body.toString('latin1'))?.[1];
    return { address: name, state: 'up', ...(learned !== undefined && { learned: Number(learned) }) };
  } catch {
    // No answer, or no file with the password: either way it learns nothing, and doctor says more.
    return { address: name, state: 'down' };
  } finally {
    http.close();
  }
}

function understood(answers: ReadonlyMap<string, Learned>): void {
  if (answers.size === 0) throw new Error('no [[rspamd]] names its controller: nobody learns');
  const failed = [...answers].flatMap(([name, answer]) =>
    answer.kind === 'failed' ? [`${name} ${answer.detail}`] : [],
  );
  if (failed.length > 0) throw new Error(`not every spam scanner has learned: ${failed.join('; ')}`);
}
