import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { skipWithout, suiteFiles, suitePath } from '../../../test/support/suites.ts';
import { parseAddressList } from './address-list.ts';
import { decodeWords } from './encoded-word.ts';
import {
  countHops,
  editHeader,
  fieldsNamed,
  fieldText,
  firstText,
  type HeaderEdit,
  messageIdOf,
  openHeader,
  parseHeader,
  subjectOf,
} from './header.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 1000);

const MESSAGE = Buffer.from(
  [
    'Received: from a by b',
    'received : from c by d',
    'Subject: =?utf-8?q?Sal=C3=A9?=',
    ' =?utf-8?q?_2?=',
    'FROM: Ann',
    '\t<ann@acme.test>',
    'Message-ID: <1@acme.test>',
    '',
    'From: body@evil.test',
    '',
  ].join('\r\n'),
);

describe('header', () => {
  test('fields are found with their place, names in any case, folded lines together', () => {
    const header = parseHeader(MESSAGE);
    assert.deepEqual(
      header.fields.map((field) => field.name),
      ['received', 'received', 'subject', 'from', 'message-id'],
    );
    assert.equal(firstText(header, 'from'), 'Ann\t<ann@acme.test>');
    assert.equal(subjectOf(header), 'Salé 2');
    assert.equal(messageIdOf(header), '1@acme.test');
    assert.equal(countHops(header), 2);
    assert.equal(header.strayLines, 0);
    assert.equal(MESSAGE.toString('latin1', header.end, header.end + 2), '\r\n');
  });

  test('the body is no header, a header without a body is whole', () => {
    assert.equal(parseHeader(Buffer.from('\r\nFrom: a@b.test\r\n')).fields.length, 0);
    const alone = parseHeader(Buffer.from('From: a@b.test\r\n'));
    assert.equal(alone.fields.length, 1);
    assert.equal(alone.end, alone.octets.length);
    assert.equal(parseHeader(Buffer.alloc(0)).fields.length, 0);
    assert.equal(firstText(parseHeader(Buffer.from('From: a@b.test')), 'from'), 'a@b.test');
  });

  test('lines that are no field are counted, and do not hide what follows', () => {
    const header = parseHeader(Buffer.from('From ann Mon\r\n folded\r\nno colon\r\nFrom: a@b.test\r\n\r\n'));
    assert.equal(header.strayLines, 3);
    assert.equal(fieldsNamed(header, 'from').length, 1);
  });

  test('how content begins: every receiver reads the same header', () => {
    const TABLE: readonly [content: string, becomes: string | undefined, fields: string[]][] = [
      ['From: a\r\n\r\nx\r\n', 'From: a\r\n\r\nx\r\n', ['from']],
      ['\r\nFrom: a\r\n', '\r\nFrom: a\r\n', []],
      ['', '', []],
      ['Hello\r\nFrom: a\r\n\r\nx\r\n', '\r\nHello\r\nFrom: a\r\n\r\nx\r\n', []],
      [': x\r\n', '\r\n: x\r\n', []],
      ['From a Mon Sep 1 0:0:0\r\nTo: b\r\n\r\nx\r\n', 'To: b\r\n\r\nx\r\n', ['to']],
      ['>From a\r\nFrom b\r\nTo: b\r\n', 'To: b\r\n', ['to']],
      ['From a\r\nHello\r\nTo: b\r\n', '\r\nHello\r\nTo: b\r\n', []],
      ['From a\r\n', '', []],
      ['From a\r\n To: b\r\n', undefined, []],
      [' To: b\r\n', undefined, []],
      ['\tTo: b\r\n', undefined, []],
      ['To: b\r\nstray\r\nCc: c\r\n\r\n', 'To: b\r\nstray\r\nCc: c\r\n\r\n', ['to', 'cc']],
    ];
    for (const [content, becomes, fields] of TABLE) {
      const octets = Buffer.from(content);
      const opened = openHeader(octets);
      assert.equal(opened && editHeader(octets, opened.edits).toString(), becomes, content);
      assert.deepEqual(opened?.header.fields.map((field) => field.name) ?? [], fields, content);
    }
  });

  test('edits change the named fields and not an octet besides', () => {
    const header = parseHeader(MESSAGE);
    const [first] = fieldsNamed(header, 'received');
    const [from] = fieldsNamed(header, 'from');
    assert.ok(first && from);
    const edited = editHeader(MESSAGE, [
      { kind: 'replace', field: from, octets: Buffer.from('From: <x@acme.test>\r\n') },
      { kind: 'remove', field: first },
      { kind: 'remove', field: first },
    ]);
    const expected = MESSAGE.toString()
      .replace('Received: from a by b\r\n', '')
      .replace('FROM: Ann\r\n\t<ann@acme.test>\r\n', 'From: <x@acme.test>\r\n');
    assert.equal(edited.toString(), expected);
    assert.equal(editHeader(MESSAGE, []), MESSAGE);
  });

  test('any octets: fields cover the header without gaps but stray lines, and no edit is lost', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'From: a@b\r\n',
        'X: y\r\n',
        ' folded\r\n',
        '\t\r\n',
        'stray\r\n',
        ': x\r\n',
        'A\r\n',
        '\n',
        '\r',
        'é: ü\r\n',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const octets = Buffer.from(pieces.join(''));
        const header = parseHeader(octets);
        let at = 0;
        for (const field of header.fields) {
          assert.ok(field.start >= at && field.value > field.start && field.end >= field.value);
          at = field.end;
          fieldText(header, field);
        }
        assert.ok(at <= header.end && header.end <= octets.length);
        const edits = header.fields.map((field): HeaderEdit => ({ kind: 'remove', field }));
        const kept = header.fields.reduce((sum, field) => sum - (field.end - field.start), octets.length);
        assert.equal(editHeader(octets, edits).length, kept);
        subjectOf(header);
        messageIdOf(header);
        for (const field of fieldsNamed(header, 'from')) parseAddressList(fieldText(header, field));
      }),
      { numRuns: RUNS },
    );
  });

  test('real messages: all fields are found, removing nothing changes nothing', {
    skip: skipWithout('mime-cpython'),
  }, () => {
    for (const folder of ['mime-cpython', 'mime-mail-parser', 'mime-mime4j', 'mime-postfix', 'spam-ham']) {
      for (const file of suiteFiles(folder, (path) => /\.(txt|eml|msg|crlf)$/.test(path))) {
        const octets = readFileSync(file);
        const header = parseHeader(octets);
        const again = Buffer.concat([octets.subarray(0, header.end), octets.subarray(header.end)]);
        assert.ok(again.equals(octets), file);
        const all = header.fields.map(
          (field): HeaderEdit => ({ kind: 'replace', field, octets: octets.subarray(field.start, field.end) }),
        );
        assert.ok(editHeader(octets, all).equals(octets), file);
      }
    }
  });
});

