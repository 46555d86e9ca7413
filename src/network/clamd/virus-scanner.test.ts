// Against a real clamd where there is one; what no real one does is played.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { type Clamd, EICAR, skipWithoutClamd, startClamd } from '../../../test/support/clamd.ts';
import { CLEAN, type Fault, startFaultyClamd } from '../../../test/support/faulty-scanners.ts';
import { freePort } from '../../../test/support/ports.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { until } from '../../../test/support/until.ts';
import type { ScannerNews } from '../scanner-health.ts';
import type { ClamdAddress } from './clamd-session.ts';
import {
  createVirusScanner,
  type ScannedContent,
  type VirusScanner,
  type VirusScannerOptions,
} from './virus-scanner.ts';

type Entry = VirusScannerOptions['scanners'][number];

interface Opened extends Disposable {
  scanner: VirusScanner;
  news: ScannerNews[];
}

function open(addresses: ClamdAddress[], more: Partial<Entry> & { probeEveryMs?: number } = {}): Opened {
  const { probeEveryMs, ...entry } = more;
  const news: ScannerNews[] = [];
  const scanner = createVirusScanner({
    scanners: addresses.map((address, i) => ({
      address,
      name: `clamd-${i}`,
      connections: 4,
      maxSize: 30 * 1024 ** 2,
      timeoutMs: 5000,
      prove: true,
      ...entry,
    })),
    news: (one) => void news.push(one),
    ...(probeEveryMs !== undefined && { probeEveryMs }),
  });
  return { scanner, news, [Symbol.dispose]: () => scanner.close() };
}

function contentOf(octets: Uint8Array | string): ScannedContent {
  const bytes = Buffer.from(octets);
  return {
    size: bytes.length,
    async *stream() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    },
  };
}

const at = (port: number): ClamdAddress => ({ host: '127.0.0.1', port });

test('a real clamd, over its socket and over TCP', { skip: skipWithoutClamd }, async (t) => {
  await using folder = temporaryFolder('clamd');
  const settings = { StreamMaxLength: '2M', MaxFileSize: '1M', MaxScanSize: '4M', AlertEncrypted: 'yes' };
  await using clamd = await startClamd({ folder: folder.path, settings });
  using both = open([{ path: clamd.socket }, at(clamd.port)]);
  const kindOf = async (octets: Uint8Array | string) => (await both.scanner.scan(contentOf(octets))).kind;

  await t.test('what is clean, and what is not', async () => {
    for (let i = 0; i < 4; i++) assert.equal(await kindOf(`clean ${i}`), 'clean');
    const found = await both.scanner.scan(contentOf(EICAR));
    assert.equal(found.kind, 'virus');
    assert.match(found.kind === 'virus' ? found.name : '', /eicar/i);
    assert.match(both.scanner.signatures(), /^ClamAV \d/);
  });

  await t.test('many at a time each get their own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => kindOf(i % 3 === 0 ? EICAR : `clean ${'x'.repeat(i * 1000)}`)),
    );
    for (const [i, kind] of answers.entries()) assert.equal(kind, i % 3 === 0 ? 'virus' : 'clean');
  });

  await t.test('more than it takes is never clean, whenever it breaks off', async () => {
    const large = Buffer.alloc(6 * 1024 ** 2, 'x');
    for (let i = 0; i < 20; i++) assert.equal(await kindOf(large), 'oversize');
    assert.equal(await kindOf('clean'), 'clean', 'others are not touched by it');
    using small = open([at(clamd.port)], { maxSize: 1000 });
    assert.equal((await small.scanner.scan(contentOf(Buffer.alloc(1001)))).kind, 'oversize');
  });

  await t.test('what clamd did not look at whole is told apart', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 ** 2));
    assert.equal(await kindOf(bomb), 'limit');
    assert.equal(await kindOf(encryptedZip()), 'encrypted');
  });

  await t.test('a content that is fed while it arrives', async () => {
    await fed(both.scanner, ['Subject: x\r\n\r\n', 'y'.repeat(300_000)], 'clean');
    await fed(both.scanner, [EICAR.slice(0, 20), EICAR.slice(20)], 'virus');
    const given = both.scanner.feed();
    given?.write(Buffer.alloc(100_000));
    given?.abort();
    assert.equal(await given?.end(), undefined);
    const large = both.scanner.feed();
    for (let i = 0; i < 60; i++) {
      large?.write(Buffer.alloc(100_000, 'z'));
      await sleep(1);
    }
    const answer = await large?.end();
    assert.ok(answer === undefined || answer.kind === 'oversize', JSON.stringify(answer));
  });
});

