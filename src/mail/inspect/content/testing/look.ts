// Looks into one file in a test, as if it had come as an attachment.

import { CONTENT_LIMITS } from '../limits.ts';
import { type Found, lookInto } from '../look-into.ts';
import type { ContentLimits, ContentPart, PartTrait } from '../taken-apart.ts';
import { Work } from '../work.ts';

export interface Looked extends Found {
  /** The file itself. */
  file: ContentPart;
  /** Of all parts, each once, sorted. */
  traits: PartTrait[];
  limit: string | undefined;
}

/** Looks into a file. */
export function look(bytes: Uint8Array, name: string, limits: Partial<ContentLimits> = {}): Looked {
  const work = new Work({ ...CONTENT_LIMITS, time: 60_000, ...limits }, () => process.threadCpuUsage().user / 1000);
  const found: Found = { parts: [], hidden: [] };
  const item = { bytes, path: '1', mimePart: 0, depth: 0, names: [name], declaredType: 'application/octet-stream' };
  lookInto(item, work, found);
  const traits = [...new Set(found.parts.flatMap((part) => part.traits))].sort();
  const [file] = found.parts;
  if (file === undefined) throw new Error('nothing was looked into');
  return { ...found, file, traits, limit: work.limit };
}

/** The part that has this name. */
export function partNamed({ parts }: Found, name: string): ContentPart | undefined {
  return parts.find(({ names }) => names.includes(name));
}
