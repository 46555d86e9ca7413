// `npm run outage`: both scanners are gone for as long as asked, while a real Postfix sends steadily in both directions.
// Nothing may pass unscanned, nothing may be lost, and all of it has to flow when they are back. Needs root (Postfix),
// clamd and rspamd; takes as long as the outage and some minutes more, so it is no part of CI.
//
//   EASYMAIL_OUTAGE_MINUTES   how long the scanners are gone (60)
//   EASYMAIL_OUTAGE_RATE      messages a minute (60); each tenth holds a virus
//   EASYMAIL_OUTAGE_MANNER    `killed` (default), or `hung`: they take connections and say nothing

import { setTimeout as sleep } from 'node:timers/promises';
import { type Clamd, EICAR, skipWithoutClamd, startClamd } from '../support/clamd.ts';
import { eventsOf } from '../support/mail.ts';
import { freePorts } from '../support/ports.ts';
import { type Postfix, skipWithoutPostfix, startPostfix } from '../support/postfix.ts';
import { acmeProvision, apiGet, type Relay, startRelay } from '../support/relay.ts';
import { type Rspamd, skipWithoutRspamd, startRspamd } from '../support/rspamd.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';

const minutes = Number(process.env['EASYMAIL_OUTAGE_MINUTES'] ?? 60);
const perMinute = Number(process.env['EASYMAIL_OUTAGE_RATE'] ?? 60);
const hung = process.env['EASYMAIL_OUTAGE_MANNER'] === 'hung';
/** Postfix tries again after five minutes at most; what is not through by then is told. */
const DRAIN_MINUTES = 30;
/** Mail before the outage and after it, in seconds. */
const AROUND = 30;

const skip = skipWithoutClamd || skipWithoutRspamd || skipWithoutPostfix;
if (skip !== false) throw new Error(skip);

interface World {
  relay: Relay;
  postfix: Postfix;
  port: number;
  internet: ScriptedReceiver;
  clamd: Clamd;
  rspamd: Rspamd;
}

await using temp = temporaryFolder('outage');
const [clamdPort = 0, scan = 0, controller = 0, postfixPort = 0] = await freePorts(4);
const startVirusScanner = () => startClamd({ folder: temp.file('clamd'), port: clamdPort });
const startSpamScanner = () => startRspamd({ folder: temp.file('rspamd'), ports: { scan, controller } });

async function startWorld(): Promise<World> {
  const [clamd, rspamd, internet] = await Promise.all([startVirusScanner(), startSpamScanner(), startReceiver()]);
  const relay = await startRelay({
    folder: temp.file('relay'),
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      clamd: [{ address: `127.0.0.1:${clamdPort}`, timeout: '5s' }],
      rspamd: [{ address: `127.0.0.1:${scan}`, timeout: '5s' }],
      operator: { postmaster: ['ops@ops.test'] },
    },
    apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } }),
  });
  const { outbound, inbound } = relay.ports;
  const postfix = await startPostfix({
    folder: temp.file('postfix'),
    hostname: 'mail.acme.test',
    ports: [postfixPort],
    main: {
      // Mail to the customer comes in, all other mail goes out; notices about viruses go nowhere.
      transport_maps: `inline:{acme.test=smtp:[127.0.0.1]:${inbound}, virus.acme.test=discard:}`,
      relayhost: `[127.0.0.1]:${outbound}`,
      minimal_backoff_time: '60s',
      maximal_backoff_time: '300s',
      queue_run_delay: '30s',
      notify_classes: '',
      smtpd_client_connection_rate_limit: '0',
    },
  });
  return { relay, postfix, port: postfixPort, internet, clamd, rspamd };
}

const sent = new Set<string>();
let viruses = 0;

/** One message to Postfix: it is in Postfix's hands afterwards. Every second one is inbound, each tenth a virus. */
async function sendNext({ port }: World): Promise<void> {
  const number = sent.size + viruses;
  const virus = number % 10 === 9;
  const inbound = number % 2 === 0;
  const name = `${virus ? 'virus' : 'clean'}-${number}`;
  const to = `${name}@${inbound ? 'acme.test' : 'there.test'}`;
  const from = virus ? 'a@virus.acme.test' : inbound ? 'b@far.test' : 'a@acme.test';
  await using client = await SmtpClient.connect({ port });
  await client.hello();
  const type = virus ? 'MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n' : '';
  const body = virus ? EICAR : 'The committee meets on Thursday to look at the figures.';
  const header = `From: <${from}>\r\nTo: <${to}>\r\nSubject: ${name}\r\nMessage-ID: <${name}@acme.test>\r\n`;
  const date = `Date: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n`;
  const content = Buffer.from(`${header}${date}${type}\r\n${body}\r\n`);
  const reply = await client.message({ from, to: [to], content });
  await client.quit();
  if (reply.code !== 250) throw new Error(`Postfix said ${reply.code} ${reply.text}`);
  if (virus) viruses++;
  else sent.add(name);
}

