// `npm run crash`: hundreds of kills, hundreds of power cuts, the proof that the power-cut test can fail, and starts on
// a queue of a million recipients.

import { parseArgs } from 'node:util';
import { temporaryFolder } from '../support/temp.ts';
import { measureFullStart } from './full-queue.ts';
import { crashRounds } from './kill.ts';
import { randomFrom } from './power-cut.ts';
import { checkCuts, recordRelay } from './relay-cuts.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    cuts: { type: 'string', default: '200' },
    messages: { type: 'string', default: '600' },
    queued: { type: 'string', default: '1000000' },
    sessions: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const random = randomFrom(Number(values.seed));
const say = (line: string) => console.log(`  ${line}`);
let failed = false;

async function kills(): Promise<void> {
  console.log(`SIGKILL, ${values.rounds} rounds, seed ${values.seed}`);
  const report = await crashRounds({
    rounds: Number(values.rounds),
    sessions: Number(values.sessions),
    random,
    say,
  });
  const { lost, refusals, ...figures } = report;
  console.log(`lost ${lost.length}, duplicates ${figures.duplicates}, in flight ${figures.inFlight}`);
  console.log(JSON.stringify({ ...figures, refusals: Object.fromEntries(refusals) }));
  if (lost.length > 0) console.log(`lost: ${lost.slice(0, 20).join(', ')}`);
  if (report.toldTwice.length > 0) console.log(`told twice: ${report.toldTwice.slice(0, 20).join(', ')}`);
  failed ||=
    report.toldTwice.length > 0 || lost.length > 0 || report.damaged > 0 || report.duplicates > report.inFlight;
}

async function cuts(): Promise<void> {
  await using temp = temporaryFolder('cuts');
  console.log(`power cut, ${values.cuts} points`);
  const run = await recordRelay(temp, { messages: Number(values.messages) });
  const report = await checkCuts(temp, run, { cuts: Number(values.cuts), random, say });
  const lost = report.lost.reduce((sum, one) => sum + one.messages.length, 0);
  console.log(
    `${run.recording.accepted.length} accepted, ${report.syncCalls} syncs, ${report.cuts} cuts, ` +
      `${report.promised} messages looked for, ${lost} lost at ${report.lost.length} cuts`,
  );
  console.log(
    `${report.comingIn} cuts while mail came in at another customer, ${report.wrong.length} with wrong counts`,
  );
  for (const one of [...report.lost, ...report.wrong].slice(0, 3)) console.log(JSON.stringify(one, null, 2));
  failed ||= lost > 0 || report.wrong.length > 0;
}

async function withoutSyncs(): Promise<void> {
  await using temp = temporaryFolder('cuts');
  console.log('power cut with syncs that do nothing: must lose');
  const run = await recordRelay(temp, { messages: 200, withoutSyncs: true });
  const report = await checkCuts(temp, run, { cuts: 20, random, stopAtLoss: true });
  const lost = report.lost[0]?.messages.length ?? 0;
  console.log(lost > 0 ? `lost ${lost} at cut ${report.cuts}, as it must` : 'lost nothing: the test proves nothing');
  failed ||= lost === 0;
}

async function fullQueue(): Promise<void> {
  const starts = 4;
  console.log(`${values.queued} recipients queued, ${starts} starts after SIGKILL`);
  const report = await measureFullStart(Number(values.queued), starts);
  const times = report.bannerMs.toSorted((a, b) => a - b).map((ms) => Math.round(ms));
  const waiting = `${report.waiting} wait in ${Math.round(report.queueMb)} MB`;
  console.log(
    `greeting after ${times.join(', ')} ms, fresh mail delivered after ${Math.round(report.freshMs)}; ${waiting}`,
  );
  failed ||= (times[Math.floor(times.length / 2)] ?? 0) > 2000;
}

if (Number(values.rounds) > 0) await kills();
if (Number(values.cuts) > 0) {
  await cuts();
  await withoutSyncs();
}
if (Number(values.queued) > 0) await fullQueue();
process.exitCode = failed ? 1 : 0;
