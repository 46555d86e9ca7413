// What is made to cost more than it should, each looked into in a process of its own, as in the relay.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { suiteFiles } from '../../../../test/support/suites.ts';
import { le, zip } from '../archives/testing/make-archives.ts';

const folder = mkdtempSync(join(tmpdir(), 'easymail-bombs-'));
after(() => rmSync(folder, { recursive: true }));

const zeros = Buffer.alloc(64 * 1024 * 1024);
const openXml = (parts: Record<string, Buffer>) =>
  zip([
    { name: '[Content_Types].xml', data: Buffer.from('<Override ContentType="x.main+xml"/>') },
    ...Object.entries(parts).map(([name, data]) => ({ name, data })),
  ]);

/** A thousand entries that are the same octets (a bomb that needs no archive in an archive). */
function overlapping(): Buffer {
  const data = deflateRawSync(zeros);
  const common = Buffer.concat([
    le(0, 2),
    le(8, 2),
    le(0, 4),
    le(0, 4),
    le(data.length, 4),
    le(zeros.length, 4),
    le(1, 2),
    le(0, 2),
  ]);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), le(20, 2), common, Buffer.from('a'), data]);
  const one = Buffer.concat([Buffer.from('PK\x01\x02'), le(20, 2), le(20, 2), common, le(0, 14), Buffer.from('a')]);
  const list = Buffer.concat(Array.from({ length: 1000 }, () => one));
  return Buffer.concat([
    local,
    list,
    Buffer.from('PK\x05\x06'),
    le(0, 4),
    le(1000, 2),
    le(1000, 2),
    le(list.length, 4),
    le(local.length, 4),
    le(0, 2),
  ]);
}

/** Packs to so little that the ratio is just allowed. */
function barelyAllowed(): Buffer {
  const noise = Buffer.alloc(400_000);
  for (let at = 0, state = 1; at < noise.length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    noise[at] = state >>> 16;
  }
  return Buffer.concat([noise, zeros]);
}

