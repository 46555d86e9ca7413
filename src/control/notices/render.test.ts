import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNoticeKind, limitOf, templates, titles } from './catalogue.ts';
import type { NoticeKind } from './kinds.ts';
import { LANGUAGES } from './languages.ts';
import { type RenderOptions, renderNotice } from './render.ts';
import type { NoticeTemplate } from './template.ts';

const options: RenderOptions = {
  language: 'en',
  operator: 'Télécom',
  hostname: 'relay.test',
  timeZone: 'Europe/Luxembourg',
};
const act = { at: Date.parse('2026-11-22T23:30:00Z'), account: 'anna@acme.test' };

/** Places of a template, in each of its forms. */
function placesOf(words: NoticeTemplate<NoticeKind>['en']): string[] {
  const text = JSON.stringify(words);
  const places = [...text.matchAll(/\{(\w+(?::\w+)?)\}/g)].map(([, place]) => place ?? '');
  const named = [...text.matchAll(/"(?:to|records)":"(\w+)"/g)].map(([, name]) => `@${name}`);
  return [...new Set([...places, ...named])].filter((place) => place !== 'operator').sort();
}

test('every notice says the same in all languages', () => {
  for (const [kind, template] of Object.entries(templates)) {
    for (const language of LANGUAGES) {
      const words = template[language] as NoticeTemplate<NoticeKind>['en'];
      assert.deepEqual(
        placesOf(words),
        placesOf(template.en as NoticeTemplate<NoticeKind>['en']),
        `${kind} in ${language}`,
      );
      assert.equal(words.blocks.length, template.en.blocks.length, `${kind} in ${language}`);
      // Subjects are kept in the trace.
      assert.doesNotMatch(words.subject, /\{(?:link|value|message)/);
    }
  }
});

test('what can be too much has a name to be summed up by', () => {
  for (const kind of Object.keys(templates)) {
    assert.ok(isNoticeKind(kind));
    const { mostAnHour, rest } = limitOf(kind);
    if (mostAnHour === Number.POSITIVE_INFINITY || rest === 'dropped') continue;
    for (const language of LANGUAGES) assert.ok(kind in titles[language], `${kind} in ${language}`);
  }
});

test('times are those of the operator, in the reader’s language', () => {
  const { text } = renderNotice(templates.password_changed, act, { ...options, language: 'de' });
  assert.match(text, /Wann: 23\. November 2026 um 00:30/);
  const ended = {
    customer: 'Acme',
    ended: '2026-11-22',
    deactivation: '2026-12-22',
    removal: '2027-03-22',
    contact: 'c',
  };
  const french = renderNotice(templates.termination_notice, ended, { ...options, language: 'fr' });
  assert.equal(french.subject, 'Le relais de messagerie de Acme s’arrête le 22 décembre 2026');
});

test('what is not known takes its sentence along', () => {
  const { text } = renderNotice(
    templates.invitation,
    { inviter: 'Op', link: 'https://relay.test/i', until: act.at },
    options,
  );
  assert.doesNotMatch(text, /customer|undefined|\{/);
  const facts = renderNotice(templates.new_sign_in, act, options);
  assert.doesNotMatch(facts.text, /From|Program/);
});

test('values are escaped, stay on their line, and load nothing', () => {
  const evil = '<img src=https://evil.test/x.png onerror=alert(1)>"\'&\r\n\u202eBcc: x';
  const values = { customer: evil, reason: evil };
  const { subject, text, html } = renderNotice(templates.entry_returned, values, options);
  assert.doesNotMatch(subject, /[\r\n\u202e]/);
  assert.doesNotMatch(text, /\r|\u202e|\nBcc/);
  assert.doesNotMatch(html, /<img|\u202e|"'&/);
  assert.match(html, /&lt;img src=https:\/\/evil\.test\/x\.png onerror=alert\(1\)&gt;&quot;&#39;&amp;/);
  assert.doesNotMatch(html.replaceAll(/&lt;.*?&gt;/g, ''), /\bsrc=|<link|<script|url\(|@import/i);
});

test('a value is never read as a place for another', () => {
  const values = { customer: '{reason}', reason: '{operator}' };
  const { text } = renderNotice(templates.entry_returned, values, options);
  assert.match(text, /the data of \{reason\} and asks you to change something: \{operator\}/);
});

test('links lead to HTTP alone', () => {
  for (const link of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'no link']) {
    assert.throws(() => renderNotice(templates.password_reset, { link, until: 0 }, options), TypeError, link);
  }
  const link = 'https://relay.test/reset?a=1&b="><script>';
  const { html, text } = renderNotice(templates.password_reset, { link, until: 0 }, options);
  assert.match(html, /href="https:\/\/relay\.test\/reset\?a=1&amp;b=%22%3E%3Cscript%3E"/);
  assert.match(text, /https:\/\/relay\.test\/reset\?a=1&b=%22%3E%3Cscript%3E/);
});

test('records stand in a table with heads, and one under the other in the text', () => {
  const records = [{ type: 'TXT', host: 'acme.test', value: 'v=spf1 include:_spf.relay.test -all' }];
  const { html, text } = renderNotice(templates.records_remain, { customer: 'Acme', contact: 'c', records }, options);
  assert.match(html, /<th scope="col"[^>]*>Host<\/th>/);
  assert.match(html, /<html lang="en">/);
  assert.match(text, / {2}Type: TXT\n {2}Host: acme\.test\n {2}Value: v=spf1 include:_spf\.relay\.test -all/);
});
