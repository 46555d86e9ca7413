import assert from 'node:assert/strict';
import test from 'node:test';
import type { VirusAnswer, VirusFeed, VirusScanner } from '../../../network/clamd/virus-scanner.ts';
import type { HeaderSection } from '../../../protocol/mime/header.ts';
import { replies } from '../../accept/replies.ts';
import type { CustomerId, QueueId } from '../../message.ts';
import { heldReason } from '../held-reason.ts';
import { beginInspection, type InspectedMessage, type WholeContent } from '../inspection.ts';
import { BUILT_IN, type ProtectionSettings } from '../protection.ts';
import type { ChokedOn } from './choked-on.ts';
import { scanBytes, virusCheck, virusKey } from './virus.ts';

/** What scanners are given before the content. */
const FIRST = 'Received: from localhost by localhost; Thu, 01 Jan 1970 00:00:00 +0000\r\n';

const NEVER: ChokedOn = { before: () => undefined, now: () => undefined };

const message = (settings: Partial<ProtectionSettings> = {}): InspectedMessage => ({
  id: '0000000000000001' as QueueId,
  customer: 'acme' as CustomerId,
  direction: 'inbound',
  stream: 'business',
  sender: 'a@example.org',
  recipients: ['b@acme.test'],
  origin: { ip: '127.0.0.1', helo: 'mail.example.org' },
  header: {} as HeaderSection,
  settings: { ...BUILT_IN.inbound, ...settings },
  at: 0,
});

function contentOf(bytes: Buffer): WholeContent {
  return {
    size: bytes.length,
    bytes: () => Promise.resolve(bytes),
    async *stream() {
      yield bytes;
    },
  };
}

interface Played extends VirusScanner {
  scanned: string[];
  fed: string[];
}

function play(answer: VirusAnswer, ofFeed?: VirusAnswer): Played {
  const scanned: string[] = [];
  const fed: string[] = [];
  return {
    scanned,
    fed,
    timeoutMs: 1000,
    states: () => [],
    scan: async (content) => {
      let text = '';
      for await (const bytes of content.stream()) text += Buffer.from(bytes).toString('latin1');
      scanned.push(text);
      return answer;
    },
    feed: (): VirusFeed => {
      const at = fed.push('') - 1;
      return {
        write: (bytes) => void (fed[at] += Buffer.from(bytes).toString('latin1')),
        end: async () => ofFeed,
        abort: () => void (fed[at] += 'aborted'),
        broke: false,
      };
    },
    signatures: () => 'ClamAV 1.4.6/27000',
    close() {},
  };
}

async function inspect(scanner: VirusScanner, pieces: Buffer[], settings: Partial<ProtectionSettings> = {}) {
  const inspection = beginInspection(
    [virusCheck({ scanner, answered: () => undefined, chokedOn: NEVER })],
    message(settings),
  );
  for (const piece of pieces) inspection?.chunk(piece);
  const result = await inspection?.end(contentOf(Buffer.concat(pieces)));
  const [note] = result?.notes ?? [];
  return { verdict: result?.verdict, note, held: heldReason(result?.notes ?? []) };
}

const MAIL = [Buffer.from('Subject: x\r\n\r\n'), Buffer.from('hello\r\n')];

interface Case {
  answer: VirusAnswer;
  settings?: Partial<ProtectionSettings>;
  /** Kind of the verdict, or the name of the refusal. */
  becomes: string;
  result: string;
}

const CASES: Case[] = [
  { answer: { kind: 'clean' }, becomes: 'pass', result: 'clean' },
  { answer: { kind: 'virus', name: 'Eicar' }, becomes: 'virusFound', result: 'virus' },
  {
    answer: { kind: 'virus', name: 'Eicar' },
    settings: { virus: 'quarantine' },
    becomes: 'quarantine',
    result: 'virus',
  },
  { answer: { kind: 'oversize' }, becomes: 'hold', result: 'oversize' },
  {
    answer: { kind: 'oversize' },
    settings: { virus_oversize: 'reject' },
    becomes: 'tooLargeToScan',
    result: 'oversize',
  },
  { answer: { kind: 'limit', name: 'Heuristics.Limits.Exceeded' }, becomes: 'hold', result: 'unscanned' },
  {
    answer: { kind: 'limit', name: 'Heuristics.Limits.Exceeded' },
    settings: { virus_oversize: 'reject', unreadable: 'pass' },
    becomes: 'tooLargeToScan',
    result: 'unscanned',
  },
  { answer: { kind: 'encrypted', name: 'Heuristics.Encrypted.Zip' }, becomes: 'pass', result: 'encrypted' },
  {
    answer: { kind: 'encrypted', name: 'Heuristics.Encrypted.Zip' },
    settings: { unreadable: 'quarantine' },
    becomes: 'quarantine',
    result: 'encrypted',
  },
  {
    answer: { kind: 'encrypted', name: 'Heuristics.Encrypted.Zip' },
    settings: { unreadable: 'reject' },
    becomes: 'encryptedRefused',
    result: 'encrypted',
  },
  { answer: { kind: 'unavailable', detail: 'broke off' }, becomes: 'later', result: 'unavailable' },
  {
    answer: { kind: 'unavailable', detail: 'broke off' },
    settings: { virus_unavailable: 'hold' },
    becomes: 'hold',
    result: 'unavailable',
  },
];

