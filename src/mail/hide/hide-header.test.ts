import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { corpus } from '../../../test/interop/corpus.ts';
import { skipWithout } from '../../../test/support/suites.ts';
import { editHeader, firstText, type HeaderEdit, parseHeader } from '../../protocol/mime/header.ts';
import type { CustomerFact, DomainFact } from '../authorise/directory.ts';
import type { CustomerId } from '../message.ts';
import { fieldKind } from './fields.ts';
import { type HideOptions, hideHeader } from './hide-header.ts';
import { isInsideHost } from './inside-host.ts';
import { createMessageIds } from './message-ids.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 1000);

const acme = 'acme' as CustomerId;
const customer: CustomerFact = {
  id: acme,
  name: 'Acme',
  state: 'live',
  pools: [],
  streams: [],
  mailhosts: [{ host: 'mx.acme-hosting.test', port: 25, preference: 10, tls: 'none' }],
  foreignFrom: 'refuse',
  language: 'en',
  hide: 'usual',
  forwards: 'refuse',
  returnPath: 'sender',
  recipientCheck: 'none',
};
const domain: DomainFact = {
  name: 'acme.test',
  customer: acme,
  outbound: true,
  inbound: true,
  subdomains: false,
  verified: true,
};
const directory = { domain: (name: string) => (name === 'acme.test' ? domain : undefined) };
const ids = createMessageIds(Buffer.alloc(32, 3), 'relay.test');

function options(level: 'usual' | 'strict', taken: HeaderEdit[] = []): HideOptions {
  const question = { customer, directory, helo: 'exch01.infra.test', strict: level === 'strict' };
  return { level, customer: acme, ids, hostname: 'relay.test', taken, inside: (host) => isInsideHost(host, question) };
}

function hide(text: string | Buffer, level: 'usual' | 'strict' = 'usual') {
  const octets = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const hidden = hideHeader(parseHeader(octets), options(level));
  return {
    ...hidden,
    octets: editHeader(octets, hidden.edits),
    text: editHeader(octets, hidden.edits).toString('latin1'),
  };
}

const BODY = '\r\nReceived: this is body\r\nX-Mailer: body\r\n';

