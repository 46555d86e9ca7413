// Messages as Outlook saves them ([MS-OXMSG]): attachments, and the text.

import type { Entry } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import type { CompoundEntry, CompoundFile } from './compound-file.ts';
import { decompressRtf } from './compressed-rtf.ts';

/** Streams of properties: `__substg1.0_` and the property with its type in hex. */
const DATA = '37010102';
const NAMES = ['3707001F', '3704001F', '3001001F', '3707001E', '3704001E', '3001001E'];
const TEXTS: Readonly<Record<string, string>> = {
  '1000001F': 'utf16le',
  '1000001E': 'latin1',
  '10130102': 'html',
  '1013001F': 'utf16le',
};

/** Its attachments and texts. */
export function* outlookEntries(file: CompoundFile, work: Work): Generator<Entry> {
  const streams = file.entries.filter(({ kind, name }) => kind === 'stream' && name.startsWith('__substg1.0_'));
  for (const entry of streams) {
    if (!work.goesOn()) return;
    const property = entry.name.slice(-8).toUpperCase();
    const read = () => file.read(entry);
    if (property === DATA) {
      const names = namesBeside(file, streams, entry);
      yield { names, traits: [], size: entry.size, open: () => ({ bytes: read(), traits: [] }) };
    } else if (property === '10090102') {
      yield { names: [], traits: [], size: entry.size, open: () => decompressRtf(read(), work) };
    } else if (TEXTS[property] !== undefined) yield textEntry(entry, TEXTS[property], read);
  }
}

function namesBeside(file: CompoundFile, streams: readonly CompoundEntry[], data: CompoundEntry): string[] {
  const found: string[] = [];
  for (const one of streams) {
    const property = one.name.slice(-8).toUpperCase();
    if (one.folder !== data.folder || !NAMES.includes(property)) continue;
    found.push(
      file
        .read(one)
        .toString(property.endsWith('F') ? 'utf16le' : 'latin1')
        .slice(0, 1000),
    );
  }
  return [...new Set(found)].filter((name) => name !== '');
}

function textEntry(entry: CompoundEntry, encoding: string, read: () => Buffer): Entry {
  return {
    names: [],
    traits: [],
    declaredType: encoding === 'html' || entry.name.includes('1013') ? 'text/html' : 'text/plain',
    size: entry.size,
    open: () => ({
      bytes: encoding === 'utf16le' ? Buffer.from(read().toString('utf16le'), 'utf8') : read(),
      traits: [],
    }),
  };
}
