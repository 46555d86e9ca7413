import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  formatMailNotices,
  formatRecipientNotices,
  parseEnvid,
  parseNotify,
  parseOriginalRecipient,
  parseRet,
} from './notice-parameters.ts';
import { decodeUtf8Address, decodeXtext, encodeUtf8Address, encodeXtext } from './xtext.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);

test('xtext is read strictly (RFC 3461 4)', () => {
  const cases: [string, string | undefined][] = [
    ['QQ314159', 'QQ314159'],
    ['a+2Bb+3Dc', 'a+b=c'],
    ['with+20space', 'with space'],
    ['', ''],
    ['a+2bb', undefined],
    ['a+b', undefined],
    ['a=b', undefined],
    ['a b', undefined],
    ['a+', undefined],
    ['ü', undefined],
  ];
  for (const [xtext, text] of cases) assert.equal(decodeXtext(xtext), text, xtext);
});

test('ENVID, RET and NOTIFY', () => {
  assert.equal(parseEnvid('QQ+2B1'), 'QQ+1');
  assert.equal(parseEnvid('a'.repeat(100)), 'a'.repeat(100));
  for (const bad of ['', 'a'.repeat(101), 'a+0Ab', 'a+7Fb', 'x+FF', 'ü']) assert.equal(parseEnvid(bad), undefined, bad);
  assert.equal(parseRet('full'), 'full');
  assert.equal(parseRet('HDRS'), 'headers');
  for (const bad of ['', 'HEADERS', 'FULL,HDRS']) assert.equal(parseRet(bad), undefined, bad);
  assert.deepEqual(parseNotify('NEVER'), []);
  assert.deepEqual(parseNotify('never'), []);
  assert.deepEqual(parseNotify('SUCCESS,failure,DELAY'), ['success', 'failure', 'delay']);
  assert.deepEqual(parseNotify('DELAY,DELAY'), ['delay']);
  for (const bad of ['', 'NEVER,FAILURE', 'FAILURE,', ',FAILURE', 'FAIL', 'SUCCESS;DELAY']) {
    assert.equal(parseNotify(bad), undefined, bad);
  }
});

test('ORCPT, with the forms of RFC 6533 3', () => {
  const cases: [string, boolean, { type: string; address: string } | undefined][] = [
    ['rfc822;Bob@example.org', false, { type: 'rfc822', address: 'Bob@example.org' }],
    ['rfc822;a+2Bb@example.org', false, { type: 'rfc822', address: 'a+b@example.org' }],
    ['x400;/S=', false, undefined],
    ['x400;/S+3Dbob/', false, { type: 'x400', address: '/S=bob/' }],
    ['utf-8;j\\x{FC}rgen@ex.org', false, { type: 'utf-8', address: 'jürgen@ex.org' }],
    ['UTF-8;\\x{1F4E7}\\x{2B}x@ex.org', false, { type: 'UTF-8', address: '📧+x@ex.org' }],
    ['utf-8;a+2Bb@ex.org', false, { type: 'utf-8', address: 'a+b@ex.org' }],
    ['utf-8;jürgen@ex.org', true, { type: 'utf-8', address: 'jürgen@ex.org' }],
    ['utf-8;jürgen@ex.org', false, undefined],
    ['rfc822;jürgen@ex.org', true, undefined],
    ['rfc822;j+C3+BCrgen+2Bx@ex.org', true, { type: 'utf-8', address: 'jürgen+x@ex.org' }],
    ['rfc822;j+FCrgen@ex.org', true, undefined],
    ['rfc822;j+C2+85rgen@ex.org', true, undefined],
    ['x400;j+C3+BCrgen@ex.org', true, undefined],
    ['utf-8;\\x{D800}@ex.org', true, undefined],
    ['utf-8;\\x{110000}@ex.org', true, undefined],
    ['utf-8;\\x{0A}@ex.org', true, undefined],
    ['utf-8;\\x{A}@ex.org', true, undefined],
    ['utf-8;no-domain', true, undefined],
    ['utf-8;\\y@ex.org', true, undefined],
    ['rfc822', false, undefined],
    ['rfc822;', false, undefined],
    [';bob@example.org', false, undefined],
    ['rfc 822;bob@example.org', false, undefined],
    ['rfc822;a+0D+0Ab@example.org', false, undefined],
    [`rfc822;${'a'.repeat(500)}`, false, undefined],
  ];
  for (const [value, smtpUtf8, expected] of cases) {
    assert.deepEqual(parseOriginalRecipient(value, smtpUtf8), expected, value);
  }
});

test('what was read is written so that the next server reads the same', () => {
  assert.equal(formatMailNotices({}), '');
  assert.equal(formatMailNotices({ ret: 'headers', envid: 'a b=c' }), ' RET=HDRS ENVID=a+20b+3Dc');
  assert.equal(formatRecipientNotices({}, false), '');
  assert.equal(formatRecipientNotices({ notify: [] }, false), ' NOTIFY=NEVER');
  const original = { type: 'utf-8', address: 'jürgen@ex.org' };
  assert.equal(
    formatRecipientNotices({ notify: ['success', 'delay'], original }, false),
    ' NOTIFY=SUCCESS,DELAY ORCPT=utf-8;j\\x{FC}rgen@ex.org',
  );
  assert.equal(formatRecipientNotices({ original }, true), ' ORCPT=utf-8;jürgen@ex.org');
});

test(`any text goes there and back (${RUNS} runs)`, () => {
  const ascii = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(ascii, (text) => {
      assert.equal(decodeXtext(encodeXtext(text)), text);
    }),
    { numRuns: RUNS },
  );
  const shown = fc.string({ unit: 'grapheme' }).filter((text) => !/[\x00-\x1f\x7f-\x9f]/.test(text));
  fc.assert(
    fc.property(shown, fc.boolean(), (text, raw) => {
      const written = encodeUtf8Address(text, raw);
      if (!raw) assert.match(written, /^[\x21-\x7e]*$/);
      assert.equal(decodeUtf8Address(written, raw), text);
    }),
    { numRuns: RUNS },
  );
});
