// What the sandbox's built-in receiver caught: one file a message in a folder, the newest thousand.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A caught message as the list shows it. */
export interface CaughtMessage {
  /** Sorts by time. */
  name: string;
  at: string;
  from: string;
  to: string[];
  /** Address the message came from: one of ours. */
  client: string;
  subject: string;
  size: number;
}

export interface CaughtMail {
  add(envelope: { from: string; to: string[]; client: string }, content: Uint8Array): Promise<void>;
  /** Newest first. */
  list(): Promise<CaughtMessage[]>;
  /** The message as it was received, or nothing where the name is unknown. */
  source(name: string): Promise<Buffer | undefined>;
}

const KEPT = 1000;
const NAME = /^\d{14}-\d{6}$/;
const HEADER_SHOWN = 64 * 1024;

/** Opens the folder, making it where it is missing. */
export async function openCaughtMail(folder: string, now: () => number): Promise<CaughtMail> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let sequence = 0;
  return {
    async add(envelope, content) {
      const name = `${String(now()).padStart(14, '0')}-${String(sequence++ % 1_000_000).padStart(6, '0')}`;
      const entry: CaughtMessage = {
        name,
        at: new Date(now()).toISOString(),
        ...envelope,
        subject: subjectOf(content),
        size: content.length,
      };
      await writeFile(join(folder, `${name}.eml`), content);
      // The list shows only entries whose message is already whole.
      await writeFile(join(folder, `${name}.part`), JSON.stringify(entry));
      await rename(join(folder, `${name}.part`), join(folder, `${name}.json`));
      await dropOldest(folder);
    },
    async list() {
      const names = (await readdir(folder))
        .filter((file) => file.endsWith('.json'))
        .toSorted()
        .toReversed();
      const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8').catch(() => undefined)));
      return texts.filter((text) => text !== undefined).map((text) => JSON.parse(text) as CaughtMessage);
    },
    async source(name) {
      if (!NAME.test(name)) return undefined;
      return readFile(join(folder, `${name}.eml`)).catch(() => undefined);
    },
  };
}

async function dropOldest(folder: string): Promise<void> {
  const entries = (await readdir(folder)).filter((file) => file.endsWith('.json')).toSorted();
  for (const file of entries.slice(0, Math.max(0, entries.length - KEPT))) {
    await rm(join(folder, file), { force: true });
    await rm(join(folder, file.replace(/json$/, 'eml')), { force: true });
  }
}

function subjectOf(content: Uint8Array): string {
  const text = Buffer.from(content.subarray(0, HEADER_SHOWN)).toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  const header = (end < 0 ? text : text.slice(0, end)).replaceAll(/\r\n(?=[ \t])/g, '');
  return /^subject:[ \t]*(.*)$/im.exec(header)?.[1]?.trim() ?? '';
}
