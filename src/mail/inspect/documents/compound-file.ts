// Compound files ([MS-CFB]): a file system in a file, the container of old office documents, of Outlook messages, of
// installers and of VBA projects. Chains that run in circles, or out of the file, end.

import { asBuffer, u16, u32, u64 } from '../archives/binary.ts';

const MINI_SECTOR = 64;
const MINI_CUTOFF = 4096;
const LAST_SECTOR = 0xfffffffa;
const MOST_ENTRIES = 20_000;

export interface CompoundEntry {
  name: string;
  /** Names of the storages around it, as far as it can be reached. */
  folder: string;
  kind: 'storage' | 'stream' | 'root';
  size: number;
  /** 32 hex digits, as stored. */
  classId: string;
  start: number;
}

export interface CompoundFile {
  entries: readonly CompoundEntry[];
  /** Content of a stream, or its beginning; shorter than said where the file is broken. */
  read(entry: CompoundEntry, most?: number): Buffer;
}

/** Opens a compound file; nothing where even its directory cannot be read. */
export function openCompoundFile(bytes: Uint8Array): CompoundFile | undefined {
  const octets = asBuffer(bytes);
  const shift = u16(octets, 30);
  if (octets.length < 512 || (shift !== 9 && shift !== 12)) return undefined;
  const sectors = new Sectors(octets, 1 << shift);
  const directory = sectors.chain(u32(octets, 48), Number.MAX_SAFE_INTEGER);
  const entries = readDirectory(directory, shift === 9);
  if (entries.length === 0) return undefined;
  const root = entries.find(({ kind }) => kind === 'root');
  const mini = root === undefined ? Buffer.alloc(0) : sectors.chain(root.start, root.size);
  const miniTable = sectors.chain(u32(octets, 60), Number.MAX_SAFE_INTEGER);
  return {
    entries,
    read: ({ start, size: whole, kind }, most = Number.MAX_SAFE_INTEGER) => {
      const size = Math.min(whole, most);
      if (kind !== 'stream') return Buffer.alloc(0);
      return whole < MINI_CUTOFF ? miniChain(mini, miniTable, { start, size }) : sectors.chain(start, size);
    },
  };
}

class Sectors {
  readonly #octets: Buffer;
  readonly #size: number;
  readonly #table: number[] = [];

  constructor(octets: Buffer, size: number) {
    this.#octets = octets;
    this.#size = size;
    const count = Math.ceil(octets.length / size);
    for (const sector of this.#tableSectors(count)) {
      const at = this.#place(sector);
      for (let index = 0; index < size / 4 && this.#table.length <= count; index++)
        this.#table.push(u32(octets, at + index * 4));
    }
  }

  /** Sectors that hold the allocation table: the first 109 in the header, more in a chain. */
  #tableSectors(count: number): number[] {
    const found: number[] = [];
    const add = (at: number) => {
      const sector = u32(this.#octets, at);
      if (sector < LAST_SECTOR && found.length < count) found.push(sector);
    };
    for (let index = 0; index < 109; index++) add(76 + index * 4);
    const perSector = this.#size / 4 - 1;
    let sector = u32(this.#octets, 68);
    for (let turns = 0; sector < LAST_SECTOR && turns < count; turns++) {
      const at = this.#place(sector);
      if (at >= this.#octets.length) break;
      for (let index = 0; index < perSector; index++) add(at + index * 4);
      sector = u32(this.#octets, at + perSector * 4);
    }
    return found;
  }

  #place(sector: number): number {
    return (sector + 1) * this.#size;
  }

  chain(start: number, length: number): Buffer {
    const pieces: Buffer[] = [];
    let total = 0;
    let sector = start;
    for (let turns = 0; sector < LAST_SECTOR && total < length && turns <= this.#table.length; turns++) {
      const piece = this.#octets.subarray(this.#place(sector), this.#place(sector) + this.#size);
      if (piece.length === 0) break;
      pieces.push(piece);
      total += piece.length;
      sector = this.#table[sector] ?? LAST_SECTOR;
    }
    return Buffer.concat(pieces).subarray(0, length);
  }
}

function miniChain(mini: Buffer, table: Buffer, { start, size }: { start: number; size: number }): Buffer {
  const pieces: Buffer[] = [];
  let sector = start;
  for (let total = 0; sector < LAST_SECTOR && total < size; total += MINI_SECTOR) {
    pieces.push(mini.subarray(sector * MINI_SECTOR, (sector + 1) * MINI_SECTOR));
    sector = sector * 4 + 4 <= table.length ? u32(table, sector * 4) : LAST_SECTOR;
  }
  return Buffer.concat(pieces).subarray(0, size);
}

interface Raw extends CompoundEntry {
  left: number;
  right: number;
  child: number;
}

const KINDS = { 1: 'storage', 2: 'stream', 5: 'root' } as const;

function readDirectory(directory: Buffer, narrow: boolean): CompoundEntry[] {
  const raw: (Raw | undefined)[] = [];
  for (let at = 0; at + 128 <= directory.length && raw.length < MOST_ENTRIES; at += 128) {
    const kind = KINDS[directory[at + 66] as 1 | 2 | 5];
    const length = Math.min(64, u16(directory, at + 64));
    raw.push(
      kind === undefined
        ? undefined
        : {
            name: directory.toString('utf16le', at, at + Math.max(0, length - 2)),
            folder: '',
            kind,
            left: u32(directory, at + 68),
            right: u32(directory, at + 72),
            child: u32(directory, at + 76),
            classId: directory.toString('hex', at + 80, at + 96),
            start: u32(directory, at + 116),
            size: narrow ? u32(directory, at + 120) : u64(directory, at + 120),
          },
    );
  }
  nameFolders(raw);
  return raw.filter((entry) => entry !== undefined);
}

function nameFolders(raw: readonly (Raw | undefined)[]): void {
  const seen = new Set<number>([0]);
  const open: { index: number; folder: string }[] = [{ index: raw[0]?.child ?? LAST_SECTOR, folder: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { index, folder } = next;
    const entry = raw[index];
    if (entry === undefined || seen.has(index)) continue;
    seen.add(index);
    entry.folder = folder;
    open.push({ index: entry.left, folder }, { index: entry.right, folder });
    if (entry.kind === 'storage') open.push({ index: entry.child, folder: `${folder}/${entry.name}`.slice(0, 1000) });
  }
}
