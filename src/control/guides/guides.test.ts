import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { GUIDE_LANGUAGES, GUIDE_SERVERS, type Guide, type GuideFacts } from './guide.ts';
import { makeGuide } from './guides.ts';
import { guideAsMarkdown } from './markdown.ts';
import { plainOr, powerShellWord, shellWord } from './quote.ts';
import { textsOf } from './texts.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 200);

const FACTS: GuideFacts = {
  name: 'Acme S.A.',
  relay: { host: 'relay1.example.lu', port: 25, tls: 'starttls' },
  proof: { kind: 'source' },
  inbound: ['acme.test', 'acme.example'],
  outbound: ['acme.test'],
  from: ['192.0.2.10', '2001:db8::25'],
  streams: [{ name: 'bulk', header: 'X-Stream', value: 'bulk' }],
  test: 'test-abcdefgh@relay1.example.lu',
};

/** All blocks of a guide as one text. */
function blocks(guide: Guide): string {
  return guide.sections.flatMap(({ steps }) => steps.map(({ block }) => block?.content ?? '')).join('\n');
}

for (const server of GUIDE_SERVERS) {
  test(`${server}: the real values are in it, in each language, and only the sentences differ`, () => {
    const guides = GUIDE_LANGUAGES.map((language) => makeGuide(server, FACTS, language));
    const [english] = guides;
    assert.ok(english);
    assert.match(blocks(english), /relay1\.example\.lu/);
    assert.match(blocks(english), /192\.0\.2\.10/);
    assert.match(JSON.stringify(english), /acme\.test/);
    assert.match(JSON.stringify(english), /test-abcdefgh@relay1\.example\.lu/);
    for (const guide of guides) {
      assert.equal(blocks(guide), blocks(english));
      if (guide.language !== 'en') assert.notEqual(guide.intro, english.intro);
      assert.doesNotMatch(JSON.stringify(guide), /undefined|\[object/);
      const text = guideAsMarkdown(guide);
      assert.equal(
        text.match(/^```/gm)?.length ?? 0,
        2 * guide.sections.flatMap(({ steps }) => steps).filter((s) => s.block).length,
      );
    }
  });

  test(`${server}: only outgoing mail, over TLS from the first octet, with a login`, () => {
    const facts: GuideFacts = {
      ...FACTS,
      inbound: [],
      relay: { host: 'relay1.example.lu', port: 465, tls: 'implicit' },
      proof: { kind: 'login', name: 'acme-app' },
    };
    const guide = makeGuide(server, facts, 'en');
    assert.doesNotMatch(blocks(guide), /192\.0\.2\.10/, 'nothing is let in');
    assert.ok(!guide.sections.some(({ heading }) => heading === 'Incoming mail'));
    // The two that cannot log in say so; all others have the name.
    if (server === 'microsoft-365') assert.match(JSON.stringify(guide), /cannot log in/);
    else if (server !== 'google-workspace') assert.match(blocks(guide), /acme-app/);
  });
}

for (const from of [[], ['2001:db8::25']]) {
  test(`without ${from.length === 0 ? 'any address' : 'an IPv4 address'} of ours no setting is left empty`, () => {
    for (const server of GUIDE_SERVERS) {
      const guide = makeGuide(server, { ...FACTS, from }, 'en');
      const texts = guide.sections.flatMap(({ steps }) => steps);
      assert.equal(JSON.stringify(texts).includes('ask your operator for them'), from.length === 0, server);
      assert.match(blocks(guide), /ADDRESS|2001:db8::25/, server);
      for (const { block } of texts) {
        assert.notEqual(block?.content.trim(), '', `${server}: ${block?.file}`);
        assert.doesNotMatch(block?.content ?? '', /(RemoteIPRanges|SenderIPAddresses) = *$|\{ +\}|<; *$/m, server);
      }
    }
  });
}

test('all languages say the same things', () => {
  const keys = (value: unknown): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [key, ...keys(inner).map((one) => `${key}.${one}`)])
      : [];
  for (const language of GUIDE_LANGUAGES) {
    assert.deepEqual(keys(textsOf(language)).sort(), keys(textsOf('en')).sort());
    assert.ok(Object.values(textsOf(language)).every((text) => text !== ''));
  }
});

const HOSTILE = [
  "x'; Remove-Mailbox -Identity ann; '",
  'x\u2019; Remove-Mailbox ann; \u2018',
  '$(reboot)',
  '`reboot`',
  'a:b',
  'a b',
  'a\nrelayhost = [evil.test]',
  'a\r\nb',
  'a"b',
  '"U:root" "P:x',
  "')dnl define(`SMART_HOST', `evil.test",
  '${run{/bin/sh -c reboot}}',
  '^root^x',
  '%n',
  '-rf',
  '\u0000',
  'ü',
  '',
];

describe('words of a customer that try to be more than words', () => {
  for (const hostile of HOSTILE) {
    test(JSON.stringify(hostile), () => {
      const facts: GuideFacts = {
        ...FACTS,
        name: hostile,
        proof: { kind: 'login', name: hostile },
        streams: [{ name: hostile, header: 'X-Stream', value: hostile }],
      };
      for (const server of GUIDE_SERVERS) {
        const guide = makeGuide(server, facts, 'en');
        const steps = guide.sections.flatMap((section) => section.steps);
        // Values of a stream are for a header field, one line; they stand in no setting.
        const settings = steps.filter(({ block }) => block && !block.content.startsWith('X-Stream:'));
        for (const { block } of settings) {
          const lines = block?.content.split('\n') ?? [];
          assert.ok(!lines.some((line) => /^\s*relayhost = \[evil/.test(line)), server);
          if (block?.syntax === 'powershell') assertPowerShell(block.content);
          else if (hostile.trim() !== '' && plainOr(hostile, '') === '') {
            assert.ok(!block?.content.includes(hostile), `${server}: ${block?.content}`);
          }
        }
        for (const { block } of steps) {
          assert.doesNotMatch(block?.content ?? '', /[\x00-\x09\x0b-\x1f\x7f]/, server);
          if (block?.content.startsWith('X-Stream:') === true) assert.equal(block.content.split('\n').length, 2);
        }
      }
    });
  }
});

/** As PowerShell reads it: single-quoted strings end at a quote of any kind that is not doubled. */
function assertPowerShell(script: string): void {
  let quoted = false;
  let outside = '';
  for (let i = 0; i < script.length; i++) {
    const isQuote = /['\u2018\u2019\u201a\u201b]/.test(script[i] ?? '');
    if (!isQuote) {
      if (!quoted) outside += script[i];
    } else if (quoted && /['\u2018\u2019\u201a\u201b]/.test(script[i + 1] ?? '')) i++;
    else quoted = !quoted;
  }
  assert.equal(quoted, false, script);
  assert.doesNotMatch(outside, /Remove-Mailbox|reboot|;/, outside);
}

test('whatever a word is, the shell gets it back as one word', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom("'", '"', '\\', '$x', '`', '!')), {
        maxLength: 8,
      }),
      (parts) => {
        const word = parts
          .join('')
          .replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '')
          .trim();
        const said = execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(word)}`]).toString();
        assert.equal(said, word);
      },
    ),
    { numRuns: Math.min(RUNS, 100) },
  );
});

test('whatever a word is, PowerShell reads one string', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("'", '\u2018', '\u2019', '\u201a', '\u201b', '"', '$', ';', 'a') }),
      (word) => {
        const quoted = powerShellWord(word);
        const inner = quoted.slice(1, -1).replaceAll(/(['\u2018\u2019\u201a\u201b])\1/g, '$1');
        assert.equal(inner, word);
        assert.doesNotMatch(
          quoted.slice(1, -1).replaceAll(/(['\u2018\u2019\u201a\u201b])\1/g, ''),
          /['\u2018\u2019\u201a\u201b]/,
        );
      },
    ),
    { numRuns: RUNS },
  );
});

test('Markdown shows a customer’s name as it is, and a fence cannot be closed from inside', () => {
  const guide = makeGuide('postfix', { ...FACTS, name: '<img src=x> [a](b) # `c`' }, 'en');
  assert.match(guideAsMarkdown(guide), /\\<img src=x\\> \\\[a\\\]\(b\) \\# \\`c\\`/);
  const fenced = guideAsMarkdown({
    ...guide,
    sections: [{ heading: 'x', steps: [{ text: 'y', block: { syntax: 'text', content: '```\n# out\n' } }] }],
  });
  assert.match(fenced, /````\n```\n# out\n````/);
});
