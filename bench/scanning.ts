// Mail through both scanners: Easymail with clamd and rspamd, Postfix with the same two as milters, and the two scanners by
// themselves; and a bulk of equal messages. `node bench/scanning.ts` prints a table; see README.md beside it.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createVirusScanner } from '../src/network/clamd/virus-scanner.ts';
import { createSpamScanner } from '../src/network/rspamd/spam-scanner.ts';
import { type Clamd, startClamd } from '../test/support/clamd.ts';
import { freePort, waitForPort } from '../test/support/ports.ts';
import { startProcess } from '../test/support/processes.ts';
import { type Rspamd, startRspamd } from '../test/support/rspamd.ts';
import { stuffDots } from '../test/support/smtp-client.ts';
import { suiteFiles } from '../test/support/suites.ts';
import { temporaryFolder } from '../test/support/temp.ts';
import { type Contestant, type ContestantName, startContestant } from './contestants.ts';
import { sendMails } from './mail-load.ts';
import { cpuMs, machine, median, percentile } from './measure.ts';
import { postfixSink } from './tools.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    /** Messages of a round. */
    messages: { type: 'string' },
    /** Messages before what counts: a relay compiles its code while it runs, and runs for months. */
    'warm-up': { type: 'string' },
    sessions: { type: 'string', default: '20' },
    only: { type: 'string', default: 'scanners,easymail,postfix' },
    /** Which of the two loads. */
    rows: { type: 'string', default: 'mixed,bulk' },
    /** Easymail takes no message apart: what the scanners and the relay cost alone. */
    plain: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});

type Name = ContestantName | 'scanners';

interface Figures {
  /** Messages a second, until each is answered and delivered. */
  rate: number;
  /** Processor milliseconds a message: of the contestant, of clamd, of rspamd. */
  cpu: [own: number, clamd: number, rspamd: number];
  codes: Record<string, number>;
  /** Final dot to reply, milliseconds. */
  p50: number;
  p99: number;
}

const rounds = values.quick ? 1 : Number(values.rounds);
const count = Number(values.messages ?? (values.quick ? 400 : 3000));
const warmUp = Number(values['warm-up'] ?? (values.quick ? 200 : 2000));
const sessions = Number(values.sessions);
const FROM = 'load@acme.test';
const TO = 'someone@example.test';
const CHEAPEST = 200 * 1024;
/** Between two looks at whether all is delivered. */
const POLL_MS = 20;

/** The same words in another order are another message to every scanner. */
const WORDS = 'report figures meeting thursday please find attached quarter office budget plan regards move team'.split(
  ' ',
);

function words(seed: string, octets: number): string {
  let text = '';
  for (let i = 0; text.length < octets; i++) {
    const hash = createHash('md5').update(`${seed} ${i}`).digest();
    text += `${Array.from(hash, (octet) => WORDS[octet % WORDS.length]).join(' ')}\r\n`;
  }
  return text;
}

const header = (subject: string) =>
  `From: <${FROM}>\r\nTo: <${TO}>\r\nSubject: ${subject}\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n`;

/** 10 KB: plain text, text and HTML, or text with a file. */
function made(seed: string, index: number): string {
  const plain = `Content-Type: text/plain; charset=utf-8\r\n\r\n${words(seed, index % 3 === 0 ? 9800 : 4000)}`;
  const begin = `${header(`load ${seed}`)}Message-ID: <${seed}@client.test>\r\n`;
  if (index % 3 === 0) return begin + plain;
  const html = `Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>${words(`h${seed}`, 5400)}</p></body></html>\r\n`;
  const data = Buffer.from(words(`f${seed}`, 3900))
    .toString('base64')
    .replaceAll(/.{76}/g, '$&\r\n');
  const file = `Content-Type: application/octet-stream; name=data.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n${data}\r\n`;
  const [kind, second] = index % 3 === 1 ? ['alternative', html] : ['mixed', file];
  return `${begin}Content-Type: multipart/${kind}; boundary=part\r\n\r\n--part\r\n${plain}\r\n--part\r\n${second}--part--\r\n`;
}

/** Mails of the test data, from one of our customer's addresses. */
function collected(): string[] {
  const files = suiteFiles('spam-ham', (path) => !/(LICENSE|NOTICE|ORIGIN)/.test(path));
  const mails = files.map((path) =>
    readFileSync(path, 'latin1')
      .replaceAll(/\r(?!\n)|\0/g, '')
      .replaceAll(/\r?\n/g, '\r\n'),
  );
  return mails
    .filter((mail) => /^from:/im.test(mail) && mail.length < CHEAPEST)
    .map((mail) => mail.replace(/^from:.*\r\n(?:[ \t].*\r\n)*/im, `From: <${FROM}>\r\n`));
}

