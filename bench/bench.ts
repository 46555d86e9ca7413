// `npm run bench`: the same work by Easymail and by Debian's Postfix on this machine, in turns. See README.md beside it.

import { parseArgs } from 'node:util';
import type { ContestantName } from './contestants.ts';
import { machine, median } from './measure.ts';
import { measureThroughput, type Settings, THROUGHPUT_ROWS, type ThroughputResult } from './throughput.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    rows: { type: 'string', default: 'a,b,c,d,e,f,g' },
    only: { type: 'string' },
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
console.log(table.join('\n'));