for (const { answer, settings, becomes, result } of CASES) {
  test(`${answer.kind} becomes ${becomes}`, async () => {
    const { verdict, note } = await inspect(play(answer), MAIL, settings);
    assert.equal(verdict?.kind === 'reject' ? verdict.reply.name : verdict?.kind, becomes);
    assert.equal(note?.result, result);
  });
}

test('who may release it can tell what was found', async () => {
  const quarantine: Partial<ProtectionSettings> = { virus: 'quarantine', virus_unavailable: 'hold' };
  assert.equal((await inspect(play({ kind: 'virus', name: 'x' }), MAIL, quarantine)).held, 'virus');
  for (const kind of ['oversize', 'limit', 'unavailable'] as const) {
    const answer = { kind, name: 'x', detail: 'x' } as VirusAnswer;
    assert.equal((await inspect(play(answer), MAIL, quarantine)).held, 'unscanned', kind);
  }
});

test('large content is fed while it arrives, byte by byte the same; small content is scanned at the end', async () => {
  const scanner = play({ kind: 'clean' }, { kind: 'virus', name: 'fed' });
  const large = Array.from({ length: 10 }, (_, i) => Buffer.alloc(20_000, String(i)));
  const found = await inspect(scanner, large);
  assert.equal(found.note?.result, 'virus');
  assert.deepEqual(scanner.fed, [FIRST + Buffer.concat(large).toString()]);
  assert.deepEqual(scanner.scanned, []);
  assert.equal((await inspect(scanner, MAIL)).note?.result, 'clean');
  assert.deepEqual(scanner.scanned, [FIRST + Buffer.concat(MAIL).toString()]);
});

test('a feed without an answer means that the whole content is scanned', async () => {
  const scanner = play({ kind: 'virus', name: 'whole' }, undefined);
  const large = [Buffer.alloc(100_000, 'x'), Buffer.alloc(10, 'y')];
  assert.equal((await inspect(scanner, large)).note?.result, 'virus');
  assert.equal(scanner.scanned[0]?.length, FIRST.length + 100_010);
});

test('a message that is given up gives up its feed', () => {
  const scanner = play({ kind: 'clean' });
  const run = virusCheck({ scanner, answered: () => undefined, chokedOn: NEVER }).begin(message());
  run?.chunk?.(Buffer.alloc(100_000));
  run?.abort();
  run?.chunk?.(Buffer.alloc(100_000));
  assert.match(scanner.fed[0] ?? '', /aborted$/);
});

test('what was found in a message is judged like a message', async () => {
  const scanner = play({ kind: 'virus', name: 'Eicar' });
  const result = await scanBytes({ scanner, answered: () => undefined }, message(), Buffer.alloc(200_000, 'z'));
  assert.deepEqual(result.verdict, { kind: 'reject', reply: replies.virusFound });
  assert.equal(scanner.scanned[0], 'z'.repeat(200_000));
});

test('a remembered result is for the same octets, signatures and settings alone', () => {
  const scanner = play({ kind: 'clean' });
  const key = virusKey(scanner);
  assert.equal(key(message(), 'digest'), key({ ...message(), sender: 'other@example.org' }, 'digest'));
  const others = [key(message(), 'other'), key(message({ virus: 'quarantine' }), 'digest')];
  others.push(virusKey({ ...scanner, signatures: () => 'ClamAV 1.4.6/27001' })(message(), 'digest'));
  for (const other of others) assert.notEqual(other, key(message(), 'digest'));
});
