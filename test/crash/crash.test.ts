// The short form of `npm run crash`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipWithoutPrograms } from '../support/processes.ts';
import { temporaryFolder } from '../support/temp.ts';
import { crashRounds } from './kill.ts';
import { randomFrom } from './power-cut.ts';
import { checkCuts, recordRelay } from './relay-cuts.ts';

const skip = skipWithoutPrograms(['strace']);
const seed = Number(process.env['EASYMAIL_SEED'] ?? Date.now() % 1_000_000);

test('killed under load again and again, the relay loses no message that had its 250', async (context) => {
  const report = await crashRounds({ rounds: 4, sessions: 10, random: randomFrom(seed) });
  context.diagnostic(`seed ${seed}: ${report.noted} noted, ${report.duplicates} duplicates`);
  assert.ok(report.noted > 0);
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.toldTwice, []);
  assert.ok(report.signed > 0 && report.delaysTold > 0, `${report.signed} signed, ${report.delaysTold} delays told`);
  assert.equal(report.damaged, 0);
  assert.ok(report.duplicates <= report.inFlight, `${report.duplicates} duplicates of ${report.inFlight} in flight`);
});

test('a power cut at any moment leaves every message that had its 250', { skip }, async (context) => {
  await using temp = temporaryFolder('cuts');
  const run = await recordRelay(temp, { messages: 150 });
  const report = await checkCuts(temp, run, { cuts: 6, random: randomFrom(seed) });
  context.diagnostic(`seed ${seed}: ${report.cuts} cuts, ${report.promised} messages looked for`);
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.wrong, []);
  assert.ok(report.comingIn > 0, 'no cut while mail came in at another customer');
});

test('the power-cut test finds a relay whose syncs do nothing', { skip }, async () => {
  await using temp = temporaryFolder('cuts');
  const run = await recordRelay(temp, { messages: 150, withoutSyncs: true });
  const report = await checkCuts(temp, run, { cuts: 6, random: randomFrom(seed), stopAtLoss: true });
  assert.ok(report.lost.length > 0);
});