async function sendFor(world: World, ms: number): Promise<void> {
  const end = performance.now() + ms;
  let said = performance.now();
  while (performance.now() < end) {
    const began = performance.now();
    await sendNext(world);
    if (performance.now() - said > 300_000) {
      said = performance.now();
      await say(world);
    }
    await sleep(Math.max(0, 60_000 / perMinute - (performance.now() - began)));
  }
}

const refusedLater = ({ postfix }: World) => postfix.log().match(/said: 451 4\.7\.1 Content cannot be checked now/g);
const nameOf = (content: string) => /^Subject: (\S+)\r$/m.exec(content)?.[1] ?? '';
const idOf = (content: string) => /^\s+(?:by relay\.test .*)?.*\bid ([0-9a-z]{17})\b/m.exec(content)?.[1];

async function say(world: World): Promise<void> {
  const figures = {
    at: new Date().toISOString(),
    sent: sent.size,
    viruses,
    'refused with 451': refusedLater(world)?.length ?? 0,
    'waiting at Postfix': await world.postfix.queued(),
    delivered: world.internet.messages.length,
  };
  console.log(JSON.stringify(figures));
}

/** Waits until everything clean is there; gives the seconds it took. */
async function drained(world: World): Promise<number> {
  const began = performance.now();
  const arrived = () => new Set(world.internet.messages.map(({ content }) => nameOf(content)));
  while (performance.now() - began < DRAIN_MINUTES * 60_000) {
    const now = arrived();
    if ([...sent].every((name) => now.has(name)) && (await world.postfix.queued()) === 0) break;
    await sleep(1000);
  }
  return Math.round((performance.now() - began) / 1000);
}

/** What was delivered without the word of both scanners, by the trace. */
async function unscanned({ relay, internet }: World): Promise<string[]> {
  const found: string[] = [];
  for (const { content } of internet.messages) {
    const id = idOf(content);
    const events = id === undefined ? [] : await eventsOf(relay.dataDir, id);
    const accepted = events.find((event) => event.type === 'message.accepted');
    const notes = accepted?.type === 'message.accepted' ? (accepted.meta.inspection ?? []) : [];
    const virus = notes.find(({ check }) => check === 'virus');
    const spam = notes.find(({ check }) => check === 'spam');
    if (virus?.result !== 'clean' || spam?.verdict !== 'pass') found.push(nameOf(content));
  }
  return found;
}

async function bringBack(world: World): Promise<void> {
  if (hung) {
    world.clamd.goOn();
    world.rspamd.goOn();
    return;
  }
  [world.clamd, world.rspamd] = await Promise.all([startVirusScanner(), startSpamScanner()]);
}

async function takeAway(world: World): Promise<void> {
  if (!hung) return void (await Promise.all([world.clamd.kill(), world.rspamd.kill()]));
  world.clamd.hang();
  world.rspamd.hang();
}

async function outage(world: World): Promise<number> {
  await sendFor(world, AROUND * 1000);
  await drained(world);
  await takeAway(world);
  const before = world.internet.messages.length;
  console.log(`both scanners are ${hung ? 'hung' : 'killed'} at ${new Date().toISOString()}`);
  await sendFor(world, minutes * 60_000);
  const passed = world.internet.messages.length - before;
  await say(world);
  const { body: health } = await apiGet(world.relay.dataDir, '/api/v1/health');
  console.log(`alarm scanner: ${/"scanner"/.test(health) ? 'raised' : 'NOT raised'}`);
  await bringBack(world);
  console.log(`both are back at ${new Date().toISOString()}`);
  await sendFor(world, AROUND * 1000);
  return passed;
}

const world = await startWorld();
try {
  const passed = await outage(world);
  const seconds = await drained(world);
  await world.relay.settled();
  await say(world);
  const names = world.internet.messages.map(({ content }) => nameOf(content));
  const distinct = new Set(names);
  const lost = [...sent].filter((name) => !distinct.has(name));
  const result = {
    'minutes without scanners': minutes,
    'messages sent': sent.size,
    'viruses sent': viruses,
    'refused with 451': refusedLater(world)?.length ?? 0,
    'passed during the outage': passed,
    'viruses delivered': names.filter((name) => name.startsWith('virus')).length,
    'delivered unscanned': (await unscanned(world)).length,
    lost: lost.length,
    'delivered twice': names.length - distinct.size,
    'seconds until all was through': seconds,
  };
  console.log(JSON.stringify(result, null, 2));
  const must = ['passed during the outage', 'viruses delivered', 'delivered unscanned', 'lost'] as const;
  if (must.some((key) => result[key] !== 0) || result['refused with 451'] === 0) process.exitCode = 1;
} finally {
  await world.postfix.stop();
  await world.relay.stop();
  await Promise.all([world.clamd.stop(), world.rspamd.stop(), world.internet.close()]);
}