describe('what is hidden', () => {
  test('usual: hops, addresses, software, marks of scanners; the rest stays octet for octet', () => {
    const kept = [
      'From: Ann <ann@acme.test>\r\n',
      'Subject:  two  spaces\r\n\tand a fold\r\n',
      'Message-ID: <1@acme.test>\r\n',
      'Thread-Index: AdX\r\nThread-Topic: x\r\n',
      'X-Priority: 1\r\nX-Auto-Response-Suppress: All\r\nX-Acme-Case: 7\r\n',
      'List-Unsubscribe: <mailto:u@acme.test>\r\n',
    ];
    const gone = [
      'Return-Path: <ann@acme.test>\r\n',
      'Received: from pc (10.1.2.3) by exch01.corp.local\r\n\twith SMTP; Sun, 22 Nov 2026 00:00:00 +0000\r\n',
      'X-Originating-IP: [10.1.2.3]\r\n',
      'X-MS-Exchange-Organization-AuthAs: Internal\r\nX-MS-Has-Attach: yes\r\n',
      'X-Mailer: Outlook 16\r\nUser-Agent: x\r\nX-MimeOLE: y\r\n',
      'X-Spam-Status: No\r\nX-Virus-Scanned: clamav\r\nX-Acme-MailScanner-SpamScore: s\r\n',
      'Authentication-Results: exch01; none\r\n',
      'Delivered-To: ann@inside\r\nX-Original-To: x\r\n',
    ];
    const mixed = gone.map((field, i) => field + (kept[i] ?? '')).join('');
    const { text, folded, fields } = hide(mixed + BODY);
    assert.equal(text, kept.join('') + BODY);
    assert.equal(folded, 1);
    assert.deepEqual(
      fields.slice(0, 3).map(({ field, before }) => [field, before]),
      [
        ['Return-Path', '<ann@acme.test>'],
        ['Received', 'from pc (10.1.2.3) by exch01.corp.local\twith SMTP; Sun, 22 Nov 2026 00:00:00 +0000'],
        ['X-Originating-IP', '[10.1.2.3]'],
      ],
    );
  });

  test('a signature over another one that goes, goes too', () => {
    const inner = 'DKIM-Signature: v=1; h=received:from; b=x\r\n';
    const outer = 'DKIM-Signature: v=1; h=from:dkim-signature; b=y\r\n';
    const other = 'DKIM-Signature: v=1; h=from:subject; b=z\r\n';
    assert.equal(hide(`${outer}${other}${inner}Received: from pc; date\r\n${BODY}`).text, other + BODY);
  });

  test('names and addresses of servers under rarer names', () => {
    const gone = [
      'X-OrganizationHeadersPreserved: EXCH01.corp.local',
      'X-CrossPremisesHeadersPromoted: EXCH01.corp.local',
      'X-MIME-Autoconverted: from 8bit to quoted-printable by web01.corp.local id 1',
      'Authentication-Results-Original: exch01.corp.local; none',
      'X-ProxyUser-IP: 10.1.2.3',
      'X-User-IP-Address: 10.1.2.3',
      'X-OriginalArrivalTime: 22 Nov 2026 00:00:00.0000 (UTC) FILETIME=[1]',
    ];
    assert.equal(hide(`${gone.join('\r\n')}\r\nX-Ip-Plan: 1\r\n${BODY}`).text, `X-Ip-Plan: 1\r\n${BODY}`);
  });

  test('strict: X- fields that we do not know, too, but none that does something', () => {
    const kept = 'X-Priority: 1\r\nX-Loop: acme\r\nX-Easymail-Loop: outbound 000000000000\r\nList-Id: <x>\r\n';
    assert.equal(hide(`X-Acme-Case: 7\r\n${kept}${BODY}`, 'strict').text, kept + BODY);
  });

  test('an attachment in TNEF keeps its link; an empty one goes', () => {
    const linked = 'X-MS-TNEF-Correlator: <1@exch01.corp.local>\r\n';
    assert.equal(hide(linked + BODY).text, linked + BODY);
    assert.equal(hide(`X-MS-TNEF-Correlator:\r\n${BODY}`).text, BODY);
  });

  test('a Sender that nobody outside could answer to goes', () => {
    const kept = 'Sender: Ann <ann@acme.test>\r\nSender: a@sub.acme.test\r\nSender: nothing\r\n';
    const gone = 'Sender: root@web01\r\nErrors-To: <root@web01.corp.local>\r\nSender: "a@b" <x@[10.1.2.3]>\r\n';
    assert.equal(hide(gone + kept + BODY).text, kept + BODY);
  });

  test('the comment in MIME-Version goes', () => {
    assert.equal(hide(`Mime-Version: 1.0 (Mac OS X Mail 16.0)\r\n${BODY}`).text, `Mime-Version: 1.0\r\n${BODY}`);
    const other = `Mime-Version: 2.0 (x)\r\nMIME-version: 1.0\r\n${BODY}`;
    assert.equal(hide(other).text, other);
  });

  test('a forward of mail that came through us keeps the hops of strangers, and our own', () => {
    const ours =
      'Received: from mx.stranger.test ([192.0.2.7])\r\n\tby relay.test (Easymail) with ESMTP id 0;\r\n\tdate\r\n';
    const strangers = 'Received: from pc by mx.stranger.test; date\r\n';
    const { text, folded } = hide(`Received: from a by exch01.corp.local; date\r\n${ours}${strangers}${BODY}`);
    assert.equal(text, ours + strangers + BODY);
    assert.equal(folded, 1);
  });

  test('a forward keeps what its author, who is not the customer, has in it', () => {
    const author = 'X-Mailer: y\r\nMessage-ID: <1@pc>\r\nMime-Version: 1.0 (x)\r\nX-Foo: z\r\n';
    const octets = Buffer.from(`Delivered-To: ann@inside\r\nReceived: from pc; date\r\n${author}${BODY}`);
    const header = parseHeader(octets);
    const { edits } = hideHeader(header, { ...options('strict'), forward: true });
    assert.equal(editHeader(octets, edits).toString(), author + BODY);
  });

  test('a forward does not tell the ids that were turned back when the mail came in', () => {
    const octets = Buffer.from(`From: x@there.test\r\nReferences: <1@exch01.corp.local> <2@there.test>\r\n${BODY}`);
    const { edits } = hideHeader(parseHeader(octets), { ...options('usual'), forward: true });
    const text = editHeader(octets, edits).toString();
    assert.ok(text.includes(`References: <${ids.hide(acme, '1@exch01.corp.local')}> <2@there.test>\r\n`), text);
  });

  test('a header made to be slow takes no longer than others', () => {
    for (const value of ['@', 'a@', '<', '<a@b>', ' ']) {
      for (const name of ['Sender', 'Errors-To', 'Message-ID', 'Received', 'MIME-Version', 'DKIM-Signature']) {
        const header = parseHeader(Buffer.from(`${name}: ${value.repeat(200_000 / value.length)}"\r\n`));
        const before = performance.now();
        hideHeader(header, options('strict'));
        assert.ok(performance.now() - before < 1000, `${name}: ${value}`);
      }
    }
  });

  test('fields that authorise took are neither shown nor touched again', () => {
    const octets = Buffer.from(`X-Mailer: secret\r\nX-Mailer: y\r\n${BODY}`);
    const header = parseHeader(octets);
    const [field] = header.fields;
    assert.ok(field);
    const { edits, fields } = hideHeader(header, options('strict', [{ kind: 'remove', field }]));
    assert.equal(edits.length, 1);
    assert.ok(!JSON.stringify(fields).includes('secret'));
  });

  test('what the trace gets is bounded', () => {
    const many = hide(`${`X-Mailer: ${'x'.repeat(5000)}\r\n`.repeat(40)}${'X-Mailer: y\r\n'.repeat(500)}${BODY}`);
    assert.ok(JSON.stringify(many.fields).length < 10_000);
    assert.equal(many.fields.length + many.more, 540);
  });
});

