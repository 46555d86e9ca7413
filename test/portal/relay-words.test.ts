import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import i18next from 'i18next';
import { localTimes, localValues, relayWords } from '../../portal/src/relay-words.ts';

const words = (language: string, part: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../portal/src/words/${language}/${part}.json`, import.meta.url), 'utf8'));

before(async () => {
  const parts = (language: string) => ({ reasons: words(language, 'reasons'), faults: words(language, 'faults') });
  await i18next.init({ lng: 'de', resources: { de: parts('de'), fr: parts('fr') } });
});

const say = (code: string, values: Parameters<typeof relayWords>[2]) => relayWords('reasons', ['reason', code], values);

test('times within sentences are written as the language writes them, whatever form the relay gives them', async () => {
  await i18next.changeLanguage('de');
  assert.equal(say('grant-all-until', { at: '2026-12-01T12:00:00.000Z' })?.includes('2026-12-01'), false);
  assert.match(say('grant-all-until', { at: '2026-12-01T12:00:00.000Z' }) ?? '', /01\.12\.2026, \d{2}:00/);
  assert.match(say('found-since', { found: 'x', minute: '2026-11-22 08:30 UTC' }) ?? '', /22\.11\.2026, \d{2}:30/);
  assert.match(say('suppressed', { address: 'a@b.test', customer: 'acme', day: '2026-11-22' }) ?? '', / 22\.11\.2026/);
  assert.match(relayWords('faults', ['fault', 'until-before-start'], { since: '2026-11-22' }) ?? '', /22\.11\.2026/);
  assert.deepEqual(localValues({ day: '2026-11-22', name: '2026-11-22.example.lu' }), {
    day: '22.11.2026',
    name: '2026-11-22.example.lu',
  });
});

test('in English too, where the relay’s own sentence is what is shown; also in a sentence within', async () => {
  await i18next.changeLanguage('en');
  assert.equal(localTimes('over since 2026-11-22', { day: '2026-11-22' }), 'over since 22 Nov 2026');
  const inner = { text: 'until 2026-11-22', code: 'x', values: { at: '2026-11-22' } };
  assert.equal(localTimes('no: until 2026-11-22', { detail: inner }), 'no: until 22 Nov 2026');
  assert.equal(localTimes('a reply of 2026-11-22', { text: 'said on 2026-11-22' }), 'a reply of 2026-11-22');
});

test('faults of connections and certificates are said in words; what has none is a quotation, marked as such', async () => {
  const inner = (text: string, errno: string) => ({ detail: { text, code: 'errno-alone', values: { errno } } });
  await i18next.changeLanguage('de');
  assert.equal(
    say('tls-broken', inner('CERT_HAS_EXPIRED: certificate has expired', 'CERT_HAS_EXPIRED')),
    'STARTTLS scheitert: das Zertifikat ist abgelaufen',
  );
  assert.equal(say('tls-broken', { detail: 'bad ecpoint' }), 'STARTTLS scheitert: „bad ecpoint“');
  assert.equal(say('dns-failed', { detail: '192.0.2.1' }), 'DNS hat nicht geantwortet: 192.0.2.1');
  await i18next.changeLanguage('fr');
  assert.equal(say('tls-broken', { detail: 'bad ecpoint' }), 'STARTTLS échoue\u00a0: «\u00a0bad ecpoint\u00a0»');
  assert.equal(
    say('tls-broken', inner('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT')),
    'STARTTLS échoue\u00a0: le certificat est autosigné',
  );
});
