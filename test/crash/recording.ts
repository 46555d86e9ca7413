// What a process did to the files of a folder, and when it said 250, read from a log of strace. The order of the lines
// is the clock: a call begins at one line and ends at the same or a later one.

import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const TRACED = [
  'open,openat,creat,close,dup,dup2,dup3,lseek,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg',
  'fsync,fdatasync,sync,syncfs,msync,sync_file_range,ftruncate,truncate,fallocate,copy_file_range,sendfile',
  'rename,renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,rmdir,mmap,io_uring_setup',
].join(',');

/** strace and its arguments, to put before a program: writes what `readRecording` reads. */
export function recorder(logFile: string, options: { withoutSyncs?: boolean } = {}): string[] {
  const inject = options.withoutSyncs === true ? ['-e', 'inject=fsync,fdatasync:retval=0'] : [];
  const format = ['-f', '--seccomp-bpf', '-q', '-xx', '-ttt', '-s', '4000000', '-e', 'signal=none'];
  return ['strace', ...format, '-e', `trace=${TRACED}`, ...inject, '-o', logFile];
}

/** A file, whatever its name is at the time. */
export interface FileNode {
  readonly number: number;
  /** Content before the recording. */
  readonly before: Buffer;
  readonly changes: FileChange[];
  /** Syncs of this file: first and last line of the call. */
  readonly syncs: Span[];
}

export interface Span {
  begin: number;
  end: number;
}

export type FileChange = Span & ({ kind: 'write'; offset: number; data: Buffer } | { kind: 'truncate'; size: number });

/** A change of names. `folders` must all be synced before it is sure to be kept. */
export type NameChange = Span & { folders: string[] } & (
    | { kind: 'create'; path: string; file: FileNode }
    | { kind: 'rename'; from: string; path: string; file: FileNode }
    | { kind: 'unlink'; path: string }
    | { kind: 'mkdir' | 'rmdir'; path: string }
  );

export interface Recording {
  readonly lines: number;
  /** Seconds since 1970 of each line. */
  readonly times: Float64Array;
  /** Files that were there before, by path. */
  readonly before: Map<string, FileNode>;
  readonly foldersBefore: Set<string>;
  readonly files: FileNode[];
  readonly names: NameChange[];
  readonly folderSyncs: Map<string, Span[]>;
  /** Each 250 that the process gave, with the line at which the reply was about to be written. */
  readonly accepted: { line: number; id: string }[];
  /** Real syncs; those that were made to do nothing are not among them. */
  readonly syncCalls: number;
}

export interface Base {
  folder: string;
  files: Map<string, Buffer>;
  folders: Set<string>;
}

interface Call extends Span {
  thread: string;
  name: string;
  args: string;
  result: string;
}

interface OpenFile {
  path: string;
  file: FileNode | undefined;
  position: number;
  append: boolean;
}

const ACCEPTED = /250 2\.0\.0 Ok: queued as ([0-9a-zA-Z]+)/g;
const LINE = /^(\d+) +(\d+\.\d+) (.*)$/;
const STARTED = /^(\w+)\((.*)$/s;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/s;
const ENDED = /^(.*)\) += (-?\d+|0x[0-9a-f]+|\?)([^=]*)$/s;

class Recorder {
  readonly files: FileNode[] = [];
  readonly names: NameChange[] = [];
  readonly folderSyncs = new Map<string, Span[]>();
  readonly accepted: { line: number; id: string }[] = [];
  readonly before = new Map<string, FileNode>();
  readonly times: number[] = [];
  syncCalls = 0;
  readonly #base: Base;
  readonly #live = new Map<string, FileNode>();
  readonly #folders: Set<string>;
  readonly #open = new Map<number, OpenFile>();
  readonly #unfinished = new Map<string, Call>();

  constructor(base: Base) {
    this.#base = base;
    this.#folders = new Set(base.folders);
    for (const [path, content] of base.files) {
      const file = this.#newFile(content);
      this.before.set(path, file);
      this.#live.set(path, file);
    }
  }