describe('Message-IDs', () => {
  test('lines stay within what SMTP carries, also where ids stand side by side', () => {
    const { text } = hide(`References: ${'<1@exch01.corp.local>'.repeat(40)}\r\n${BODY}`);
    assert.ok(text.split('\r\n').every((line) => line.length <= 998));
    assert.equal(text.match(/<em1\./g)?.length, 40);
    const many = hide(`References: ${'<1@exch01.corp.local>'.repeat(5000)}\r\n${BODY}`);
    assert.equal(many.text.match(/<em1\./g)?.length, 2000);
    assert.ok(!many.text.includes('corp.local'));
  });

  const inside = '<abc123@EXCH01.corp.acme.test>';
  const shown = `<${ids.hide(acme, 'abc123@EXCH01.corp.acme.test')}>`;

  test('an inside host is rewritten, in threads the same way; ids of others and of own domains stay', () => {
    const { text, messageId } = hide(
      `Message-ID: ${inside}\r\nIn-Reply-To: <CAF@mail.gmail.com>\r\nReferences: <1@acme.test>\r\n ${inside}\r\n\t<CAF@mail.gmail.com>\r\n${BODY}`,
    );
    assert.equal(
      text,
      `Message-ID: ${shown}\r\nIn-Reply-To: <CAF@mail.gmail.com>\r\nReferences: <1@acme.test>\r\n ${shown}\r\n\t<CAF@mail.gmail.com>\r\n${BODY}`,
    );
    assert.equal(messageId?.before, 'abc123@EXCH01.corp.acme.test');
    assert.equal(`<${messageId.after}>`, shown);
    assert.match(shown, /^<em1\.[A-Za-z0-9_-]+@relay\.test>$/);
  });

  test('which hosts are inside', () => {
    const question = { customer, directory, helo: 'exch01.infra.test', strict: false };
    const TABLE: readonly [host: string, usual: boolean, strict?: boolean][] = [
      ['exch01', true],
      ['exch01.corp.local', true],
      ['nas.home.arpa', true],
      ['10.1.2.3', true],
      ['[192.0.2.1]', true],
      ['mail.acme.test', true],
      ['a.b.acme.test', true],
      ['acme.test', false, true],
      ['notacme.test', false],
      ['exch01.infra.test', true],
      ['vm.exch01.infra.test', true],
      ['infra.test', false],
      ['mx.acme-hosting.test', true],
      ['mail.gmail.com', false],
      ['DB9PR01MB1234.eurprd01.prod.outlook.com', false],
      ['', false],
    ];
    for (const [host, usual, strict = usual] of TABLE) {
      assert.equal(isInsideHost(host, question), usual, host);
      assert.equal(isInsideHost(host, { ...question, strict: true }), strict, `${host} strict`);
    }
  });

  test('without brackets, and long lines', () => {
    assert.equal(hide(`Message-ID: abc123@EXCH01.corp.acme.test\r\n${BODY}`).text, `Message-ID: ${shown}\r\n${BODY}`);
    const { text } = hide(
      `References: ${Array.from({ length: 12 }, (_, i) => `<${i}${'x'.repeat(60)}@pc>`).join(' ')}\r\n${BODY}`,
    );
    for (const line of text.split('\r\n')) assert.ok(line.length <= 998);
  });

  test('an id is turned back for its customer alone, and only if nobody changed it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 240 }), fc.nat(), (text, at) => {
        const id = Buffer.from(text, 'latin1').toString('latin1');
        const hidden = ids.hide(acme, id);
        assert.equal(hidden, ids.hide(acme, id));
        assert.ok(ids.isHidden(hidden));
        assert.equal(ids.reveal(acme, hidden), id);
        assert.equal(ids.reveal('other' as CustomerId, hidden), undefined);
        const place = 4 + (at % (hidden.length - 16));
        const other = hidden[place] === 'A' ? 'B' : 'A';
        const forged = hidden.slice(0, place) + other + hidden.slice(place + 1);
        const revealed = ids.reveal(acme, forged);
        // The last digit of base64 may have unused bits.
        assert.ok(revealed === undefined || revealed === id);
      }),
      { numRuns: RUNS },
    );
    const long = `${'x'.repeat(500)}@pc`;
    assert.match(ids.hide(acme, long), /^em2\.[0-9a-f]{32}@relay\.test$/);
    assert.equal(ids.reveal(acme, ids.hide(acme, long)), undefined);
  });
});

