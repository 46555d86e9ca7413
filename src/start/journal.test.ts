import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temp.ts';
import { isKeptByJournal } from './journal.ts';

test('what systemd keeps is known by device and inode, not by the variable alone', async () => {
  await using folder = temporaryFolder('journal');
  const fd = openSync(folder.file('stream'), 'w');
  const { dev, ino } = fstatSync(fd);
  assert.equal(isKeptByJournal(fd, { JOURNAL_STREAM: `${dev}:${ino}` }), true);
  assert.equal(isKeptByJournal(fd, { JOURNAL_STREAM: `${dev}:${ino + 1}` }), false, 'sent elsewhere by a pipe');
  assert.equal(isKeptByJournal(fd, {}), false);
  closeSync(fd);
  assert.equal(isKeptByJournal(fd, { JOURNAL_STREAM: `${dev}:${ino}` }), true, 'where nobody can tell');
});
