// Small compound files for tests ([MS-CFB]), version 3.

const SECTOR = 512;
const FREE = 0xffffffff;
const END = 0xfffffffe;

/** A file with these streams in its root, each of whole sectors; a name without content is a storage. */
export function compoundFile(streams: Readonly<Record<string, Buffer | undefined>>): Buffer {
  // Streams below 4,096 octets would live in small sectors: they are padded instead, but say their size.
  const names = Object.entries(streams);
  const small: Buffer[] = [];
  const large: Buffer[] = [];
  const table: number[] = [];
  const miniTable: number[] = [];
  const chain = (list: number[], count: number): number => {
    const first = list.length;
    for (let index = 0; index < count; index++) list.push(index === count - 1 ? END : list.length + 1);
    return count === 0 ? END : first;
  };
  const padded = (octets: Buffer, unit: number) =>
    Buffer.concat([octets, Buffer.alloc((unit - (octets.length % unit)) % unit)]);
  const placed = names.map(([name, content]) => {
    if (content === undefined) return { name, kind: 1, start: 0, size: 0 };
    const isSmall = content.length < 4096;
    const whole = padded(content, isSmall ? 64 : SECTOR);
    (isSmall ? small : large).push(whole);
    const start = chain(isSmall ? miniTable : table, whole.length / (isSmall ? 64 : SECTOR));
    return { name, kind: 2, start, size: content.length };
  });
  const mini = padded(Buffer.concat(small), SECTOR);
  const miniStart = chain(table, mini.length / SECTOR);
  const entries = [{ name: 'Root Entry', kind: 5, start: miniStart, size: mini.length }, ...placed];
  const directory = padded(
    Buffer.concat(entries.map((entry, index) => directoryEntry(entry, index, entries.length))),
    SECTOR,
  );
  const directoryStart = chain(table, directory.length / SECTOR);
  const miniFat = padded(numbers(miniTable), SECTOR);
  const miniFatStart = chain(table, miniFat.length / SECTOR);
  const tableStart = table.length;
  while (table.length % 128 !== 127) table.push(FREE);
  const sectors = Math.ceil((table.length + 1) / 128);
  const header = Buffer.alloc(SECTOR, 0);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(sectors, 44);
  header.writeUInt32LE(directoryStart, 48);
  header.writeUInt32LE(miniTable.length === 0 ? END : miniFatStart, 60);
  header.writeUInt32LE(END, 68);
  header.fill(0xff, 76);
  for (let index = 0; index < sectors; index++) header.writeUInt32LE(tableStart + index, 76 + index * 4);
  // The table stands right behind all else, in the order of its sectors.
  const body = Buffer.concat([...large, mini, directory, miniFat]);
  const fat = Buffer.alloc(sectors * SECTOR, 0xff);
  numbers(table.slice(0, tableStart)).copy(fat);
  return Buffer.concat([header, body, fat]);
}

function numbers(list: readonly number[]): Buffer {
  const octets = Buffer.alloc(list.length * 4);
  for (const [index, value] of list.entries()) octets.writeUInt32LE(value, index * 4);
  return octets;
}

function directoryEntry(
  { name, kind, start, size }: { name: string; kind: number; start: number; size: number },
  index: number,
  count: number,
): Buffer {
  const octets = Buffer.alloc(128);
  octets.write(name, 0, 'utf16le');
  octets.writeUInt16LE(name.length * 2 + 2, 64);
  octets[66] = kind;
  octets.writeUInt32LE(FREE, 68);
  octets.writeUInt32LE(index > 0 && index + 1 < count ? index + 1 : FREE, 72);
  octets.writeUInt32LE(index === 0 && count > 1 ? 1 : FREE, 76);
  octets.writeUInt32LE(start, 116);
  octets.writeUInt32LE(size, 120);
  return octets;
}