describe('signatures of the customer', () => {
  const dkim = (names: string) => `DKIM-Signature: v=1; a=rsa-sha256; d=acme.test; s=s;\r\n\th=${names}; bh=x; b=y\r\n`;
  const body = `From: a@acme.test\r\nMessage-ID: <1@pc>\r\nX-Mailer: x\r\nReceived: from pc; date\r\n${BODY}`;

  test('usual: what is signed stays, and is noted', () => {
    const signature = dkim('From:Message-ID :\r\n\t X-Mailer');
    const { text, fields } = hide(signature + body);
    assert.equal(text, `${signature}From: a@acme.test\r\nMessage-ID: <1@pc>\r\nX-Mailer: x\r\n${BODY}`);
    assert.deepEqual(
      fields.filter((field) => field.kept === 'signed').map(({ field }) => field),
      ['Message-ID', 'X-Mailer'],
    );
  });

  test('a signature over what has to go is taken out, and protects nothing', () => {
    for (const [signature, level] of [
      [dkim('From:Received:X-Mailer'), 'usual'],
      [dkim('From:Message-ID'), 'strict'],
    ] as const) {
      const { text } = hide(signature + body, level);
      assert.match(text, /^From: a@acme\.test\r\nMessage-ID: <em1\.[^>]*@relay\.test>\r\n\r\n/);
    }
    assert.ok(hide(dkim('From:Subject') + body, 'strict').text.startsWith('DKIM-Signature'));
  });

  test('an ARC set goes as a whole where one signature of it would break', () => {
    const set = (names: string) =>
      `ARC-Seal: i=1; b=x\r\nARC-Message-Signature: i=1; h=${names}; b=x\r\nARC-Authentication-Results: i=1; pc; none\r\n`;
    assert.ok(hide(set('From:Subject') + body).text.startsWith(set('From:Subject')));
    assert.ok(hide(set('From:X-Mailer') + body).text.startsWith('From:'));
    assert.ok(hide(set('From:Subject') + body, 'strict').text.startsWith('From:'));
  });
});

