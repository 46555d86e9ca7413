// Files in archives and wrappings that programs read differently are found, or the mail is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oddFileContent, oddFileNames } from '../../../../test/support/mime-evasions/odd-files.ts';
import { CONTENT_LIMITS } from './limits.ts';
import { takeApart } from './take-apart.ts';
import type { TakenApart } from './taken-apart.ts';

const isRefused = ({ faults, limit }: TakenApart) => faults.length > 0 || limit !== undefined;

test('a file in an archive that programs read differently is found', () => {
  const missed = oddFileNames('evil.exe').filter(({ content }) => {
    const taken = takeApart(content, CONTENT_LIMITS);
    return !isRefused(taken) && !taken.parts.some(({ names }) => names.some((name) => /\.exe$/i.test(name)));
  });
  assert.deepEqual(
    missed.map(({ id }) => id),
    [],
  );
});

test('what is in it is looked into', () => {
  const missed = oddFileContent().filter(({ content }) => {
    const taken = takeApart(content, CONTENT_LIMITS);
    return !isRefused(taken) && !taken.parts.some(({ names }) => names.includes('eicar.com'));
  });
  assert.deepEqual(
    missed.map(({ id }) => id),
    [],
  );
});
