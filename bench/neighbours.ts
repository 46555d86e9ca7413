// Row g: what one destination that never answers in time, or one customer that floods, does to everyone else.

import { acmeProvision, type Table } from '../test/support/relay.ts';
import { temporaryFolder } from '../test/support/temp.ts';
import { startContestant } from './contestants.ts';
import type { LoadResult } from './load-client.ts';
import { percentile } from './measure.ts';
import { ownSink, ownSource, type SinkProcess } from './tools.ts';

export interface Neighbours {
  /** p99 in milliseconds, from the final dot to the RCPT of the first attempt. */
  alone: number;
  besideTarpit: number;
  besideFlood: number;
}

// A tarpit answers each command after this long.
const TARPIT_MS = 5000;

/** Customer `acme` from 127.0.0.1, customer `flood` from 127.0.0.9. */
function twoCustomers(): Table {
  const provision = acmeProvision() as { pool: Table[]; customer: Table[] };
  const [acme] = provision.customer;
  const flood = {
    ...acme,
    id: 'flood',
    name: 'Flood S.A.',
    sources: ['127.0.0.9/32'],
    domains: [{ name: 'flood.test', outbound: true, inbound: false, subdomains: false, verified: true }],
  };
  return { pool: provision.pool, customer: [{ ...acme, sources: ['127.0.0.1/32'] }, flood] };
}

function waits({ dotAt }: LoadResult, sink: SinkProcess): number[] {
  return dotAt.map(([number, at]) => {
    const seen = sink.firstRcpt.get(String(number));
    return seen === undefined ? Number.POSITIVE_INFINITY : Number(seen - at) / 1e6;
  });
}

/** The steady load of the customer who is watched, alone and beside each nuisance. */
export async function measureNeighbours(options: { rate: number; seconds: number }): Promise<Neighbours> {
  await using folder = temporaryFolder('neighbours');
  await using sink = await ownSink({ times: true });
  await using flooded = await ownSink();
  await using tarpit = await ownSink({ delayMs: TARPIT_MS });
  await using contestant = await startContestant('easymail', {
    folder: folder.path,
    sinkPort: sink.port,
    apply: twoCustomers(),
    config: {
      route: [
        { domain: 'flooded.test', hosts: [`127.0.0.1:${flooded.port}`] },
        { domain: 'tarpit.test', hosts: [`127.0.0.1:${tarpit.port}`] },
        { domain: '*', hosts: [`127.0.0.1:${sink.port}`] },
      ],
    },
  });
  const { rate, seconds } = options;
  const steady = async () => {
    sink.firstRcpt.clear();
    const load = { port: contestant.port, sessions: 20, reuse: true, rate, messages: Math.ceil(rate * seconds) };
    const result = await ownSource(load);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return percentile(waits(result, sink), 0.99);
  };
  const nuisance = (load: { domain: string; from: string; localAddress: string; messages: number; rate?: number }) =>
    ownSource({ port: contestant.port, sessions: 20, reuse: true, ...load });

  await steady();
  const alone = await steady();
  const flooding = nuisance({
    domain: 'flooded.test',
    from: 'x@flood.test',
    localAddress: '127.0.0.9',
    messages: rate * seconds * 5,
  });
  const besideFlood = await steady();
  await flooding;
  const pitting = nuisance({
    domain: 'tarpit.test',
    from: 'x@flood.test',
    localAddress: '127.0.0.9',
    rate,
    messages: rate * seconds,
  });
  const besideTarpit = await steady();
  await pitting;
  return { alone, besideTarpit, besideFlood };
}
