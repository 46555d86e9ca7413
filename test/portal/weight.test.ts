// What a browser loads of the portal before the first page is drawn, whichever page that is.

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';

const portal = resolve(import.meta.dirname, '../../portal');
const manifestFile = join(portal, 'dist/.vite/manifest.json');
const skip = existsSync(manifestFile) ? false : 'the portal is not built: npm run portal';

/** Octets of scripts as packed by gzip, texts left out; and of scripts and texts as browsers are sent them, by Brotli. */
const MOST_SCRIPT = 250_000;
const MOST_SENT = 250_000;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

interface Manifest {
  chunks: Readonly<Record<string, Chunk>>;
  entry: string;
}

function readManifest(): Manifest {
  const chunks = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, Chunk>;
  const entry = Object.keys(chunks).find((key) => chunks[key]?.isEntry === true) ?? assert.fail('no entry');
  return { chunks, entry };
}

/** The files that have to be there before this one runs. */
function filesOf({ chunks }: Manifest, key: string, found: Set<string> = new Set()): Set<string> {
  const chunk = chunks[key] ?? assert.fail(`nothing was built of ${key}`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const one of chunk.imports ?? []) filesOf({ chunks, entry: '' }, one, found);
  return found;
}

const weigh = (files: Iterable<string>, ending: string): number =>
  [...files].reduce((sum, file) => sum + readFileSync(join(portal, 'dist', `${file}${ending}`)).length, 0);

interface PageFile {
  /** As in the manifest. */
  key: string;
  /** The folder of the part, whose name its texts have. */
  part: string;
}

/** The pages, as the lists of routes load them. */
function pageFiles(): PageFile[] {
  return globSync('src/pages/*/routes.ts', { cwd: portal }).flatMap((file) =>
    [...readFileSync(join(portal, file), 'utf8').matchAll(/import\('\.\/([^']+)'\)/g)].map(([, path = '']) => ({
      key: `${dirname(file)}/${path}`,
      part: basename(dirname(file)),
    })),
  );
}

test('the first page weighs less than 250 KB, whichever it is', { skip }, () => {
  const manifest = readManifest();
  const base = filesOf(manifest, manifest.entry);
  const pages = pageFiles();
  assert.ok(pages.length > 40, `only ${pages.length} pages found`);
  const tooHeavy: string[] = [];
  for (const { key, part } of pages) {
    const scripts = new Set([...base, ...filesOf(manifest, key)]);
    const script = weigh(scripts, '.gz');
    const texts = ['shell', 'parts', part].map((name) => manifest.chunks[`src/words/fr/${name}.json`]?.file ?? '');
    const sent = weigh([...scripts, ...texts], '.br');
    if (script > MOST_SCRIPT || sent > MOST_SENT) tooHeavy.push(`${key}: ${script} by gzip, ${sent} with its texts`);
  }
  assert.deepEqual(tooHeavy, []);
});