const BOMBS: Record<string, () => Buffer> = {
  'overlap.zip': overlapping,
  'thrice.gz': () => gzipSync(gzipSync(gzipSync(zeros))),
  'allowed.gz': () => gzipSync(barelyAllowed()),
  'allowed.zip': () => zip([{ name: 'a.bin', data: barelyAllowed() }]),
  'stream.pdf': () =>
    Buffer.concat([
      Buffer.from('%PDF-1.5\n'),
      ...Array.from({ length: 20 }, () =>
        Buffer.concat([
          Buffer.from('1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n'),
          deflateSync(zeros),
          Buffer.from('\nendstream\n'),
        ]),
      ),
    ]),
  'open.pdf': () => Buffer.from(`%PDF-1.5\n${'1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n'.repeat(100_000)}`),
  'tags.docx': () => openXml({ 'word/document.xml': Buffer.from('<w:br'.repeat(1_000_000)) }),
  'headers.docx': () =>
    openXml(
      Object.fromEntries(
        Array.from({ length: 200 }, (_, index) => [
          `word/header${index}.xml`,
          Buffer.from(`<w:t>${'x y '.repeat(100_000)}`),
        ]),
      ),
    ),
  'objects.rtf': () => Buffer.from(`{\\rtf1${'{\\object{\\*\\objdata '.repeat(200)}${'a '.repeat(2_000_000)}`),
  'fields.rtf': () => Buffer.from(`{\\rtf1${'\\fldinst '.repeat(1_000_000)}`),
  'quotes.csv': () => Buffer.from('"'.repeat(2_000_000)),
  'links.html': () => Buffer.from(`<html>${'<a x="'.repeat(500_000)}`),
  'spaces.html': () => Buffer.from(`<html>${`<a =${' '.repeat(19_900)}>`.repeat(200)}`),
  'comments.html': () => Buffer.from(`${'<!---->'.repeat(200_000)}x`),
  'line.slk': () => Buffer.from(`ID;P\nC;${';E'.repeat(900_000)}K"${'K"'.repeat(100_000)}`),
  'event.odt': () =>
    zip([
      { name: 'mimetype', data: Buffer.from('application/vnd.oasis.opendocument.text') },
      {
        name: 'content.xml',
        data: Buffer.from(`<script:event-listener event-name="office:${'open'.repeat(1_000_000)}`),
      },
    ]),
  'formula.xml': () =>
    Buffer.from(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>${'<a ss:Formula="=|'.repeat(300_000)}`),
  'numbers.txt': () => Buffer.from('1,'.repeat(3_000_000)),
  'digits.txt': () => Buffer.from('504b0304'.repeat(700_000)),
  'begins.txt': () => Buffer.from('UEsDBBQAAAAI\n'.repeat(400_000)),
  'columns.txt': () => Buffer.from('1 UEsDBBQAAAAIQUJDREVG\r\n'.repeat(250_000)),
  'values.json': () => Buffer.from(`"${'QUJD'.repeat(20)}",`.repeat(60_000)),
  'lines.txt': () => Buffer.from(`M${'#'.repeat(60)}\n`.repeat(90_000)),
  'marks.txt': () => Buffer.from('<~!!!!!zzzzz'.repeat(400_000)),
  'armour.asc': () => Buffer.from(`-----BEGIN PGP MESSAGE-----\n\n${'yw==\n'.repeat(5)}`.repeat(100_000)),
  'packets.gpg': () => {
    const packed = (inner: Buffer) => {
      const body = Buffer.concat([Buffer.from([1]), deflateRawSync(inner)]);
      return Buffer.concat([
        Buffer.from([0xc8, 0xff, 0, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff]),
        body,
      ]);
    };
    return packed(packed(Buffer.concat(Array.from({ length: 300 }, () => packed(zeros.subarray(0, 15_000_000))))));
  },
  'names.zip': () => zip([{ name: `${' '.repeat(60_000)}${'.'.repeat(3000)}x`, data: Buffer.alloc(1) }]),
};

const lookScript = `
  import { readFileSync } from 'node:fs';
  import { look } from ${JSON.stringify(resolve(import.meta.dirname, 'testing/look.ts'))};
  import { CONTENT_LIMITS } from ${JSON.stringify(resolve(import.meta.dirname, 'limits.ts'))};
  const path = process.argv[1];
  const bytes = readFileSync(path);
  const began = process.cpuUsage();
  const { limit, traits } = look(bytes, path, { time: CONTENT_LIMITS.time });
  const { user, system } = process.cpuUsage(began);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ limit, traits, ms: (user + system) / 1000, megabytes }));
`;

interface Cost {
  limit?: string;
  traits: string[];
  ms: number;
  megabytes: number;
}

function cost(path: string): Cost {
  const output = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', lookScript, path], {
    timeout: 60_000,
  });
  return JSON.parse(output.toString()) as Cost;
}

function assertBounded(path: string): Cost {
  const found = cost(path);
  assert.ok(found.ms < 2000, `${path} took ${found.ms} ms of the processor`);
  assert.ok(found.megabytes < 200, `${path} took ${found.megabytes} MB`);
  return found;
}

for (const [name, make] of Object.entries(BOMBS))
  test(`${name} ends within its limits`, () => {
    const path = join(folder, name);
    writeFileSync(path, make());
    assertBounded(path);
  });

test('nothing was forgotten', () => assert.equal(readdirSync(folder).length, Object.keys(BOMBS).length));

for (const path of suiteFiles('archives/bombs', (file) => /\.(?:zip|gz)$/.test(file)))
  test(`${path.slice(path.lastIndexOf('/') + 1)} of the suite ends within its limits, and is told`, () => {
    const { limit, traits } = assertBounded(path);
    if (/64MB/.test(path)) assert.ok(traits.includes('bomb') && limit === 'ratio', JSON.stringify({ limit, traits }));
    if (/many/.test(path)) assert.equal(limit, 'parts');
  });
