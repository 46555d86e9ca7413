// All mails with a file in an archive, a document or a page that is made oddly, in one list.

import { oddEntries, oddStreams, oddZips } from './broken-archives.ts';
import { cards, officeFiles, pages, pdfFiles, rareArchives } from './documents.ts';
import { bareStreams, linkedInside, rareImages, rarePdfs, scriptSpellings } from './further-files.ts';
import { EICAR, type Evasion } from './mail.ts';
import { type Wrapping, wrapped } from './odd-files.ts';
import { pastCounts } from './past-counts.ts';
import { splitContent, splitNames } from './split-files.ts';

const NOTHING = Buffer.from('nothing of interest');

/** Nothing has the name in these: no program shows one. */
const NAMELESS = new Set(['zip: unlisted, without a name', 'gzip: junk before', 'page: script alone']);

function wrappings(): Record<string, Wrapping> {
  const archives = { ...oddEntries(), ...oddZips(), ...oddStreams(), ...rareArchives() };
  const documents = { ...officeFiles(), ...pdfFiles(), ...rarePdfs(), ...pages(), ...cards() };
  return { ...archives, ...documents, ...bareStreams(), ...scriptSpellings(), ...linkedInside(), ...rareImages() };
}

/** With a virus inside. */
export function wrappedContent(): Evasion[] {
  return [...wrapped(wrappings(), 'eicar.com', Buffer.from(EICAR)), ...splitContent(), ...pastCounts()];
}

/** With a file of this name inside. */
export function wrappedNames(name: string): Evasion[] {
  const named = Object.entries(wrappings()).filter(([id]) => !NAMELESS.has(id) && !id.startsWith('stream: '));
  return [...wrapped(Object.fromEntries(named), name, NOTHING), ...splitNames(name)];
}
