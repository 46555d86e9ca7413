// What a disk may hold after the power went at a given moment of a recording.
//
// The model, stricter than ext4 or XFS: content of a file is kept if a sync of that file began after the write had
// ended, and ended before the cut. A name (new, renamed, removed) is kept if its folder was synced in the same way;
// the sync of a new file alone does not keep its name. Of all else, anything may be there: nothing, all, or some
// sectors of some writes and some changes of names.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Base, FileChange, FileNode, Recording, Span } from './recording.ts';

/** Disks write whole sectors; a write of more may be torn between them. */
const SECTOR = 512;

/** `synced`: only what is sure. `some`: that, and a part of the rest. */
export type Mode = 'synced' | 'some';

/** Random numbers from a seed, so that a failure can be had again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The folder as it is now. */
export function snapshot(folder: string): Base {
  const base: Base = { folder, files: new Map(), folders: new Set([folder]) };
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) base.folders.add(path);
    else if (stat?.isFile() === true) base.files.set(path, readFileSync(path));
  }
  return base;
}

/** Begin of the latest sync that had ended at `point`: what ended before it is kept. */
function keptUntil(syncs: Span[] | undefined, point: number): number {
  let latest = -1;
  for (const sync of syncs ?? []) if (sync.end < point) latest = Math.max(latest, sync.begin);
  return latest;
}

interface Cut {
  point: number;
  /** Whether a change that is not sure is there; asked for each sector and each name. */
  lucky: () => boolean;
}

class Image {
  bytes: Buffer;
  size: number;

  constructor(before: Buffer) {
    this.bytes = Buffer.from(before);
    this.size = before.length;
  }

  put(offset: number, data: Buffer): void {
    const end = offset + data.length;
    if (end > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(end, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, this.size);
      this.bytes = larger;
    }
    data.copy(this.bytes, offset);
    this.size = Math.max(this.size, end);
  }

  truncate(size: number): void {
    if (size < this.size) this.bytes.fill(0, size, this.size);
    else if (size > this.bytes.length) this.put(size - 1, Buffer.alloc(1));
    this.size = size;
  }
}

function applyUnsure(image: Image, change: FileChange, cut: Cut): void {
  if (change.kind === 'truncate') {
    if (cut.lucky()) image.truncate(change.size);
    return;
  }
  for (let at = 0; at < change.data.length; ) {
    const end = Math.min(change.data.length, at + SECTOR - ((change.offset + at) % SECTOR));
    if (cut.lucky()) image.put(change.offset + at, change.data.subarray(at, end));
    at = end;
  }
}

function contentAt(file: FileNode, cut: Cut): Buffer {
  const image = new Image(file.before);
  const kept = keptUntil(file.syncs, cut.point);
  for (const change of file.changes) {
    if (change.begin >= cut.point) continue;
    if (change.end < kept) {
      if (change.kind === 'write') image.put(change.offset, change.data);
      else image.truncate(change.size);
    } else {
      applyUnsure(image, change, cut);
    }
  }
  return image.bytes.subarray(0, image.size);
}

function namesAt(recording: Recording, cut: Cut): { files: Map<string, FileNode>; folders: Set<string> } {
  const files = new Map(recording.before);
  const folders = new Set(recording.foldersBefore);
  for (const change of recording.names) {
    if (change.begin >= cut.point) continue;
    const sure = change.folders.every((folder) => change.end < keptUntil(recording.folderSyncs.get(folder), cut.point));
    if (!sure && !cut.lucky()) continue;
    if (change.kind === 'rename') files.delete(change.from);
    if (change.kind === 'rename' || change.kind === 'create') files.set(change.path, change.file);
    else if (change.kind === 'mkdir') folders.add(change.path);
    else if (change.kind === 'rmdir') folders.delete(change.path);
    else files.delete(change.path);
  }
  return { files, folders };
}

/** Writes into `target` what `base` may be after a cut just before line `point` of the recording. */
export function rebuild(
  recording: Recording,
  target: { base: string; folder: string },
  cut: { point: number; mode: Mode; random: () => number },
): void {
  // Each cut has its own luck: at some nearly all of what was not synced had reached the disk, at others nearly none.
  const share = cut.random();
  const lucky = cut.mode === 'synced' ? () => false : () => cut.random() < share;
  const { files, folders } = namesAt(recording, { point: cut.point, lucky });
  const moved = (path: string) => target.folder + path.slice(target.base.length);
  const reachable = (path: string): boolean => path === target.base || (folders.has(path) && reachable(dirname(path)));
  rmSync(target.folder, { recursive: true, force: true });
  for (const folder of folders) if (reachable(folder)) mkdirSync(moved(folder), { recursive: true, mode: 0o700 });
  mkdirSync(target.folder, { recursive: true, mode: 0o700 });
  for (const [path, file] of files) {
    if (path.endsWith('-shm') || !reachable(dirname(path))) continue;
    writeFileSync(moved(path), contentAt(file, { point: cut.point, lucky }), { mode: 0o600 });
  }
}

/**
 * Points to cut at: right after a 250 began to leave, anywhere, after the last one (tries again, seals), and within the
 * given spans.
 */
export function cutPoints(
  recording: Recording,
  count: number,
  random: () => number,
  spans: readonly Span[] = [],
): number[] {
  const first = recording.accepted[0]?.line ?? 0;
  const last = recording.accepted.at(-1)?.line ?? first;
  return Array.from({ length: count }, (_, index) => {
    const span = spans[Math.floor(random() * spans.length)];
    if (index % 5 === 4 && span !== undefined) return span.begin + Math.ceil(random() * (span.end + 1 - span.begin));
    const accepted = recording.accepted[Math.floor(random() * recording.accepted.length)];
    if (index % 2 === 0 && accepted !== undefined) return accepted.line + 1;
    const from = index % 4 === 1 ? last : first;
    return from + Math.floor(random() * (recording.lines - from));
  });
}
