// Programs from Debian packages that cannot be installed side by side: fetched once, unpacked into a folder of the
// system's temporary files, and run from there.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, run } from './processes.ts';

const cache = join(tmpdir(), `easymail-peers-${process.getuid?.() ?? 0}`);

/** Root of the unpacked packages, or the reason why they cannot be had. */
export async function unpackedPackages(name: string, packages: string[]): Promise<{ root: string } | { skip: string }> {
  const root = join(cache, name);
  if (existsSync(root)) return { root };
  if (findProgram('apt-get') === undefined || findProgram('dpkg') === undefined) return { skip: 'needs Debian' };
  if (process.getuid?.() !== 0) return { skip: 'needs root' };
  const work = join(cache, `${name}.${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    const fetched = await run('apt-get', ['-q', 'download', ...packages], { cwd: work });
    if (fetched.code !== 0) return { skip: `apt-get download ${packages.join(' ')} failed` };
    mkdirSync(join(work, 'root'));
    for (const file of readdirSync(work).filter((entry) => entry.endsWith('.deb'))) {
      const unpacked = await run('dpkg', ['-x', join(work, file), join(work, 'root')]);
      if (unpacked.code !== 0) return { skip: `dpkg -x ${file} failed: ${unpacked.stderr}` };
    }
    if (!existsSync(root)) renameSync(join(work, 'root'), root);
    return { root };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
