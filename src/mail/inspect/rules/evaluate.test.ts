import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseHeader } from '../../../protocol/mime/header.ts';
import type { ContentPart, TakenApart } from '../content/taken-apart.ts';
import { compileRules } from './compile.ts';
import { evaluateRules, type RuleEnvelope } from './evaluate.ts';
import type { Action, Condition, Rule } from './rule.ts';

const ENVELOPE: RuleEnvelope = {
  customer: 'acme',
  direction: 'inbound',
  stream: 'business',
  sender: 'bounce@News.example',
  recipients: ['anna@acme.test', 'Bob@acme.test'],
  size: 5000,
  at: Date.UTC(2026, 10, 22, 12), // a Sunday
};

const HEADER = parseHeader(
  Buffer.from(
    'From: "Offers" <Offers@shop.example>\r\nSubject: =?utf-8?q?R=C3=A9union_secr=C3=A8te?=\r\nX-Kind: One\r\n\r\n',
  ),
);

function part(fields: Partial<ContentPart>): ContentPart {
  return {
    path: '1',
    mimePart: 1,
    depth: 0,
    names: [],
    declaredType: 'text/plain',
    type: 'text/plain',
    size: 100,
    traits: [],
    ...fields,
  };
}

const BODY = part({ text: 'Please pay to LU28 0019 4006 4475 0000 today' });
const HTML = part({
  path: '2',
  mimePart: 2,
  declaredType: 'text/html',
  type: 'text/html',
  text: 'Please pay to LU28 0019 4006 4475 0000 today',
  links: [{ host: 'pay.evil.example', url: 'https://pay.evil.example/', shown: 'bank.example' }],
});
const ZIP = part({
  path: '3',
  mimePart: 3,
  names: ['invoice.zip'],
  declaredType: 'application/zip',
  type: 'application/zip',
  traits: ['archive'],
  size: 2000,
});
const EXE = part({
  path: '3 > invoice.zip > Invoice.PDF.exe. ',
  mimePart: 3,
  depth: 1,
  names: ['Invoice.PDF.exe. '],
  declaredType: '',
  type: 'application/vnd.microsoft.portable-executable',
  traits: ['executable', 'name-trick'],
  size: 90_000,
});

const CONTENT: TakenApart = { parts: [BODY, HTML, ZIP, EXE], faults: [], hidden: [] };

function rule(conditions: Condition[], actions: Action[] = [{ do: 'reject' }], more: Partial<Rule> = {}): Rule {
  return { id: 'r1', name: 'Rule one', position: 1, enabled: true, conditions, actions, last: false, ...more };
}

function evaluate(rules: Rule[], content: Partial<TakenApart> = {}, envelope: Partial<RuleEnvelope> = {}) {
  return evaluateRules(compileRules([{ of: 'customer', version: '1', rules }]), {
    envelope: { ...ENVELOPE, ...envelope },
    header: HEADER,
    content: { ...CONTENT, ...content },
  });
}

function meets(...conditions: Condition[]): boolean {
  return evaluate([rule(conditions)]).matches.length === 1;
}

