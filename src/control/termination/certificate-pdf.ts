// The certificate on paper. The same certificate gives the same octets: nothing in it is of the moment at which it is made.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pdfmake from 'pdfmake';
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.d.ts';
import type { Certificate, Removed } from './certificate.ts';
import { type CertificateWords, certificateWords } from './certificate-words.ts';

export interface PaperOptions {
  /** Name of the key that signed. */
  key: string;
  /** Zone of the times. */
  timeZone: string;
}

/** Things that the paper names one by one; the JSON has more. */
const NAMED = 50;
const NAMED_KEYS = 100;
const NAMED_RECORDS = 100;

let prepared = false;

/** Fonts from the package's own folder, and nothing else from anywhere. */
function prepare(): void {
  if (prepared) return;
  prepared = true;
  const fonts = join(dirname(fileURLToPath(import.meta.resolve('pdfmake/package.json'))), 'fonts', 'Roboto');
  pdfmake.setFonts({
    Roboto: {
      normal: join(fonts, 'Roboto-Regular.ttf'),
      bold: join(fonts, 'Roboto-Medium.ttf'),
      italics: join(fonts, 'Roboto-Italic.ttf'),
      bolditalics: join(fonts, 'Roboto-MediumItalic.ttf'),
    },
  });
  pdfmake.setLocalAccessPolicy((path) => path.startsWith(fonts));
  pdfmake.setUrlAccessPolicy(() => false);
}

/** The paper as PDF. Takes some hundred milliseconds of the thread it runs in. */
export async function certificatePdf(certificate: Certificate, options: PaperOptions): Promise<Uint8Array> {
  prepare();
  return pdfmake.createPdf(documentOf(certificate, options)).getBuffer();
}

function documentOf(certificate: Certificate, options: PaperOptions): TDocumentDefinitions {
  const words = certificateWords[certificate.language];
  const at = new Date(certificate.removed_at);
  return {
    pageSize: 'A4',
    pageMargins: [56, 56, 56, 64],
    language: certificate.language,
    info: {
      title: `${words.title} ${certificate.number}`,
      author: certificate.operator.name,
      subject: certificate.customer.name,
      creator: 'Easymail',
      producer: 'Easymail',
      creationDate: at,
      modDate: at,
    },
    defaultStyle: { font: 'Roboto', fontSize: 9, lineHeight: 1.25 },
    styles: {
      title: { fontSize: 20, bold: true, margin: [0, 0, 0, 12] },
      heading: { fontSize: 12, bold: true, margin: [0, 14, 0, 6] },
      head: { bold: true },
      hash: { fontSize: 6.5, color: '#444444' },
    },
    footer: (page: number, pages: number) => ({
      text: `${certificate.number} · ${words.page} ${page}/${pages}`,
      alignment: 'center',
      fontSize: 8,
      margin: [0, 20, 0, 0],
    }),
    content: [
      { text: words.title, style: 'title' },
      statement(certificate, words, options),
      facts(certificate, words, options),
      { text: words.removedTitle, style: 'heading' },
      removedTable(certificate.removed, words),
      ...keys(certificate.removed, words),
      { text: words.remainsTitle, style: 'heading' },
      remainsTable(certificate, words),
      ...dns(certificate, words),
      { text: words.signatureTitle, style: 'heading' },
      { text: words.signature.replace('{key}', options.key) },
    ],
  };
}

function statement(certificate: Certificate, words: CertificateWords, { timeZone }: PaperOptions): Content {
  const values: Record<string, string> = {
    customer: certificate.customer.name,
    operator: certificate.operator.name,
    date: time(certificate.removed_at, words, timeZone),
  };
  return {
    text: words.statement.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
    fontSize: 11,
    margin: [0, 0, 0, 12],
  };
}

function facts(certificate: Certificate, words: CertificateWords, { timeZone }: PaperOptions): Content {
  const { operator, customer } = certificate;
  const { facts: names } = words;
  const rows: [string, string][] = [
    [names.number, certificate.number],
    [names.customer, `${customer.name} (${customer.id})`],
    [names.operator, operator.address === null ? operator.name : `${operator.name}, ${operator.address}`],
    [names.relay, operator.relay],
    [names.serviceEnded, day(certificate.service_ended, words)],
    [names.noticed, day(certificate.noticed, words)],
    [names.deactivated, time(certificate.deactivated_at, words, timeZone)],
    [names.removed, time(certificate.removed_at, words, timeZone)],
    [names.by, certificate.removed_by === 'easymail' ? words.byItself : certificate.removed_by],
  ];
  return table([130, '*'], undefined, rows);
}

