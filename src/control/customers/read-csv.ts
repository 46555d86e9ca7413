// RFC 4180, and what spreadsheets make of it: a byte order mark, semicolons or tabs, line ends of any kind.

import { setImmediate } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { says } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';

/** One row, with the line of the file that it begins on. */
export interface CsvRow {
  line: number;
  cells: string[];
}

const CHUNK = 64 * 1024;
/** No name, address or note is longer. */
const LONGEST_RECORD = 64 * 1024;

/** Rows of a file, empty ones left out; other work of the process gets a turn in between. A 422 where quotes are wrong. */
export async function* readCsv(text: string): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
    max_record_size: LONGEST_RECORD,
  });
  const feeding = feed(text, parser);
  // A fault ends both; it is told by the reading side.
  feeding.catch(() => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (record.some((cell) => cell !== '')) yield { line: info.lines, cells: record };
    }
    await feeding;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const lines: unknown = error['lines'];
    const line = typeof lines === 'number' ? { line: lines } : {};
    throw problem('csv-unreadable', {}, [{ field: 'file', ...line, message: says('open-quotes') }]);
  } finally {
    parser.destroy();
  }
}

async function feed(text: string, parser: ReturnType<typeof parse>): Promise<void> {
  for (let at = 0; at < text.length && !parser.destroyed; at += CHUNK) {
    parser.write(text.slice(at, at + CHUNK));
    await setImmediate();
  }
  if (!parser.destroyed) parser.end();
}

/** The sign that stands most often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const first = (text.slice(0, LONGEST_RECORD).split(/\r\n|\r|\n/, 1)[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (sign: string) => first.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}