describe('conditions', () => {
  const held: [string, Condition][] = [
    ['direction', { on: 'direction', is: 'inbound' }],
    ['customer', { on: 'customer', in: ['globex', 'acme'] }],
    ['stream', { on: 'stream', in: ['bulk', 'business'] }],
    ['sender of the envelope', { on: 'sender', in: ['bounce@news.example'] }],
    ['sender of From', { on: 'sender', in: ['offers@shop.example'] }],
    ['domain of a sender', { on: 'sender', in: ['@shop.example'] }],
    ['domains below', { on: 'sender', in: ['@.example'] }],
    ['recipient', { on: 'recipient', in: ['bob@acme.test'] }],
    ['size', { on: 'size', over: 4999 }],
    ['recipients', { on: 'recipients', over: 1 }],
    ['header is there', { on: 'header', name: 'x-kind' }],
    ['header has', { on: 'header', name: 'Subject', has: 'RÉUNION' }],
    ['header matches', { on: 'header', name: 'X-Kind', matches: '^one$' }],
    ['type by content', { on: 'attachment-type', in: ['application/zip'] }],
    ['type by pattern', { on: 'attachment-type', in: ['application/vnd.microsoft.*'] }],
    ['name, in an archive, with dots and spaces behind', { on: 'attachment-name', in: ['*.exe'] }],
    ['traits', { on: 'attachment', has: ['macro', 'executable'] }],
    ['size of an attachment', { on: 'attachment-size', over: 80_000 }],
    ['host of a link', { on: 'link', in: ['evil.example'] }],
    ['link that shows another', { on: 'link-mismatch' }],
    ['words', { on: 'words', in: ['secrète', 'geheim'], where: 'subject' }],
    ['words of a body', { on: 'words', in: ['PLEASE pay'], where: 'body' }],
    ['pattern', { on: 'pattern', matches: 'LU\\d\\d', where: 'body' }],
    ['data', { on: 'data', is: ['iban'] }],
    ['time', { on: 'time', days: [7], from: '12:00', to: '14:00', zone: 'Europe/Luxembourg' }],
    ['time across midnight', { on: 'time', days: [7], from: '13:00', to: '01:00', zone: 'Europe/Luxembourg' }],
  ];
  for (const [name, condition] of held) {
    test(name, () => {
      assert.equal(meets(condition), true);
    });
  }

  const missed: [string, Condition][] = [
    ['direction', { on: 'direction', is: 'outbound' }],
    ['customer', { on: 'customer', in: ['globex'] }],
    ['stream', { on: 'stream', in: ['bulk'] }],
    ['a domain means no domain below it', { on: 'sender', in: ['@example'] }],
    ['the end of a domain is no domain', { on: 'sender', in: ['@.op.example'] }],
    ['recipient', { on: 'recipient', in: ['@other.test'] }],
    ['size is past', { on: 'size', over: 5000 }],
    ['recipients', { on: 'recipients', over: 2 }],
    ['header', { on: 'header', name: 'x-other' }],
    ['header has both', { on: 'header', name: 'X-Kind', has: 'one', matches: 'two' }],
    ['a body is no attachment', { on: 'attachment-type', in: ['text/*'] }],
    ['name', { on: 'attachment-name', in: ['*.ex'] }],
    ['trait', { on: 'attachment', has: ['macro'] }],
    ['fault', { on: 'fault' }],
    ['the end of a host is no domain', { on: 'link', in: ['il.example'] }],
    ['words elsewhere', { on: 'words', in: ['secrète'], where: 'body' }],
    ['too few words', { on: 'words', in: ['please', 'nothing'], where: 'body', min: 2 }],
    ['the same number twice is one', { on: 'data', is: ['iban'], min: 2 }],
    ['time', { on: 'time', days: [], from: '13:01', to: '12:59', zone: 'Europe/Luxembourg' }],
    ['another day', { on: 'time', days: [1, 2, 3, 4, 5, 6], from: '00:00', to: '23:59', zone: 'UTC' }],
  ];
  for (const [name, condition] of missed) {
    test(`not: ${name}`, () => {
      assert.equal(meets(condition), false);
      if (condition.on === 'attachment-type') return; // turned around, it speaks of one attachment
      assert.equal(meets({ ...condition, not: true }), true);
    });
  }

  test('all conditions must hold, and none is met by every message', () => {
    assert.equal(meets(), true);
    assert.equal(meets({ on: 'size', over: 1 }, { on: 'recipients', over: 9 }), false);
  });

  test('conditions about attachments speak of one and the same', () => {
    assert.equal(
      meets({ on: 'attachment-type', in: ['application/zip'] }, { on: 'attachment-size', over: 80_000 }),
      false,
    );
    assert.equal(meets({ on: 'attachment-name', in: ['*.exe'] }, { on: 'attachment-size', over: 80_000 }), true);
    assert.equal(meets({ not: true, on: 'attachment-type', in: ['application/zip'] }), true);
    const types = ['application/zip', 'application/vnd.*'];
    assert.equal(meets({ not: true, on: 'attachment-type', in: types }), false);
  });

  test('the null sender has a name of its own', () => {
    const fromNobody = evaluate([rule([{ on: 'sender', in: ['<>'] }])], {}, { sender: '' });
    assert.equal(fromNobody.matches.length, 1);
    assert.equal(meets({ on: 'sender', in: ['<>'] }), false);
  });

  test('every From counts, for readers differ in which they show', () => {
    const header = parseHeader(Buffer.from('From: <a@one.example>\r\nFrom: b@two.example\r\n\r\n'));
    const rules = compileRules([
      { of: 'operator', version: '1', rules: [rule([{ on: 'sender', in: ['@two.example'] }])] },
    ]);
    assert.equal(evaluateRules(rules, { envelope: ENVELOPE, header, content: CONTENT }).matches.length, 1);
  });

  test('a name with many stars takes no time', () => {
    const name = `${'a'.repeat(5000)}b`;
    const began = performance.now();
    const pattern = `${'*a'.repeat(50)}c`;
    const found = evaluate([rule([{ on: 'attachment-name', in: [pattern] }])], { parts: [part({ names: [name] })] });
    assert.equal(found.matches.length, 0);
    assert.ok(performance.now() - began < 1000);
  });
});