const suite = collected();

/** Each mail is a new one to all memories: half from the test data, half made. */
function mixedMails(seed: string): Buffer[] {
  return Array.from({ length: count }, (_, i) => {
    const text = i % 2 === 0 ? (suite[(i / 2) % suite.length] ?? made(seed, i)) : made(`${seed}-${i}`, i);
    return text.endsWith('\r\n') ? `${text}${seed} ${i}\r\n` : `${text}\r\n${seed} ${i}\r\n`;
  }).map((text) => Buffer.from(text, 'latin1'));
}

/** A thousand copies of one mail, each with an id of its own. */
function bulkMails(seed: string): Buffer[] {
  const body = `Content-Type: text/plain\r\n\r\n${words(`bulk ${seed}`, 9800)}`;
  const copies = values.quick ? 300 : 1000;
  return Array.from({ length: copies }, (_, i) =>
    Buffer.from(`${header('news')}Message-ID: <${i}.${seed}@client.test>\r\n${body}`, 'latin1'),
  );
}

interface Scanners {
  clamd: Clamd;
  rspamd: Rspamd;
  milters: { clamav: number; rspamd: number };
}

async function measure(name: Name, scanners: Scanners, mails: (seed: string) => Buffer[]): Promise<Figures> {
  if (name === 'scanners') return measureScanners(scanners, mails);
  await using folder = temporaryFolder('scanning');
  await using sink = await postfixSink();
  const main = {
    smtpd_milters: `inet:127.0.0.1:${scanners.milters.clamav}, inet:127.0.0.1:${scanners.milters.rspamd}`,
    milter_default_action: 'tempfail',
    smtpd_recipient_limit: '1000',
    smtpd_error_sleep_time: '0',
    smtpd_hard_error_limit: '100000',
  };
  const config = {
    clamd: [{ address: scanners.clamd.socket }],
    rspamd: [{ address: `127.0.0.1:${scanners.rspamd.ports.scan}` }],
    ...(values.plain && { inspect: { enabled: false } }),
  };
  await using contestant = await startContestant(name, {
    folder: folder.file(name),
    sinkPort: sink.port,
    config,
    main,
  });
  await send(contestant, mails(`warm ${name}`).slice(0, warmUp));
  while (!(await contestant.empty())) await sleep(POLL_MS);
  const load = mails(`${name} ${performance.now()}`);
  const before = [contestant.cpuMs(), cpuMs(scanners.clamd.pid), cpuMs(scanners.rspamd.pid)];
  const begun = performance.now();
  const { codes, latencies } = await send(contestant, load);
  while (!(await contestant.delivered())) await sleep(POLL_MS);
  const rate = load.length / ((performance.now() - begun) / 1000);
  // Whatever is written behind the mail has been paid for too.
  while (!(await contestant.empty())) await sleep(POLL_MS);
  const after = [contestant.cpuMs(), cpuMs(scanners.clamd.pid), cpuMs(scanners.rspamd.pid)];
  const cpu = after.map((ms, i) => (ms - (before[i] ?? 0)) / load.length) as Figures['cpu'];
  return { rate, cpu, codes, p50: median(latencies), p99: percentile(latencies, 0.99) };
}

function send(contestant: Contestant, mails: Buffer[]) {
  const end = Buffer.from('.\r\n');
  const stuffed = mails.map((mail) => Buffer.concat([stuffDots(mail), end]));
  return sendMails({ port: contestant.port, sessions, mails: stuffed, from: FROM, to: TO });
}

