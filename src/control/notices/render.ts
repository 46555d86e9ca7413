// A notice written out, as text and as HTML of the same words. Values come from people and from the net: in the text they
// stay on their line, in the HTML they are escaped, and nothing is loaded from anywhere.

import { domainToASCII } from 'node:url';
import type { NoticeKind, NoticeRecord, NoticeValues } from './kinds.ts';
import type { Language } from './languages.ts';
import { type EntryBlock, type Frame, frames, type NoticeTemplate } from './template.ts';

export interface RenderOptions {
  language: Language;
  /** Name of the operator, as readers know it. */
  operator: string;
  /** Name of this node. */
  hostname: string;
  /** IANA name of the zone in which times are written. */
  timeZone: string;
}

export interface WrittenNotice {
  subject: string;
  text: string;
  html: string;
}

type Values = Readonly<Record<string, unknown>>;

/** A block with its values in it. */
type Written =
  | { paragraph: string }
  | { action: string; link: string }
  | { facts: readonly (readonly [string, string])[] }
  | { records: readonly NoticeRecord[] };

/** A value in a text is cut there: what is longer is no name, reason or answer. */
const LONGEST_VALUE = 2000;
const PLACE = /\{(\w+)(?::(time|day|count))?\}/g;
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g;
/** They turn the order of what follows them. */
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Writes a notice. Throws where a link is none of HTTP: whoever made it is at fault. */
export function renderNotice<K extends NoticeKind>(
  template: NoticeTemplate<K>,
  values: NoticeValues[K],
  options: RenderOptions,
): WrittenNotice {
  const { subject, blocks } = template[options.language];
  const frame = frames[options.language];
  const all: Values = { ...values, operator: options.operator, hostname: options.hostname };
  const fillFrom = (values: Values) => (text: string) => filled(text, values, frame, options.timeZone);
  const fill = fillFrom(all);
  const written: Written[] = [
    { paragraph: frame.greeting },
    ...blocks.flatMap((block) => {
      if (typeof block === 'string' || !('each' in block)) return writtenBlock(block, all, fill);
      const entries = (all[block.each] ?? []) as readonly Values[];
      return entries.flatMap((entry) => block.blocks.flatMap((one) => writtenBlock(one, entry, fillFrom(entry))));
    }),
    { paragraph: fill(frame.closing) ?? '' },
  ];
  const footer = fill(frame.footer) ?? '';
  const title = fill(subject) ?? '';
  return {
    subject: title,
    text: asText(written, footer, frame),
    html: asHtml(written, { title, footer, frame, options }),
  };
}

type Plain = EntryBlock | { records: string };

function writtenBlock(block: Plain, values: Values, fill: (text: string) => string | undefined): Written[] {
  if (typeof block === 'string') {
    const paragraph = fill(block);
    return paragraph === undefined ? [] : [{ paragraph }];
  }
  if ('action' in block) {
    const link = values[block.to];
    return link === undefined ? [] : [{ action: block.action, link: checkedLink(link) }];
  }
  if ('facts' in block) {
    const facts = block.facts.flatMap(([name, text]) => {
      const value = fill(text);
      return value === undefined ? [] : [[name, value] as const];
    });
    return facts.length === 0 ? [] : [{ facts }];
  }
  const records = (values[block.records] ?? []) as readonly NoticeRecord[];
  return records.length === 0 ? [] : [{ records: records.map(cleanRecord) }];
}

/** The text with its values; nothing where one is not given. */
function filled(text: string, values: Values, frame: Frame, timeZone: string): string | undefined {
  let missing = false;
  const done = text.replace(PLACE, (_place, name: string, form: string | undefined) => {
    const value = values[name];
    if (value === undefined) missing = true;
    return shown(value, form, frame.locale, timeZone);
  });
  return missing ? undefined : done;
}