async function fed(scanner: VirusScanner, pieces: string[], kind: string): Promise<void> {
  const feed = scanner.feed();
  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    feed?.write(bytes);
    bytes.fill(0);
  }
  assert.equal((await feed?.end())?.kind, kind);
}

/** One file in a zip whose header says that it is encrypted. */
function encryptedZip(): Buffer {
  const data = deflateRawSync(Buffer.alloc(200, 'secret'));
  const name = Buffer.from('a.txt');
  const common = (flag: number) => {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flag, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(0x12345678, 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(200, 18);
    fields.writeUInt16LE(name.length, 22);
    return fields;
  };
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common(1), name, data]);
  const rest = Buffer.alloc(14);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common(1), rest, name]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}

test('a clamd that ends, hangs and comes back: nothing is clean meanwhile', { skip: skipWithoutClamd }, async () => {
  await using folder = temporaryFolder('clamd');
  const port = await freePort();
  const start = (): Promise<Clamd> => startClamd({ folder: folder.path, port });
  let clamd = await start();
  using one = open([at(port)], { timeoutMs: 1500, probeEveryMs: 200 });
  const kind = async () => (await one.scanner.scan(contentOf('clean'))).kind;
  assert.equal(await kind(), 'clean');
  await clamd.kill();
  for (let i = 0; i < 5; i++) assert.equal(await kind(), 'unavailable');
  clamd = await start();
  await until('it is asked again', async () => ((await kind()) === 'clean' ? true : undefined));
  clamd.hang();
  assert.equal(await kind(), 'unavailable');
  clamd.goOn();
  await until('it is asked again', async () => ((await kind()) === 'clean' ? true : undefined));
  assert.deepEqual(
    one.news.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]),
    one.news.map(({ state }) => state),
    'told at changes alone',
  );
  await clamd.stop();
});

test('another scanner takes over what one breaks off', { skip: skipWithoutClamd }, async () => {
  await using folder = temporaryFolder('clamd');
  await using clamd = await startClamd({ folder: folder.path });
  await using bad = await startFaultyClamd({ fault: 'close' });
  await using slow = await startFaultyClamd({ fault: 'hang' });
  using all = open([at(bad.port), at(clamd.port), at(slow.port)], { timeoutMs: 1500 });
  for (let i = 0; i < 9; i++) {
    assert.equal((await all.scanner.scan(contentOf(EICAR))).kind, 'virus');
    assert.equal((await all.scanner.scan(contentOf(`clean ${i}`))).kind, 'clean');
  }
  assert.ok(bad.contents > 0 && slow.contents > 0, 'they had their turn');
});

test('what it breaks off over, or is not through with, is told apart from what only waited', async () => {
  const fault = (content: string): Fault =>
    content.includes('slow') ? 'hang' : content.includes('deadly') ? 'close' : CLEAN;
  await using faulty = await startFaultyClamd({ fault });
  using one = open([at(faulty.port)], { timeoutMs: 400, connections: 1 });
  const brokeOver = async (text: string) => {
    const answer = await one.scanner.scan(contentOf(text));
    assert.equal(answer.kind, 'unavailable', text);
    return answer.kind === 'unavailable' && answer.broke === true;
  };
  assert.equal(await brokeOver('deadly'), true);
  await until('it to be known as sound', async () =>
    (await one.scanner.scan(contentOf('x'))).kind === 'clean' ? true : undefined,
  );
  assert.deepEqual(await Promise.all([brokeOver('slow'), brokeOver('innocent')]), [true, false]);
});

