import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays, beginOf, dayOf } from './days.ts';
import { dueStep, type Periods, type Progress, planFrom, removalAfter } from './plan.ts';

const DAY = 86_400_000;
const usual: Periods = { notice: 30 * DAY, removal: 90 * DAY, reminder: 7 * DAY };

test('days are those of the operator’s zone, over changes of the clock', () => {
  const zone = 'Europe/Luxembourg';
  assert.equal(dayOf(Date.parse('2026-11-22T22:59:59Z'), zone), '2026-11-22');
  assert.equal(dayOf(Date.parse('2026-11-22T23:00:00Z'), zone), '2026-11-23');
  // In summer the day begins an hour earlier.
  assert.equal(dayOf(Date.parse('2026-07-01T22:00:00Z'), zone), '2026-07-02');
  assert.equal(beginOf('2026-11-23', zone), Date.parse('2026-11-22T23:00:00Z'));
  assert.equal(beginOf('2026-07-02', zone), Date.parse('2026-07-01T22:00:00Z'));
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
  assert.equal(addDays('2028-03-01', -1), '2028-02-29');
  // Clocks that skip midnight: the day begins at one.
  assert.equal(beginOf('2026-03-29', 'Asia/Beirut'), Date.parse('2026-03-28T22:00:00Z'));
});

test('the dates that a notice announces', () => {
  assert.deepEqual(planFrom('2026-11-22', usual), {
    noticed: '2026-11-22',
    deactivation: '2026-12-22',
    removal: '2027-03-22',
  });
});

test('what is due, day by day', () => {
  const plan = planFrom('2026-11-22', usual);
  const noticed = (reminded: boolean): Progress => ({ at: 'noticed', plan, reminded });
  const cases: [Progress, string, string][] = [
    [{ at: 'begun' }, '2026-11-22', 'give-notice'],
    [{ at: 'begun' }, '2030-01-01', 'give-notice'],
    [noticed(false), '2026-11-22', 'nothing'],
    [noticed(false), '2026-12-14', 'nothing'],
    [noticed(false), '2026-12-15', 'remind'],
    [noticed(true), '2026-12-15', 'nothing'],
    [noticed(true), '2026-12-21', 'nothing'],
    [noticed(true), '2026-12-22', 'deactivate'],
    // A reminder on the day itself is none.
    [noticed(false), '2026-12-22', 'deactivate'],
    [noticed(false), '2030-01-01', 'deactivate'],
    [{ at: 'deactivated', removal: '2027-03-22' }, '2027-03-21', 'nothing'],
    [{ at: 'deactivated', removal: '2027-03-22' }, '2027-03-22', 'remove'],
    [{ at: 'removed' }, '2030-01-01', 'nothing'],
  ];
  for (const [progress, today, due] of cases) {
    assert.equal(dueStep(progress, today, usual), due, `${JSON.stringify(progress)} on ${today}`);
  }
});

test('a notice shorter than the reminder needs none', () => {
  const short = { ...usual, notice: 5 * DAY };
  const plan = planFrom('2026-11-22', short);
  assert.equal(dueStep({ at: 'noticed', plan, reminded: false }, '2026-11-22', short), 'nothing');
  assert.equal(dueStep({ at: 'noticed', plan, reminded: false }, '2026-11-26', short), 'nothing');
  assert.equal(dueStep({ at: 'noticed', plan, reminded: false }, '2026-11-27', short), 'deactivate');
});

test('the removal keeps its months after a late deactivation, and is never before what was announced', () => {
  assert.equal(removalAfter('2026-12-22', '2027-03-22', usual), '2027-03-22');
  assert.equal(removalAfter('2027-01-10', '2027-03-22', usual), '2027-04-10');
  assert.equal(removalAfter('2026-12-01', '2027-03-22', usual), '2027-03-22');
});
