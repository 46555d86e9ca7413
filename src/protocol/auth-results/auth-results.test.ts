import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAuthenticationResults } from './read.ts';
import { authenticationResults } from './write.ts';

/** What was read, as short text: `id; method=result a.b=c; …`. */
function told(value: string): string | undefined {
  const read = readAuthenticationResults(value);
  if (read === undefined) return undefined;
  const clauses = read.results.map(({ method, result, properties }) =>
    [`${method}=${result}`, ...[...properties].map(([name, given]) => `${name}=${given}`)].join(' '),
  );
  return [read.id, ...clauses].join('; ');
}

// RFC 8601 B.1 to B.7.
const READ: [value: string, wanted: string | undefined][] = [
  [' example.org 1; none', 'example.org'],
  [' example.com;\r\n spf=pass smtp.mailfrom=example.net', 'example.com; spf=pass smtp.mailfrom=example.net'],
  [
    ' example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net',
    'example.com; auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net',
  ],
  [
    " foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462",
    'foo.example.net; dkim=fail policy.expired=1362471462',
  ],
  [
    ' mx.google.com; dkim=pass header.i=@a.test header.s=x; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=a.test',
    'mx.google.com; dkim=pass header.i=@a.test header.s=x; dmarc=pass header.from=a.test',
  ],
  [
    ' "relay.test"; dkim=pass reason="good ; \\"signature\\"" header.d=a.test',
    'relay.test; dkim=pass reason=good ; "signature" header.d=a.test',
  ],
  [' (relay.test) evil.test; spf=pass', 'evil.test; spf=pass'],
  [' rel(x)ay.test; spf=pass', undefined],
  [' relay.test; spf=pass (never closed', undefined],
  [' relay.test; spf="pass', undefined],
  ['', undefined],
  [' ; spf=pass', undefined],
  [' relay.test)', undefined],
];

test('values as others write them', () => {
  for (const [value, wanted] of READ) assert.equal(told(value), wanted, value);
});

test('what is written is read as it was meant, whatever strangers put into it', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(text, text, (comment, value) => {
      const written = authenticationResults('relay.test', [
        { method: 'dkim', result: 'fail', comment, properties: [['header.d', value]] },
        { method: 'spf', result: 'pass' },
      ]);
      assert(!/[^ -~\r\n\t]/.test(written));
      // Line ends are ours alone, each with white space behind it.
      assert(!/\r(?!\n)|(?<!\r)\n|\r\n(?!\t)/.test(written));
      const read = readAuthenticationResults(written);
      assert.deepEqual(
        read?.results.map((one) => `${one.method}=${one.result}`),
        ['dkim=fail', 'spf=pass'],
      );
      const [dkim] = read?.results ?? [];
      const shown = dkim?.properties.get('header.d');
      assert(shown === undefined || shown === value);
    }),
  );
});

test('no results are said so', () => {
  assert.equal(authenticationResults('relay.test', []), 'relay.test; none');
});

test('reading never throws and never hangs', () => {
  const part = fc.constantFrom(
    'relay.test',
    ';',
    '=',
    '(',
    ')',
    '"',
    '\\',
    ' ',
    '\r\n\t',
    'dmarc',
    'pass',
    'header.from',
    'a',
  );
  fc.assert(fc.property(fc.array(part, { maxLength: 200 }), (parts) => void readAuthenticationResults(parts.join(''))));
  const started = performance.now();
  readAuthenticationResults('('.repeat(200_000));
  readAuthenticationResults('a=b;'.repeat(100_000));
  assert(performance.now() - started < 2000);
});
