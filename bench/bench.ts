// `npm run bench`: the same work by Easymail and by Debian's Postfix on this machine, in turns. See README.md beside it.

import { parseArgs } from 'node:util';
import type { ContestantName } from './contestants.ts';
import { measureDeferred } from './deferred.ts';
import { acceptLatency, idleLatency } from './latency.ts';
import { machine, median } from './measure.ts';
import { measureNeighbours } from './neighbours.ts';
import { measureThroughput, type Settings, THROUGHPUT_ROWS, type ThroughputResult } from './throughput.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    rows: { type: 'string', default: 'a,b,c,d,e,f,g,h' },
    only: { type: 'string' },
    // Half of Postfix's best rate, for the accept latency of row e.
    rate: { type: 'string', default: '300' },
    quick: { type: 'boolean', default: false },
  },
});

const settings: Settings = {
  rounds: values.quick ? 2 : Number(values.rounds),
  seconds: values.quick ? 10 : Number(values.seconds),
  contestants: values.only === undefined ? ['easymail', 'postfix'] : [values.only as ContestantName],
  say: (line) => console.log(line),
};

function throughputLines({ row, easymail, postfix, syncs }: ThroughputResult): string[] {
  const middle = (figures: { rate: number; cpu: number }[], key: 'rate' | 'cpu') =>
    median(figures.map((one) => one[key]));
  const ratio = middle(easymail, 'rate') / middle(postfix, 'rate');
  const side = (name: ContestantName, figures: { rate: number; cpu: number }[]) =>
    `${middle(figures, 'rate').toFixed(0)} | ${middle(figures, 'cpu').toFixed(2)} | ${syncs[name].toFixed(2)}`;
  return [
    `| ${row.key} | ${row.title} | ${side('easymail', easymail)} | ${side('postfix', postfix)} | ${ratio.toFixed(2)} | ${row.wanted} |`,
  ];
}

const rows = new Set(values.rows.split(','));
console.log(`${machine()}; ${settings.rounds} rounds of ${settings.seconds} s`);
const table: string[] = [
  '| row | | Easymail msg/s | CPU ms | syncs | Postfix msg/s | CPU ms | syncs | ratio | wanted |',
  '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
];
for (const row of THROUGHPUT_ROWS.filter((one) => rows.has(one.key))) {
  table.push(...throughputLines(await measureThroughput(row, settings)));
}
if (table.length > 2) console.log(table.join('\n'));

const ms = (value: number) => `${value.toFixed(1)} ms`;
if (rows.has('e')) {
  for (const name of settings.contestants) {
    const idle = await idleLatency(name, values.quick ? 200 : 1000, 20);
    const over = idle.p99 - idle.syncP99 - 2 * idle.roundTripP99;
    console.log(
      `e idle ${name}: accept to first attempt p50 ${ms(idle.p50)}, p99 ${ms(idle.p99)}, ${ms(over)} above a bare sync ` +
        `(p99 ${ms(idle.syncP99)}) and two round trips (p99 ${ms(idle.roundTripP99)} each); wanted for Easymail: at most 20 ms`,
    );
  }
  const rate = Number(values.rate);
  for (const name of settings.contestants) {
    const accept = await acceptLatency(name, { rate, seconds: settings.seconds });
    console.log(
      `e ${rate} msg/s ${name}: accept p50 ${ms(accept.p50)}, p99 ${ms(accept.p99)}; wanted: p99 under a quarter of Postfix's`,
    );
  }
}
if (rows.has('f')) {
  const sizes = values.quick ? [10_000, 100_000] : [10_000, 1_000_000];
  const [small, large] = await measureDeferred(sizes, { fresh: values.quick ? 10_000 : 60_000, say: settings.say });
  if (small !== undefined && large !== undefined) {
    const loss = 100 * (1 - large.freshRate / small.freshRate);
    console.log(
      `f ${small.deferred} to ${large.deferred} deferred: resident ${small.residentMb.toFixed(0)} to ${large.residentMb.toFixed(0)} MB ` +
        `(wanted: 50 MB more at most), fresh mail ${small.freshRate.toFixed(0)} to ${large.freshRate.toFixed(0)} msg/s, ` +
        `${loss.toFixed(1)} % lost (wanted: less than 10 %)`,
    );
  }
}
if (rows.has('g')) {
  const { alone, besideFlood, besideTarpit } = await measureNeighbours({
    rate: 200,
    seconds: Math.min(20, settings.seconds),
  });
  console.log(
    `g p99 of others alone ${ms(alone)}, beside a flood ${ms(besideFlood)}, beside a tarpit ${ms(besideTarpit)}; ` +
      'wanted: less than half more',
  );
}
