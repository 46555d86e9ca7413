// A DNS server that answers as a test tells it to, right or wrong, over UDP and TCP.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { decode, encode } from 'dns-packet';

export interface DnsReply {
  answers?: object[];
  authorities?: object[];
  /** 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
  rcode?: number;
  /** The AD bit. */
  authentic?: boolean;
  truncated?: boolean;
  id?: number;
  question?: { name: string; type: string };
}

/** What is sent back for a question: replies or raw octets in order; nothing where empty. */
export type DnsHandler = (question: {
  name: string;
  type: string;
  id: number;
  via: 'udp' | 'tcp';
}) => readonly (DnsReply | Buffer)[];

export interface FakeDns extends AsyncDisposable {
  readonly endpoint: { host: string; port: number };
  /** Questions that came, `TYPE name via`. */
  readonly asked: string[];
  /** Ports and ids that questions came with. */
  readonly origins: { port: number; id: number }[];
  handler: DnsHandler;
}

const SOA = {
  type: 'SOA',
  name: 'test',
  ttl: 60,
  data: { mname: 'ns.test', rname: 'h.test', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 60 },
};

/** The usual proof that there is nothing. */
export const nothing: DnsReply = { authorities: [SOA] };
export const noDomain: DnsReply = { rcode: 3, authorities: [SOA] };

/** Starts the server on a port of 127.0.0.1; 0 takes a free one. */
export async function startFakeDns(handler: DnsHandler, wanted = 0): Promise<FakeDns> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  const dns = { asked: [] as string[], origins: [] as { port: number; id: number }[], handler };
  const work = (octets: Buffer, via: 'udp' | 'tcp', port: number): Buffer[] => {
    const { id, questions } = decode(octets);
    const question = questions[0] ?? { name: '', type: 'A' };
    dns.asked.push(`${question.type} ${question.name} ${via}`);
    dns.origins.push({ port, id });
    return dns
      .handler({ ...question, id, via })
      .map((reply) => (Buffer.isBuffer(reply) ? reply : packet(id, question, reply)));
  };
  udp.on('message', (octets, from) => {
    for (const reply of work(octets, 'udp', from.port)) udp.send(reply, from.port, from.address);
  });
  tcp.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('data', (octets: Buffer) => {
      for (const reply of work(octets.subarray(2), 'tcp', socket.remotePort ?? 0)) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([length, reply]));
      }
    });
  });
  const port = await bindBoth(udp, tcp, wanted);
  return Object.assign(dns, {
    endpoint: { host: '127.0.0.1', port },
    [Symbol.asyncDispose]: async () => {
      udp.close();
      await new Promise((resolve) => tcp.close(resolve));
    },
  });
}

async function bindBoth(
  udp: ReturnType<typeof createSocket>,
  tcp: ReturnType<typeof createServer>,
  wanted: number,
): Promise<number> {
  await new Promise<void>((resolve) => tcp.listen(wanted, '127.0.0.1', resolve));
  const address = tcp.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
  return port;
}

/** A reply as octets. */
export function packet(id: number, question: { name: string; type: string }, reply: DnsReply): Buffer {
  const AD = 1 << 5;
  const TC = 1 << 9;
  return encode({
    id: reply.id ?? id,
    type: 'response',
    flags: (reply.rcode ?? 0) | (reply.authentic ? AD : 0) | (reply.truncated ? TC : 0),
    questions: [reply.question ?? question],
    answers: reply.answers ?? [],
    authorities: reply.authorities ?? [],
  });
}