interface ExpectedAddress {
  name: string | null;
  address: string | null;
}
interface AddressCase {
  header: string;
  expected: { List?: ExpectedAddress[]; Group?: { addresses: ExpectedAddress[] }[] };
}

// What the suite reads leniently and we must not: links in angle brackets, words that are no address.
const NO_ADDRESSES = /^(https?:|ftp:|mailto:|NO$)/;
// A backslash before a line end: unfolded it quotes the space (RFC 5322 3.2.1), so the comment ends where the suite
// reads on. Two readings are none.
const AMBIGUOUS = /\\\n/;

describe('address list', () => {
  test('the published lists', { skip: skipWithout('addresses') }, () => {
    const cases = JSON.parse(
      readFileSync(suitePath('addresses', 'header-address-lists.json'), 'utf8'),
    ) as AddressCase[];
    for (const { header, expected } of cases) {
      const all = expected.List ?? expected.Group?.flatMap((group) => group.addresses) ?? [];
      const addresses = all.flatMap(({ address }) => address ?? []);
      // The value alone: it ends at a line that does not go on (the suite has such lines behind some).
      const octets = Buffer.from(`From: ${header.replaceAll(/\r?\n/g, '\r\n')}\r\n\r\n`);
      const value = firstText(parseHeader(octets), 'from') ?? '';
      const list = parseAddressList(value);
      if (AMBIGUOUS.test(header) || addresses.some((address) => NO_ADDRESSES.test(address))) {
        assert.ok(list.kind === 'unreadable' || list.mailboxes.length === 0, header);
        continue;
      }
      assert.equal(list.kind, 'list', header);
      const read = list.kind === 'list' ? list.mailboxes.map((one) => `${one.localPart}@${one.domain}`) : [];
      const wanted = addresses.map((address) => {
        const plain = address.replaceAll(/\s/g, '').replace(/^@[^:]*:/, '');
        return `${plain.slice(0, plain.lastIndexOf('@'))}@${plain.slice(plain.lastIndexOf('@') + 1).toLowerCase()}`;
      });
      assert.deepEqual(read, wanted, header);
    }
  });

  const TABLE: readonly [value: string, mailboxes: string[] | 'unreadable', stray?: string[]][] = [
    ['ann@acme.test', ['ann@acme.test']],
    ['Ann <ANN@Acme.TEST>', ['ANN@acme.test']],
    ['"ceo@bank.test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"\'ceo@bank.test\' via List" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ann@acme.test" <ann@acme.test>', ['ann@acme.test'], ['ann@acme.test']],
    ['ann@acme.test (ceo@bank.test)', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@bank.test": ann@acme.test;', ['ann@acme.test'], ['ceo@bank.test']],
    ['<ann@acme.test> "ceo@bank.test"', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo\uff20bank.test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"Sales @ Acme, Team@Work, v@2.0" <ann@acme.test>', ['ann@acme.test']],
    ['=?utf-8?b?Y2VvQGJhbms=?= =?utf-8?q?=2Etest?= <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['ceo@bank.test <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    // What no piece shows by itself, but the pieces side by side do.
    ['"ceo@bank"\ufe6bbank.test <ann@acme.test>', ['ann@acme.test'], ['bank@bank.test']],
    ['"ceo"\uff20bank.test <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['ceo (@bank.test) <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['ceo <ann@acme.test> \uff20bank.test', ['ann@acme.test'], ['ceo@bank.test']],
    ['<ann@acme.test>\uff20bank.test', ['ann@acme.test'], ['x@bank.test']],
    ['"ceo@ba"nk.test <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@bank" .test <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@ba"(x)nk.test <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@ba"=?utf-8?q?nk.test?= <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    // Marks around the sign that a reader passes over.
    ['"\\"ceo\\"@bank.test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"\'ceo\'@bank.test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo @ bank.test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@@bank.test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@<bank.test>" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@.bank.test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    // What is not seen, and what is seen otherwise than it is written.
    ['"ceo@\u200bbank\u00ad.te\u2060st" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@bank\u3002test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"ceo@bank\uff61test" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['"\u202etset.knab@oec" <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    ['=?utf-7?q?ceo+AEA-bank.test?= <ann@acme.test>', ['ann@acme.test'], ['ceo@bank.test']],
    // An own domain that goes on with a mark no name has.
    ['"ann@acme.test_bank.test" <ann@acme.test>', ['ann@acme.test'], ['ann@acme.test', 'ann@bank.test']],
    ['"ann@acme.test\u2010bank.test" <ann@acme.test>', ['ann@acme.test'], ['ann@acme.test', 'ann@bank.test']],
    // No addresses.
    ['"@bank.test" <ann@acme.test>', ['ann@acme.test']],
    ['"Ann (Sales @ Acme) v@2.0, \uff20home" <ann.smith@acme.test>', ['ann.smith@acme.test']],
    ['"Ann @" <ann.smith@acme.test>', ['ann.smith@acme.test']],
    ['Ann \u00c9t\u00e9 <ann@acme.test>, "Bob. Smith" <bob@acme.test>', ['ann@acme.test', 'bob@acme.test']],
    ['Smith, John <john@acme.test>', ['john@acme.test']],
    ['"a b"@acme.test', ['a b@acme.test']],
    ['""@acme.test', ['@acme.test']],
    ['ann@müller.test', ['ann@xn--mller-kva.test']],
    ['ann@[192.0.2.1]', ['ann@[192.0.2.1]']],
    ['(comment (nested \\) )) ann@acme.test', ['ann@acme.test']],
    ['=?utf-8?q?a=40bank.test?= <ann@acme.test>', ['ann@acme.test'], ['a@bank.test']],
    ['Group: a@x.test, b@y.test;', ['a@x.test', 'b@y.test']],
    ['undisclosed:;', []],
    ['', []],
    ['<ann@acme.test> <bob@evil.test>', 'unreadable'],
    ['ann@acme.test bob@evil.test', 'unreadable'],
    ['ann@acme.test@evil.test', 'unreadable'],
    ['<ann@acme.test', 'unreadable'],
    ['"ann <ann@acme.test>', 'unreadable'],
    ['(ann <ann@acme.test>', 'unreadable'],
    ['John Doe@acme.test', 'unreadable'],
    ['ann@acme..test', 'unreadable'],
    ['ann@', 'unreadable'],
    ['@acme.test', 'unreadable'],
    ['<>', 'unreadable'],
    ['=?utf-8?q?<bob@evil.test>,?= <ann@acme.test>', ['bob@evil.test', 'ann@acme.test']],
    ['A: B: ann@acme.test;;', 'unreadable'],
    ['ann\u0000@acme.test', 'unreadable'],
  ];
  test('a table of our own', () => {
    for (const [value, mailboxes, stray = []] of TABLE) {
      const list = parseAddressList(value);
      const text = (one: { localPart: string; domain: string }) => `${one.localPart}@${one.domain}`;
      if (mailboxes === 'unreadable') assert.equal(list.kind, 'unreadable', value);
      else {
        assert.equal(list.kind, 'list', value);
        assert.deepEqual(list.kind === 'list' && list.mailboxes.map(text), mailboxes, value);
        assert.deepEqual(list.kind === 'list' && list.stray.map(text), stray, value);
      }
    }
  });

  test('any text is read or refused, in time that grows with its length', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '@',
      ':',
      ';',
      ',',
      '"',
      '(',
      ')',
      '[',
      ']',
      '\\',
      ' ',
      'a',
      '.',
      'x.test',
      'é',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const list = parseAddressList(pieces.join(''));
        if (list.kind === 'list') for (const one of list.mailboxes) assert.ok(one.domain.length > 0);
      }),
      { numRuns: RUNS },
    );
    for (const unit of ['(', '"', 'a@b.test,', '<', ':', 'a ', '\\', '@', '=?', '=?a?q?', '@x.test']) {
      // Of the processor: others may have the machine meanwhile.
      const before = process.cpuUsage();
      parseAddressList(unit.repeat(200_000));
      parseAddressList(`"${unit.repeat(30_000)}" <a@b.test>`);
      assert.ok(process.cpuUsage(before).user < 2_000_000, unit);
    }
  });
});

describe('encoded words', () => {
  const TABLE: readonly [string, string][] = [
    ['plain', 'plain'],
    ['=?utf-8?q?a_b=C3=A9?= c', 'a bé c'],
    ['=?UTF-8?B?w6k=?= =?utf-8?b?w6k=?=', 'éé'],
    // A character cut in two by a careless sender.
    ['=?utf-8?b?ww==?=\r\n =?utf-8?b?qQ==?='.replace('\r\n', ''), 'é'],
    ['=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=', 'éé'],
    ['=?nonsense?q?=E9?=', 'é'],
    ['=?utf-8?x?abc?=', '=?utf-8?x?abc?='],
    ['=?utf-8?q?open', '=?utf-8?q?open'],
    ['=?utf-7?q?ceo+AEA-bank+-1_+AOkA6Q-?=', 'ceo@bank+1 éé'],
    ['=?unicode-1-1-utf-7?b?K0FFQQ==?=', '@'],
  ];
  test('table', () => {
    for (const [encoded, text] of TABLE) assert.equal(decodeWords(encoded), text);
  });
});
