// Settings of a guide, taken out of it for a real server that lives in a folder.

import { readFileSync } from 'node:fs';
import type { Relay } from './relay.ts';

interface Block {
  file?: string;
  syntax: string;
  content: string;
}

interface Guide {
  sections: { heading: string; steps: { text: string; block?: Block }[] }[];
}

/** The blocks of a customer's guide, in order. */
export async function guideBlocks(relay: Relay, customer: string, server: string): Promise<Block[]> {
  const answer = await relay.cli('guide', customer, server, '--json');
  if (answer.code !== 0) throw new Error(`guide ${server} failed: ${answer.stderr}`);
  const guide = JSON.parse(answer.stdout) as Guide;
  return guide.sections.flatMap(({ steps }) => steps.flatMap(({ block }) => block ?? []));
}

/** What goes into a file, of all blocks for it. */
export function contentFor(blocks: readonly Block[], file: string): string {
  return blocks
    .filter((block) => block.file === file)
    .map(({ content }) => content)
    .join('');
}

/** Lines `name = value` as a record; a line that begins with a space goes on with the one before. */
export function settingsOf(content: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const line of content.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) settings[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return settings;
}

/** Messages in a maildir, as text. */
export function readAll(files: readonly string[]): string[] {
  return files.map((file) => readFileSync(file, 'latin1'));
}
