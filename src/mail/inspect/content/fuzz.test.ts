// Archives and documents that are cut, spoiled and put together by chance: whatever comes, looking into it ends within
// its limits and throws nothing. The long form is the same with EASYMAIL_FUZZ_RUNS=1000000; a failure tells its seed,
// and EASYMAIL_FUZZ_SEED with one run plays it alone.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateSync } from 'node:zlib';
import { random } from '../../../../test/support/mime-fuzz.ts';
import { suiteFiles } from '../../../../test/support/suites.ts';
import { rar5, zip } from '../archives/testing/make-archives.ts';
import { PACKED } from '../archives/testing/packed-texts.ts';
import { look } from './testing/look.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000);
const firstSeed = Number(process.env['EASYMAIL_FUZZ_SEED'] ?? Date.now() % 2 ** 30);
const LIMITS = { parts: 200, archiveDepth: 5, unpacked: 4 * 1024 * 1024, text: 100_000, time: 500 };
/** The deadline, and one step past it. */
const LONGEST_MS = 1500;
const GROWTH = 48 * 1024 * 1024;

const DOCUMENTS: readonly (readonly [string, Buffer])[] = [
  ['a.rar', rar5('a.exe', Buffer.from('MZ'))],
  [
    'a.rtf',
    Buffer.from('{\\rtf1 {\\object{\\*\\objdata 01050000020000000800000050}}{\\field{\\*\\fldinst {DDE x}}}\\u8364 ?}'),
  ],
  [
    'a.pdf',
    Buffer.concat([
      Buffer.from('%PDF-1.5\n1 0 obj<</Type/ObjStm/Filter/FlateDecode/Encrypt 2 0 R/U(abc)/O<00>>>stream\n'),
      deflateSync(Buffer.from('<</S/JavaScript/JS(x)>>')),
      Buffer.from('\nendstream endobj 2 0 obj <</R 6/U<00112233>>> endobj'),
    ]),
  ],
  ['a.html', Buffer.from('<html><a href="http://a.example/">b.example</a><!-- x --><script>x</script><form action=x>')],
  [
    'a.docx',
    zip([
      { name: '[Content_Types].xml', data: Buffer.from('<Override ContentType="a.main+xml"/>') },
      { name: 'word/document.xml', data: Buffer.from('<w:p><w:instrText>DDE</w:instrText></w:p>') },
    ]),
  ],
  ['a.csv', Buffer.from("a,=cmd|'x'!A1")],
  [
    'a.eml',
    Buffer.from(
      'From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n',
    ),
  ],
  ['a.slk', Buffer.from('ID;P\r\nO;E\r\nNN;NAuto_open;E\r\n')],
  [
    'a.xml',
    Buffer.from(
      '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:binData>QWN0aXZlTWltZQ==</w:binData>',
    ),
  ],
];
const small = (path: string) => /\.(?:docx?|docm|xls[bmx]?|slk|xml|zip|gz)$/.test(path);
const samples = [
  ...suiteFiles('office-docs', small),
  ...suiteFiles('archives/haraka', small),
  ...suiteFiles('virus-samples/eicar', small),
].map((path): readonly [string, Buffer] => [path, readFileSync(path)]);
const SEEDS = [...PACKED, ...DOCUMENTS, ...samples];

const NUMBERS = [0, 1, 0x7f, 0x80, 0xff];

/** One input, the same for the same seed. */
function input(seed: number): readonly [string, Buffer] {
  const below = random(seed);
  const [name, first] = SEEDS[below(SEEDS.length)]!;
  let octets: Buffer = Buffer.from(first);
  for (let left = 1 + below(6); left > 0; left--) octets = spoiled(octets, below);
  return [name, below(10) === 0 ? zip([{ name, data: octets }]) : octets];
}

function spoiled(octets: Buffer, below: (limit: number) => number): Buffer {
  const at = below(octets.length + 1);
  switch (below(7)) {
    case 0:
      return octets.subarray(0, at);
    case 1:
      return Buffer.concat([octets, SEEDS[below(SEEDS.length)]![1].subarray(0, 20_000)]);
    case 2:
      return Buffer.concat([octets.subarray(0, at), octets.subarray(below(octets.length + 1), at + below(1000))]);
    case 3: {
      for (let index = 0; index < 4 && at + index < octets.length; index++)
        octets[at + index] = NUMBERS[below(NUMBERS.length)]!;
      return octets;
    }
    default: {
      for (let times = 1 + below(8); times > 0; times--)
        if (octets.length > 0) octets[below(octets.length)] = below(256);
      return octets;
    }
  }
}

function assertEnds(seed: number): void {
  const [name, octets] = input(seed);
  const began = process.threadCpuUsage();
  try {
    const { parts } = look(octets, name, LIMITS);
    assert.ok(parts.length <= LIMITS.parts);
  } catch (error) {
    throw new Error(`seed ${seed}`, { cause: error });
  }
  // Of the processor: a machine may do other things.
  const ms = process.threadCpuUsage(began).user / 1000;
  assert.ok(ms < LONGEST_MS, `seed ${seed} took ${ms} ms`);
}

test('whatever comes as an archive or a document', { timeout: Math.max(120_000, runs * 50) }, async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const memory = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  for (let run = 0; run < Math.min(runs, 500); run++) assertEnds(firstSeed + run);
  const before = memory();
  for (let run = 500; run < runs; run++) {
    assertEnds(firstSeed + run);
    // What the runtime keeps for unpacking is given back between turns.
    if (run % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(memory() - before < GROWTH, `memory grew by ${memory() - before}`);
});