/** Names that the table does not know; their octets must come out as they went in. */
function untouched(octets: Buffer): string[] {
  const header = parseHeader(octets);
  return header.fields
    .filter((field) => fieldKind(field.name) === undefined)
    .map((field) => octets.toString('latin1', field.start, field.end));
}

function bodyOf(octets: Buffer): string {
  return octets.toString('latin1', parseHeader(octets).end);
}

function checkHidden(octets: Buffer, level: 'usual' | 'strict', about = 'random'): void {
  const once = hide(octets, level);
  assert.equal(bodyOf(once.octets), bodyOf(octets), about);
  assert.deepEqual(untouched(once.octets), untouched(octets), about);
  const twice = hide(once.octets, level);
  assert.equal(twice.text, once.text, about);
  // Octets between the edits are those that were there.
  let at = 0;
  let copy = '';
  for (const edit of once.edits.toSorted((a, b) => a.field.start - b.field.start)) {
    copy +=
      octets.toString('latin1', at, edit.field.start) + (edit.kind === 'replace' ? edit.octets.toString('latin1') : '');
    at = edit.field.end;
  }
  assert.equal(once.text, copy + octets.toString('latin1', at), about);
  const after = parseHeader(once.octets);
  const kept = new Set(once.fields.filter((field) => field.kept !== undefined).map(({ field }) => field.toLowerCase()));
  for (const { name } of after.fields) {
    const kind = fieldKind(name);
    assert.ok(kind !== 'place', `${about}: ${name}`);
    if (once.more === 0 && !kept.has(name) && name !== 'x-ms-tnef-correlator')
      assert.ok(kind !== 'made-by', `${about}: ${name}`);
  }
}

describe('whatever comes', () => {
  test('random headers: never throws, the same after a second pass, the body as it was', () => {
    const name = fc.constantFrom(
      ...'Received|received |X-Mailer|X-MS-Exchange-Organization-X|Message-ID|References|In-Reply-To|DKIM-Signature|ARC-Seal|ARC-Message-Signature|MIME-Version|From|Subject|X-Foo|x-spam-|X-|x-ms-tnef-correlator|Return-Path'.split(
        '|',
      ),
    );
    const value = fc.array(
      fc.oneof(
        fc.constantFrom(
          '<',
          '>',
          '@',
          '<a@pc>',
          '<x@relay.test>',
          '<em1.AAAAAAAAAAAAAAAA@relay.test>',
          '1.0',
          '(',
          ')',
          'h=',
          ':',
          ';',
          'x-mailer',
          'message-id',
          'received',
          '\r\n ',
          'by relay.test (Easymail)',
          'é',
        ),
        fc.string({ maxLength: 5 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
      ),
      { maxLength: 12 },
    );
    const field = fc.tuple(name, value).map(([name, parts]) => `${name}: ${parts.join('')}\r\n`);
    const stray = fc.constantFrom('stray\r\n', ': x\r\n', ' folded\r\n');
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: field }, stray), { maxLength: 15 }),
        fc.constantFrom('', BODY),
        fc.constantFrom('usual' as const, 'strict' as const),
        (fields, body, level) => checkHidden(Buffer.from(fields.join('') + body, 'latin1'), level),
      ),
      { numRuns: RUNS },
    );
  });

  test('every message of the test data', { skip: skipWithout('spam-ham') }, (context) => {
    const messages = corpus();
    for (const { name, content } of messages) {
      checkHidden(content, 'usual', name);
      checkHidden(content, 'strict', name);
      assert.equal(firstText(parseHeader(hide(content).octets), 'subject'), firstText(parseHeader(content), 'subject'));
    }
    context.diagnostic(`${messages.length} messages, both settings`);
  });
});