function removedTable(removed: Removed, words: CertificateWords): Content {
  const { columns } = words;
  const rows = (Object.keys(words.removed) as (keyof Removed)[]).map((kind): Cell[] => {
    const one = removed[kind];
    return [words.removed[kind], String(one.count), 'items' in one ? named(one, words) : ''];
  });
  return table([110, 45, '*'], [columns.what, columns.count, columns.hash], rows);
}

function named(one: Removed['domains'] | Removed['dkim_keys'], words: CertificateWords): Cell {
  if (one.count === 0) return '';
  const names = one.items.map((item) =>
    typeof item === 'string' ? item : `${item.selector}._domainkey.${item.domain}`,
  );
  const rest = one.count - Math.min(one.count, NAMED);
  const list = names.slice(0, NAMED).join(', ') + (rest > 0 ? `, ${words.more.replace('{count}', String(rest))}` : '');
  return { stack: [{ text: list }, { text: one.sha256, style: 'hash' }] };
}

function keys({ dkim_keys }: Removed, words: CertificateWords): Content[] {
  if (dkim_keys.count === 0) return [];
  const { name, algorithm, hash } = words.keyColumns;
  const rows = dkim_keys.items
    .slice(0, NAMED_KEYS)
    .map((key): Cell[] => [
      `${key.selector}._domainkey.${key.domain}`,
      key.algorithm,
      { text: key.public_key_sha256, style: 'hash' },
    ]);
  return [
    { text: words.keysTitle, style: 'heading' },
    { text: words.keys, margin: [0, 0, 0, 6] },
    table(['*', 55, 230], [name, algorithm, hash], rows),
  ];
}

function remainsTable({ remains }: Certificate, words: CertificateWords): Content {
  const { what, why, until } = words.columns;
  const rows = remains.map((one): Cell[] => {
    const [name, reason] = words.remains[one.what];
    return [name, reason, one.until === null ? words.noEnd : day(one.until, words)];
  });
  return table([150, '*', 95], [what, why, until], rows);
}

function dns({ dns: records }: Certificate, words: CertificateWords): Content[] {
  if (records.length === 0) return [];
  const { record, value, state } = words.dnsColumns;
  const rows = records
    .slice(0, NAMED_RECORDS)
    .map((one): Cell[] => [`${one.host} ${one.type}`, one.value, words.states[one.state]]);
  return [
    { text: words.dnsTitle, style: 'heading' },
    { text: words.dns, margin: [0, 0, 0, 6] },
    table([170, '*', 75], [record, value, state], rows),
  ];
}

type Cell = string | { text: string; style?: string } | { stack: { text: string; style?: string }[] };

function table(widths: (number | '*')[], heads: string[] | undefined, rows: Cell[][]): Content {
  const head = heads?.map((text) => ({ text, style: 'head' }));
  return {
    layout: 'lightHorizontalLines',
    table: {
      headerRows: head === undefined ? 0 : 1,
      dontBreakRows: false,
      widths,
      body: [...(head === undefined ? [] : [head]), ...rows.map((row) => row.map(breakable))],
    },
  };
}

/** Long names without spaces may be broken anywhere: nothing runs over the edge of the paper. */
function breakable(cell: Cell): Cell {
  if (typeof cell === 'string') return withBreaks(cell);
  if ('stack' in cell) return { stack: cell.stack.map((one) => ({ ...one, text: withBreaks(one.text) })) };
  return { ...cell, text: withBreaks(cell.text) };
}

const LONGEST_WORD = 40;

function withBreaks(text: string): string {
  return text.replace(new RegExp(`\\S{${LONGEST_WORD}}(?=\\S)`, 'g'), '$&\u200b');
}

function day(text: string, { locale }: CertificateWords): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    Date.parse(`${text}T00:00:00Z`),
  );
}

function time(iso: string, { locale }: CertificateWords, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(Date.parse(iso));
}
