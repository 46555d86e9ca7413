import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { look, partNamed } from '../content/testing/look.ts';
import { rar5, zip } from './testing/make-archives.ts';
import { DATA, PACKED, TEXT } from './testing/packed-texts.ts';

for (const [name, packed] of PACKED)
  test(`${name} is unpacked`, () => {
    const { parts, limit } = look(packed, name);
    assert.equal(limit, undefined);
    assert.equal(parts.length, 2, JSON.stringify(parts));
    const expected = name === 'text.iso' ? TEXT.slice(0, 2000) : TEXT;
    assert.equal(parts[1]?.text, expected);
    assert.ok(parts[0]?.traits.includes(name.endsWith('.iso') ? 'disk-image' : 'archive'));
  });

test('a RAR file tells its names; what was stored is looked into, what is packed is seen by few scanners', () => {
  const stored = look(rar5('invoice.exe', Buffer.from('MZ\x90\0\x03')), 'a.rar');
  assert.deepEqual(partNamed(stored, 'invoice.exe')?.traits, ['executable']);
  const packed = look(rar5('invoice.exe', Buffer.from('xxxxx'), { packed: true }), 'a.rar');
  assert.deepEqual(partNamed(packed, 'invoice.exe')?.traits.toSorted(), ['executable', 'unopened']);
  const seen = look(rar5('a.exe', Buffer.from('xxxxx'), { packed: true }), 'a.rar', { scannerReadsRar: true });
  assert.deepEqual(partNamed(seen, 'a.exe')?.traits.toSorted(), ['executable', 'unreadable']);
  const locked = look(rar5('invoice.exe', Buffer.from('xxxxx'), { packed: true, encrypted: true }), 'a.rar');
  assert.deepEqual(partNamed(locked, 'invoice.exe')?.traits.toSorted(), ['encrypted', 'executable']);
});

test('an entry that the directory of a ZIP file leaves out is found, and handed to the scanner', () => {
  const bytes = zip([
    { name: 'readme.txt', data: DATA },
    { name: 'evil.exe', data: Buffer.from('MZ\x90\0evil', 'latin1'), unlisted: true },
  ]);
  const found = look(bytes, 'a.zip');
  assert.deepEqual(partNamed(found, 'evil.exe')?.traits, ['executable']);
  assert.deepEqual(
    found.hidden.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
    ['MZ\x90\0evil'],
  );
});

test('an entry with two names has both, and is a trick', () => {
  const found = look(zip([{ name: 'a.txt', localName: 'a.exe', data: DATA }]), 'a.zip');
  assert.deepEqual(partNamed(found, 'a.exe')?.names, ['a.txt', 'a.exe']);
  assert.ok(partNamed(found, 'a.exe')?.traits.includes('name-trick'));
});

test('two archives behind each other are both read, and one behind a picture is, too', () => {
  const first = zip([{ name: 'one.txt', data: DATA }]);
  const second = zip([{ name: 'two.txt', data: DATA }]);
  const both = look(Buffer.concat([first, second]), 'a.zip');
  assert.ok(partNamed(both, 'one.txt') !== undefined && partNamed(both, 'two.txt') !== undefined);
  const picture = Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(500, 1)]);
  const behind = look(Buffer.concat([picture, second]), 'a.gif');
  assert.equal(behind.file.type, 'image/gif');
  assert.ok(partNamed(behind, 'two.txt') !== undefined);
});

test('an encrypted entry is said to be, and its name counts', () => {
  const found = look(zip([{ name: 'a.exe', data: DATA, encrypted: true }]), 'a.zip');
  assert.deepEqual(partNamed(found, 'a.exe')?.traits.toSorted(), ['encrypted', 'executable']);
});

test('a packed file is called as its package without the last ending, and as it says itself', () => {
  const bytes = Buffer.concat([
    Buffer.from('1f8b0808000000000003', 'hex'),
    Buffer.from('inner.exe\0'),
    gzipSync(DATA).subarray(10),
  ]);
  const found = look(bytes, 'outer.scr.gz');
  assert.deepEqual(found.parts[1]?.names, ['outer.scr', 'inner.exe']);
  assert.ok(found.parts[1]?.traits.includes('executable'));
});

test('more archives in archives than allowed are too deep, more parts than allowed are not looked at', () => {
  let bytes: Buffer = DATA;
  for (let depth = 0; depth < 12; depth++) bytes = zip([{ name: 'next.zip', data: bytes }]);
  const deep = look(bytes, 'a.zip');
  assert.equal(deep.limit, 'archive-depth');
  assert.ok(deep.parts.at(-1)?.traits.includes('too-deep'));
  const many = look(zip(Array.from({ length: 60 }, (_, index) => ({ name: `${index}.txt`, data: DATA }))), 'a.zip', {
    parts: 50,
  });
  assert.equal(many.limit, 'parts');
  assert.equal(many.parts.length, 50);
});

test('what is cut or broken cannot be opened, and is never empty', () => {
  const bytes = zip([{ name: 'a.txt', data: DATA }]);
  const cut = look(bytes.subarray(0, 45), 'a.zip');
  assert.ok(cut.traits.includes('unopened'), JSON.stringify(cut.parts));
  const broken = Buffer.from(bytes);
  broken[40] = (broken[40] ?? 0) ^ 0xff;
  assert.ok(look(broken, 'a.zip').traits.includes('unopened'));
  assert.ok(look(zstdCompressSync(DATA).subarray(0, -1), 'a.zst').traits.includes('unopened'));
  assert.ok(look(gzipSync(DATA).subarray(0, -12), 'a.gz').traits.includes('unopened'));
});

test('gzip with something else behind it is unpacked as every program does', () => {
  const file = gzipSync(DATA);
  for (const tail of ['\r\n', 'garbage', '\0\0'])
    assert.deepEqual(
      look(Buffer.concat([file, Buffer.from(tail)]), 'a.txt.gz').traits,
      ['archive'],
      JSON.stringify(tail),
    );
  assert.equal(look(Buffer.concat([file, file]), 'a.txt.gz').parts[1]?.text, TEXT + TEXT);
  const cut = look(file.subarray(0, -12), 'a.txt.gz');
  assert.ok(cut.parts[1]?.text?.startsWith('Hello'), JSON.stringify(cut.parts));
});

test('long runs in bzip2 come out as long as they were', () => {
  const packed = Buffer.from('QlpoOTFBWSZTWfV107gAAALBAeAAOAAAgAAIIAAhJDEIYDnU4CasVYeLuSKcKEh6uuncAA==', 'base64');
  assert.equal(look(packed, 'a.txt.bz2').parts[1]?.text, `${'a'.repeat(1000)}bbbbccccc`);
});

test('what virus scanners do not unpack is handed to them by itself', () => {
  for (const name of ['lzma.zip', 'text.lzma', 'text.zst']) {
    const packed = PACKED.find(([one]) => one === name)?.[1] ?? Buffer.alloc(0);
    assert.deepEqual(
      look(packed, name).hidden.map(({ bytes }) => Buffer.from(bytes).toString()),
      [TEXT],
      name,
    );
  }
});
