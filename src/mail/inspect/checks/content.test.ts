import assert from 'node:assert/strict';
import test from 'node:test';
import { parseHeader } from '../../../protocol/mime/header.ts';
import type { CustomerId, QueueId } from '../../message.ts';
import { CONTENT_LIMITS, limitsWith } from '../content/limits.ts';
import type { InspectedMessage, WholeContent } from '../inspection.ts';
import { createDeaths } from '../process/deaths.ts';
import type { ContentAnswer, JobEnd } from '../process/jobs.ts';
import type { InspectProcesses } from '../process/process-pool.ts';
import { BUILT_IN, type ProtectionSettings, protectionKey } from '../protection.ts';
import type { Rule } from '../rules/rule.ts';
import type { CheckResult } from '../verdict.ts';
import { contentCheck, contentKey } from './content.ts';

const header = parseHeader(Buffer.from('Subject: x\r\n\r\n'));
function messageWith(settings: Partial<ProtectionSettings> = {}): InspectedMessage {
  return {
    id: '0000000000000001' as QueueId,
    customer: 'acme' as CustomerId,
    direction: 'inbound',
    stream: 'business',
    sender: 'a@b.test',
    recipients: ['b@acme.test'],
    origin: { ip: '192.0.2.1', helo: 'b.test' },
    header,
    settings: { ...BUILT_IN.inbound, ...settings },
    at: 0,
  };
}

const content: WholeContent = {
  size: 0,
  bytes: async () => Buffer.alloc(0),
  async *stream() {},
  digest: 'd1',
};

const nothing: ContentAnswer = {
  parts: 1,
  found: [],
  traits: [],
  faults: [],
  matches: [],
  verdict: 'pass',
  effects: [],
  fields: [],
  edits: [],
  readings: 0,
  hidden: [],
};

const watch: Rule = {
  id: 'r1',
  name: 'Watched',
  position: 1,
  enabled: true,
  conditions: [],
  actions: [
    { do: 'header', name: 'X-A', value: 'b' },
    { do: 'copy', to: 'archive@acme.test' },
  ],
  last: false,
};
const rules = { of: 'customer', version: 'v1', rules: [watch] } as const;
const match = { rule: 'r1', name: 'Watched', of: 'customer', parts: [], actions: ['header', 'copy'] } as const;

interface World {
  answer?: Partial<ContentAnswer>;
  octets?: Buffer;
  settings?: Partial<ProtectionSettings>;
  facts?: Record<string, unknown>;
  scan?: (bytes: Uint8Array) => CheckResult;
}

/** The check over processes that give this answer: what follows from an answer is tried, not the answer. */
async function judged({ answer = {}, octets = Buffer.alloc(0), settings, facts = {}, scan }: World = {}) {
  const end: JobEnd<'content'> = { kind: 'answered', answer: { ...nothing, ...answer }, octets };
  const check = contentCheck({
    facts: { protection: (key) => facts[key] },
    processes: processesThat(() => Promise.resolve(end)),
    always: () => true,
    deadlineMs: () => 1000,
    limits: CONTENT_LIMITS,
    isOwnAddress: (_customer, address) => address.endsWith('@acme.test'),
    deaths: createDeaths(),
    died: () => {},
    ...(scan !== undefined && { scanBytes: async (_message, bytes) => scan(bytes) }),
  });
  return check.begin(messageWith(settings))?.end(content);
}

function processesThat(end: () => Promise<unknown>): InspectProcesses {
  return { run: end as InspectProcesses['run'], startAhead: () => {}, close: () => {} };
}

const fault = { faults: [{ kind: 'boundary', where: '1' }] };
const table: [string, World, string, string][] = [
  ['nothing remarkable', {}, 'pass', 'clean'],
  ['two ways to read it', { answer: fault }, 'quarantine', 'ambiguous'],
  ['two ways, refused', { answer: fault, settings: { ambiguous: 'reject' } }, 'reject', 'ambiguous'],
  ['a bomb, though unreadable files pass', { answer: { traits: ['bomb'] } }, 'quarantine', 'past-limits'],
  ['too deep', { answer: { traits: ['too-deep'] }, settings: { ambiguous: 'reject' } }, 'reject', 'past-limits'],
  ['a limit', { answer: { limit: 'time' } }, 'quarantine', 'past-limits'],
  ['a password', { answer: { traits: ['encrypted'] } }, 'pass', 'unreadable'],
  [
    'a password, not wanted',
    { answer: { traits: ['encrypted'] }, settings: { unreadable: 'reject' } },
    'reject',
    'unreadable',
  ],
  ['a broken archive, though unreadable files pass', { answer: { traits: ['unopened'] } }, 'quarantine', 'unopened'],
  ['a broken archive', { answer: { traits: ['unopened'] }, settings: { ambiguous: 'reject' } }, 'reject', 'unopened'],
  ['what scanners unpack', { answer: { traits: ['unreadable'] } }, 'pass', 'unreadable'],
  [
    'what scanners unpack, not wanted',
    { answer: { traits: ['unreadable'] }, settings: { unreadable: 'quarantine' } },
    'quarantine',
    'unreadable',
  ],
];

