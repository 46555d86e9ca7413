// Checks the portal's catalogues: the same keys and placeholders in every language, nothing empty, and no text in
// components. Part of `npm run check`.

import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

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

for (const file of globSync(`${portal}/words/en/*.json`)) checkCatalogue(basename(file, '.json'));
checkComponents();
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
