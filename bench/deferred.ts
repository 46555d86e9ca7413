// Row f: a million recipients that wait and fall due all the time must cost fresh mail to others next to nothing.

import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { freePort } from '../test/support/ports.ts';
import { acmeProvision, apiGet } from '../test/support/relay.ts';
import { temporaryFolder } from '../test/support/temp.ts';
import { type Contestant, startContestant } from './contestants.ts';
import { runLoad } from './load-client.ts';
import { residentBytes } from './measure.ts';
import { ownSink, postfixSource } from './tools.ts';

export interface DeferredPoint {
  deferred: number;
  residentMb: number;
  /** Fresh messages a second meanwhile. */
  freshRate: number;
}

const DESTINATIONS = 1000;
const RECIPIENTS_EACH = 100;

/** Answers every name below slow.test with an MX and an address of its own in 127/8. */
export async function slowZone(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (packet, from) => {
    const query = decode(packet);
    const question = query.questions?.[0];
    if (question === undefined) return;
    const number = Number(/d(\d+)\.slow\.test/.exec(question.name)?.[1] ?? 0);
    const name = question.name;
    const address = `127.10.${Math.floor(number / 250)}.${1 + (number % 250)}`;
    const mx = { type: 'MX' as const, name, ttl: 3600, data: { preference: 10, exchange: `mx.d${number}.slow.test` } };
    const a = { type: 'A' as const, name, ttl: 3600, data: address };
    const answers = question.type === 'MX' ? [mx] : question.type === 'A' ? [a] : [];
    socket.send(
      encode({ type: 'response', id: query.id ?? 0, flags: RECURSION_DESIRED | 0x80, questions: [question], answers }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  return socket;
}

/** Fills the queue up to `wanted` deferred recipients: one message has a hundred recipients of one destination. */
async function fill(contestant: Contestant, have: number, wanted: number): Promise<void> {
  const each = Math.max(1, Math.round((wanted - have) / RECIPIENTS_EACH / DESTINATIONS));
  const destinations = Math.min(DESTINATIONS, Math.ceil((wanted - have) / RECIPIENTS_EACH / each));
  let next = 0;
  const worker = async () => {
    while (next < destinations) {
      const domain = `d${next++}.slow.test`;
      const load = { port: contestant.port, sessions: 2, messages: each, size: 1024, reuse: true, tls: false };
      await runLoad({ ...load, recipients: RECIPIENTS_EACH, from: 'load@acme.test', domain });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

async function deferredCount(folder: string): Promise<number> {
  const { body } = await apiGet(`${folder}/data`, '/api/v1/queue');
  const counts = JSON.parse(body) as Record<string, number>;
  return (counts['deferred'] ?? 0) + (counts['queued'] ?? 0);
}

/** Fresh messages a second to another destination. */
async function freshRate(contestant: Contestant, sinkMessages: () => number, messages: number): Promise<number> {
  const before = sinkMessages();
  const begun = performance.now();
  await postfixSource({ port: contestant.port, sessions: 50, messages, reuse: true });
  while (sinkMessages() - before < messages && performance.now() - begun < 120_000) await sleep(20);
  return messages / ((performance.now() - begun) / 1000);
}

/** Memory and fresh speed with each of `sizes` deferred recipients. */
export async function measureDeferred(
  sizes: number[],
  options: { fresh: number; say: (line: string) => void },
): Promise<DeferredPoint[]> {
  await using folder = temporaryFolder('deferred');
  const [port, dnsPort] = [await freePort(), await freePort()];
  const zone = await slowZone(dnsPort);
  await using _slow = await ownSink({ host: '0.0.0.0', port, reply: '451 4.7.1 try again later' });
  await using sink = await ownSink();
  await using contestant = await startContestant('easymail', {
    folder: folder.path,
    sinkPort: sink.port,
    apply: acmeProvision(),
    config: {
      route: [{ domain: 'example.test', hosts: [`127.0.0.1:${sink.port}`] }],
      dns: { servers: [`127.0.0.1:${dnsPort}`] },
      delivery: { port, allow_private: true },
      retry: { first: '60s', factor: 2, longest: '10m' },
    },
  });
  const points: DeferredPoint[] = [];
  for (const size of sizes) {
    const have = await deferredCount(folder.path);
    const begun = performance.now();
    if (size > have) await fill(contestant, have, size);
    options.say(`  f filled to ${size} in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    // The first attempts of what was just taken are over, and the retries are under way.
    await sleep(20_000);
    const rate = await freshRate(contestant, () => sink.messages(), options.fresh);
    const point = {
      deferred: await deferredCount(folder.path),
      residentMb: residentBytes(contestant.pid) / 1024 ** 2,
      freshRate: rate,
    };
    points.push(point);
    options.say(`  f ${point.deferred} deferred: ${point.residentMb.toFixed(0)} MB, ${rate.toFixed(0)} fresh msg/s`);
  }
  zone.close();
  return points;
}