for (const [name, world, verdict, result] of table) {
  test(`what follows: ${name}`, async () => {
    const found = await judged(world);
    assert.deepEqual([found?.verdict.kind, found?.result], [verdict, result]);
  });
}

test('rules that change while a message arrives: it is judged by those that its result is remembered under', async () => {
  const facts: Record<string, unknown> = {};
  const source = { protection: (key: string) => facts[key] };
  let asked: unknown;
  const check = contentCheck({
    facts: source,
    processes: {
      ...processesThat(() => Promise.resolve()),
      run: ((_job: string, question: { rulesVersion: string }) => {
        asked = question.rulesVersion;
        return Promise.resolve({ kind: 'answered', answer: nothing, octets: Buffer.alloc(0) });
      }) as unknown as InspectProcesses['run'],
    },
    always: () => true,
    deadlineMs: () => 1000,
    limits: CONTENT_LIMITS,
    isOwnAddress: () => true,
    deaths: createDeaths(),
    died: () => {},
  });
  const message = messageWith();
  const run = check.begin(message);
  facts[protectionKey('rules', 'acme')] = rules;
  const key = contentKey(source, () => '')(message, 'd1');
  await run?.end(content);
  assert.match(key ?? '', /\nv1\n/);
  assert.equal(asked, 'v1');
});

test('what only some readers see is scanned piece by piece; a virus in it counts, and so does a scanner that is down', async () => {
  const seen: string[] = [];
  const found = await judged({
    answer: {
      hidden: [
        { path: '1 (plain)', octets: [0, 3] },
        { path: '2 (base64)', octets: [3, 5] },
      ],
    },
    octets: Buffer.from('abcde'),
    scan: (bytes) => {
      seen.push(Buffer.from(bytes).toString());
      return seen.length === 2
        ? {
            verdict: { kind: 'quarantine', reason: { kind: 'quarantine' } },
            result: 'virus',
            details: { virus: 'Eicar' },
          }
        : { verdict: { kind: 'pass' }, result: 'clean' };
    },
  });
  assert.deepEqual(seen, ['abc', 'de']);
  assert.deepEqual([found?.verdict.kind, found?.result, found?.details?.['virus']], ['quarantine', 'virus', 'Eicar']);
  const down = await judged({
    answer: { hidden: [{ path: '1 (plain)', octets: [0, 1] }] },
    octets: Buffer.from('a'),
    scan: () => ({ verdict: { kind: 'later' }, result: 'unavailable' }),
  });
  assert.deepEqual([down?.verdict.kind, down?.result], ['later', 'unavailable']);
});

test('a part that was not scanned is told of also where the mail is kept for something else', async () => {
  const result: CheckResult = { verdict: { kind: 'later' }, result: 'unavailable', details: { why: 'no scanner' } };
  const found = await judged({
    answer: { ...fault, hidden: [{ path: '1 (plain)', octets: [0, 3] }] },
    octets: Buffer.from('abc'),
    scan: () => result,
  });
  assert.deepEqual([found?.verdict.kind, found?.result], ['quarantine', 'unavailable']);
  assert.equal(found?.details?.['why'], 'no scanner');
});

test('more other readings than anybody writes are not scanned but taken for what they are', async () => {
  const hidden = [{ path: '1', octets: [0, 1] as const }];
  let scans = 0;
  const scan = (): CheckResult => {
    scans++;
    return { verdict: { kind: 'pass' }, result: 'clean' };
  };
  const found = await judged({ answer: { readings: 65, hidden }, octets: Buffer.from('a'), scan });
  assert.deepEqual([found?.verdict.kind, found?.result, scans], ['quarantine', 'ambiguous', 0]);
});

test('what rules ask for is read off the rules: a process that was taken over sends no copy to anybody', async () => {
  const facts = { [protectionKey('rules', 'acme')]: rules };
  const evil = { effects: [{ kind: 'copy', to: 'thief@evil.test' } as const], fields: ['X-Evil: 1\r\n'] };
  const found = await judged({ facts, answer: { ...evil, matches: [match], verdict: 'tag' } });
  assert.deepEqual(found?.effects, [{ kind: 'copy', to: 'archive@acme.test' }]);
  assert.deepEqual(found?.changes, [{ kind: 'field', text: 'X-A: b\r\n' }]);
  await assert.rejects(async () => judged({ facts, answer: { matches: [{ ...match, rule: 'r2' }] } }));
  assert.equal((await judged({ facts, answer: evil }))?.effects, undefined);
});

