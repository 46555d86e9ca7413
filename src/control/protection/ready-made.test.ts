import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { skipWithout, suiteFiles } from '../../../test/support/suites.ts';
import { CONTENT_LIMITS } from '../../mail/inspect/content/limits.ts';
import { takeApart } from '../../mail/inspect/content/take-apart.ts';
import { compileRules } from '../../mail/inspect/rules/compile.ts';
import { evaluateRules, type RuleOutcome } from '../../mail/inspect/rules/evaluate.ts';
import type { Rule } from '../../mail/inspect/rules/rule.ts';
import type { Direction } from '../../mail/message.ts';
import { parseHeader } from '../../protocol/mime/header.ts';
import { READY_MADE, type ReadyMadeName } from './ready-made.ts';
import { readyMadeRules } from './ready-made-words.ts';

// What the ready-made sets do to real mail: all of them are on.

const RULES = compileRules([
  {
    of: 'operator',
    version: '1',
    rules: Object.values(READY_MADE).flatMap(({ rules }) =>
      rules.map((rule, index) => ({ ...rule, id: rule.name, position: index + 1, enabled: true }) as Rule),
    ),
  },
]);
const limits = { ...CONTENT_LIMITS, time: 60_000 };

function look(content: Buffer, direction: Direction): RuleOutcome {
  return evaluateRules(RULES, {
    envelope: {
      customer: 'acme',
      direction,
      stream: 'business',
      sender: 'a@b.example',
      recipients: ['c@d.example'],
      size: 1,
      at: 0,
    },
    header: parseHeader(content),
    content: takeApart(content, limits),
  });
}

function attached(name: string, octets: Buffer): Buffer {
  const header =
    'From: <a@b.example>\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n' +
    `Content-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
  return Buffer.from(header + octets.toString('base64').replaceAll(/.{76}/g, '$&\r\n'));
}

const written = (text: string) => Buffer.from(`From: <a@b.example>\r\nSubject: x\r\n\r\n${text}\r\n`);

function names({ matches }: RuleOutcome): string[] {
  return matches.map(({ name }) => name);
}

test('every rule has its name and its notes in each language', () => {
  const said = (set: ReadyMadeName, language: 'en' | 'de' | 'fr') =>
    readyMadeRules(set, language).flatMap(({ name, actions }) => [
      name,
      ...actions.flatMap((action) => ('note' in action && action.note !== undefined ? [action.note] : [])),
    ]);
  for (const set of Object.keys(READY_MADE) as ReadyMadeName[]) {
    for (const language of ['de', 'fr'] as const) {
      const english = new Set(said(set, 'en'));
      assert.deepEqual(
        said(set, language).filter((text) => english.has(text)),
        [],
        language,
      );
    }
  }
});

describe('ham', { skip: skipWithout('spam-ham/spamassassin/ham') }, () => {
  for (const folder of ['ham', 'ham-newsletters']) {
    test(`${folder} is met by no rule, coming or leaving`, () => {
      const files = suiteFiles(`spam-ham/spamassassin/${folder}`, (path) => !/LICENSE|NOTICE/.test(path));
      assert.ok(files.length > 3);
      for (const file of files) {
        const content = readFileSync(file);
        assert.deepEqual(names(look(content, 'inbound')), [], file);
        assert.deepEqual(names(look(content, 'outbound')), [], file);
      }
    });
  }
});

describe('macros', { skip: skipWithout('office-docs') }, () => {
  const isMacro = (path: string) => /excel4-macros\/|dde-(?!.*\.zip$)/.test(path);

  test('every sample is kept from people when it comes from outside', () => {
    const files = suiteFiles('office-docs', isMacro);
    assert.ok(files.length > 10);
    for (const file of files) {
      const { kind } = look(attached(basename(file), readFileSync(file)), 'inbound').verdict;
      assert.ok(kind === 'reject' || kind === 'quarantine', `${file}: ${kind}`);
    }
  });

  test('documents without macros pass', () => {
    const files = suiteFiles('office-docs', (path) => /\/harmless/.test(path));
    assert.ok(files.length >= 5);
    for (const file of files) {
      assert.deepEqual(names(look(attached(basename(file), readFileSync(file)), 'inbound')), [], file);
    }
  });
});

describe('dangerous attachments', () => {
  for (const [name, octets] of [
    ['setup.exe', Buffer.from('MZ nothing much')],
    [
      'holiday.jpg',
      Buffer.concat([Buffer.from('MZ'), Buffer.alloc(58), Buffer.from([64, 0, 0, 0]), Buffer.from('PE\0\0')]),
    ],
    ['invoice.pdf.lnk', Buffer.from('x')],
    ['Photo.SCR ', Buffer.from('x')],
  ] as const) {
    test(`${name} is refused`, () => {
      for (const direction of ['inbound', 'outbound'] as const) {
        assert.equal(look(attached(name, octets), direction).verdict.kind, 'reject');
      }
    });
  }

  test('archives with a password wait', { skip: skipWithout('archives/haraka') }, () => {
    for (const file of suiteFiles('archives/haraka', (path) => /encrypt|password/.test(path))) {
      assert.ok(
        names(look(attached('a.zip', readFileSync(file)), 'inbound')).includes(
          'Archives and documents with a password',
        ),
        file,
      );
    }
  });
});

describe('personal data leaving', () => {
  const held: [string, string][] = [
    ['Payment cards', 'my card is 4111 1111 1111 1111, valid till 12/28'],
    [
      'Many bank accounts',
      'LU28 0019 4006 4475 0000, DE89 3704 0044 0532 0130 00, FR14 2004 1010 0505 0001 3M02 606, BE68 5390 0754 7034, NL91 ABNA 0417 1643 00',
    ],
  ];
  for (const [rule, text] of held) {
    test(`${rule} wait for a person when they leave, and pass when they come`, () => {
      const outcome = look(written(text), 'outbound');
      assert.deepEqual(names(outcome), [rule]);
      assert.equal(outcome.verdict.kind, 'hold');
      assert.deepEqual(names(look(written(text), 'inbound')), []);
    });
  }

  test('one account below an invoice, and numbers that are none, pass', () => {
    const text =
      'Please pay to LU28 0019 4006 4475 0000. Order 4111 1111 1111 1112, phone +352 26 25 26 27, id 1893120105733';
    assert.deepEqual(names(look(written(text), 'outbound')), []);
  });
});