function shown(value: unknown, form: string | undefined, locale: string, timeZone: string): string {
  switch (form) {
    case 'time':
      return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(Number(value));
    case 'day':
      // A day is a day in every zone: it is written in the one it is read in.
      return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
        Date.parse(`${String(value)}T00:00:00Z`),
      );
    case 'count':
      return new Intl.NumberFormat(locale).format(Number(value));
    default:
      return clean(String(value));
  }
}

function clean(text: string): string {
  return text.replace(CONTROLS, ' ').replace(BIDI, '').trim().slice(0, LONGEST_VALUE);
}

function cleanRecord({ type, host, value }: NoticeRecord): NoticeRecord {
  return { type: clean(type), host: clean(host), value: clean(value) };
}

function checkedLink(link: unknown): string {
  const url = new URL(String(link));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('a link of a notice is none of HTTP');
  url.hostname = domainToASCII(url.hostname) || url.hostname;
  return url.href;
}

function asText(blocks: readonly Written[], footer: string, { record }: Frame): string {
  const parts = blocks.map((block) => {
    if ('paragraph' in block) return block.paragraph;
    if ('action' in block) return `${block.action}:\n${block.link}`;
    if ('facts' in block) return block.facts.map(([name, value]) => `  ${name}: ${value}`).join('\n');
    return block.records
      .map(
        ({ type, host, value }) => `  ${record.type}: ${type}\n  ${record.host}: ${host}\n  ${record.value}: ${value}`,
      )
      .join('\n\n');
  });
  return `${parts.join('\n\n')}\n\n-- \n${footer}\n`;
}

const STYLES = {
  body: 'margin:0;padding:24px;background:#ffffff;color:#1a1a1a;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5',
  main: 'max-width:640px',
  button:
    'display:inline-block;padding:10px 18px;background:#0b4f8a;color:#ffffff;text-decoration:none;border-radius:4px;font-weight:bold',
  table: 'border-collapse:collapse;margin:0 0 16px',
  cell: 'border:1px solid #767676;padding:6px 10px;text-align:left;vertical-align:top',
  value: 'border:1px solid #767676;padding:6px 10px;font-family:monospace;word-break:break-all',
  footer: 'margin-top:32px;color:#595959;font-size:13px',
} as const;

interface Page {
  title: string;
  footer: string;
  frame: Frame;
  options: RenderOptions;
}

/** Plain elements that a screen reader reads in order; colours of enough contrast (WCAG 1.4.3). */
function asHtml(blocks: readonly Written[], { title, footer, frame, options }: Page): string {
  return [
    '<!doctype html>',
    `<html lang="${options.language}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    '</head>',
    `<body style="${STYLES.body}">`,
    `<main style="${STYLES.main}">`,
    ...blocks.map((block) => htmlBlock(block, frame)),
    `<p style="${STYLES.footer}">${escaped(footer)}</p>`,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function htmlBlock(block: Written, frame: Frame): string {
  if ('paragraph' in block) return `<p>${escaped(block.paragraph).replaceAll('\n', '<br>')}</p>`;
  if ('action' in block) {
    const link = escaped(block.link);
    return `<p><a href="${link}" style="${STYLES.button}">${escaped(block.action)}</a></p>\n<p>${link}</p>`;
  }
  if ('facts' in block) {
    const rows = block.facts.map(([name, value]) =>
      row([head(name, 'row'), `<td style="${STYLES.cell}">${escaped(value)}</td>`]),
    );
    return `<table style="${STYLES.table}">\n${rows.join('\n')}\n</table>`;
  }
  const { type, host, value } = frame.record;
  const heads = row([head(type, 'col'), head(host, 'col'), head(value, 'col')]);
  const rows = block.records.map((record) =>
    row([record.type, record.host, record.value].map((text) => `<td style="${STYLES.value}">${escaped(text)}</td>`)),
  );
  return `<table style="${STYLES.table}">\n${[heads, ...rows].join('\n')}\n</table>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.join('')}</tr>`;
}

function head(text: string, scope: 'row' | 'col'): string {
  return `<th scope="${scope}" style="${STYLES.cell}">${escaped(text)}</th>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
