import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { skipWithout, suiteFiles, suitePath } from '../../../../test/support/suites.ts';
import { CONTENT_LIMITS } from './limits.ts';
import { takeApart } from './take-apart.ts';
import type { PartTrait } from './taken-apart.ts';
import { look, partNamed } from './testing/look.ts';

const isData = (path: string) => !/\/(?:ORIGIN|LICENSE)\b[^/]*$/.test(path);
const limits = { ...CONTENT_LIMITS, time: 60_000 };

/** What must be named of each sample; nothing for the harmless ones. */
const DOCUMENTS: readonly (readonly [RegExp, readonly PartTrait[]])[] = [
  [/excel4-macros\//, ['macro', 'macro-xlm', 'macro-autorun']],
  [/msodde\/dde-.*\.zip$/, ['encrypted']],
  [/msodde\/dde-/, ['starts-program']],
  [/basic\/encrypted/, ['encrypted']],
  [/harmless|basic\//, []],
];
/** Anything that a rule about macros asks for. */
const ACTIVE: readonly PartTrait[] = [
  'macro',
  'macro-autorun',
  'macro-xlm',
  'remote-template',
  'starts-program',
  'script',
  'executable',
  'encrypted',
  'unreadable',
  'embedded-object',
];

test('every office document of the suite is named as what it is', { skip: skipWithout('office-docs') }, () => {
  const files = suiteFiles('office-docs', isData);
  assert.ok(files.length > 20);
  for (const file of files) {
    const expected = DOCUMENTS.find(([pattern]) => pattern.test(file))?.[1];
    assert.ok(expected !== undefined, `unknown sample ${file}`);
    const { traits, limit } = look(readFileSync(file), basename(file));
    assert.equal(limit, undefined, file);
    assert.deepEqual(
      traits.filter((trait) => ACTIVE.includes(trait)),
      [...expected].sort(),
      file,
    );
  }
});

test('mails with macros are told from the one without', {
  skip: skipWithout('spam-ham/spamassassin/spam/olevbmacro'),
}, () => {
  const found = (name: string) => {
    const { parts } = takeApart(readFileSync(suitePath('spam-ham/spamassassin/spam/olevbmacro', name)), limits);
    return new Set(parts.flatMap(({ traits }) => traits));
  };
  assert.ok(found('macro.eml').has('macro'));
  assert.ok(found('malicemacro.eml').has('macro-autorun'));
  assert.ok(found('renamedmacro.eml').has('macro') && found('renamedmacro.eml').has('type-mismatch'));
  assert.ok(found('zippwmacro.eml').has('encrypted'));
  assert.ok(found('encrypted.eml').has('encrypted'));
  for (const trait of ACTIVE) assert.ok(!found('nomacro.eml').has(trait), trait);
  assert.ok(!found('goodcsv.eml').has('starts-program'));
});

const EICAR = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-';

test('the test virus is found in every wrapper', { skip: skipWithout('virus-samples/eicar') }, () => {
  const files = suiteFiles('virus-samples/eicar', isData);
  assert.ok(files.length >= 10);
  for (const file of files) {
    const { parts } = look(readFileSync(file), basename(file));
    assert.ok(
      parts.some(({ text }) => text?.startsWith(EICAR)),
      file,
    );
  }
});

test('archives of the suite: encrypted, nested, empty, none', { skip: skipWithout('archives/haraka') }, () => {
  const open = (name: string) => look(readFileSync(suitePath('archives/haraka', name)), name);
  for (const name of ['encrypt.zip', 'encrypt-recursive.zip', 'password.zip'])
    assert.ok(open(name).traits.includes('encrypted'), name);
  assert.equal(open('3layer.zip').parts.at(-1)?.depth, 3);
  assert.ok(partNamed(open('gz-in-zip.zip'), 'empty.gz') !== undefined);
  assert.ok(open('invalid.zip').traits.includes('type-mismatch'));
  const tricks = look(readFileSync(suitePath('archives/bombs/path-traversal.zip')), 'a.zip');
  assert.equal(tricks.parts.filter(({ traits }) => traits.includes('path-trick')).length, 3);
});

/** Traits that a rule of the ready-made sets acts upon. */
const DANGEROUS: readonly PartTrait[] = [
  'executable',
  'script',
  'macro',
  'macro-autorun',
  'macro-xlm',
  'remote-template',
  'starts-program',
  'encrypted',
  'bomb',
  'too-deep',
  'path-trick',
  'name-trick',
  'unreadable',
];

test('ham is not touched', { skip: skipWithout('spam-ham') }, () => {
  const files = [
    ...suiteFiles('spam-ham/spamassassin/ham', isData),
    ...suiteFiles('spam-ham/rspamd', (path) =>
      /\/(?:ham|newsletter|transactional|yand_forward|ics)[^/]*\.eml$/.test(path),
    ),
  ];
  assert.ok(files.length > 60);
  for (const file of files) {
    const { parts, limit } = takeApart(readFileSync(file), limits);
    assert.equal(limit, undefined, file);
    const traits = parts.flatMap((part) => part.traits);
    assert.deepEqual(
      traits.filter((trait) => DANGEROUS.includes(trait)),
      [],
      file,
    );
  }
});

test('what the suite of spam hides is named', { skip: skipWithout('spam-ham/rspamd') }, () => {
  const named = (file: string) => {
    const { parts } = takeApart(readFileSync(suitePath('spam-ham/rspamd', file)), limits);
    return new Set(parts.flatMap(({ traits }) => traits));
  };
  assert.ok(named('exe_attm.eml').has('executable'));
  assert.ok(named('zip-doublebad.eml').has('name-trick') && named('zip-doublebad.eml').has('executable'));
  assert.ok(named('rar4.eml').has('executable') && named('rar-date-bad-ext.eml').has('executable'));
  assert.ok(named('next2last-doublebad.eml').has('executable'));
  assert.ok(named('pdf_js.eml').has('script') && named('pdf_encrypted.eml').has('encrypted'));
});

test('a link that shows another domain is told', { skip: skipWithout('spam-ham/rspamd/phishing1.eml') }, () => {
  for (const [name, shown] of [
    ['phishing1', 'www.cnn.com'],
    ['phishing2', 'www.myspace.com'],
    ['phishing3', 'www.bank.com'],
  ]) {
    const { parts } = takeApart(readFileSync(suitePath('spam-ham/rspamd', `${name}.eml`)), limits);
    assert.deepEqual(
      parts
        .flatMap(({ links = [] }) => links)
        .map((link) => [link.host, link.shown])
        .at(0),
      ['www.example.net', shown],
    );
  }
});
