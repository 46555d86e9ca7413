// What the sandbox's built-in receiver caught: one file a message in a folder, the newest thousand.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaughtMessage } from '../control/sandbox/sandbox-desk.ts';
import { parseHeader } from '../protocol/mime/header.ts';
import { headerText } from '../protocol/mime/parts.ts';

export interface CaughtMail {
  add(envelope: { from: string; to: string[]; client: string }, content: Uint8Array): Promise<void>;
  /** Newest first. */
  list(): readonly CaughtMessage[];
  /** The message as it was received, or nothing where the name is unknown. */
  source(name: string): Promise<Buffer | undefined>;
}

const KEPT = 1000;
const NAME = /^\d{14}-\d{6}$/;
const HEADER_READ = 64 * 1024;
const LONGEST_SUBJECT = 500;

/** Opens the folder, making it where it is missing. */
export async function openCaughtMail(folder: string, now: () => number): Promise<CaughtMail> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let kept = await readEntries(folder);
  let sequence = 0;
  return {
    async add(envelope, content) {
      const name = `${String(now()).padStart(14, '0')}-${String(sequence++ % 1_000_000).padStart(6, '0')}`;
      const entry: CaughtMessage = {
        name,
        at: new Date(now()).toISOString(),
        ...envelope,
        ...aboutOf(content),
        size: content.length,
      };
      await writeFile(join(folder, `${name}.eml`), content);
      // The list shows only entries whose message is already whole.
      await writeFile(join(folder, `${name}.part`), JSON.stringify(entry));
      await rename(join(folder, `${name}.part`), join(folder, `${name}.json`));
      kept = [entry, ...kept].toSorted((a, b) => (a.name < b.name ? 1 : -1));
      const old = kept.slice(KEPT);
      kept = kept.slice(0, KEPT);
      await Promise.all(old.map((one) => drop(folder, one.name)));
    },
    list: () => kept,
    async source(name) {
      if (!NAME.test(name)) return undefined;
      return readFile(join(folder, `${name}.eml`)).catch(() => undefined);
    },
  };
}

/** What an earlier start caught, newest first. */
async function readEntries(folder: string): Promise<CaughtMessage[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.json')).toSorted();
  const texts = await Promise.all(names.toReversed().map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => JSON.parse(text) as CaughtMessage);
}

async function drop(folder: string, name: string): Promise<void> {
  await rm(join(folder, `${name}.json`), { force: true });
  await rm(join(folder, `${name}.eml`), { force: true });
}

/** The subject, and the id in the Received field that the relay put on top. */
function aboutOf(content: Uint8Array): Pick<CaughtMessage, 'subject' | 'id'> {
  const header = parseHeader(Buffer.from(content.subarray(0, HEADER_READ)));
  const id = /\bid ([0-9a-z]{16,32})\b/.exec(headerText(header, 'received'))?.[1];
  return { subject: headerText(header, 'subject').slice(0, LONGEST_SUBJECT), ...(id !== undefined && { id }) };
}
