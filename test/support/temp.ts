// Temporary folders that go away, whatever happens to the test.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Path inside the folder. */
  file(...parts: string[]): string;
  remove(): void;
}

const left = new Set<string>();
process.once('exit', () => {
  for (const path of left) rmSync(path, { recursive: true, force: true });
});

/** A new folder under the system's folder for temporary files; other users may enter it (servers drop privileges). */
export function temporaryFolder(name = 'test'): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `easymail-${name}-`));
  chmodSync(path, 0o755);
  left.add(path);
  const remove = () => {
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    left.delete(path);
  };
  return {
    path,
    file: (...parts) => join(path, ...parts),
    remove,
    [Symbol.asyncDispose]: async () => remove(),
  };
}
