// Builds the portal: `npm run portal`. With --if-old only where what was built is missing, or older than its sources, as
// `npm start` and `npm test` ask it to.

import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

const portal = resolve(import.meta.dirname, '../portal');
const dist = join(portal, 'dist');
/** The state of the sources that was built. */
const mark = join(dist, 'built-from');

/** A hash of everything that goes into the build. */
function sourceState(): string {
  const files = [
    ...globSync(['src/**/*.{ts,tsx,css,svg,json}', 'index.html', 'vite.config.ts', 'tsconfig.json'], { cwd: portal }),
    '../package-lock.json',
  ].sort();
  const hash = createHash('sha256');
  for (const file of files.filter((name) => !/\.test\.tsx?$/.test(name))) {
    hash.update(`${file}\0`).update(readFileSync(join(portal, file)));
  }
  return hash.digest('hex');
}

function builtFrom(): string | undefined {
  try {
    return readFileSync(mark, 'utf8');
  } catch {
    return undefined;
  }
}

const state = sourceState();
const before = builtFrom();
if (process.argv.includes('--if-old') && before === state) process.exit(0);
console.log(
  before === undefined ? 'The portal was not built yet; it is built now.' : 'The portal has changed; it is built anew.',
);
const began = performance.now();
await build({ configFile: join(portal, 'vite.config.ts'), logLevel: 'warn' });
for (const name of globSync('assets/*.{js,css,svg}', { cwd: dist })) {
  const plain = readFileSync(join(dist, name));
  writeFileSync(join(dist, `${name}.gz`), gzipSync(plain, { level: 9 }));
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(plain));
}
writeFileSync(mark, state);
console.log(`The portal is built (${((performance.now() - began) / 1000).toFixed(1)} s).`);
