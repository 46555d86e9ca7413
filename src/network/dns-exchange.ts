// One question to one server: UDP, and TCP where the answer is too long. Each question has a random id and a socket of
// its own, so a random port; a forged answer would have to guess both within the time of the answer (RFC 5452).

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Endpoint } from '../platform/config/units.ts';
import { type ReadAnswer, readAnswer } from '../protocol/dns/answer.ts';
import { type DnsQuestion, encodeQuery } from '../protocol/dns/query.ts';

/** What a server said, or why it said nothing. */
export type ServerAnswer = Exclude<ReadAnswer, { kind: 'foreign' } | { kind: 'truncated' }> | Silence;

interface Silence {
  kind: 'silent';
  detail: string;
}

/** So many packets that answer something else look like guessing: the question goes over TCP. */
const MOST_FOREIGN = 20;
/** RFC 7766 8: two octets of length before each message. */
const LENGTH_OCTETS = 2;

/** Asks a server. Never rejects. */
export async function askServer(server: Endpoint, question: DnsQuestion, timeoutMs: number): Promise<ServerAnswer> {
  const started = performance.now();
  const answer = await overUdp(server, question, timeoutMs);
  if (answer.kind !== 'truncated') return answer;
  return overTcp(server, question, timeoutMs - (performance.now() - started));
}

function overUdp(
  server: Endpoint,
  question: DnsQuestion,
  timeoutMs: number,
): Promise<ServerAnswer | { kind: 'truncated' }> {
  const id = randomInt(0x10000);
  return new Promise((resolve) => {
    // The system gives each unbound socket a random port.
    const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
    let foreign = 0;
    const done = (answer: ServerAnswer | { kind: 'truncated' }) => {
      clearTimeout(timer);
      socket.removeAllListeners().on('error', () => {});
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => done({ kind: 'silent', detail: 'time-out' }), timeoutMs);
    socket.on('error', (error) => done(notReached(error)));
    socket.on('message', (octets) => {
      const answer = readAnswer(octets, id, question);
      if (answer.kind !== 'foreign') done(answer);
      else if (++foreign >= MOST_FOREIGN) done({ kind: 'truncated' });
    });
    // A connected socket takes packets of this server only, and hears of a port that nobody listens on.
    socket.connect(server.port, server.host, () => {
      socket.send(encodeQuery(id, question), (error) => {
        if (error !== null) done(notReached(error));
      });
    });
  });
}

function overTcp(server: Endpoint, question: DnsQuestion, timeoutMs: number): Promise<ServerAnswer> {
  const id = randomInt(0x10000);
  return new Promise((resolve) => {
    const socket = connect(server.port, server.host);
    const done = (answer: ServerAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => done({ kind: 'silent', detail: 'time-out over TCP' }), Math.max(1, timeoutMs));
    socket.on('error', (error) => done(notReached(error)));
    socket.on('close', () => done({ kind: 'silent', detail: 'connection closed' }));
    const query = encodeQuery(id, question);
    const length = Buffer.alloc(LENGTH_OCTETS);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
    let received = Buffer.alloc(0);
    socket.on('data', (octets: Buffer) => {
      received = Buffer.concat([received, octets]);
      if (received.length < LENGTH_OCTETS || received.length < LENGTH_OCTETS + received.readUInt16BE(0)) return;
      const message = received.subarray(LENGTH_OCTETS, LENGTH_OCTETS + received.readUInt16BE(0));
      done(usable(readAnswer(message, id, question)));
    });
  });
}

function notReached(error: NodeJS.ErrnoException): ServerAnswer & { kind: 'silent' } {
  return { kind: 'silent', detail: `the DNS server cannot be reached (${error.code ?? error.message})` };
}

function usable(answer: ReadAnswer): ServerAnswer {
  if (answer.kind === 'foreign') return { kind: 'malformed', detail: 'answer to another question' };
  return answer.kind === 'truncated' ? { kind: 'malformed', detail: 'truncated over TCP' } : answer;
}
