// Finds out which of our sentences a text is. Deep in the mail path a reason is made, kept and logged as plain text; where
// people read it, it may have to be said in another language.

import type { Values } from './sentence.ts';

/** A sentence that was recognised: its code, and what it names as it stands in the text. */
export interface Recognised {
  code: string;
  values?: Values;
}

/** What may stand in the place of a name; other names stand for one word. Parentheses in it capture nothing. */
export type Patterns = Readonly<Record<string, RegExp>>;

interface Template {
  code: string;
  names: string[];
  pattern: RegExp;
  /** Characters that are ours. */
  own: number;
}

const WORD = /\S+/;
const NUMBER = /^-?\d+$/;

/** Recognises these sentences by code. Of several that fit, the one with the most words of its own counts. */
export function createRecogniser(
  sentences: Readonly<Record<string, string>>,
  patterns: Patterns,
): (text: string) => Recognised | undefined {
  const plain = new Map<string, string>();
  const templates: Template[] = [];
  for (const [code, sentence] of Object.entries(sentences)) {
    if (sentence.includes('{')) templates.push(templateOf(code, sentence, patterns));
    else if (!plain.has(sentence)) plain.set(sentence, code);
  }
  templates.sort((a, b) => b.own - a.own);
  return (text) => {
    const code = plain.get(text);
    if (code !== undefined) return { code };
    for (const template of templates) {
      const found = template.pattern.exec(text);
      if (found !== null) return { code: template.code, values: valuesOf(template, found) };
    }
    return undefined;
  };
}

function templateOf(code: string, sentence: string, patterns: Patterns): Template {
  const names: string[] = [];
  const parts = sentence.split(/\{(\w+)\}/).map((part, at) => {
    if (at % 2 === 0) return RegExp.escape(part);
    names.push(part);
    return `(${(patterns[part] ?? WORD).source})`;
  });
  const own = sentence.replaceAll(/\{\w+\}/g, '').length;
  return { code, names, pattern: new RegExp(`^${parts.join('')}$`, 's'), own };
}

function valuesOf({ names }: Template, found: RegExpExecArray): Values {
  const entries = names.map((name, at): [string, string | number] => {
    const text = found[at + 1] ?? '';
    return [name, NUMBER.test(text) && text.length < 16 ? Number(text) : text];
  });
  return Object.fromEntries(entries);
}