describe('what follows', () => {
  test('the strictest verdict of all rules counts', () => {
    const outcome = evaluate([
      rule([], [{ do: 'quarantine', note: 'look at it' }], { id: 'a' }),
      rule([], [{ do: 'pass' }], { id: 'b' }),
      rule([], [{ do: 'subject-tag', text: '[out]' }], { id: 'c' }),
    ]);
    assert.deepEqual(outcome.verdict, { kind: 'quarantine', reason: { kind: 'quarantine', note: 'look at it' } });
    assert.deepEqual(
      outcome.matches.map((match) => match.rule),
      ['a', 'b', 'c'],
    );
  });

  test('no rule is looked at behind the last one, of whichever set', () => {
    const operator = [rule([], [{ do: 'pass' }], { id: 'a', last: true })];
    const rules = compileRules([
      { of: 'operator', version: '1', rules: operator },
      { of: 'customer', version: '2', rules: [rule([], [{ do: 'reject' }], { id: 'b' })] },
    ]);
    const outcome = evaluateRules(rules, { envelope: ENVELOPE, header: HEADER, content: CONTENT });
    assert.equal(outcome.verdict.kind, 'pass');
    assert.deepEqual(outcome.matches[0]?.of, 'operator');
  });

  test('a rule that is off is none', () => {
    assert.equal(evaluate([rule([], [{ do: 'reject' }], { enabled: false })]).verdict.kind, 'pass');
  });

  test('parts that met the conditions are taken out, each once', () => {
    const outcome = evaluate([rule([{ on: 'attachment', has: ['archive', 'executable'] }], [{ do: 'remove-part' }])]);
    assert.equal(outcome.verdict.kind, 'strip');
    assert.deepEqual(outcome.edits, [{ kind: 'remove-parts', parts: [3], note: 'Rule one' }]);
    assert.deepEqual(outcome.matches[0]?.parts, ['3', '3 > invoice.zip > Invoice.PDF.exe. ']);
  });

  test('fields, tags, disclaimers, copies and notices', () => {
    const outcome = evaluate([
      rule(
        [],
        [
          { do: 'header', name: 'X-Origin', value: 'outside' },
          { do: 'subject-tag', text: '[outside]' },
          { do: 'disclaimer', text: 'From outside.' },
          { do: 'copy', to: 'archive@acme.test' },
          { do: 'notify', to: ['it@acme.test'] },
        ],
      ),
    ]);
    assert.equal(outcome.verdict.kind, 'tag');
    assert.deepEqual(outcome.edits, [
      { kind: 'field', text: 'X-Origin: outside\r\n' },
      { kind: 'subject-tag', text: '[outside]' },
      { kind: 'disclaimer', text: 'From outside.' },
    ]);
    assert.deepEqual(outcome.effects, [
      { kind: 'copy', to: 'archive@acme.test' },
      { kind: 'notify', to: ['it@acme.test'], rule: 'Rule one' },
    ]);
  });
});
