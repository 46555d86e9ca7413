// Files in mails, archives, documents and pages that programs read differently are found, or the mail is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrappedContent, wrappedNames } from '../../../../test/support/mime-evasions/all-files.ts';
import { combinedContent } from '../../../../test/support/mime-evasions/combinations.ts';
import { EICAR, type Evasion } from '../../../../test/support/mime-evasions/mail.ts';
import { rareNames, rarePlaces } from '../../../../test/support/mime-evasions/more-ways.ts';
import { oddFileContent, oddFileNames } from '../../../../test/support/mime-evasions/odd-files.ts';
import { CONTENT_LIMITS } from './limits.ts';
import { takeApart } from './take-apart.ts';
import type { TakenApart } from './taken-apart.ts';

/** What is refused or quarantined whatever scanners say. */
const isKept = ({ faults, limit, parts }: TakenApart) =>
  faults.length > 0 || limit !== undefined || parts.some(({ traits }) => traits.includes('unopened'));

function missed(mails: readonly Evasion[], isFound: (taken: TakenApart) => boolean): string[] {
  return mails
    .filter(({ content }) => {
      const taken = takeApart(content, CONTENT_LIMITS);
      return !isKept(taken) && !isFound(taken);
    })
    .map(({ id }) => id);
}

const hasName = (pattern: RegExp) => (taken: TakenApart) =>
  taken.parts.some(({ names }) => names.some((name) => pattern.test(name)));

/** Among what scanners are given, or read as a text: then the scanner of the whole mail has it too. */
const hasVirus = ({ parts, hidden }: TakenApart) =>
  parts.some(({ text }) => text?.includes(EICAR) === true) ||
  hidden.some(({ bytes }) => Buffer.from(bytes).includes(EICAR));

test('a file in an archive that programs read differently is found', () => {
  assert.deepEqual(missed(oddFileNames('evil.exe'), hasName(/\.exe$/i)), []);
});

test('what is in it is looked into', () => {
  assert.deepEqual(missed(oddFileContent(), hasName(/^eicar\.com$/)), []);
});

test('a broken archive, a document or a page with a file in it is looked into, or kept', () => {
  const mails = wrappedContent();
  assert.ok(mails.length > 180, String(mails.length));
  assert.deepEqual(missed(mails, hasVirus), []);
  assert.deepEqual(missed(wrappedNames('evil.exe'), hasName(/\.exe$/i)), []);
});

test('names in rarer forms are found, and parts in rarer places', () => {
  assert.deepEqual(missed(rareNames('evil.exe'), hasName(/\.exe$/i)), []);
  assert.deepEqual(missed(rarePlaces(), hasVirus), []);
});

/** All are sent by `node test/mime/evasions-long.ts`. */
const EVERY = 6;

test('two ways to hide a file at once', () => {
  const mails = combinedContent().filter((_, index) => index % EVERY === 0);
  assert.ok(mails.length > 700, String(mails.length));
  assert.deepEqual(missed(mails, hasVirus), []);
});