test('a part that cannot be taken out keeps the message', async () => {
  const facts = { [protectionKey('rules', 'acme')]: rules };
  const found = await judged({ facts, answer: { matches: [match], verdict: 'strip', unchangeable: true } });
  assert.equal(found?.verdict.kind, 'quarantine');
});

test('a copy and word go to nobody whose domain is no longer the customer’s', async () => {
  const actions: Rule['actions'] = [
    { do: 'copy', to: 'archive@gone.test' },
    { do: 'notify', to: ['it@gone.test', 'it@acme.test'] },
  ];
  const facts = { [protectionKey('rules', 'acme')]: { ...rules, rules: [{ ...watch, actions }] } };
  const met = { matches: [{ ...match, actions: ['copy', 'notify'] as const }] };
  const found = await judged({ facts, answer: met });
  assert.deepEqual(found?.effects, [{ kind: 'notify', to: ['it@acme.test'], rule: 'Watched' }]);
});

test('edits carry the octets that lie beside the answer', async () => {
  const answer = { edits: [{ at: 3, remove: 2, insert: [1, 4] as const }] };
  const found = await judged({ answer, octets: Buffer.from('abcdef') });
  assert.deepEqual(found?.changes, [{ kind: 'edit', at: 3, remove: 2, insert: Buffer.from('bcd') }]);
});

test('the third death of a process over a content holds it; from then on it is given to none', async () => {
  const deaths = createDeaths();
  let asked = 0;
  const check = contentCheck({
    facts: { protection: () => undefined },
    processes: processesThat(async () => {
      asked++;
      return { kind: 'died', why: 'memory' };
    }),
    always: () => true,
    deadlineMs: () => 1000,
    limits: CONTENT_LIMITS,
    isOwnAddress: (_customer, address) => address.endsWith('@acme.test'),
    deaths,
    died: (digest) => void deaths.add(digest),
  });
  const verdicts: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++) verdicts.push((await check.begin(messageWith())?.end(content))?.verdict.kind);
  assert.deepEqual([verdicts, asked], [['later', 'later', 'hold', 'hold'], 3]);
});

test('mail is taken apart where a rule may hold for it, or always', () => {
  const facts: Record<string, unknown> = {};
  const options = {
    facts: { protection: (key: string) => facts[key] },
    processes: processesThat(() => Promise.reject(new Error('not asked'))),
    deadlineMs: () => 1000,
    limits: CONTENT_LIMITS,
    isOwnAddress: () => true,
    deaths: createDeaths(),
    died: () => {},
  };
  const byRules = contentCheck({ ...options, always: () => false });
  assert.equal(byRules.begin(messageWith()), undefined);
  assert.notEqual(contentCheck({ ...options, always: () => true }).begin(messageWith()), undefined);
  facts[protectionKey('rules', '')] = { ...rules, of: 'operator' };
  assert.notEqual(byRules.begin(messageWith()), undefined);
});

test('one result serves messages that have all in common that it was made from', () => {
  const facts: Record<string, unknown> = {};
  let signatures = 's1';
  const keyOf = contentKey({ protection: (key) => facts[key] }, () => signatures);
  const first = keyOf(messageWith(), 'd1');
  assert.equal(
    keyOf({ ...messageWith(), sender: 'other@b.test', recipients: [] }, 'd1'),
    first,
    'no rules: content alone',
  );
  assert.notEqual(keyOf(messageWith(), 'd2'), first);
  assert.notEqual(keyOf(messageWith({ unreadable: 'reject' }), 'd1'), first);
  signatures = 's2';
  assert.notEqual(keyOf(messageWith(), 'd1'), first);
  facts[protectionKey('rules', 'acme')] = rules;
  const ruled = keyOf(messageWith(), 'd1');
  assert.notEqual(keyOf({ ...messageWith(), sender: 'other@b.test' }, 'd1'), ruled);
  const other = parseHeader(Buffer.from('Subject: y\r\n\r\n'));
  assert.notEqual(keyOf({ ...messageWith(), header: other }, 'd1'), ruled);
  const timed = { ...watch, conditions: [{ on: 'time', days: [1], from: '00:00', to: '01:00', zone: 'UTC' }] };
  facts[protectionKey('rules', 'acme')] = { ...rules, rules: [timed] };
  assert.equal(keyOf(messageWith(), 'd1'), undefined);
});

test('what is packed in RAR counts as seen where every virus scanner unpacks it', () => {
  const readsRar = (...scanners: boolean[]) => limitsWith(scanners.map((reads_rar) => ({ reads_rar }))).scannerReadsRar;
  assert.deepEqual([readsRar(true), readsRar(true, false), readsRar(false), readsRar()], [true, false, false, true]);
});