/** What the two manage where nobody does anything else: each mail to both at once, as many at a time as sessions. */
async function measureScanners({ clamd, rspamd }: Scanners, mails: (seed: string) => Buffer[]): Promise<Figures> {
  const own = { connections: sessions, timeoutMs: 30_000 };
  const news = () => undefined;
  const virus = createVirusScanner({
    scanners: [{ ...own, address: { path: clamd.socket }, name: 'clamd', maxSize: 25e6, prove: true }],
    news,
  });
  const address = { host: '127.0.0.1', port: rspamd.ports.scan };
  const spam = createSpamScanner({
    scanners: [{ ...own, address, name: 'rspamd', maxSize: 20e6, settingsIds: {} }],
    news,
  });
  const question = { ip: '127.0.0.1', helo: 'client.test', sender: FROM, recipients: [TO], user: 'acme' } as const;
  const both = (mail: Buffer, i: number) =>
    Promise.all([
      virus.scan({ size: mail.length, stream: () => once(mail) }),
      spam.check({ ...question, queueId: String(i), direction: 'outbound' }, mail),
    ]);
  const load = mails(`scanners ${performance.now()}`);
  const codes: Record<string, number> = {};
  const latencies: number[] = [];
  await Promise.all(mails('warm').slice(0, 100).map(both));
  const before = [cpuMs(clamd.pid), cpuMs(rspamd.pid)];
  const begun = performance.now();
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < load.length; i = next++) {
      const at = performance.now();
      const [found, rated] = await both(load[i] as Buffer, i);
      latencies.push(performance.now() - at);
      const kind = `${found.kind} ${rated.kind}`;
      codes[kind] = (codes[kind] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: sessions }, worker));
  const rate = load.length / ((performance.now() - begun) / 1000);
  const after = [cpuMs(clamd.pid), cpuMs(rspamd.pid)];
  virus.close();
  spam.close();
  const [ofClamd = 0, ofRspamd = 0] = after.map((ms, i) => (ms - (before[i] ?? 0)) / load.length);
  return { rate, cpu: [0, ofClamd, ofRspamd], codes, p50: median(latencies), p99: percentile(latencies, 0.99) };
}

async function* once(mail: Buffer): AsyncGenerator<Uint8Array> {
  yield mail;
}

/** Debian's clamav-milter with its defaults, but for refusing what it finds. */
async function startClamavMilter(folder: string, clamd: Clamd) {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const file = join(folder, 'clamav-milter.conf');
  const lines = [
    'Foreground yes',
    `MilterSocket inet:${port}@127.0.0.1`,
    `ClamdSocket unix:${clamd.socket}`,
    'OnInfected Reject',
    'OnFail Defer',
    `LogFile ${join(folder, 'clamav-milter.log')}`,
    `TemporaryDirectory ${folder}`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const running = startProcess('clamav-milter', ['-c', file], { name: 'clamav-milter' });
  await waitForPort(port);
  return { port, [Symbol.asyncDispose]: async () => void (await running.stop()) };
}

function line(name: string, figures: Figures[]): string {
  const middle = (of: (one: Figures) => number) => median(figures.map(of));
  const cpu = [0, 1, 2].map((i) => middle((one) => one.cpu[i] ?? 0).toFixed(2));
  const times = `${middle((one) => one.p50).toFixed(1)} / ${middle((one) => one.p99).toFixed(1)}`;
  return `| ${name} | ${middle((one) => one.rate).toFixed(0)} | ${cpu.join(' | ')} | ${times} |`;
}

const names = values.only.split(',') as Name[];
await using folder = temporaryFolder('scanners');
const milterPort = await freePort();
await using clamd = await startClamd({
  folder: folder.file('clamd'),
  // As Debian sets it, but for the limits on what is passed as clean.
  settings: { MaxThreads: '12', MaxQueue: '100', StreamMaxLength: '25M' },
});
await using rspamd = await startRspamd({
  folder: folder.file('rspamd'),
  workers: availableParallelism(),
  milterPort,
  fast: !values.quick,
});
await using clamavMilter = await startClamavMilter(folder.file('milter'), clamd);
const scanners: Scanners = { clamd, rspamd, milters: { clamav: clamavMilter.port, rspamd: milterPort } };
console.log(`${machine()}; ${rounds} rounds of ${count} messages, ${suite.length} of them from the test data`);
const ROWS = [
  ['mixed', mixedMails],
  ['bulk', bulkMails],
] as const;
for (const [row, mails] of ROWS.filter(([name]) => values.rows.split(',').includes(name))) {
  const all = new Map<Name, Figures[]>(names.map((name) => [name, []]));
  for (let i = 0; i < rounds; i++) {
    for (const name of names) {
      const figures = await measure(name, scanners, mails);
      all.get(name)?.push(figures);
      console.log(`  ${row} ${i + 1} ${name}: ${figures.rate.toFixed(0)} msg/s ${JSON.stringify(figures.codes)}`);
    }
  }
  const rate = (name: Name) => median((all.get(name) ?? []).map((one) => one.rate));
  console.log(`| ${row} | msg/s | CPU ms: own | clamd | rspamd | answer p50 / p99 ms |`);
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const [name, figures] of all) console.log(line(name, figures));
  const wanted = row === 'mixed' ? '1.3 and 0.85' : '5';
  console.log(
    `Easymail / Postfix ${(rate('easymail') / rate('postfix')).toFixed(2)}, Easymail / scanners ${(rate('easymail') / rate('scanners')).toFixed(2)}; wanted: ${wanted}`,
  );
}
