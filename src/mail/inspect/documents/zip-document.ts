// ZIP files by what they hold: office documents, programs, or just an archive.

import { zipEntries } from '../archives/zip.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { readOpenDocument } from './open-document.ts';
import { readOpenXml } from './open-xml.ts';

/** Reads a ZIP file as what it is. */
export function readZip(bytes: Uint8Array, work: Work): Reading {
  const entries = listed(bytes, work);
  const names = new Map<string, Entry>();
  for (const entry of entries)
    for (const name of entry.names) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), entry);
  const kind = program(names);
  if (kind !== undefined) return { type: kind, traits: ['executable', 'archive'], entries };
  if (names.has('[content_types].xml')) return readOpenXml(names, entries, work);
  if (names.has('mimetype') && names.has('content.xml')) return readOpenDocument(names, entries, work);
  // The end of a directory alone is an archive without anything in it, and none that is broken.
  if (entries.length === 0)
    return bytes.length > 22 ? { traits: ['archive', 'unopened'] } : { traits: ['archive'], entries };
  return { traits: ['archive', ...(isCut(entries) ? (['unopened'] as PartTrait[]) : [])], entries };
}

/** One more than may be looked into: the limit is reached where the parts are taken. */
function listed(bytes: Uint8Array, work: Work): Entry[] {
  const entries: Entry[] = [];
  for (const entry of zipEntries(bytes, work)) {
    entries.push(entry);
    if (entries.length > work.limits.parts) break;
  }
  return entries;
}

function isCut(entries: readonly Entry[]): boolean {
  return entries.every(({ open, names }) => open === undefined && names.length === 0);
}

function program(names: ReadonlyMap<string, Entry>): string | undefined {
  if (names.has('androidmanifest.xml')) return 'application/vnd.android.package-archive';
  if (names.has('appxmanifest.xml') || names.has('appxmetadata/appxbundlemanifest.xml'))
    return 'application/vns.ms-appx';
  if (!names.has('meta-inf/manifest.mf')) return undefined;
  return [...names.keys()].some((name) => name.endsWith('.class')) ? 'application/java-archive' : undefined;
}