  #newFile(before: Buffer = Buffer.alloc(0)): FileNode {
    const file: FileNode = { number: this.files.length, before, changes: [], syncs: [] };
    this.files.push(file);
    return file;
  }

  line(text: string): void {
    const found = LINE.exec(text);
    if (found === null) return;
    const [, thread = '', time = '0', rest = ''] = found;
    const line = this.times.push(Number(time)) - 1;
    const resumed = RESUMED.exec(rest);
    if (resumed !== null) return this.#resume(thread, resumed[2] ?? '', line);
    const started = STARTED.exec(rest);
    if (started === null) return;
    const call: Call = { thread, name: started[1] ?? '', args: started[2] ?? '', result: '', begin: line, end: line };
    this.#atBegin(call);
    if (call.args.endsWith(' <unfinished ...>')) {
      call.args = call.args.slice(0, -' <unfinished ...>'.length);
      this.#unfinished.set(thread, call);
    } else {
      this.#finish(call, call.args);
    }
  }

  #resume(thread: string, rest: string, line: number): void {
    const call = this.#unfinished.get(thread);
    if (call === undefined) return;
    this.#unfinished.delete(thread);
    call.end = line;
    this.#finish(call, call.args + rest);
  }

  #finish(call: Call, text: string): void {
    const ended = ENDED.exec(text);
    if (ended === null) return;
    call.args = ended[1] ?? '';
    const result = Number(ended[2]);
    const injected = (ended[3] ?? '').includes('INJECTED');
    if (ended[2] === '?' || result < 0) return;
    this.#atEnd(call, result, injected);
  }

  /** What counts from the first moment of a call: a descriptor is gone, a reply may be read by the client. */
  #atBegin(call: Call): void {
    if (call.name === 'close') this.#open.delete(Number.parseInt(call.args, 10));
    if (!/^(write|writev|sendto|sendmsg)$/.test(call.name) || this.#open.has(Number.parseInt(call.args, 10))) return;
    const text = strings(call.args).map(String).join('');
    for (const [, id = ''] of text.matchAll(ACCEPTED)) this.accepted.push({ line: call.begin, id });
  }

  #inside(path: string): boolean {
    return path === this.#base.folder || path.startsWith(`${this.#base.folder}/`);
  }

  #atEnd(call: Call, result: number, injected: boolean): void {
    const fd = Number.parseInt(call.args, 10);
    switch (call.name) {
      case 'open':
      case 'openat':
      case 'creat':
        return this.#opened(call, result);
      case 'write':
      case 'writev':
        return this.#wrote(call, fd, undefined, result);
      case 'pwrite64':
      case 'pwritev':
      case 'pwritev2':
        return this.#wrote(call, fd, call.args, result);
      case 'fsync':
      case 'fdatasync':
        return this.#synced(call, fd, injected);
      case 'ftruncate':
        return this.#truncated(call, fd, Number(call.args.split(', ')[1]));
      case 'lseek': {
        const open = this.#open.get(fd);
        if (open !== undefined) open.position = result;
        return undefined;
      }
      case 'fallocate':
      case 'dup':
      case 'dup2':
      case 'dup3':
      case 'copy_file_range':
      case 'sync_file_range':
      case 'sendfile':
        if (this.#open.get(fd)?.file !== undefined) throw unknown(call);
        return undefined;
      case 'mmap':
        return this.#mapped(call);
      case 'sync':
      case 'syncfs':
      case 'msync':
      case 'truncate':
        throw unknown(call);
      case 'io_uring_setup':
        // libuv has one ring for epoll alone; a polled one would do file operations that strace does not show.
        if (call.args.includes('IORING_SETUP_SQPOLL')) throw unknown(call);
        return undefined;
      default:
        return this.#named(call);
    }
  }

  #opened(call: Call, fd: number): void {
    const path = strings(call.args)[0]?.toString() ?? '';
    if (!this.#inside(path)) return;
    if (/O_D?SYNC/.test(call.args)) throw unknown(call);
    let file = this.#live.get(path);
    if (file === undefined && /O_CREAT/.test(call.args)) {
      file = this.#newFile();
      this.#live.set(path, file);
      this.names.push({ kind: 'create', path, file, folders: [dirname(path)], begin: call.begin, end: call.end });
    }
    if (file !== undefined && /O_TRUNC/.test(call.args)) {
      file.changes.push({ kind: 'truncate', size: 0, begin: call.begin, end: call.end });
    }
    this.#open.set(fd, { path, file, position: 0, append: /O_APPEND/.test(call.args) });
  }

  #wrote(call: Call, fd: number, positioned: string | undefined, written: number): void {
    const open = this.#open.get(fd);
    if (open?.file === undefined) return;
    if (open.append) throw unknown(call);
    const data = Buffer.concat(strings(call.args)).subarray(0, written);
    if (data.length !== written) throw new Error(`strace cut a write of ${written} octets short`);
    let offset = open.position;
    if (positioned === undefined) open.position += written;
    else
      offset = Number(/, (\d+)$/.exec(call.name === 'pwritev2' ? positioned.replace(/, \w+$/, '') : positioned)?.[1]);
    open.file.changes.push({ kind: 'write', offset, data, begin: call.begin, end: call.end });
  }

  #truncated(call: Call, fd: number, size: number): void {
    this.#open.get(fd)?.file?.changes.push({ kind: 'truncate', size, begin: call.begin, end: call.end });
  }

  #synced(call: Call, fd: number, injected: boolean): void {
    const open = this.#open.get(fd);
    if (open === undefined || injected) return;
    this.syncCalls++;
    const span = { begin: call.begin, end: call.end };
    if (open.file !== undefined) open.file.syncs.push(span);
    else this.folderSyncs.set(open.path, [...(this.folderSyncs.get(open.path) ?? []), span]);
  }

  /** Writes through a map would pass unseen. The index of SQLite's log is one, but is made anew after a crash. */
  #mapped(call: Call): void {
    const [, , protection = '', flags = '', fd = ''] = call.args.split(', ');
    const open = this.#open.get(Number(fd));
    if (open === undefined || !protection.includes('PROT_WRITE') || !flags.includes('MAP_SHARED')) return;
    if (!open.path.endsWith('-shm')) throw unknown(call);
  }

  #named(call: Call): void {
    const [path = '', to = ''] = strings(call.args).map(String);
    if (!this.#inside(path)) return;
    const span = { begin: call.begin, end: call.end };
    const folders = [dirname(path)];
    if (call.name.startsWith('rename')) {
      const file = this.#live.get(path);
      if (file === undefined) throw unknown(call);
      this.#live.delete(path);
      this.#live.set(to, file);
      this.names.push({
        kind: 'rename',
        from: path,
        path: to,
        file,
        folders: [...new Set([...folders, dirname(to)])],
        ...span,
      });
    } else if (call.name.startsWith('mkdir')) {
      this.#folders.add(path);
      this.names.push({ kind: 'mkdir', path, folders, ...span });
    } else if (call.name === 'rmdir' || call.args.includes('AT_REMOVEDIR')) {
      this.#folders.delete(path);
      this.names.push({ kind: 'rmdir', path, folders, ...span });
    } else if (call.name.startsWith('unlink')) {
      this.#live.delete(path);
      this.names.push({ kind: 'unlink', path, folders, ...span });
    } else {
      throw unknown(call);
    }
  }
}

/** A call whose effect the model does not know: better no answer than a wrong one. */
function unknown(call: Call): Error {
  return new Error(`the power-cut model does not know ${call.name}(${call.args.slice(0, 200)})`);
}

/** The quoted strings of a call. With -xx each octet is `\xNN`. */
function strings(args: string): Buffer[] {
  const found: Buffer[] = [];
  for (const [, hex = ''] of args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)) {
    found.push(Buffer.from(hex.replaceAll('\\x', ''), 'hex'));
  }
  return found;
}

/** Reads a log of `recorder`. `base` is the folder as it was before, with absolute paths. */
export async function readRecording(logFile: string, base: Base): Promise<Recording> {
  const recorder = new Recorder(base);
  const input = createReadStream(logFile, { encoding: 'latin1', highWaterMark: 1 << 20 });
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) recorder.line(line);
  return {
    lines: recorder.times.length,
    times: Float64Array.from(recorder.times),
    before: recorder.before,
    foldersBefore: base.folders,
    files: recorder.files,
    names: recorder.names,
    folderSyncs: recorder.folderSyncs,
    accepted: recorder.accepted,
    syncCalls: recorder.syncCalls,
  };
}
