// Checks the portal's catalogues: the same keys and placeholders in every language, nothing empty, words for each code
// that the API can give, and no text in components. Part of `npm run check`.

import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { listReplies } from '../src/mail/accept/replies.ts';
import { ALARM_NAMES } from '../src/mail/report/alarm-names.ts';
import { unknownReasons } from './reason-places.ts';
import { relaySentences } from './relay-sentences.ts';

const portal = resolve(import.meta.dirname, '../portal/src');
const LANGUAGES = ['en', 'de', 'fr'];
/** Ends of keys that languages have as their plurals need them. */
const PLURAL = /_(?:zero|one|two|few|many|other)$/;
const faults: string[] = [];

type Words = { [key: string]: string | Words };

/** Keys with their texts, plurals under one key. */
function flatten(words: Words, path = ''): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(words)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof value !== 'string') {
      for (const [inner, texts] of flatten(value, name)) found.set(inner, texts);
      continue;
    }
    const plain = name.replace(PLURAL, '');
    found.set(plain, [...(found.get(plain) ?? []), value]);
  }
  return found;
}

function placeholders(texts: readonly string[]): string {
  const names = texts.flatMap((text) => [...text.matchAll(/\{\{\s*([\w.]+)/g)].map(([, name = '']) => name));
  const tags = texts.flatMap((text) => [...text.matchAll(/<\/?(\w+)>/g)].map(([, name = '']) => `<${name}>`));
  return [...new Set([...names, ...tags])].sort().join(' ');
}

function read(language: string, part: string): Map<string, string[]> {
  return flatten(JSON.parse(readFileSync(`${portal}/words/${language}/${part}.json`, 'utf8')) as Words);
}

function checkCatalogue(part: string): void {
  const english = read('en', part);
  for (const language of LANGUAGES) {
    const words = read(language, part);
    for (const key of english.keys()) if (!words.has(key)) faults.push(`${language}/${part}.json lacks "${key}"`);
    for (const [key, texts] of words) {
      const first = english.get(key);
      if (first === undefined) faults.push(`${language}/${part}.json has "${key}", which English has not`);
      else if (placeholders(first) !== placeholders(texts)) {
        faults.push(`${language}/${part}.json: "${key}" has other placeholders than English`);
      }
      if (texts.some((text) => text.trim() === '')) faults.push(`${language}/${part}.json: "${key}" is empty`);
    }
  }
}

/** What the relay says in English, by code, is said in the other languages: each code, with the same placeholders. */
function checkRelayWords(): void {
  for (const [part, sections] of Object.entries(relaySentences)) {
    for (const language of LANGUAGES.filter((one) => one !== 'en')) {
      const words = JSON.parse(readFileSync(`${portal}/words/${language}/${part}.json`, 'utf8')) as Sections;
      const place = `${language}/${part}.json`;
      for (const [section, sentences] of Object.entries(sections)) {
        checkSection(`${place}, "${section}"`, sentences, words[section] ?? {});
      }
    }
  }
}

type Sections = Record<string, Record<string, string>>;

function checkSection(place: string, english: Record<string, string>, words: Record<string, string>): void {
  for (const [code, sentence] of Object.entries(english)) {
    const said = words[code] ?? '';
    if (said.trim() === '') faults.push(`${place} lacks words for the code "${code}"`);
    // What a sentence names may be left out where the language says it otherwise; nothing else can be named.
    const named = new Set([...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name));
    const asked = [...said.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
    for (const name of asked.filter((one) => !named.has(one))) {
      faults.push(`${place}: "${code}" names {{${name}}}, which the relay does not give`);
    }
  }
  for (const code of Object.keys(words)) {
    if (!(code in english)) faults.push(`${place} has words for "${code}", a code that the relay does not give`);
  }
}

/** Each alarm says what it means and what to do first. */
function checkAlarms(): void {
  const words = read('en', 'service');
  for (const name of ALARM_NAMES) {
    for (const key of [`alarms.meanings.${name}`, `alarms.first.${name}`]) {
      if (!words.has(key)) faults.push(`en/service.json lacks "${key}"`);
    }
  }
}

/** Each refusal of ours says what it means. */
function checkRefusals(): void {
  const words = read('en', 'replies');
  const refusals = new Set(listReplies().flatMap(({ code, name }) => (code >= 400 ? [`reply.${name}`] : [])));
  for (const key of refusals) if (!words.has(key)) faults.push(`en/replies.json lacks "${key}"`);
  for (const key of words.keys())
    if (!refusals.has(key)) faults.push(`en/replies.json has "${key}", which is no refusal`);
  // In charts the usual ones have a short name.
  for (const key of read('en', 'service').keys()) {
    const [part, name = ''] = key.split('.');
    if (part === 'replies' && !refusals.has(`reply.${name}`))
      faults.push(`en/service.json has "${key}", which is no refusal`);
  }
}

/** Properties that are shown or read out. */
const SHOWN = /\b(?:title|label|placeholder|alt|description|aria-label|hint|lead|verb)="([^"]*\p{L}{2}[^"]*)"/gu;
/** Text between tags. */
const TEXT = />([^<>{}=;()]*\p{L}{2}[^<>{}=;()]*)<\/[A-Za-z]/gu;
/** Names that are the same everywhere. */
const NAMES = /^(?:DKIM|SPF|DMARC|ARC|MX|DNS|TLS|SMTP|API|TOTP|ID|IP|URL|TXT|CNAME|HELO|Message-ID|CSV|JSON)$/;

/** An address, a name of a host or of a field: the same in every language. */
const EXAMPLE = /^\S*[\w][.@:/-][\w]\S*$/;

function checkComponents(): void {
  for (const file of globSync(['**/*.tsx'], { cwd: portal })) {
    const text = readFileSync(`${portal}/${file}`, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
    const shown = [SHOWN, TEXT].flatMap((pattern) => [...text.matchAll(pattern)].map(([, found = '']) => found.trim()));
    const own = shown.filter((one) => !NAMES.test(one) && !EXAMPLE.test(one));
    for (const one of own) faults.push(`portal/src/${file} has text of its own: "${one}"`);
  }
}

/** French: no line breaks before ; : ? ! and », nor after «. */
const BREAKABLE = /« | (?=[;?!»](?:[\s"<,.)»]|$))| (?=:(?:[\s<]|$))/;

function checkFrenchSpaces(): void {
  for (const file of globSync(`${portal}/words/fr/*.json`)) {
    for (const [key, texts] of read('fr', basename(file, '.json'))) {
      if (texts.some((text) => BREAKABLE.test(text)))
        faults.push(`fr/${basename(file)}: "${key}" needs a no-break space (U+00A0) beside its marks`);
    }
  }
}

checkFrenchSpaces();
for (const file of globSync(`${portal}/words/en/*.json`)) checkCatalogue(basename(file, '.json'));
checkRelayWords();
checkAlarms();
checkRefusals();
checkComponents();
faults.push(...unknownReasons());
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
