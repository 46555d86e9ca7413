import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { buildPreview } from './build-preview.ts';
import { safeHtml } from './safe-html.ts';

/** Elements without attributes, and no other `<`. */
const SAFE = /^(?:[^<>]|<\/?[a-z][a-z0-9]*>)*$/;
const NEVER = /<(?:script|style|img|iframe|svg|math|a|form|input|link|meta|object|embed|base)\b/;

function assertSafe(html: string): void {
  assert.match(html, SAFE);
  assert.doesNotMatch(html, NEVER);
  const open: string[] = [];
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z0-9]+)>/g)) {
    if (name === 'br' || name === 'hr') continue;
    if (slash === '') open.push(name);
    else assert.equal(open.pop(), name, html);
  }
  assert.deepEqual(open, [], html);
}

test('what acts, loads or leads away is left out, and counted', () => {
  const { html, leftOut } = safeHtml(
    `<p onclick="x()">Hello <b style="background:url(https://spy.test/a)">you</b>
     <img src="https://spy.test/pixel.gif"><script>alert(1)</script><a href="https://phish.test/login">bank.example</a>
     <form action="https://phish.test"><input name=q></form></p>`,
    10_000,
  );
  assertSafe(html);
  assert.match(html, /<p>Hello <b>you<\/b>/);
  assert.match(html, /\[phish\.test\] bank\.example/, 'where a link leads is to be seen');
  assert.doesNotMatch(html, /spy\.test|alert|href|style/);
  assert.deepEqual(leftOut, { scripts: 2, images: 2, links: 1, forms: 2 });
});

test('tricks of sanitisers’ enemies come to nothing', () => {
  for (const trick of [
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<!--><img src=x onerror=alert(1)>-->',
    '<p title="a>b" onmouseover="x">t</p>',
    '<<p>script>alert(1)<</p>/script>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '</div></body></html><b>out</b>',
    '<a href="javascript:alert(1)">x</a><base href="//evil.test/">',
    '&lt;script&gt;alert(1)&lt;/script&gt;&#60;img src=x onerror=y&#62;',
    '<style>@import "https://spy.test"',
    '<textarea></textarea><title></title><plaintext><img src=x>',
    '<P\u0000 ONCLICK=x>a',
    '<p/onclick=alert(1)//>b',
    '<',
    '<a href="',
    '</',
    `${'<div>'.repeat(5000)}deep`,
  ]) {
    assertSafe(safeHtml(trick, 10_000).html);
  }
});

test('whatever is given, what comes out is safe, bounded and balanced', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<p>',
      '</p>',
      '<b x="',
      '">',
      '<script>',
      '</script>',
      '<!--',
      '-->',
      '&lt;',
      '&#0;',
      '<svg>',
      "'",
      '<br>',
    ),
    fc.constantFrom('<style', '</style', '<td>', '</table>', '<a href=//x.test>', '>', '<', '&', '\u202e', '</svg>'),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const { html, text } = safeHtml(pieces.join(''), 300);
      assertSafe(html);
      assert.ok(text.length <= 700);
    }),
    { numRuns: 2000 },
  );
});

test('HTML made to be slow is read in time', () => {
  const began = performance.now();
  for (const slow of [
    '<'.repeat(400_000),
    '<a href="'.repeat(80_000),
    '<script>'.repeat(80_000),
    '</'.repeat(200_000),
    '<svg></sv'.repeat(60_000),
    '&'.repeat(400_000),
    '<p x='.repeat(80_000),
    '<head>'.repeat(80_000),
    '<script></x'.repeat(50_000),
  ]) {
    safeHtml(slow, 100_000);
  }
  assert.ok(performance.now() - began < 5000);
});

const message = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'));

test('text, fields and names of attachments of a message', () => {
  const preview = buildPreview(
    message(`From: =?utf-8?q?Jos=C3=A9?= <jose@strange.test>
To: ann@acme.test
Subject: =?utf-8?b?R3LDvMOfZQ==?=
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
--c
Content-Type: text/html; charset=utf-8

<p>Gr&uuml;&szlig;e <img src="cid:x"></p>
--c--
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="bill\u202efdp.exe"
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
`),
  );
  assert.equal(preview.subject, 'Grüße');
  assert.equal(preview.from, 'José <jose@strange.test>');
  assert.equal(preview.text.trim(), 'Grüße');
  assert.equal(preview.html.trim(), '<p>Grüße </p>');
  assert.deepEqual(preview.parts, [{ name: 'billfdp.exe', type: 'application/octet-stream', size: 5 }]);
  assert.deepEqual(preview.headers[2], { name: 'Subject', value: 'Grüße' });
  assert.equal(preview.left_out.images, 1);
});

test('HTML alone is shown as text too; a message of anything at all is no fault', () => {
  const only = buildPreview(message('Subject: x\nContent-Type: text/html\n\n<p>one</p><p>two<script>no</script></p>'));
  assert.equal(only.text, 'one\n\ntwo');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (octets) => {
      assertSafe(buildPreview(octets).html);
    }),
    { numRuns: 300 },
  );
});