const RUBBISH: Record<string, Fault> = {
  nothing: 'hang',
  'the end of the connection': 'close',
  'an empty reply': { say: '\0' },
  'no number': { say: 'stream: OK\0' },
  'the number of another command': { say: '99: stream: OK\0' },
  'two replies': { say: '#: stream: OK\0#: stream: OK\0' },
  'a reply without its end': { say: '#: stream: OK' },
  'a reply and more': { say: '#: stream: OK\0x' },
  HTTP: { say: 'HTTP/1.1 200 OK\r\n\r\nOK' },
  'an endless line': { say: 'x'.repeat(10_000) },
  'an error': { say: "#: stream: Can't allocate memory ERROR\0" },
  'something else': { say: '#: UNKNOWN COMMAND\0' },
  'a word more': { say: '#: stream: OK OK\0' },
};

for (const [what, fault] of Object.entries(RUBBISH)) {
  test(`never clean: ${what} as the answer`, async () => {
    await using faulty = await startFaultyClamd({ fault });
    using one = open([at(faulty.port)], { timeoutMs: 300 });
    assert.equal((await one.scanner.scan(contentOf('clean'))).kind, 'unavailable');
    const feed = one.scanner.feed();
    feed?.write(Buffer.from('clean'));
    assert.equal(await feed?.end(), undefined);
    // It is the answer that was wrong, not the way of asking.
    faulty.answer(CLEAN);
    await until('a sound answer', async () =>
      (await one.scanner.scan(contentOf('clean'))).kind === 'clean' ? true : undefined,
    );
  });
}

test('an answer before the end of the content counts for nothing but what it says', async () => {
  await using faulty = await startFaultyClamd({ fault: { say: '#: stream: OK\0' }, early: 100_000 });
  using one = open([at(faulty.port)]);
  // clamd never says OK before it has seen all.
  const answer = await one.scanner.scan(contentOf(Buffer.alloc(3_000_000, 'x')));
  assert.equal(answer.kind, 'unavailable');
});

test('a scanner that does not find EICAR is not asked', async () => {
  const signatures = { fault: CLEAN, version: 'ClamAV 1.4.6' };
  await using blind = await startFaultyClamd(signatures);
  using one = open([at(blind.port)]);
  assert.equal((await one.scanner.scan(contentOf('clean'))).kind, 'clean');
  await using folder = temporaryFolder('clamd');
  if (skipWithoutClamd !== false) return;
  await using clamd = await startClamd({ folder: folder.path, eicar: false, signatures: ['Other:0:*:6f74686572'] });
  using empty = open([at(clamd.port)]);
  assert.equal((await empty.scanner.scan(contentOf(EICAR))).kind, 'unavailable');
  assert.match(empty.news[0]?.detail ?? '', /EICAR/);
  using trusted = open([at(clamd.port)], { prove: false });
  assert.equal((await trusted.scanner.scan(contentOf('this is some other thing'))).kind, 'virus');
});

test('nobody there: an answer at once, and not clean', async () => {
  using one = open([at(await freePort()), { path: '/nonexistent/clamd.sock' }]);
  const began = performance.now();
  assert.equal((await one.scanner.scan(contentOf('clean'))).kind, 'unavailable');
  assert.ok(performance.now() - began < 3000);
  assert.equal(one.scanner.feed(), undefined);
});

test('a content that cannot be read leaves the scanner alone', async () => {
  await using faulty = await startFaultyClamd({ fault: CLEAN });
  using one = open([at(faulty.port)]);
  const broken: ScannedContent = {
    size: 10,
    // oxlint-disable-next-line require-yield -- it breaks before there is anything
    async *stream() {
      throw new Error('disk');
    },
  };
  assert.equal((await one.scanner.scan(broken)).kind, 'unavailable');
  assert.equal((await one.scanner.scan(contentOf('clean'))).kind, 'clean');
  assert.deepEqual(
    one.news.map(({ state }) => state),
    ['up'],
  );
});
